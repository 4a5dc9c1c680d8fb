//! Why an option makes a difference, as the end of a sentence that begins with `because`.

use super::types::{
    Backwards, ChangeLink, ChangeUnit, Denominator, FailureCount, FrequencyStatistic, IncidentScope, LeadStart,
    LeadStatistic, RecoveryStart, RecoveryStatistic, RecoveryWindow, Rounding, Rules,
};
use crate::facts::human;

/// Why an option of these rules makes a difference.
pub(super) fn why(option: &str, rules: &Rules) -> String {
    if option == "environments" && !rules.environments.is_empty() {
        return format!("only deployments to {} count", human::list(&rules.environments));
    }
    let said = of_changes(option, rules).or_else(|| of_failures(option, rules)).or_else(|| of_recovery(option, rules));
    said.map_or_else(|| format!("{} differs", human::words(option)), str::to_owned)
}

fn of_changes(option: &str, rules: &Rules) -> Option<&'static str> {
    Some(match option {
        "environments" => "every environment counts",
        "frequency_statistic" => match rules.frequency_statistic {
            FrequencyStatistic::Rate => "deployments are counted per day",
            FrequencyStatistic::MedianDaysPerWeek => {
                "days with a deployment are counted, and the median week stands for all"
            }
            FrequencyStatistic::LowerMedianDaysPerWeek => {
                "days with a deployment are counted, and the lower median of weeks stands for all"
            }
            FrequencyStatistic::WholeNumbers => {
                "the frequency is rounded down to a whole number per day, week or month"
            }
        },
        "week_start" => "weeks begin on another day",
        "change_unit" => match rules.change_unit {
            ChangeUnit::Commits => "each commit is a change",
            ChangeUnit::PullRequests => "each pull request is one change",
        },
        "lead_start" => match rules.lead_start {
            LeadStart::Committed => "lead time begins with the commit",
            LeadStart::Authored => "lead time begins when the change was written",
            LeadStart::Merged => "lead time begins with the merge",
            LeadStart::Opened => "lead time begins with the pull request",
            LeadStart::FirstCommit => "lead time begins with the first commit of the pull request",
        },
        "lead_statistic" => match rules.lead_statistic {
            LeadStatistic::Median => "the median stands for all",
            LeadStatistic::Mean => "the mean stands for all, and a few old changes weigh heavily in it",
            LeadStatistic::LowerMedian => "the lower median stands for all",
            LeadStatistic::MedianOfDailyMedians => {
                "days count alike, however much each of them shipped: it is the median of the medians of days"
            }
            LeadStatistic::MeanOfServiceMeans => "the mean of the means of services stands for all",
        },
        "lead_rounding" => match rules.lead_rounding {
            Rounding::MinutesUp => "lead times are rounded up to minutes",
            _ => "lead times are rounded down",
        },
        "change_link" => match rules.change_link {
            ChangeLink::HeadOnly => "only the commit that was deployed counts, not what came with it",
            ChangeLink::Explicit => "only changes count whose deployment is named",
            ChangeLink::NextDeployment => "each change belongs to the next deployment in time",
            ChangeLink::Auto => "changes are linked by name first, and by time otherwise",
        },
        "merge_commits" => "merge commits are changes",
        "backwards" => match rules.backwards {
            Backwards::Drop => "changes deployed before they were made are left out",
            Backwards::Clamp => "negative lead times count as zero",
            Backwards::Keep => "negative lead times stay",
            Backwards::DropZeroToo => "lead times of zero are left out",
        },
        "first_deployment" => "what the first deployment shipped counts",
        _ => return None,
    })
}

fn of_failures(option: &str, rules: &Rules) -> Option<&'static str> {
    Some(match option {
        "incident_scope" => match rules.incident_scope {
            IncidentScope::Service => "an incident is laid to a deployment of its service",
            IncidentScope::Everywhere => "an incident is laid to the last deployment of anything",
            IncidentScope::Nowhere => "an incident that names no deployment is laid to none",
        },
        "incident_limit" => "an incident is laid to the last deployment, however long ago it was",
        "marks" => "what a deployment says of its own failing is not looked at",
        "rollbacks" => "rollbacks are no sign of failure",
        "reverts" => "reverts are no sign of failure",
        "hotfixes" => "unplanned repairs are no sign of failure",
        "follow_up" => "deployments too young to have failed count as well, and failures however late",
        "failure_count" => match rules.failure_count {
            FailureCount::Deployments => "failed deployments are counted",
            FailureCount::Incidents => "incidents are counted, not deployments that failed",
            FailureCount::AllIncidents => "all incidents are counted, whatever caused them",
        },
        "failure_denominator" => match rules.failure_denominator {
            Denominator::Deployments => "failures are divided by all deployments",
            Denominator::LessRollbacks => "failures are divided by deployments that are not rollbacks",
            Denominator::LessRework => "failures are divided by deployments that do not only repair",
            Denominator::Changes => "failures are divided by changes",
        },
        _ => return None,
    })
}

fn of_recovery(option: &str, rules: &Rules) -> Option<&'static str> {
    Some(match option {
        "recovery_start" => match rules.recovery_start {
            RecoveryStart::Detected => "recovery begins when the failure was noticed",
            RecoveryStart::Deployed => "recovery begins with the deployment that failed",
            RecoveryStart::Earliest => "recovery begins with the deployment or the incident, whichever came first",
        },
        "recovery_statistic" => match rules.recovery_statistic {
            RecoveryStatistic::KaplanMeier => "open failures count as lasting until now at least",
            RecoveryStatistic::MedianResolved => "open failures are left out",
            RecoveryStatistic::MeanResolved => "open failures are left out and the mean stands for all",
            RecoveryStatistic::MedianOpenAsNow => "open failures count as over now",
            RecoveryStatistic::MedianOfDailyMedians => {
                "open failures are left out and the median of the medians of days stands for all"
            }
            RecoveryStatistic::LowerMedianResolved => "open failures are left out and the lower median stands for all",
            RecoveryStatistic::MeanOfServiceMeans => {
                "open failures are left out and the mean of the means of services stands for all"
            }
            RecoveryStatistic::MedianOpenAsZero => "open failures count as no time at all",
        },
        "recovery_rounding" => match rules.recovery_rounding {
            Rounding::HoursDown => "recoveries are rounded down to hours",
            Rounding::MinutesUp => "recoveries are rounded up to minutes",
            _ => "recoveries are rounded down to minutes",
        },
        "recovery_window" => match rules.recovery_window {
            RecoveryWindow::Began => "failures count that began in the window",
            RecoveryWindow::Resolved => "failures count that ended in the window",
            RecoveryWindow::BeganAndResolved => "failures count that began and ended in the window",
        },
        "all_incidents" => "every incident counts, whatever caused it",
        "empty" => "nothing to measure is said as zero",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::presets::rules;
    use super::super::types::Preset;
    use super::*;

    #[test]
    fn every_option_in_which_a_preset_differs_has_its_reason() {
        let dora = Rules::default();
        for preset in Preset::ALL {
            let goal = rules(preset);
            for (option, _) in dora.steps_to(&goal) {
                assert!(!why(option, &goal).ends_with(" differs"), "{preset:?}: {option}");
            }
        }
    }
}
