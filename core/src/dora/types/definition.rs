//! Definitions on which the field disagrees, as named options.

use serde::{Deserialize, Serialize};

use crate::ground::time::{SECOND, Span};

macro_rules! choice {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $variant_doc:literal])+ $variant:ident,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub enum $name { $($(#[doc = $variant_doc])+ $variant,)+ }
    };
}

choice! {
    /// Where lead time begins.
    LeadStart {
        /// When the change was committed.
        Committed,
        /// When the change was first written.
        Authored,
        /// When the change reached the branch that is deployed.
        Merged,
        /// When its pull request was opened.
        Opened,
        /// When the first commit of its pull request was written; where none is known, when it was committed.
        FirstCommit,
    }
}

choice! {
    /// What counts as one change.
    ChangeUnit {
        /// A commit.
        Commits,
        /// A pull request, by the commit that merged it; a commit where no pull requests are known.
        PullRequests,
    }
}

choice! {
    /// To which whole units of time each duration is cut before anything else is made of it.
    Rounding {
        /// None: times stay as they are.
        Exact,
        /// Whole minutes, what is over left off.
        MinutesDown,
        /// Whole minutes, begun ones counted.
        MinutesUp,
        /// Whole hours, what is over left off.
        HoursDown,
    }
}

choice! {
    /// Which number stands for all lead times.
    LeadStatistic {
        /// The median (type 7).
        Median,
        /// The mean.
        Mean,
        /// The largest value whose percent rank is at most one half (DevLake).
        LowerMedian,
        /// The median of the medians of each day (GitLab).
        MedianOfDailyMedians,
        /// The mean of the means of each service (Pelorus).
        MeanOfServiceMeans,
    }
}

choice! {
    /// How a change finds the deployment that shipped it.
    ChangeLink {
        /// Explicit links where given, else the deployment of its sha, else the next deployment of its service.
        Auto,
        /// Explicit links only.
        Explicit,
        /// The first deployment of its service that ended at or after its merge.
        NextDeployment,
        /// Only the deployed commit itself counts, not what came with it (Pelorus).
        HeadOnly,
    }
}

choice! {
    /// What becomes of a change that seems deployed before it was made.
    Backwards {
        /// It is left out, and counted.
        Drop,
        /// Its lead time is taken as zero, and counted.
        Clamp,
        /// Its negative lead time stays, and is counted.
        Keep,
        /// It is left out together with lead times of exactly zero (Four Keys).
        DropZeroToo,
    }
}

choice! {
    /// How cherry-picked copies of one change are counted.
    Copies {
        /// Each copy is a change.
        All,
        /// Only the first shipped copy is.
        First,
    }
}

choice! {
    /// How a deployment of what is already live is counted.
    Redeploys {
        /// As a deployment.
        Count,
        /// Not at all.
        Drop,
    }
}

choice! {
    /// Which deployment a rollback blames, for 1 → 2 → 3 → back to 1.
    Blame {
        /// The one that was live when it was rolled back: 3 (Swarmia).
        LastBefore,
        /// The first after the version that was restored: 2 (Datadog).
        FirstAfterTarget,
    }
}

choice! {
    /// Among which deployments an incident that names none looks for its cause.
    IncidentScope {
        /// Those of the same service.
        Service,
        /// All of them (DevLake).
        Everywhere,
        /// Among none: it stays without one (Four Keys).
        Nowhere,
    }
}

choice! {
    /// What the numerator of the failure rate counts.
    FailureCount {
        /// Failed deployments.
        Deployments,
        /// Incidents laid to a deployment, of which one may have several: the rate may exceed 1 (Four Keys).
        Incidents,
        /// Incidents that began in the window, whatever caused them: the rate may exceed 1 (GitLab, Pelorus).
        AllIncidents,
    }
}

choice! {
    /// What the denominator of the failure rate counts.
    Denominator {
        /// All deployments.
        Deployments,
        /// Deployments that are not rollbacks.
        LessRollbacks,
        /// Deployments that do not only repair (Uplevel).
        LessRework,
        /// Changes with a lead time (Pelorus).
        Changes,
    }
}

choice! {
    /// Where recovery begins.
    RecoveryStart {
        /// When the failure was noticed; where only its repair shows it, when the deployment that failed went live.
        Detected,
        /// When the deployment that failed went live.
        Deployed,
        /// Whichever of the two came first (Four Keys).
        Earliest,
    }
}

choice! {
    /// Which failures recovery counts in a window.
    RecoveryWindow {
        /// Those that began in it.
        Began,
        /// Those that ended in it (GitLab, Middleware).
        Resolved,
        /// Those that began and ended in it (DevLake).
        BeganAndResolved,
    }
}

choice! {
    /// Which number stands for all recoveries, and what becomes of failures that are still open.
    RecoveryStatistic {
        /// The Kaplan–Meier median: open failures count as lasting at least until now.
        KaplanMeier,
        /// The median of the closed ones; open ones are left out.
        MedianResolved,
        /// The mean of the closed ones; open ones are left out (Middleware).
        MeanResolved,
        /// The median, open ones counted as closed now.
        MedianOpenAsNow,
        /// The median of the medians of each day, of the closed ones (GitLab).
        MedianOfDailyMedians,
        /// The largest closed one whose percent rank is at most one half; open ones are left out (DevLake).
        LowerMedianResolved,
        /// The mean of the means of each service, of the closed ones (Pelorus).
        MeanOfServiceMeans,
        /// The median, open ones counted as lasting no time at all (Four Keys with PagerDuty).
        MedianOpenAsZero,
    }
}

choice! {
    /// How often, in one number.
    FrequencyStatistic {
        /// Deployments per day of the window.
        Rate,
        /// The median over complete weeks of days with a deployment, per day (Four Keys).
        MedianDaysPerWeek,
        /// The largest number of days with a deployment in a week, cut weeks included, whose percent rank is at most
        /// one half, per day (DevLake).
        LowerMedianDaysPerWeek,
        /// Deployments per calendar day, week or month of the window, cut ones included, in whole numbers rounded
        /// down; the first of the three that is not zero, per day (Middleware).
        WholeNumbers,
    }
}

choice! {
    /// On which day a week begins.
    WeekStart {
        /// On Monday, as ISO 8601 has it.
        Monday,
        /// On Sunday.
        Sunday,
    }
}

choice! {
    /// What is said of a metric that has nothing to measure.
    Empty {
        /// That there is nothing.
        Unknown,
        /// Zero, which looks like the best value there is.
        Zero,
    }
}

choice! {
    /// By which end a change belongs to a window.
    LeadAnchor {
        /// By its deployment: every lead time is known, and changes that wait are counted beside.
        Deployed,
        /// By its beginning: a survival curve, in which changes that wait count as lasting at least until now.
        Begun,
    }
}

choice! {
    /// How lead times of two windows are compared.
    LeadTest {
        /// By rank, on the medians of deployments (Mann–Whitney, or van Elteren within services).
        DeploymentMedians,
        /// By rank, on all changes, with deployments as clusters (Obuchowski).
        ClusteredChanges,
    }
}

choice! {
    /// How the interval of a frequency is found.
    FrequencyInterval {
        /// With the dispersion that was measured.
        QuasiPoisson,
        /// As if deployments were independent of each other (Garwood).
        Poisson,
    }
}

choice! {
    /// How recoveries of two windows are compared.
    RecoveryTest {
        /// Peto and Peto's test: early differences count most, as in a median.
        PetoPeto,
        /// The log-rank test: it tests hazards, not the median shown.
        LogRank,
    }
}

/// Whose definitions to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Preset {
    /// The definitions of dora.dev.
    #[default]
    Dora,
    /// dora-team/fourkeys.
    FourKeys,
    /// Apache DevLake.
    DevLake,
    /// GitLab's value stream analytics.
    GitLab,
    /// middlewarehq/middleware.
    Middleware,
    /// dora-metrics/pelorus.
    Pelorus,
}

macro_rules! definition {
    ($($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:expr,)+) => {
        /// The definitions in force; in a request, those given differ from the preset's; in a report, all are given.
        #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct Definition {
            $($(#[doc = $doc])+
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $field: Option<$type>,)+
        }

        /// A definition in which nothing is left open.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct Rules { $(pub(crate) $field: $type,)+ }

        impl Default for Rules {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl Rules {
            /// These rules, but for what `definition` says otherwise.
            pub(crate) fn but(self, definition: &Definition) -> Self {
                Self { $($field: definition.$field.clone().unwrap_or(self.$field),)+ }
            }

            /// The rules as a report states them.
            pub(crate) fn stated(&self) -> Definition {
                Definition { $($field: Some(self.$field.clone()),)+ }
            }

            /// What of these rules differs from others.
            pub(crate) fn stated_against(&self, other: &Self) -> Definition {
                Definition { $($field: (self.$field != other.$field).then(|| self.$field.clone()),)+ }
            }

            /// The options in which other rules differ, in the order in which they are declared: each with its name
            /// and what takes it over.
            pub(crate) fn steps_to(&self, other: &Self) -> Vec<(&'static str, fn(&mut Self, &Self))> {
                let mut steps: Vec<(&'static str, fn(&mut Self, &Self))> = Vec::new();
                $(if self.$field != other.$field {
                    steps.push((stringify!($field), |rules, other| rules.$field = other.$field.clone()));
                })+
                steps
            }
        }
    };
}

definition! {
    /// Environments whose deployments count, an empty list for all of them; default: `production`.
    environments: Vec<String> = vec!["production".to_owned()],
    /// How a deployment of what is already live is counted; default: `count`.
    redeploys: Redeploys = Redeploys::Count,
    /// How often, in one number; default: `rate`.
    frequency_statistic: FrequencyStatistic = FrequencyStatistic::Rate,
    /// How the interval of a frequency is found; default: `quasiPoisson`.
    frequency_interval: FrequencyInterval = FrequencyInterval::QuasiPoisson,
    /// On which day the weeks of `medianDaysPerWeek` begin; default: `monday`.
    week_start: WeekStart = WeekStart::Monday,
    /// What counts as one change; default: `commits`.
    change_unit: ChangeUnit = ChangeUnit::Commits,
    /// Where lead time begins; default: `committed`.
    lead_start: LeadStart = LeadStart::Committed,
    /// Which number stands for all lead times; default: `median`.
    lead_statistic: LeadStatistic = LeadStatistic::Median,
    /// By which end a change belongs to a window; default: `deployed`.
    lead_anchor: LeadAnchor = LeadAnchor::Deployed,
    /// How lead times of two windows are compared; default: `deploymentMedians`.
    lead_test: LeadTest = LeadTest::DeploymentMedians,
    /// To which whole units each lead time is cut; default: `exact`.
    lead_rounding: Rounding = Rounding::Exact,
    /// How a change finds its deployment; default: `auto`.
    change_link: ChangeLink = ChangeLink::Auto,
    /// Whether merge commits are changes; default: no.
    merge_commits: bool = false,
    /// How copies of one change are counted; default: `all`.
    copies: Copies = Copies::All,
    /// What becomes of changes deployed before they were made, and of failures repaired before they began; default:
    /// `drop`.
    backwards: Backwards = Backwards::Drop,
    /// Whether the first known deployment of a service ships changes; default: no, it would ship all of history.
    first_deployment: bool = false,
    /// Where an incident that names no deployment looks for its cause; default: `service`.
    incident_scope: IncidentScope = IncidentScope::Service,
    /// How long after a deployment an incident may begin and still be laid to it; default: `24h`.
    incident_limit: Span = Span::hours(24),
    /// Whether a deployment failed that says so of itself; default: yes.
    marks: bool = true,
    /// Whether a rollback marks a failure; default: yes.
    rollbacks: bool = true,
    /// Which deployment a rollback blames; default: `lastBefore`.
    blame: Blame = Blame::LastBefore,
    /// Whether a change reverted after it shipped marks a failure; default: yes.
    reverts: bool = true,
    /// Whether an unplanned repair marks the deployment it repairs, or the one before it, as failed; default: yes.
    hotfixes: bool = true,
    /// How long a deployment is watched: failures noticed later do not count, and younger deployments are immature;
    /// `0s`: no limit and no wait; default: `7d`.
    follow_up: Span = Span::days(7),
    /// What the numerator of the failure rate counts; default: `deployments`.
    failure_count: FailureCount = FailureCount::Deployments,
    /// What the denominator of the failure rate counts; default: `deployments`.
    failure_denominator: Denominator = Denominator::Deployments,
    /// Where recovery begins; default: `detected`.
    recovery_start: RecoveryStart = RecoveryStart::Detected,
    /// Which number stands for all recoveries; default: `kaplanMeier`.
    recovery_statistic: RecoveryStatistic = RecoveryStatistic::KaplanMeier,
    /// How recoveries of two windows are compared; default: `petoPeto`.
    recovery_test: RecoveryTest = RecoveryTest::PetoPeto,
    /// To which whole units each recovery is cut; default: `exact`.
    recovery_rounding: Rounding = Rounding::Exact,
    /// Which failures recovery counts in a window; default: `began`.
    recovery_window: RecoveryWindow = RecoveryWindow::Began,
    /// Whether recovery counts every incident, not only those a deployment caused; default: no.
    all_incidents: bool = false,
    /// What is said of lead time, failure rate and recovery where there is nothing to measure; default: `unknown`.
    empty: Empty = Empty::Unknown,
}

impl Rounding {
    /// A duration in microseconds, cut to whole units.
    pub(crate) fn apply(self, micros: i64) -> i64 {
        // Down is towards zero and up is towards later, as `TIMESTAMP_DIFF` and `ceil` have it.
        let minutes_up = || micros.div_euclid(MINUTE) + i64::from(micros.rem_euclid(MINUTE) > 0);
        match self {
            Self::Exact => micros,
            Self::MinutesDown => micros / MINUTE * MINUTE,
            Self::MinutesUp => minutes_up() * MINUTE,
            Self::HoursDown => micros / (60 * MINUTE) * (60 * MINUTE),
        }
    }
}

/// Microseconds of a minute.
const MINUTE: i64 = 60 * SECOND;
