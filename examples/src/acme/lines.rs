//! One JSON line for each record, in the order in which they arrived: some late, some twice.

use std::fmt::Write as _;

use super::calendar::{DAY, END, HOUR, berlin, day_of, utc};
use super::changes::{Change, PullRequest, Work};
use super::company::{Company, Style};
use super::incidents::Incident;
use super::plan::Form;
use super::random::Random;
use super::ship::{Attempt, Deployment, Kind, Shipped};

/// One line of a file.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// The instant at which it arrived.
    pub(super) arrived: i64,
    pub(super) department: &'static str,
    pub(super) line: String,
}

pub(super) struct Writer<'a> {
    pub(super) company: &'a Company,
    pub(super) shipped: &'a Shipped,
    pub(super) work: &'a Work,
    /// The number of the incident of each failure that has one.
    pub(super) incident_of: &'a [Option<usize>],
}

/// Sorts by arrival, after one record in a hundred was delayed and one in two hundred was sent again.
pub(super) fn delivered(mut records: Vec<Record>, purpose: &str) -> String {
    let mut random = Random::new(purpose, 0);
    for index in 0..records.len() {
        records[index].arrived += random.seconds(0, 20);
        if random.chance(0.01) {
            records[index].arrived += random.exponential(0.7 * DAY as f64) as i64;
        }
        if random.chance(0.005) {
            let mut again = records[index].clone();
            again.arrived += random.exponential(2.0 * HOUR as f64) as i64;
            records.push(again);
        }
    }
    records.sort_by_key(|record| record.arrived);
    records.iter().fold(String::new(), |text, record| text + &record.line + "\n")
}

impl Writer<'_> {
    fn record(&self, service: usize, arrived: i64, line: String) -> Record {
        Record { arrived, department: self.company.department(service), line }
    }

    pub(super) fn deployments(&self) -> Vec<Record> {
        let mut records = Vec::new();
        for (index, deployment) in self.shipped.deployments.iter().enumerate() {
            let service = deployment.service;
            let mut add = |(at, line)| records.push(self.record(service, at, line));
            add((deployment.finished, self.deployment(index, deployment)));
            if let Some(mark) = self.mark(deployment) {
                add(mark);
            }
            if self.company.services[service].staged && deployment.repairs.is_none() {
                add(self.staging(index, deployment));
            }
        }
        let attempts = &self.shipped.attempts;
        records.extend(attempts.iter().map(|attempt| self.record(attempt.service, attempt.at, self.attempt(attempt))));
        records.extend(strays());
        records
    }

    pub(super) fn id(&self, deployment: usize) -> String {
        let deployment = &self.shipped.deployments[deployment];
        format!("{}/{}", self.company.services[deployment.service].name, deployment.number)
    }

    /// What all records of a service's deployments on a day have in common.
    fn head(&self, service: usize, at: i64, environment: &str) -> String {
        let day = day_of(at);
        let it = &self.company.services[service];
        let mut line = format!(r#"{{"deployment":{{"service":"{}","repository":"{}""#, it.name, it.repository);
        if it.names_team {
            let _ = write!(line, r#","team":"{}""#, self.company.teams[self.company.team(service, day)].name);
        }
        let paved = if self.company.paved(service, day).is_some() { "yes" } else { "no" };
        let department = self.company.department(service);
        let _ = write!(
            line,
            r#","labels":{{"department":"{department}","pavedRoad":"{paved}","tier":"{}"}},"environment":"{environment}""#,
            it.tier
        );
        line
    }

    fn deployment(&self, index: usize, deployment: &Deployment) -> String {
        let mut line = self.head(deployment.service, deployment.finished, "production");
        let _ = write!(line, r#","id":"{}","version":"v{}""#, self.id(index), deployment.version);
        if self.company.services[deployment.service].style == Style::Sha {
            if let Some(head) = self.head_of(index, deployment) {
                let _ = write!(line, r#","sha":"{head}""#);
            }
        } else if !deployment.changes.is_empty() {
            let ids: Vec<String> =
                deployment.changes.iter().map(|&change| format!("\"{}\"", self.work.changes[change].id)).collect();
            let _ = write!(line, r#","changes":[{}]"#, ids.join(","));
        }
        if deployment.kind == Kind::Rollback && deployment.number % 5 < 2 {
            line.push_str(r#","rollback":true"#);
        }
        if deployment.kind == Kind::Hotfix {
            line.push_str(r#","rework":true"#);
            if let Some(what) = self.repaired(deployment) {
                let _ = write!(line, r#","remediates":"{what}""#);
            }
        }
        if deployment.baseline {
            line.push_str(r#","baseline":true"#);
        }
        if let Some(started) = deployment.started {
            let _ = write!(line, r#","startedAt":"{}""#, berlin(started));
        }
        let _ = write!(line, r#","finishedAt":"{}"}}}}"#, berlin(deployment.finished));
        line
    }

    /// The commit of a version is the newest change of the deployment that first brought it.
    fn head_of(&self, index: usize, deployment: &Deployment) -> Option<&str> {
        let first = self.shipped.deployments[..=index]
            .iter()
            .rev()
            .take_while(|other| other.service == deployment.service)
            .find(|other| other.number == deployment.version)?;
        let change = *first.changes.last()?;
        Some(&self.work.changes[change].id)
    }

    /// What a hotfix says that it repairs: the incident, or the deployment; some say nothing.
    fn repaired(&self, deployment: &Deployment) -> Option<String> {
        let failure = deployment.repairs?;
        let of = &self.shipped.failures[failure];
        let silent = of.form == Form::NearHotfix && deployment.number.is_multiple_of(2);
        // Only the deployment just before can be meant without saying so.
        let just_before = deployment.finished - of.noticed < 5 * HOUR;
        match self.incident_of[failure] {
            _ if silent && just_before => None,
            Some(number) => Some(format!("INC-{number}")),
            None => Some(self.id(of.deployment)),
        }
    }

    /// The second record of a deployment that was marked as failed; where nothing else shows the repair, when all was
    /// over.
    fn mark(&self, deployment: &Deployment) -> Option<(i64, String)> {
        let failure = self.shipped.failures[deployment.failure?];
        if !failure.marked {
            return None;
        }
        let mut line = self.head(deployment.service, deployment.finished, "production");
        let id = self.id(failure.deployment);
        let _ = write!(line, r#","id":"{id}","failed":true,"failedAt":"{}""#, berlin(failure.noticed));
        let restored = failure.restored.filter(|_| failure.form == Form::Marked);
        if let Some(restored) = restored {
            let _ = write!(line, r#","restoredAt":"{}""#, berlin(restored));
        }
        line.push_str("}}");
        Some((restored.unwrap_or(failure.noticed) + 60, line))
    }

    fn staging(&self, index: usize, deployment: &Deployment) -> (i64, String) {
        let mut random = Random::new("staging", index);
        let at = deployment.finished - random.seconds(900, 5_400);
        let mut line = self.head(deployment.service, at, "staging");
        let id = self.id(index);
        let _ = write!(line, r#","id":"{id}","version":"v{}","finishedAt":"{}"}}}}"#, deployment.version, berlin(at));
        (at, line)
    }

    fn attempt(&self, attempt: &Attempt) -> String {
        let mut line = self.head(attempt.service, attempt.at, "production");
        let status = if attempt.cancelled { "cancelled" } else { "failure" };
        let (name, number) = (self.company.services[attempt.service].name, attempt.number);
        let _ = write!(
            line,
            r#","id":"{name}/{number}","version":"v{number}","status":"{status}","finishedAt":"{}"}}}}"#,
            berlin(attempt.at)
        );
        line
    }

    pub(super) fn changes(&self) -> Vec<Record> {
        let one = |change: &Change| {
            self.record(change.service, change.merged.unwrap_or(change.committed), self.change(change))
        };
        self.work.changes.iter().map(one).collect()
    }

    fn change(&self, change: &Change) -> String {
        let it = &self.company.services[change.service];
        let mut line =
            format!(r#"{{"change":{{"service":"{}","repository":"{}","sha":"{}""#, it.name, it.repository, change.id);
        let id = |change: usize| &self.work.changes[change].id;
        if let Some(reverts) = change.reverts {
            let _ = write!(line, r#","reverts":"{}""#, id(reverts));
        }
        if let Some(original) = change.copy_of {
            let _ = write!(line, r#","copyOf":"{}""#, id(original));
        }
        if change.merge {
            line.push_str(r#","merge":true"#);
        }
        if let Some(authored) = change.authored {
            let _ = write!(line, r#","authoredAt":"{}""#, berlin(authored));
        }
        let _ = write!(line, r#","committedAt":"{}""#, berlin(change.committed));
        if let Some(merged) = change.merged {
            let _ = write!(line, r#","mergedAt":"{}""#, berlin(merged));
        }
        line.push_str("}}");
        line
    }

    pub(super) fn pull_requests(&self) -> Vec<Record> {
        let one =
            |pull: &PullRequest| self.record(pull.service, pull.merged.unwrap_or(pull.opened), self.pull_request(pull));
        self.work.pull_requests.iter().map(one).collect()
    }

    fn pull_request(&self, pull: &PullRequest) -> String {
        let it = &self.company.services[pull.service];
        let mut line = format!(
            r#"{{"pullRequest":{{"service":"{}","repository":"{}","id":"{}#{}""#,
            it.name, it.repository, it.name, pull.number
        );
        if let Some(merge) = pull.merge {
            let _ = write!(line, r#","mergeSha":"{}""#, self.work.changes[merge].id);
        }
        let _ = write!(line, r#","firstCommitAt":"{}","openedAt":"{}""#, utc(pull.first_commit), utc(pull.opened));
        let times = [("firstReviewAt", pull.first_review), ("approvedAt", pull.approved), ("mergedAt", pull.merged)];
        for (name, time) in times {
            if let Some(time) = time {
                let _ = write!(line, r#","{name}":"{}""#, utc(time));
            }
        }
        line.push_str("}}");
        line
    }

    /// An incident is one record, or one for each thing that happened to it.
    pub(super) fn incident(&self, incident: &Incident, records: &mut Vec<Record>) {
        // Some name the deployment and no service.
        let nameless = incident.deployment.is_some() && incident.number.is_multiple_of(61);
        let mut head = format!(r#"{{"incident":{{"id":"INC-{}""#, incident.number);
        if !nameless {
            let _ = write!(head, r#","service":"{}""#, incident.service);
        }
        let mut open = format!(r#"{head},"severity":"{}""#, incident.severity);
        if let Some(deployment) = incident.deployment {
            let _ = write!(open, r#","deployment":"{}""#, self.id(deployment));
        }
        if let Some(cause) = incident.cause {
            let _ = write!(open, r#","cause":"{cause}""#);
        }
        let _ = write!(open, r#","startedAt":"{}""#, utc(incident.started));
        let apart = incident.reopened.is_some() || incident.number.is_multiple_of(4);
        if let (Some(resolved), false) = (incident.resolved, apart) {
            let _ = write!(open, r#","resolvedAt":"{}""#, utc(resolved));
        }
        open.push_str("}}");
        let first = if apart { incident.started } else { incident.resolved.unwrap_or(incident.started) };
        let mut add = |arrived: i64, line: String| records.push(Record { arrived, department: "", line });
        add(first, open);
        let mut later = |name: &str, at: i64| add(at, format!(r#"{head},"{name}":"{}"}}}}"#, utc(at)));
        if let Some((resolved, reopened)) = incident.reopened {
            later("resolvedAt", resolved);
            later("reopenedAt", reopened);
        }
        if let (Some(resolved), true) = (incident.resolved, apart) {
            later("resolvedAt", resolved);
        }
    }
}

/// Three deployments that say neither service nor repository: somebody ran a script by hand.
fn strays() -> Vec<Record> {
    let mut random = Random::new("strays", 0);
    (1..=3)
        .map(|number| {
            let at = END - random.seconds(2 * DAY, 60 * DAY);
            let line = format!(r#"{{"deployment":{{"labels":{{"department":"foundation"}},"id":"by-hand-{number}","finishedAt":"{}"}}}}"#, berlin(at));
            Record { arrived: at, department: "foundation", line }
        })
        .collect()
}
