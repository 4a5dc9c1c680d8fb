//! What other tools would say: their definitions, as read in their code and documentation.
//!
//! Each preset is nothing but options of [`Definition`](super::Definition); what a tool does that no event can tell is
//! said beside its numbers ([`super::presets_said`]).

use super::types::{
    Backwards, ChangeLink, ChangeUnit, Denominator, Empty, FailureCount, FrequencyStatistic, IncidentScope, LeadStart,
    LeadStatistic, Preset, RecoveryStart, RecoveryStatistic, RecoveryWindow, Rounding, Rules, WeekStart,
};
use crate::ground::time::Span;

/// The rules of a preset.
pub(super) fn rules(preset: Preset) -> Rules {
    match preset {
        Preset::Dora => Rules::default(),
        Preset::FourKeys => four_keys(),
        Preset::DevLake => dev_lake(),
        Preset::GitLab => git_lab(),
        Preset::Middleware => middleware(),
        Preset::Pelorus => pelorus(),
    }
}

/// No tool knows reverts, rollbacks or hotfixes, or waits until a deployment has been watched for long enough.
fn incidents_alone() -> Rules {
    Rules {
        marks: false,
        rollbacks: false,
        reverts: false,
        hotfixes: false,
        follow_up: Span::hours(0),
        incident_limit: Span::hours(0),
        ..Rules::default()
    }
}

/// dora-team/fourkeys @6cc642e: `METRICS.md`, `queries/*.sql`, the dashboard.
fn four_keys() -> Rules {
    Rules {
        environments: Vec::new(),
        frequency_statistic: FrequencyStatistic::MedianDaysPerWeek,
        week_start: WeekStart::Sunday,
        lead_rounding: Rounding::MinutesDown,
        backwards: Backwards::DropZeroToo,
        incident_scope: IncidentScope::Nowhere,
        failure_count: FailureCount::Incidents,
        recovery_start: RecoveryStart::Earliest,
        recovery_statistic: RecoveryStatistic::MedianResolved,
        recovery_rounding: Rounding::HoursDown,
        all_incidents: true,
        empty: Empty::Zero,
        ..incidents_alone()
    }
}

/// apache/incubator-devlake @420e494: `plugins/dora`, the dashboards DORA and `DORADetails` for the report of 2023.
fn dev_lake() -> Rules {
    Rules {
        frequency_statistic: FrequencyStatistic::LowerMedianDaysPerWeek,
        change_unit: ChangeUnit::PullRequests,
        lead_start: LeadStart::FirstCommit,
        lead_statistic: LeadStatistic::LowerMedian,
        lead_rounding: Rounding::MinutesUp,
        incident_scope: IncidentScope::Everywhere,
        recovery_start: RecoveryStart::Deployed,
        recovery_statistic: RecoveryStatistic::LowerMedianResolved,
        recovery_rounding: Rounding::MinutesDown,
        recovery_window: RecoveryWindow::BeganAndResolved,
        ..incidents_alone()
    }
}

/// GitLab's documentation of its DORA metrics and gitlab-org issues #451752 (medians of daily medians, incidents per
/// deployment) and #356959 (incidents closed in the period).
fn git_lab() -> Rules {
    Rules {
        change_unit: ChangeUnit::PullRequests,
        lead_start: LeadStart::Merged,
        lead_statistic: LeadStatistic::MedianOfDailyMedians,
        failure_count: FailureCount::AllIncidents,
        recovery_statistic: RecoveryStatistic::MedianOfDailyMedians,
        recovery_window: RecoveryWindow::Resolved,
        all_incidents: true,
        ..incidents_alone()
    }
}

/// middlewarehq/middleware @5471e35: `service/code/lead_time.py`, `service/deployments/analytics.py`,
/// `service/incidents/incidents.py`.
fn middleware() -> Rules {
    Rules {
        frequency_statistic: FrequencyStatistic::WholeNumbers,
        change_unit: ChangeUnit::PullRequests,
        lead_start: LeadStart::FirstCommit,
        lead_statistic: LeadStatistic::Mean,
        backwards: Backwards::Clamp,
        recovery_statistic: RecoveryStatistic::MeanResolved,
        recovery_window: RecoveryWindow::Resolved,
        all_incidents: true,
        empty: Empty::Zero,
        ..incidents_alone()
    }
}

/// dora-metrics/pelorus @f0010df: `prometheus-rules.yaml`.
fn pelorus() -> Rules {
    Rules {
        environments: Vec::new(),
        change_link: ChangeLink::HeadOnly,
        // The commit that is deployed is the change, whatever it is.
        merge_commits: true,
        first_deployment: true,
        lead_statistic: LeadStatistic::MeanOfServiceMeans,
        backwards: Backwards::Keep,
        failure_count: FailureCount::AllIncidents,
        failure_denominator: Denominator::Changes,
        recovery_statistic: RecoveryStatistic::MeanOfServiceMeans,
        recovery_window: RecoveryWindow::Resolved,
        all_incidents: true,
        ..incidents_alone()
    }
}
