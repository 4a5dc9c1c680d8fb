//! What the deployments shipped, how old it was by then, and the pull requests it came from.

use super::calendar::{BEGIN, DAY, END, HOUR, MONTHS, day_of, local, month_of, when_awake};
use super::company::{Company, Style};
use super::random::Random;
use super::ship::{Deployment, Kind, Shipped};

/// The median lead times that the year ends with, in minutes; before that they are what the two ways of working make.
const MEDIANS: [(usize, f64); 2] = [(10, 49.5), (11, 42.1)];

#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) service: usize,
    pub(super) id: String,
    pub(super) authored: Option<i64>,
    pub(super) committed: i64,
    pub(super) merged: Option<i64>,
    pub(super) merge: bool,
    pub(super) reverts: Option<usize>,
    pub(super) copy_of: Option<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct PullRequest {
    pub(super) service: usize,
    pub(super) number: usize,
    pub(super) merge: Option<usize>,
    pub(super) first_commit: i64,
    pub(super) opened: i64,
    pub(super) first_review: Option<i64>,
    pub(super) approved: Option<i64>,
    pub(super) merged: Option<i64>,
}

#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) changes: Vec<Change>,
    pub(super) pull_requests: Vec<PullRequest>,
}

/// How long a change will have waited: the draws are made once, the scale of a month is found afterwards.
#[derive(Debug, Clone, Copy)]
struct Wait {
    seconds: f64,
    /// A repair is as fast as the failure was short, whatever the month.
    fixed: bool,
    afternoon: f64,
}

impl Wait {
    fn committed(self, deployed: i64, scale: f64) -> i64 {
        let scale = if self.fixed { 1.0 } else { scale };
        let waited = (self.seconds * scale).clamp(200.0, (70 * DAY) as f64) as i64;
        if waited < 20 * 60 { deployed - waited } else { when_awake(deployed - waited, self.afternoon) }
    }
}

pub(super) fn work(company: &Company, shipped: &mut Shipped) -> Work {
    let waits = waits(company, shipped);
    let scales = scales(company, &shipped.deployments, &waits);
    let mut desk = Desk {
        company,
        work: Work::default(),
        numbers: vec![0; company.services.len()],
        fixes: vec![None; company.services.len()],
    };
    let mut last_live = vec![BEGIN - DAY; company.services.len()];
    for (index, waits) in waits.iter().enumerate() {
        let deployment = &shipped.deployments[index];
        let reverts = (deployment.kind == Kind::Revert)
            .then(|| deployment.repairs.and_then(|failure| first_change(shipped, failure, &desk.work)))
            .flatten();
        let scale = scales[month_of(day_of(deployment.finished)).0];
        let changes = desk.ship(index, deployment, waits, scale, last_live[deployment.service], reverts);
        last_live[deployment.service] = deployment.finished;
        shipped.deployments[index].changes = changes;
    }
    desk.skew(shipped);
    desk.wait_for_next_year(&last_live);
    desk.never_merged();
    desk.work
}

/// The change that a revert takes back: the first of the deployment that failed.
fn first_change(shipped: &Shipped, failure: usize, work: &Work) -> Option<usize> {
    let blamed = shipped.failures.get(failure)?.deployment;
    shipped.deployments[blamed].changes.iter().copied().find(|&change| !work.changes[change].merge)
}

/// The waits of each deployment's changes, before the scale of the month.
fn waits(company: &Company, shipped: &Shipped) -> Vec<Vec<Wait>> {
    let one = |(index, deployment): (usize, &Deployment)| {
        let mut random = Random::new("wait", index);
        let year = (deployment.finished - BEGIN) as f64 / (END - BEGIN) as f64;
        let paved = company.paved(deployment.service, day_of(deployment.finished)).is_some();
        if let Some(failure) = deployment.repairs {
            if deployment.kind == Kind::Rollback {
                return Vec::new();
            }
            let took = (deployment.finished - shipped.failures[failure].noticed) as f64;
            let seconds = (took * random.between(0.3, 0.8)).clamp(220.0, 6.0 * HOUR as f64);
            return vec![Wait { seconds, fixed: true, afternoon: random.unit() }];
        }
        if deployment.kind == Kind::Redeploy {
            return Vec::new();
        }
        let (extra, median) = if paved {
            (0.22, libm::exp(libm::log(150.0) + year * libm::log(36.0 / 150.0)) * 60.0)
        } else {
            (1.9 - year, (75.0 - 40.0 * year) * HOUR as f64)
        };
        let shared = random.normal();
        (0..=random.poisson(extra))
            .map(|_| {
                let normal = 0.7 * shared + 0.714 * random.normal();
                // One change in six of the paved road waits for somebody, or for something.
                let (sigma, held) = if paved && random.chance(1.0 / 6.0) { (1.2, 9.0) } else { (0.85, 1.0) };
                let seconds = median * held * libm::exp(sigma * normal);
                Wait { seconds, fixed: false, afternoon: random.unit() }
            })
            .collect()
    };
    shipped.deployments.iter().enumerate().map(one).collect()
}

/// The scale of each month that brings the median lead time where the year ends; 1 in the months before.
fn scales(company: &Company, deployments: &[Deployment], waits: &[Vec<Wait>]) -> [f64; MONTHS] {
    let mut scales = [1.0; MONTHS];
    for (month, minutes) in MEDIANS {
        let (mut low, mut high) = (0.05, 20.0);
        for _ in 0..30 {
            let scale = libm::sqrt(low * high);
            let mut leads = Vec::new();
            for (deployment, waits) in deployments.iter().zip(waits) {
                if month_of(day_of(deployment.finished)).0 == month && !deployment.baseline {
                    let commits =
                        waits.iter().map(|wait| deployment.finished - wait.committed(deployment.finished, scale));
                    // A branch has two commits, so that it counts twice.
                    let twice =
                        company.services[deployment.service].style == Style::Merge && deployment.repairs.is_none();
                    leads.extend(commits.flat_map(|lead| std::iter::repeat_n(lead, 1 + usize::from(twice))));
                }
            }
            leads.sort_unstable();
            let median = leads.get(leads.len() / 2).copied().unwrap_or(0) as f64;
            *(if median > minutes * 60.0 { &mut high } else { &mut low }) = scale;
        }
        scales[month] = libm::sqrt(low * high);
    }
    scales
}

/// Where changes get their numbers.
struct Desk<'a> {
    company: &'a Company,
    work: Work,
    numbers: Vec<usize>,
    /// The newest hotfix of each service, until something else ships.
    fixes: Vec<Option<usize>>,
}

impl Desk<'_> {
    fn ship(
        &mut self,
        index: usize,
        deployment: &Deployment,
        waits: &[Wait],
        scale: f64,
        before: i64,
        reverts: Option<usize>,
    ) -> Vec<usize> {
        let mut random = Random::new("change", index);
        let (service, finished) = (deployment.service, deployment.finished);
        let style = self.company.services[service].style;
        let first = self.work.changes.len();
        for wait in waits {
            let committed = wait.committed(finished, scale);
            let change = self.new_change(service, committed);
            match style {
                _ if deployment.repairs.is_some() => self.work.changes[change].reverts = reverts,
                Style::Squash => self.request(change, &mut random),
                Style::Merge => self.branch(change, finished, &mut random),
                Style::Sha => {
                    let merged = committed.max(random.seconds(before + 1, finished));
                    self.work.changes[change].authored = Some(committed - random.exponential(5_000.0) as i64);
                    self.work.changes[change].merged = Some(merged);
                }
            }
        }
        // A hotfix made on a release branch is copied to the main branch, and ships again from there.
        match deployment.kind {
            Kind::Hotfix => self.fixes[service] = Some(first),
            Kind::Planned => {
                if let Some(fix) = self.fixes[service].take().filter(|_| random.chance(0.15)) {
                    let copy = self.new_change(service, finished - random.seconds(600, 3_000));
                    self.work.changes[copy].copy_of = Some(fix);
                    self.work.changes[copy].merged = (style == Style::Sha).then_some(finished - 300);
                }
            }
            _ => {}
        }
        (first..self.work.changes.len()).collect()
    }

    /// Squashed: committed when it was merged.
    fn request(&mut self, change: usize, random: &mut Random) {
        let (service, merged) = (self.work.changes[change].service, self.work.changes[change].committed);
        if !self.company.services[service].pull_requests || !random.chance(0.65) {
            return;
        }
        let year = ((merged - BEGIN) as f64 / (END - BEGIN) as f64).clamp(0.0, 1.0);
        let mut back = |time: i64, first: f64, last: f64| {
            let median = libm::exp(libm::log(first) + year * libm::log(last / first)) * 60.0;
            when_awake(time - random.lognormal(median, 1.0).min(20.0 * DAY as f64) as i64, random.unit())
        };
        let approved = back(merged, 45.0, 9.0);
        let first_review = back(approved, 180.0, 50.0);
        let opened = back(first_review, 300.0, 55.0);
        let first_commit = back(opened, 420.0, 150.0);
        let reviewed = random.chance(0.95);
        let at_once = random.chance(0.3);
        let number = self.numbers[service];
        self.work.pull_requests.push(PullRequest {
            service,
            number,
            merge: Some(change),
            first_commit,
            opened,
            first_review: reviewed.then_some(if at_once { approved } else { first_review }),
            approved: reviewed.then_some(approved),
            merged: Some(merged),
        });
    }

    /// A branch: its commits, and the merge commit.
    fn branch(&mut self, first: usize, finished: i64, random: &mut Random) {
        let (service, begun) = (self.work.changes[first].service, self.work.changes[first].committed);
        let merged = finished - ((finished - begun) as f64 * random.between(0.15, 0.5)) as i64;
        let part = |share: f64| begun + ((merged - begun) as f64 * share) as i64;
        // The calibration of lead times counts on two commits, as old as each other but for minutes.
        let second = self.new_change(service, part(0.02));
        let merge = self.new_change(service, merged);
        self.work.changes[first].merged = Some(merged);
        self.work.changes[second].merged = Some(merged);
        self.work.changes[merge].merge = true;
        let mut at = [0.0; 3].map(|_: f64| random.between(0.05, 1.0));
        at.sort_by(f64::total_cmp);
        if self.company.services[service].pull_requests {
            self.work.pull_requests.push(PullRequest {
                service,
                number: self.numbers[service],
                merge: Some(merge),
                first_commit: begun,
                opened: part(at[0]),
                first_review: Some(part(at[1])),
                approved: Some(part(at[2])),
                merged: Some(merged),
            });
        }
    }

    fn new_change(&mut self, service: usize, committed: i64) -> usize {
        self.numbers[service] += 1;
        let number = self.numbers[service];
        let id = if self.company.services[service].style == Style::Sha {
            let mut random = Random::new(self.company.services[service].name, number);
            format!("{:016x}{:016x}{:08x}", random.bits(), random.bits(), random.bits() >> 32)
        } else {
            format!("{}@{number}", self.company.services[service].name)
        };
        self.work.changes.push(Change {
            service,
            id,
            authored: None,
            committed,
            merged: None,
            merge: false,
            reverts: None,
            copy_of: None,
        });
        self.work.changes.len() - 1
    }

    /// A dozen machines whose clocks run fast: their commits seem younger than the deployment.
    fn skew(&mut self, shipped: &Shipped) {
        let mut random = Random::new("skew", 0);
        let mut left = 12;
        while left > 0 {
            let deployment = &shipped.deployments[random.below(shipped.deployments.len())];
            let style = self.company.services[deployment.service].style;
            let Some(&change) = deployment.changes.first() else { continue };
            let calm = deployment.failure.is_none() && deployment.repairs.is_none();
            if calm && style == Style::Squash && !self.work.pull_requests.iter().any(|pull| pull.merge == Some(change))
            {
                self.work.changes[change].committed = deployment.finished + random.seconds(30, 1_500);
                left -= 1;
            }
        }
    }

    /// Committed after the last deployment of the year: not deployed yet.
    fn wait_for_next_year(&mut self, last_live: &[i64]) {
        let mut random = Random::new("waiting", 0);
        for (service, &last) in last_live.iter().enumerate() {
            for _ in 0..2 {
                let at = last + (random.unit() * (END - last) as f64) as i64;
                let asleep = local(at).1 < 8 * HOUR || when_awake(at, 0.5) != at;
                if last > BEGIN && END - last > 3 * HOUR && !asleep {
                    let change = self.new_change(service, at);
                    self.work.changes[change].merged =
                        (self.company.services[service].style != Style::Squash).then_some(at);
                }
            }
        }
    }

    /// Pull requests that were closed without a merge, or are still open.
    fn never_merged(&mut self) {
        let mut random = Random::new("unmerged", 0);
        let known = self.work.pull_requests.len();
        for index in (0..known).filter(|index| index % 37 == 11) {
            let like = self.work.pull_requests[index].clone();
            self.numbers[like.service] += 1;
            let opened = (like.opened + random.seconds(DAY, 9 * DAY)).min(END - HOUR);
            self.work.pull_requests.push(PullRequest {
                number: self.numbers[like.service],
                merge: None,
                first_commit: opened - random.lognormal(9_000.0, 1.0) as i64,
                opened,
                first_review: None,
                approved: None,
                merged: None,
                ..like
            });
        }
    }
}
