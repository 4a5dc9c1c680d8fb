//! Who owns what: the catalogue of today, and the ownership file with its dates.

use std::fmt::Write as _;

use super::calendar::month_of;
use super::company::Company;

impl Company {
    /// Departments, teams and services as a portal's catalogue keeps them: one document each, as of the year's end.
    pub(super) fn catalogue(&self) -> String {
        let mut text =
            String::from("# Made by make-acme: departments, teams and services of acme on 31 December 2025.\n");
        let teams = &self.teams[..self.teams.len() - 1];
        for department in self.departments() {
            let _ = write!(
                text,
                "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: {department}\n\
                 spec:\n  type: department\n  children: []\n"
            );
        }
        for team in teams {
            let _ = write!(
                text,
                "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: {}\n  annotations:\n    \
                 acme.example/developers: \"{}\"\n",
                team.name, team.developers
            );
            if let Some(day) = team.paved_from {
                let _ = writeln!(text, "    acme.example/paved-road-since: \"{}\"", date(day));
            }
            let _ = write!(text, "spec:\n  type: team\n  parent: {}\n  children: []\n", team.department);
        }
        for service in &self.services {
            let team = &self.teams[service.team];
            let paved = if team.paved_from.is_some() { "yes" } else { "no" };
            let _ = write!(
                text,
                "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {}\n  labels:\n    \
                 department: {}\n    pavedRoad: \"{paved}\"\n    tier: \"{}\"\n  annotations:\n    \
                 github.com/project-slug: {}\n",
                service.name, team.department, service.tier, service.repository
            );
            if !service.path.is_empty() {
                let _ = writeln!(
                    text,
                    "    backstage.io/source-location: url:https://github.com/{}/tree/main/{}/",
                    service.repository, service.path
                );
            }
            let _ = write!(text, "spec:\n  type: service\n  lifecycle: production\n  owner: {}\n", team.name);
        }
        text
    }

    /// Which team owned what from when: two lines for what changed hands.
    pub(super) fn ownership(&self) -> String {
        let mut text = String::from("repository,path,service,team,validFrom\n");
        for service in &self.services {
            let mut row = |team: usize, from: &str| {
                let team = self.teams[team].name;
                let _ = writeln!(text, "{},{},{},{team},{from}", service.repository, service.path, service.name);
            };
            row(service.team_before, "2024-01-01");
            if service.team != service.team_before {
                row(service.team, "2025-07-01");
            }
        }
        text
    }
}

fn date(day: usize) -> String {
    let (month, day) = month_of(day);
    format!("2025-{:02}-{day:02}", month + 1)
}
