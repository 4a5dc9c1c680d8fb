//! Acme: five departments, sixty teams, two hundred and fifty developers and their services.

use std::collections::BTreeSet;

use super::calendar::REORGANISED;
use super::random::Random;

/// How the changes of a repository reach its main branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// One squashed commit for each pull request: it is committed when it is merged.
    Squash,
    /// Commits of a branch, and a merge commit.
    Merge,
    /// Rebased commits, known by full shas; deployments name the commit they deploy and no changes.
    Sha,
}

#[derive(Debug)]
pub(super) struct Team {
    pub(super) name: &'static str,
    pub(super) department: &'static str,
    pub(super) developers: usize,
    /// The day on which it moved to the paved road.
    pub(super) paved_from: Option<usize>,
    /// How much more, or less, than its size says it deploys.
    pub(super) pace: f64,
}

#[derive(Debug)]
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) repository: String,
    /// Where it lies in a repository of several services.
    pub(super) path: String,
    pub(super) tier: u8,
    /// Its team, and the one it had before the reorganisation.
    pub(super) team: usize,
    pub(super) team_before: usize,
    /// The day of its first deployment, for services that are new this year.
    pub(super) born: Option<usize>,
    pub(super) style: Style,
    /// Its share of its team's deployments.
    pub(super) share: f64,
    /// How much riskier than others its deployments are.
    pub(super) risk: f64,
    /// Whether each deployment goes to staging first, and says so.
    pub(super) staged: bool,
    /// Whether its events name their team; the others leave that to the ownership file.
    pub(super) names_team: bool,
    /// Whether its pull requests are known.
    pub(super) pull_requests: bool,
}

#[derive(Debug)]
pub(super) struct Company {
    /// The sixty teams, and last the one that was dissolved on 1 July.
    pub(super) teams: Vec<Team>,
    pub(super) services: Vec<Service>,
}

/// Dissolved on 1 July; its services went to four other teams.
const DISSOLVED: &str = "core-services";
const WAS_CORE: [&str; 4] = ["config-service", "address-book", "email-templates", "media-resizer"];
/// Other services that changed hands on that day: the service, and the team it had before.
const MOVED: [(&str, &str); 2] = [("chargebacks", "fraud"), ("shipping-labels", "carriers")];
/// New services, and the day they first shipped.
const NEW: [(&str, usize); 6] = [
    ("feature-store", 69),
    ("model-registry", 118),
    ("seller-payouts", 160),
    ("software-templates", 40),
    ("loyalty-tiers", 230),
    ("policy-engine", 268),
];
const FULL_SHAS: [&str; 3] = ["ledger", "customs", "secrets-broker"];

impl Company {
    pub(super) fn new() -> Self {
        let mut random = Random::new("company", 0);
        let mut company = Self { teams: Vec::new(), services: Vec::new() };
        let mut waves = [0usize; 4];
        for line in include_str!("teams.txt").lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('|').map(str::trim);
            let mut next = || cells.next().unwrap_or_default();
            let (department, name, developers, wave, services) = (next(), next(), next(), next(), next());
            company.teams.push(Team {
                name,
                department,
                developers: developers.parse().unwrap_or(0),
                paved_from: paved_from(wave, &mut waves, &mut random),
                pace: random.lognormal(1.0, 0.22).clamp(0.7, 1.35),
            });
            for text in services.split(',').map(str::trim) {
                company.add_service(text, &mut random);
            }
        }
        company.teams.push(Team {
            name: DISSOLVED,
            department: "foundation",
            developers: 0,
            paved_from: None,
            pace: 1.0,
        });
        company.reorganise();
        company
    }

    fn add_service(&mut self, text: &'static str, random: &mut Random) {
        let team = self.teams.len() - 1;
        let department = self.teams[team].department;
        let (text, shared) = text.split_once('@').map_or((text, None), |(text, shared)| (text, Some(shared)));
        let name = text.trim_end_matches(['!', '?']);
        let tier = match text.as_bytes().last() {
            Some(b'!') => 1,
            Some(b'?') => 3,
            _ => 2,
        };
        let style = match department {
            _ if FULL_SHAS.contains(&name) => Style::Sha,
            "logistics" if shared.is_none() && random.chance(0.5) => Style::Merge,
            _ => Style::Squash,
        };
        self.services.push(Service {
            name,
            repository: format!("acme/{}", shared.unwrap_or(name)),
            path: shared.map(|_| format!("services/{name}")).unwrap_or_default(),
            tier,
            team,
            team_before: team,
            born: NEW.iter().find(|(new, _)| *new == name).map(|(_, day)| *day),
            style,
            share: random.lognormal(if tier == 3 { 0.5 } else { 1.0 }, 0.4),
            risk: random.lognormal(1.0, 0.35),
            staged: department == "payments" && tier == 1 && style == Style::Squash,
            names_team: matches!(department, "commerce" | "foundation"),
            pull_requests: matches!(department, "commerce" | "logistics"),
        });
    }

    fn reorganise(&mut self) {
        let dissolved = self.teams.len() - 1;
        for service in &mut self.services {
            if WAS_CORE.contains(&service.name) {
                service.team_before = dissolved;
            }
            if let Some((_, before)) = MOVED.iter().find(|(moved, _)| *moved == service.name) {
                service.team_before = self.teams.iter().position(|team| team.name == *before).unwrap_or(service.team);
            }
        }
    }

    /// The five departments, in the order of the alphabet.
    pub(super) fn departments(&self) -> BTreeSet<&'static str> {
        self.teams.iter().map(|team| team.department).collect()
    }

    /// The team that owns a service on a day.
    pub(super) fn team(&self, service: usize, day: usize) -> usize {
        let service = &self.services[service];
        if day < REORGANISED { service.team_before } else { service.team }
    }

    pub(super) fn department(&self, service: usize) -> &'static str {
        self.teams[self.services[service].team].department
    }

    /// For how many days a service has been on the paved road.
    pub(super) fn paved(&self, service: usize, day: usize) -> Option<usize> {
        self.teams[self.services[service].team].paved_from.filter(|&from| from <= day).map(|from| day - from)
    }
}

/// The day a team moved: two teams tried the prototype, ten the alpha, thirty the beta; forty-five by November.
fn paved_from(wave: &str, waves: &mut [usize; 4], random: &mut Random) -> Option<usize> {
    let (wave, first, last, teams) = match wave {
        "p" => (0, 27, 41, 2),
        "a" => (1, 68, 110, 8),
        "b" => (2, 126, 231, 20),
        "g" => (3, 236, 285, 15),
        _ => return None,
    };
    let place = (waves[wave] as f64 + random.unit()) / f64::from(teams);
    waves[wave] += 1;
    Some(first + (place * (last - first) as f64) as usize)
}
