//! Events and requests made from bytes, so that every few bytes are another history.

use serde_json::{Map, Value, json};
use truenorth::dora::DoraRequest;
use truenorth::facts::{Change, Deployment, DeploymentStatus, Event, Incident, PullRequest, Text};
use truenorth::ground::time::{DAY, Time};

/// Bytes, one after another; zeros when there are no more.
pub struct Bytes<'b> {
    pub rest: &'b [u8],
    /// Whether all happens at a few instants, and what is rare otherwise happens often.
    pub tied: bool,
}

impl Bytes<'_> {
    pub fn next(&mut self) -> u8 {
        let Some((&first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        first
    }

    fn one_in(&mut self, of: u8) -> bool {
        let of = if self.tied { of.min(3) } else { of };
        self.next() % of == of - 1
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::from(self.next()) % of.len()]
    }

    fn time(&mut self) -> Time {
        const EDGES: [&str; 4] =
            ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.9Z", "2024-02-29T00:00:00Z"];
        let start = Time::parse("2024-11-01T00:00:00Z").unwrap();
        if self.tied {
            // Not whole seconds apart: sums of them depend on their order.
            let step = i64::from(self.next() % 4);
            return start.plus(step * 35 * DAY + step * step * 1_234_567);
        }
        let (high, low) = (self.next(), self.next());
        if high == 0xff {
            return Time::parse(EDGES[usize::from(low) % EDGES.len()]).unwrap();
        }
        // About 500 days in steps of eleven minutes, so that some instants are the same.
        start.plus((i64::from(high) * 256 + i64::from(low)) * 11 * 60_000_000)
    }

    fn maybe(&mut self, absent_in: u8) -> Option<Time> {
        (!self.one_in(absent_in)).then(|| self.time())
    }

    fn text(&mut self, of: &[&'static str]) -> Option<Text<'static>> {
        let few = if self.tied { of.len().min(4) } else { of.len() };
        let found = self.pick(&of[..few]);
        (!found.is_empty()).then(|| found.into())
    }
}

const SERVICES: [&str; 6] =
    ["checkout", "search", "", "<script>alert(1)</script>", "a|b\nc\u{202e}\u{7}`*", "checkout"];
const REPOSITORIES: [&str; 4] = ["", "search", "acme/shop", ""];
const ENVIRONMENTS: [&str; 6] = ["", "staging", "production", "", "", "eu\"\\"];
const TEAMS: [&str; 4] = ["", "blue", "green", "=1+1"];
const IDS: [&str; 8] = ["", "1", "2", "3", "4", "5", "6", "7"];
const SHAS: [&str; 8] = ["", "a1", "b2", "c3", "d4", "e5", "0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f", "f6"];
const WORDS: [&str; 5] = ["", "v1", "v2", "deployment", "other"];

/// An event of any kind.
pub fn event(bytes: &mut Bytes<'_>) -> Event<'static> {
    let kind = bytes.next();
    let (service, team) = (bytes.text(&SERVICES), bytes.text(&TEAMS));
    let labels = (kind & 64 != 0).then(|| ("tier".into(), if kind & 128 == 0 { "1" } else { "2|\n" }.into()));
    let labels = labels.into_iter().collect();
    let repository = REPOSITORIES[usize::from(kind >> 3) % 4];
    let repository = (!repository.is_empty()).then(|| repository.into());
    match kind % 8 {
        0..=2 => Event::Deployment(Deployment {
            id: bytes.text(&IDS),
            service,
            repository,
            team,
            labels,
            environment: bytes.text(&ENVIRONMENTS),
            version: bytes.text(&WORDS),
            sha: bytes.text(&SHAS),
            changes: if bytes.one_in(4) { bytes.text(&SHAS).into_iter().collect() } else { Vec::new() },
            finished_at: bytes.maybe(10),
            started_at: if bytes.one_in(3) { Some(bytes.time()) } else { None },
            status: bytes.one_in(8).then_some(DeploymentStatus::Failure),
            rollback: bytes.one_in(8).then_some(true),
            rework: bytes.one_in(8).then_some(true),
            remediates: if bytes.one_in(8) { bytes.text(&IDS) } else { None },
            failed: bytes.one_in(8).then_some(true),
            failed_at: if bytes.one_in(8) { Some(bytes.time()) } else { None },
            restored_at: if bytes.one_in(8) { Some(bytes.time()) } else { None },
            baseline: bytes.one_in(16).then_some(true),
        }),
        3 | 4 => Event::Change(Change {
            sha: bytes.text(&SHAS),
            service,
            repository,
            team,
            labels,
            committed_at: bytes.maybe(10),
            authored_at: if bytes.one_in(3) { Some(bytes.time()) } else { None },
            merged_at: if bytes.one_in(3) { Some(bytes.time()) } else { None },
            deployment: if bytes.one_in(6) { bytes.text(&IDS) } else { None },
            merge: bytes.one_in(8).then_some(true),
            reverts: if bytes.one_in(6) { bytes.text(&SHAS) } else { None },
            copy_of: if bytes.one_in(8) { bytes.text(&SHAS) } else { None },
        }),
        5 => Event::PullRequest(PullRequest {
            id: bytes.text(&IDS),
            service,
            repository,
            team,
            labels,
            merge_sha: bytes.text(&SHAS),
            first_commit_at: bytes.maybe(3),
            opened_at: bytes.maybe(8),
            first_review_at: bytes.maybe(3),
            approved_at: bytes.maybe(3),
            merged_at: bytes.maybe(4),
            deployment: if kind & 32 == 0 { None } else { bytes.text(&IDS) },
        }),
        _ => Event::Incident(Incident {
            id: bytes.text(&IDS),
            service,
            repository,
            team,
            labels,
            environment: bytes.text(&ENVIRONMENTS),
            started_at: bytes.maybe(10),
            resolved_at: bytes.maybe(3),
            reopened_at: if bytes.one_in(8) { Some(bytes.time()) } else { None },
            deployment: if bytes.one_in(4) { bytes.text(&IDS) } else { None },
            sha: if bytes.one_in(6) { bytes.text(&SHAS) } else { None },
            severity: bytes.text(&WORDS),
            cause: if bytes.one_in(4) { bytes.text(&WORDS[3..]) } else { None },
        }),
    }
}

/// The choices of a definition, in the words of the wire.
const DEFINITIONS: [(&str, &[&str]); 31] = [
    ("environments", &["[]", "[\"production\",\"staging\"]"]),
    ("redeploys", &["\"drop\""]),
    ("frequencyStatistic", &["\"medianDaysPerWeek\"", "\"lowerMedianDaysPerWeek\"", "\"wholeNumbers\""]),
    ("frequencyInterval", &["\"poisson\""]),
    ("weekStart", &["\"sunday\""]),
    ("changeUnit", &["\"pullRequests\""]),
    ("leadStart", &["\"authored\"", "\"merged\"", "\"opened\"", "\"firstCommit\""]),
    ("leadStatistic", &["\"mean\"", "\"lowerMedian\"", "\"medianOfDailyMedians\"", "\"meanOfServiceMeans\""]),
    ("leadAnchor", &["\"begun\""]),
    ("leadTest", &["\"clusteredChanges\""]),
    ("leadRounding", &["\"minutesDown\"", "\"minutesUp\"", "\"hoursDown\""]),
    ("changeLink", &["\"explicit\""]),
    ("mergeCommits", &["true"]),
    ("copies", &["\"first\""]),
    ("backwards", &["\"clamp\"", "\"keep\"", "\"dropZeroToo\""]),
    ("firstDeployment", &["true"]),
    ("incidentScope", &["\"everywhere\"", "\"nowhere\""]),
    ("incidentLimit", &["\"0s\"", "\"2w\"", "\"3660000d\""]),
    ("blame", &["\"firstAfterTarget\""]),
    ("reverts", &["false"]),
    ("hotfixes", &["false"]),
    ("followUp", &["\"0s\"", "\"30d\"", "\"3660000d\""]),
    ("failureCount", &["\"incidents\"", "\"allIncidents\""]),
    ("failureDenominator", &["\"lessRollbacks\"", "\"lessRework\"", "\"changes\""]),
    ("recoveryStart", &["\"deployed\"", "\"earliest\""]),
    (
        "recoveryStatistic",
        &[
            "\"medianResolved\"",
            "\"meanResolved\"",
            "\"medianOpenAsNow\"",
            "\"medianOfDailyMedians\"",
            "\"lowerMedianResolved\"",
            "\"meanOfServiceMeans\"",
            "\"medianOpenAsZero\"",
        ],
    ),
    ("recoveryTest", &["\"logRank\""]),
    ("recoveryRounding", &["\"minutesUp\"", "\"hoursDown\""]),
    ("recoveryWindow", &["\"resolved\"", "\"beganAndResolved\""]),
    ("allIncidents", &["true"]),
    ("empty", &["\"zero\""]),
];

/// A request; most of its parts are absent most of the time.
pub fn request(bytes: &mut Bytes<'_>) -> DoraRequest {
    let mut wire = Map::new();
    let mut definition = Map::new();
    for _ in 0..bytes.next() % if bytes.tied { 8 } else { 4 } {
        let (name, choices) = bytes.pick(&DEFINITIONS);
        definition.insert(name.to_owned(), serde_json::from_str(bytes.pick(choices)).unwrap());
    }
    let apart = bytes.tied && bytes.next() & 1 == 0;
    if apart {
        definition.entry("environments").or_insert_with(|| json!([]));
    }
    wire.insert("definition".into(), Value::Object(definition));
    let mut add = |name: &str, choices: &[Value]| {
        let at = usize::from(bytes.next()) % (choices.len() + 1);
        if let Some(choice) = at.checked_sub(1).and_then(|at| choices.get(at)) {
            wire.insert(name.to_owned(), choice.clone());
        }
    };
    let window = |from: &str, to: &str| json!({"from": from, "to": to});
    add("bucket", &["day", "week", "month", "quarter"].map(Value::from));
    add("compare", &[json!("previous"), json!({"window": window("2024-11-01T00:00:00Z", "2025-02-01T00:00:00Z")})]);
    add("by", &[json!(["service"]), json!(["team", "label.tier"]), json!(["environment"])]);
    add("timeZone", &["Europe/Berlin", "Pacific/Apia", "Asia/Kathmandu", "America/Havana"].map(Value::from));
    add("preset", &["fourKeys", "devLake", "gitLab", "middleware", "pelorus"].map(Value::from));
    add("confidence", &[json!(0.5), json!(0.999_999)]);
    add("year", &[json!(0), json!(2021), json!(2025)]);
    add("asOf", &[json!("2025-03-01T00:00:00Z"), json!("9999-12-31T23:59:59Z")]);
    let hours = json!({"hours": [{"day": "monday", "from": "09:00", "to": "17:30"}], "holidays": ["2025-01-01"]});
    add("calendar", &[json!({}), hours]);
    add("targets", &[json!([{"metric": "changeFailureRate", "atMost": 0.15}, {"metric": "leadTime", "atMost": 3600}])]);
    add("filter", &[json!({"service": ["checkout"]}), json!({"label.tier": ["1"]})]);
    add("last", &[json!("30d"), json!("52w")]);
    let windows = [
        window("2025-01-01T00:00:00Z", "2025-04-01T00:00:00Z"),
        window("2025-02-01T00:00:00Z", "2025-02-02T00:00:00Z"),
        window("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    ];
    if !wire.contains_key("last") {
        let mut add = |choices: &[Value]| {
            let at = usize::from(bytes.next()) % (choices.len() + 1);
            at.checked_sub(1).and_then(|at| choices.get(at)).map(|choice| wire.insert("window".into(), choice.clone()))
        };
        add(&windows);
    }
    if apart {
        // So that it shows which of several things at one instant was taken.
        wire.insert("by".into(), json!(["service", "repository", "team", "environment", "label.tier"]));
    }
    serde_json::from_value(Value::Object(wire.clone())).unwrap_or_else(|error| panic!("{error}: {wire:?}"))
}
