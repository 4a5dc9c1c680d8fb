//! The same five metrics, wherever they stand.

use super::{Comparison, Comparisons, DoraGroup, LevelAnswer, Levels, Metric, Series, SeriesValues};
use crate::facts::{Estimate, Unit};

impl Metric {
    /// All five, in the order in which they are reported.
    pub const ALL: [Metric; 5] = [
        Metric::LeadTime,
        Metric::DeploymentFrequency,
        Metric::ChangeFailureRate,
        Metric::RecoveryTime,
        Metric::ReworkRate,
    ];

    /// What its number counts.
    pub const fn unit(self) -> Unit {
        match self {
            Metric::LeadTime | Metric::RecoveryTime => Unit::Seconds,
            Metric::DeploymentFrequency => Unit::PerDay,
            Metric::ChangeFailureRate | Metric::ReworkRate => Unit::Share,
        }
    }
}

impl DoraGroup {
    /// The number of a metric.
    pub const fn estimate(&self, metric: Metric) -> &Estimate {
        match metric {
            Metric::LeadTime => &self.lead_time.median,
            Metric::DeploymentFrequency => &self.deployment_frequency.per_day,
            Metric::ChangeFailureRate => &self.change_failure_rate.rate,
            Metric::RecoveryTime => &self.recovery_time.median,
            Metric::ReworkRate => &self.rework_rate.rate,
        }
    }
}

impl Comparisons {
    /// The comparison of a metric.
    pub const fn of(&self, metric: Metric) -> &Comparison {
        match metric {
            Metric::LeadTime => &self.lead_time,
            Metric::DeploymentFrequency => &self.deployment_frequency,
            Metric::ChangeFailureRate => &self.change_failure_rate,
            Metric::RecoveryTime => &self.recovery_time,
            Metric::ReworkRate => &self.rework_rate,
        }
    }
}

impl Levels {
    /// The level of a metric.
    pub const fn of(&self, metric: Metric) -> &LevelAnswer {
        match metric {
            Metric::LeadTime => &self.lead_time,
            Metric::DeploymentFrequency => &self.deployment_frequency,
            Metric::ChangeFailureRate => &self.change_failure_rate,
            Metric::RecoveryTime => &self.recovery_time,
            Metric::ReworkRate => &self.rework_rate,
        }
    }
}

impl Series {
    /// The series of a metric.
    pub const fn of(&self, metric: Metric) -> &SeriesValues {
        match metric {
            Metric::LeadTime => &self.lead_time,
            Metric::DeploymentFrequency => &self.deployment_frequency,
            Metric::ChangeFailureRate => &self.change_failure_rate,
            Metric::RecoveryTime => &self.recovery_time,
            Metric::ReworkRate => &self.rework_rate,
        }
    }
}
