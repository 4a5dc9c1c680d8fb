//! What became of the plan: deployments in order, repairs between them, numbers and versions.

use super::calendar::{BEGIN, END, HOUR, day_of};
use super::company::{Company, Style};
use super::plan::{Doom, Form, Planned};
use super::random::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Planned,
    Redeploy,
    Rollback,
    Hotfix,
    Revert,
}

/// A deployment to production that went live.
#[derive(Debug, Clone)]
pub(super) struct Deployment {
    pub(super) service: usize,
    pub(super) started: Option<i64>,
    pub(super) finished: i64,
    pub(super) kind: Kind,
    /// Counted by service, failed attempts too.
    pub(super) number: usize,
    pub(super) version: usize,
    /// The first ever of a new service.
    pub(super) baseline: bool,
    /// The failure that it has, and the one that it repairs.
    pub(super) failure: Option<usize>,
    pub(super) repairs: Option<usize>,
    /// The changes that it was the first to ship; filled in later.
    pub(super) changes: Vec<usize>,
}

/// An attempt that never went live.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    pub(super) service: usize,
    pub(super) at: i64,
    pub(super) number: usize,
    pub(super) cancelled: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Failure {
    pub(super) form: Form,
    pub(super) deployment: usize,
    pub(super) repair: Option<usize>,
    /// When somebody noticed, where that is known.
    pub(super) noticed: i64,
    /// When it was over; none while it is open.
    pub(super) restored: Option<i64>,
    /// Whether the deployment's own record says so, later.
    pub(super) marked: bool,
}

#[derive(Debug, Default)]
pub(super) struct Shipped {
    pub(super) deployments: Vec<Deployment>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) failures: Vec<Failure>,
}

/// What happens next at a service.
#[derive(Debug, Clone, Copy)]
enum Next {
    Plan(Planned),
    Repair { failure: usize, kind: Kind },
}

pub(super) fn ship(company: &Company, plan: &[Vec<Planned>]) -> Shipped {
    let mut shipped = Shipped::default();
    for (service, planned) in plan.iter().enumerate() {
        Line {
            company,
            service,
            random: Random::new("ship", service),
            shipped: &mut shipped,
            number: 0,
            live: Vec::new(),
        }
        .run(planned);
    }
    shipped
}

/// The deployments of one service, one after the other.
struct Line<'a> {
    company: &'a Company,
    service: usize,
    random: Random,
    shipped: &'a mut Shipped,
    number: usize,
    /// The versions that were live, the last one now.
    live: Vec<usize>,
}

impl Line<'_> {
    fn run(&mut self, planned: &[Planned]) {
        let mut plan = planned.iter().copied().peekable();
        let mut repairs: Vec<(i64, Next)> = Vec::new();
        // Nothing else is deployed before this instant.
        let mut ready = BEGIN;
        loop {
            repairs.sort_by_key(|(at, _)| *at);
            let due = repairs.first().map(|(at, _)| *at);
            let (at, next) = match (plan.peek(), due) {
                (Some(next), due) if due.is_none_or(|due| next.at.max(ready) < due) => {
                    let next = *next;
                    plan.next();
                    (next.at, Next::Plan(next))
                }
                (_, Some(_)) => repairs.remove(0),
                (_, None) => break,
            };
            let at = if at >= ready { at } else { ready + self.random.seconds(5, 400) };
            if at >= END {
                if let Next::Repair { failure, .. } = next {
                    self.shipped.failures[failure].restored = None;
                }
                continue;
            }
            ready = self.step(at, next, ready, &mut repairs);
        }
    }

    fn step(&mut self, at: i64, next: Next, last: i64, repairs: &mut Vec<(i64, Next)>) -> i64 {
        let index = self.shipped.deployments.len();
        match next {
            Next::Repair { failure, kind } => {
                self.deploy(at, kind);
                self.shipped.deployments[index].repairs = Some(failure);
                self.shipped.failures[failure].repair = Some(index);
                self.shipped.failures[failure].restored = Some(at);
                at + 60
            }
            Next::Plan(planned) => {
                self.attempt(at, last);
                self.deploy(at, if planned.redeploy { Kind::Redeploy } else { Kind::Planned });
                planned.doom.map_or(at + 90, |doom| self.fail(index, at, doom, repairs))
            }
        }
    }

    fn fail(&mut self, deployment: usize, at: i64, doom: Doom, repairs: &mut Vec<(i64, Next)>) -> i64 {
        let Doom { form, lag, recovery, marked } = doom;
        // Nobody writes down when a failure without incident or mark was noticed: it counts from the deployment.
        let noticed = if form.has_incident() || marked { at + lag } else { at };
        let over = noticed + recovery;
        let failure = self.shipped.failures.len();
        self.shipped.deployments[deployment].failure = Some(failure);
        let restored = (over < END - HOUR / 2).then_some(over);
        self.shipped.failures.push(Failure { form, deployment, repair: None, noticed, restored, marked });
        if form.has_repair() {
            let kind = match form {
                Form::Reverted => Kind::Revert,
                _ if form.is_rollback() => Kind::Rollback,
                _ => Kind::Hotfix,
            };
            if recovery < 6 * HOUR {
                // Hands off until it is repaired; slower repairs wait for this one.
                for (due, _) in repairs.iter_mut().filter(|(due, _)| *due <= over) {
                    *due = over + 120;
                }
                repairs.push((over, Next::Repair { failure, kind }));
                return over;
            }
            repairs.push((over, Next::Repair { failure, kind }));
        }
        noticed + 45
    }

    /// One in forty deployments fails in the pipeline first, a few are stopped by hand.
    fn attempt(&mut self, at: i64, last: i64) {
        let before = at - self.random.seconds(400, 3_000);
        let draw = self.random.unit();
        if draw < 0.029 && before > last && self.company.services[self.service].style != Style::Sha {
            self.number += 1;
            let (service, number) = (self.service, self.number);
            self.shipped.attempts.push(Attempt { service, at: before, number, cancelled: draw < 0.004 });
        }
    }

    fn deploy(&mut self, at: i64, kind: Kind) {
        self.number += 1;
        let live = self.live.last().copied();
        let version = match kind {
            Kind::Redeploy => live.unwrap_or(self.number),
            Kind::Rollback => self.target().unwrap_or(self.number),
            _ => self.number,
        };
        if live != Some(version) {
            self.live.push(version);
        }
        let day = day_of(at);
        let paved = self.company.paved(self.service, day).is_some();
        // Only the paved road writes down when a deployment began.
        let took = self.random.lognormal(if kind == Kind::Rollback { 100.0 } else { 320.0 }, 0.4) as i64;
        self.shipped.deployments.push(Deployment {
            service: self.service,
            started: paved.then_some(at - took.clamp(25, 1_500)),
            finished: at,
            kind,
            number: self.number,
            version,
            baseline: self.number == 1 && self.company.services[self.service].born.is_some(),
            failure: None,
            repairs: None,
            changes: Vec::new(),
        });
    }

    /// The version before the one that is live; one time in twenty the one before that.
    fn target(&mut self) -> Option<usize> {
        let live = self.live.last().copied()?;
        let further = self.random.chance(0.05);
        let mut earlier = self.live.iter().rev().filter(|&&version| version != live);
        let first = earlier.next().copied();
        if further { earlier.find(|&&version| Some(version) != first).copied().or(first) } else { first }
    }
}
