# Generated from the Rust types by core/tests/faces; do not edit.
"""What operations answer: views, whose fields are read as attributes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from ._json import JsonValue
from ._views import Report, Rows, View

__all__ = [
    "Arrow",
    "Backwards",
    "Blame",
    "ChangeLink",
    "ChangeUnit",
    "Comparison",
    "Comparisons",
    "Copies",
    "Data",
    "Definition",
    "Denominator",
    "Difference",
    "DifferenceKind",
    "DoraGroup",
    "DoraReport",
    "Empty",
    "Estimate",
    "FailureCount",
    "FailureRate",
    "FlagChange",
    "FlagDifference",
    "FlagErrorCode",
    "FlagEvaluation",
    "FlagExplanation",
    "FlagMove",
    "FlagProblem",
    "FlagReason",
    "FlagStep",
    "FlagStepKind",
    "FlagStepOutcome",
    "FlagsDiffReport",
    "FlagsLintReport",
    "FlagsReport",
    "FlagsReweighReport",
    "FlagsSimulateReport",
    "Frequency",
    "FrequencyInterval",
    "FrequencyStatistic",
    "IncidentScope",
    "Interval",
    "LeadAnchor",
    "LeadStart",
    "LeadStatistic",
    "LeadTest",
    "LeadTime",
    "Level",
    "LevelAnswer",
    "LevelReport",
    "Levels",
    "LintCode",
    "LintFinding",
    "LintSeverity",
    "Metric",
    "Mix",
    "Period",
    "Preset",
    "PresetAnswer",
    "PresetsReport",
    "Quality",
    "Range",
    "Recovery",
    "RecoveryStart",
    "RecoveryStatistic",
    "RecoveryTest",
    "RecoveryWindow",
    "Redeploys",
    "Rejection",
    "ReworkRate",
    "Rounding",
    "Series",
    "SeriesValues",
    "Settled",
    "SimulatedError",
    "SimulatedFlag",
    "SimulatedPart",
    "SimulatedReason",
    "SimulatedRule",
    "SimulatedSplit",
    "SimulatedVariant",
    "SplitDifference",
    "Stage",
    "Target",
    "TargetVerdict",
    "Unit",
    "Unlinked",
    "UnmatchedFilter",
    "Verdict",
    "Waiting",
    "WeekStart",
    "Window",
]

# Where a number went: drawn by a test, not by a sign.
Arrow = Literal["up", "down", "same", "notProven"]

# What becomes of a change that seems deployed before it was made.
Backwards = Literal["drop", "clamp", "keep", "dropZeroToo"]

# Which deployment a rollback blames, for 1 → 2 → 3 → back to 1.
Blame = Literal["lastBefore", "firstAfterTarget"]

# How a change finds the deployment that shipped it.
ChangeLink = Literal["auto", "explicit", "nextDeployment", "headOnly"]

# What counts as one change.
ChangeUnit = Literal["commits", "pullRequests"]

# How cherry-picked copies of one change are counted.
Copies = Literal["all", "first"]

# What the denominator of the failure rate counts.
Denominator = Literal["deployments", "lessRollbacks", "lessRework", "changes"]

# What became of something.
DifferenceKind = Literal["added", "removed", "changed", "same"]

# What is said of a metric that has nothing to measure.
Empty = Literal["unknown", "zero"]

# What the numerator of the failure rate counts.
FailureCount = Literal["deployments", "incidents", "allIncidents"]

# What is wrong, in OpenFeature's words.
FlagErrorCode = Literal[
    "FLAG_NOT_FOUND",
    "PARSE_ERROR",
    "TYPE_MISMATCH",
    "TARGETING_KEY_MISSING",
    "INVALID_CONTEXT",
    "GENERAL",
]

# Why a value is what it is, in OpenFeature's words.
FlagReason = Literal["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED", "ERROR"]

# What a step looked at.
FlagStepKind = Literal[
    "prerequisite",
    "override",
    "holdout",
    "layer",
    "rule",
    "targeting",
    "segment",
    "group",
    "condition",
]

# What a step found.
FlagStepOutcome = Literal["yes", "no", "unknown", "stopped"]

# How the interval of a frequency is found.
FrequencyInterval = Literal["quasiPoisson", "poisson"]

# How often, in one number.
FrequencyStatistic = Literal["rate", "medianDaysPerWeek", "lowerMedianDaysPerWeek", "wholeNumbers"]

# Among which deployments an incident that names none looks for its cause.
IncidentScope = Literal["service", "everywhere", "nowhere"]

# By which end a change belongs to a window.
LeadAnchor = Literal["deployed", "begun"]

# Where lead time begins.
LeadStart = Literal["committed", "authored", "merged", "opened", "firstCommit"]

# Which number stands for all lead times.
LeadStatistic = Literal["median", "mean", "lowerMedian", "medianOfDailyMedians", "meanOfServiceMeans"]

# How lead times of two windows are compared.
LeadTest = Literal["deploymentMedians", "clusteredChanges"]

# A level of performance.
Level = Literal["low", "medium", "high", "elite"]

# What is found; matches on it need a wildcard arm.
LintCode = Literal[
    "malformed",
    "disagreeingVariants",
    "unknownSegment",
    "unknownPrerequisite",
    "expired",
    "stale",
    "neverMatches",
    "impossiblePattern",
    "shadowed",
    "sameAsAbove",
    "splitDoesNotAddUp",
    "coarseBuckets",
    "unusedVariant",
    "emptySegment",
    "unusedSegment",
    "unusedLayer",
    "unusedHoldout",
    "archivedPrerequisite",
    "disabledPrerequisite",
    "impossiblePrerequisite",
    "correlatedSplits",
    "biasedSplit",
    "overlappingLayer",
    "disagreeingTypes",
    "privateUnit",
    "notCompared",
    "noOwner",
    "noExpiry",
]

# How bad a finding is.
LintSeverity = Literal["error", "warning", "info"]

# One of the five metrics.
Metric = Literal["leadTime", "deploymentFrequency", "changeFailureRate", "recoveryTime", "reworkRate"]

# Whose definitions to start from.
Preset = Literal["dora", "fourKeys", "devLake", "gitLab", "middleware", "pelorus"]

# Where recovery begins.
RecoveryStart = Literal["detected", "deployed", "earliest"]

# Which number stands for all recoveries, and what becomes of failures that are still open.
RecoveryStatistic = Literal[
    "kaplanMeier",
    "medianResolved",
    "meanResolved",
    "medianOpenAsNow",
    "medianOfDailyMedians",
    "lowerMedianResolved",
    "meanOfServiceMeans",
    "medianOpenAsZero",
]

# How recoveries of two windows are compared.
RecoveryTest = Literal["petoPeto", "logRank"]

# Which failures recovery counts in a window.
RecoveryWindow = Literal["began", "resolved", "beganAndResolved"]

# How a deployment of what is already live is counted.
Redeploys = Literal["count", "drop"]

# To which whole units of time each duration is cut before anything else is made of it.
Rounding = Literal["exact", "minutesDown", "minutesUp", "hoursDown"]

# What a number counts.
Unit = Literal["seconds", "share", "perDay", "count", "ratio"]

# Whether a target is met.
Verdict = Literal["met", "breached", "notProven"]

# On which day a week begins.
WeekStart = Literal["monday", "sunday"]


class Comparison(View):
    """One metric in two windows."""

    __slots__ = ()

    current: Estimate
    """The value in the window."""
    previous: Estimate
    """The value in the other window."""
    change: Estimate
    """The change: a ratio for times and frequency (1 is no change), a difference for shares (0 is no change)."""
    test: str
    """The test that was made."""
    arrow: Arrow
    """Where it went."""
    better: bool | None
    """Whether that is for the better; absent when nothing is proven, or it stayed the same."""
    mix: Mix | None
    """What part of the difference lies in the mix of services."""
    p: float | None
    """Its p-value."""
    p_adjusted: float | None
    """The p-value adjusted for all tests of this report (Benjamini–Hochberg)."""
    restricted_mean: Estimate | None
    """The difference of mean durations, each cut at the horizon that its method names, in seconds; of recovery
    only.
    """


class Comparisons(View):
    """The five metrics in two windows."""

    __slots__ = ()

    lead_time: Comparison
    """Change lead time."""
    deployment_frequency: Comparison
    """Deployment frequency."""
    change_failure_rate: Comparison
    """Change failure rate."""
    recovery_time: Comparison
    """Failed deployment recovery time."""
    rework_rate: Comparison
    """Deployment rework rate."""


class Data(View):
    """What became of the data."""

    __slots__ = ()

    deployments: int
    """Deployments known, of all environments and outcomes."""
    changes: int
    """Changes known."""
    pull_requests: int
    """Pull requests known."""
    incidents: int
    """Incidents known."""
    merged: Settled
    """Records of things already known, merged into them."""
    read: Quality
    """What happened while reading."""
    deployments_without_changes: int
    """Deployments in the window that ship no known change."""
    unlinked_incidents: int
    """Incidents in the window that no deployment is known to have caused."""
    unfinished_deployments: int
    """Deployments in the window whose end is not known."""
    after_as_of: int
    """Events after `as_of`, left out."""
    unlinked: Rows[Unlinked]
    """Unlinked incidents in order of time, then deployments by service, the first thousand of them."""
    unmatched_filters: Rows[UnmatchedFilter]
    """Values of the request's `filter` that no row has, the first twenty of them."""


class Definition(View):
    """The definitions in force; in a request, those given differ from the preset's; in a report, all are given."""

    __slots__ = ()

    all_incidents: bool | None
    """Whether recovery counts every incident, not only those a deployment caused; default: no."""
    backwards: Backwards | None
    """What becomes of changes deployed before they were made, and of failures repaired before they began;
    default: `drop`.
    """
    blame: Blame | None
    """Which deployment a rollback blames; default: `lastBefore`."""
    change_link: ChangeLink | None
    """How a change finds its deployment; default: `auto`."""
    change_unit: ChangeUnit | None
    """What counts as one change; default: `commits`."""
    copies: Copies | None
    """How copies of one change are counted; default: `all`."""
    empty: Empty | None
    """What is said of lead time, failure rate and recovery where there is nothing to measure; default:
    `unknown`.
    """
    environments: list[str] | None
    """Environments whose deployments count, an empty list for all of them; default: `production`."""
    failure_count: FailureCount | None
    """What the numerator of the failure rate counts; default: `deployments`."""
    failure_denominator: Denominator | None
    """What the denominator of the failure rate counts; default: `deployments`."""
    first_deployment: bool | None
    """Whether the first known deployment of a service ships changes; default: no, it would ship all of history."""
    follow_up: timedelta | None
    """How long a deployment is watched: failures noticed later do not count, and younger deployments are
    immature; `0s`: no limit and no wait; default: `7d`.
    """
    frequency_interval: FrequencyInterval | None
    """How the interval of a frequency is found; default: `quasiPoisson`."""
    frequency_statistic: FrequencyStatistic | None
    """How often, in one number; default: `rate`."""
    hotfixes: bool | None
    """Whether an unplanned repair marks the deployment it repairs, or the one before it, as failed; default:
    yes.
    """
    incident_limit: timedelta | None
    """How long after a deployment an incident may begin and still be laid to it; default: `24h`."""
    incident_scope: IncidentScope | None
    """Where an incident that names no deployment looks for its cause; default: `service`."""
    lead_anchor: LeadAnchor | None
    """By which end a change belongs to a window; default: `deployed`."""
    lead_rounding: Rounding | None
    """To which whole units each lead time is cut; default: `exact`."""
    lead_start: LeadStart | None
    """Where lead time begins; default: `committed`."""
    lead_statistic: LeadStatistic | None
    """Which number stands for all lead times; default: `median`."""
    lead_test: LeadTest | None
    """How lead times of two windows are compared; default: `deploymentMedians`."""
    marks: bool | None
    """Whether a deployment failed that says so of itself; default: yes."""
    merge_commits: bool | None
    """Whether merge commits are changes; default: no."""
    recovery_rounding: Rounding | None
    """To which whole units each recovery is cut; default: `exact`."""
    recovery_start: RecoveryStart | None
    """Where recovery begins; default: `detected`."""
    recovery_statistic: RecoveryStatistic | None
    """Which number stands for all recoveries; default: `kaplanMeier`."""
    recovery_test: RecoveryTest | None
    """How recoveries of two windows are compared; default: `petoPeto`."""
    recovery_window: RecoveryWindow | None
    """Which failures recovery counts in a window; default: `began`."""
    redeploys: Redeploys | None
    """How a deployment of what is already live is counted; default: `count`."""
    reverts: bool | None
    """Whether a change reverted after it shipped marks a failure; default: yes."""
    rollbacks: bool | None
    """Whether a rollback marks a failure; default: yes."""
    week_start: WeekStart | None
    """On which day the weeks of `medianDaysPerWeek` begin; default: `monday`."""


class Difference(View):
    """What one option does to one number."""

    __slots__ = ()

    metric: Metric
    """The metric."""
    option: str
    """The option."""
    sentence: str
    """The same in a sentence."""
    from_: float | None
    """The number before; absent where there was none."""
    to: float | None
    """The number after; absent where there is none."""


class DoraGroup(View):
    """The five metrics of one group."""

    __slots__ = ()

    name: str
    """Its name: the values of the dimensions."""
    key: dict[str, str]
    """The value of each dimension; empty for the whole."""
    lead_time: LeadTime
    """Change lead time."""
    deployment_frequency: Frequency
    """Deployment frequency."""
    change_failure_rate: FailureRate
    """Change failure rate."""
    recovery_time: Recovery
    """Failed deployment recovery time."""
    rework_rate: ReworkRate
    """Deployment rework rate."""
    comparisons: Comparisons | None
    """Against the other window."""
    levels: Levels | None
    """The levels that the numbers allow."""
    series: Series | None
    """The five metrics by bucket."""
    targets: Rows[TargetVerdict]
    """Targets met, breached or not proven."""


class DoraReport(Report):
    """The five delivery metrics of a window, overall and by group."""

    __slots__ = ()

    schema: str
    """The schema of this report."""
    sentences: list[str]
    """What a manager would say, a sentence each."""
    window: Window
    """The window that was measured."""
    as_of: datetime
    """The instant up to which everything is known."""
    time_zone: str
    """The time zone of days, weeks and months."""
    time_zone_database: str
    """The release of the IANA time zone database."""
    confidence: float
    """The confidence level of intervals."""
    preset: Preset
    """Whose definitions were the start."""
    definition: Definition
    """All definitions in force."""
    by: list[str]
    """The dimensions of the groups."""
    buckets: Rows[Period]
    """The buckets of every series, in order."""
    overall: DoraGroup
    """Everything together."""
    groups: Rows[DoraGroup]
    """Each group, by name."""
    data: Data
    """What became of the data: nothing is dropped in silence."""
    compared_with: Window | None
    """The window it was compared with."""
    groups_left_out: int | None
    """How many groups the request's `top` leaves out; absent: none."""


class Estimate(View):
    """A measured value with its interval, or the reason why there is none: never a bare number, NaN or infinity."""

    __slots__ = ()
    _tag = "kind"
    _kinds = {
        "value": ("value", "unit", "interval", "n", "method", "note"),
        "notEnough": ("reason", "have", "need"),
    }

    kind: Literal["value", "notEnough"]
    """`value`: There is a value. `notEnough`: There are too few observations to say."""
    value: float
    """Of a `value`: The value itself."""
    unit: Unit
    """Of a `value`: What it counts."""
    interval: Interval | None
    """Of a `value`: Where the true value may lie; absent when too little is known to bound it at all (see
    `note`).
    """
    n: int
    """Of a `value`: How many observations stand behind it."""
    method: str
    """Of a `value`: How value and interval were found, such as `median, woodruff clustered by deployment`."""
    note: str | None
    """Of a `value`: Why there is no interval, or what else the reader must know; absent when nothing."""
    reason: str
    """Of a `notEnough`: Why, as a stable word: `noData`, `tooFewClusters`, `notReached`, …"""
    have: int
    """Of a `notEnough`: How many observations there are."""
    need: int
    """Of a `notEnough`: How many it would take."""


class FailureRate(View):
    """Which share of deployments failed in production."""

    __slots__ = ()

    rate: Estimate
    """The share."""
    failures: int
    """The numerator."""
    deployments: int
    """The denominator: deployments watched for the whole follow-up."""
    immature: int
    """Deployments too young to know."""
    immature_failures: int
    """Failures of immature deployments, not in the rate."""
    late_failures: int
    """Failures noticed after the follow-up, not in the rate."""


class FlagChange(View):
    """One place that differs."""

    __slots__ = ()

    path: str
    """Where it stands, such as `flags.x.rules[0].split[1].weight`; where it was, if it is not there any more."""
    kind: DifferenceKind
    """What became of it."""
    after: JsonValue | None
    """What it is; of a list of values, those that are new."""
    before: JsonValue | None
    """What it was; of a list of values, those that are gone."""


class FlagDifference(View):
    """What sets a flag apart from what it was."""

    __slots__ = ()

    flag: str
    """The flag's name."""
    kind: DifferenceKind
    """What became of it."""
    changes: Rows[FlagChange]
    """Its fields that differ; none for a flag that was added or removed."""
    splits: Rows[SplitDifference]
    """Its rules whose ranges differ, where they hash as they did."""
    moved: int
    """How many of the contexts get another variant."""
    moves: Rows[FlagMove]
    """From which variant to which, the most first."""
    share: float | None
    """How many of all units get another variant, from 0 to 1, where the definitions alone tell: nothing but
    hashes decides, and those spread units evenly.
    """


class FlagEvaluation(View):
    """A flag's value for somebody."""

    __slots__ = ()

    flag: str
    """The flag's name."""
    reason: FlagReason
    """Why, in OpenFeature's words."""
    metadata: dict[str, JsonValue]
    """What is known about the flag."""
    error_code: FlagErrorCode | None
    """What is wrong, where something is."""
    error_message: str | None
    """What is wrong, in a sentence."""
    rule: str | None
    """The rule that decided."""
    value: JsonValue | None
    """The value; absent where the caller's default stands."""
    variant: str | None
    """The variant; absent where the caller's default stands."""


class FlagExplanation(Report):
    """A flag's value for somebody, and each step by which it was found."""

    __slots__ = ()

    flag: str
    """The flag's name."""
    reason: FlagReason
    """Why, in OpenFeature's words."""
    steps: Rows[FlagStep]
    """What was looked at, in order."""
    sentences: list[str]
    """The steps in words, a sentence each."""
    error_code: FlagErrorCode | None
    """What is wrong, where something is."""
    error_message: str | None
    """What is wrong, in a sentence."""
    rule: str | None
    """The rule that decided."""
    value: JsonValue | None
    """The value; absent where the caller's default stands."""
    variant: str | None
    """The variant; absent where the caller's default stands."""


class FlagMove(View):
    """How many go from one variant to another."""

    __slots__ = ()

    count: int
    """How many."""
    share: float
    """How many of all contexts, from 0 to 1."""
    who: list[str]
    """Some of them, by their units."""
    from_: str | None
    """The variant as it was; absent: the caller's default."""
    to: str | None
    """The variant as it is to be; absent: the caller's default."""


class FlagProblem(View):
    """Something wrong in a file of flags."""

    __slots__ = ()

    code: str
    """A stable word, such as `wrongType`."""
    path: str
    """Where, such as `flags.x.rules[0].when`."""
    message: str
    """What, in a sentence."""
    flag: str | None
    """The flag that is malformed by it; absent where none is."""


class FlagStep(View):
    """One thing that was looked at."""

    __slots__ = ()

    path: str
    """Where it stands in the flag, such as `rules[0].when.all[1]`."""
    kind: FlagStepKind
    """What it is."""
    outcome: FlagStepOutcome
    """What was found."""
    private: bool
    """Whether the value is private and not shown."""
    out_of_time: bool
    """Whether the rule does not hold at this instant."""
    attribute: str | None
    """The attribute that was compared."""
    bucket: int | None
    """The unit's bucket, of a million; in a targeting, of the sum of weights."""
    expected: str | None
    """What it was compared with, in words; absent where that would say a private value."""
    found: JsonValue | None
    """Its value; absent where it is missing or private."""
    from_: int | None
    """The first bucket of the range that it was held against; absent where none holds it."""
    name: str | None
    """The name of the other flag, holdout, layer, segment or rule."""
    to: int | None
    """The bucket after the last of that range."""


class FlagsDiffReport(Report):
    """What sets two files of flags apart, and whom it moves."""

    __slots__ = ()

    schema: str
    """The version of this report: `truenorth/flags-diff/1`."""
    contexts: int
    """For how many both files were evaluated."""
    moved: int
    """For how many of them at least one flag gives another variant."""
    flags: Rows[FlagDifference]
    """Flags that differ, or that give somebody another variant, in alphabetical order."""
    others: Rows[FlagChange]
    """What else differs: segments, layers, holdouts and what stands at the top of the file."""
    problems_before: Rows[FlagProblem]
    """What is wrong with the file as it was."""
    problems_after: Rows[FlagProblem]
    """What is wrong with the file as it is to be."""
    sentences: list[str]
    """What should be known first, a sentence each: changes of weights that move more than they must."""
    now: datetime | None
    """The instant at which the files were compared."""


class FlagsLintReport(Report):
    """What lint found in a file of flags."""

    __slots__ = ()

    schema: str
    """The version of this report: `truenorth/flags-lint/1`."""
    flags: int
    """How many flags the file has."""
    errors: int
    """How many findings are errors."""
    warnings: int
    """How many findings are warnings."""
    infos: int
    """How many findings are only worth knowing."""
    findings: Rows[LintFinding]
    """What was found, by path."""
    now: datetime | None
    """What time it was taken to be; absent: nothing is said that depends on it."""


class FlagsReport(Report):
    """The flags' values, and what is wrong with the file."""

    __slots__ = ()

    schema: str
    """The version of this report: `truenorth/flags/1`."""
    evaluations: Rows[FlagEvaluation]
    """A flag each: in the order that was asked for, else in alphabetical order."""
    problems: Rows[FlagProblem]
    """What is wrong with single flags, segments, layers or holdouts; they harm no others."""


class FlagsReweighReport(Report):
    """The ranges to put in the place of a split, by which only those move who must."""

    __slots__ = ()

    schema: str
    """The version of this report: `truenorth/flags-reweigh/1`."""
    flag: str
    """The flag."""
    path: str
    """Where its rule stands, such as `flags.x.rules[0]`."""
    before: Rows[Range]
    """The ranges as they are."""
    ranges: Rows[Range]
    """The ranges as they should be written."""
    moved: int
    """How many buckets change hands: the sum of what variants gain."""
    share: float
    """How many of the units that the rule concerns move by it, from 0 to 1."""
    plain: int
    """How many buckets would change hands if the weights were written as a `split`."""


class FlagsSimulateReport(Report):
    """Who would get what, in numbers; nobody is exposed to anything by it."""

    __slots__ = ()

    schema: str
    """The version of this report: `truenorth/flags-simulate/1`."""
    contexts: int
    """For how many the flags were evaluated."""
    flags: Rows[SimulatedFlag]
    """A flag each: in the order that was asked for, else in alphabetical order."""
    problems: Rows[FlagProblem]
    """What is wrong with single flags, segments, layers or holdouts; they harm no others."""
    sentences: list[str]
    """What should be known first, a sentence each: splits that do not fall as they should, and errors."""
    now: datetime | None
    """The instant of the evaluations."""


class Frequency(View):
    """How often is deployed."""

    __slots__ = ()

    per_day: Estimate
    """Deployments per day of the window."""
    deployments: int
    """How many deployments."""
    teams: int
    """How many teams deployed."""
    services: int
    """How many services were deployed."""
    days: float
    """The length of the window, in days of 24 hours."""
    active_days: int
    """On how many calendar days something was deployed."""
    dispersion: float | None
    """Variance of the weekly counts over their mean: 1 for independent deployments."""
    lag_one: float | None
    """Correlation of each week's count with the next."""
    per_team_day: Estimate | None
    """The same divided by the number of teams, where teams are known."""


class Interval(View):
    """A confidence interval; an end that the data cannot bound is `None`, never infinity."""

    __slots__ = ()

    low: float | None
    """The lower end; absent when the data do not bound it."""
    high: float | None
    """The upper end; absent when the data do not bound it."""
    level: float
    """The confidence level, such as 0.95."""


class LeadTime(View):
    """From commit to production, of the changes deployed in the window."""

    __slots__ = ()

    median: Estimate
    """The number that stands for all: the median unless defined otherwise."""
    p90: Estimate
    """Nine in ten took at most this long."""
    changes: int
    """How many changes were deployed."""
    deployments: int
    """In how many deployments."""
    waiting: Waiting
    """Changes that are not deployed yet."""
    backwards: int
    """Changes that seem deployed before they were made."""
    baseline: int
    """Changes of first deployments, which ship all of history."""
    design_effect: float | None
    """How many times more the median varies than if changes were independent."""
    stages: Rows[Stage]
    """Where the time goes, of the pull requests deployed in the window."""


class LevelAnswer(View):
    """Which level a number has, where that can be said."""

    __slots__ = ()
    _tag = "kind"
    _kinds = {
        "level": ("level",),
        "span": ("lowest", "highest"),
        "notSeparable": ("levels", "reason"),
        "noLevels": ("reason",),
        "noData": (),
    }

    kind: Literal["level", "span", "notSeparable", "noLevels", "noData"]
    """`level`: The whole interval lies in one level. `span`: The interval spans several levels. `notSeparable`:
    The year's own table does not tell these levels apart, or is not monotone. `noLevels`: The year has no
    levels. `noData`: There is no number to place.
    """
    level: Level
    """Of a `level`: That level."""
    lowest: Level
    """Of a `span`: The lowest of them."""
    highest: Level
    """Of a `span`: The highest of them."""
    levels: list[Level]
    """Of a `notSeparable`: The levels it may be."""
    reason: str
    """Of a `notSeparable`: Why, in a sentence."""


class LevelReport(Report):
    """A level, and where it comes from."""

    __slots__ = ()

    answer: LevelAnswer
    """The level, where it can be told."""
    source: str
    """Where the year's table was read; empty for own bands."""


class Levels(View):
    """The levels of the metrics."""

    __slots__ = ()

    year: int
    """The report year; 0 for own thresholds."""
    source: str
    """Where the year's table was read."""
    lead_time: LevelAnswer
    """Change lead time."""
    deployment_frequency: LevelAnswer
    """Deployment frequency."""
    change_failure_rate: LevelAnswer
    """Change failure rate."""
    recovery_time: LevelAnswer
    """Failed deployment recovery time."""
    rework_rate: LevelAnswer
    """Deployment rework rate; no report year has levels for it."""
    archetypes: list[str]
    """The team archetypes of a year without levels."""


class LintFinding(View):
    """One thing that lint found."""

    __slots__ = ()

    path: str
    """Where it stands in the file, such as `flags.x.rules[0].when`."""
    code: LintCode
    """What it is."""
    severity: LintSeverity
    """How bad it is."""
    sentence: str
    """What is wrong, in a sentence."""
    flag: str | None
    """The flag that it is about; absent where it is about none."""
    related: str | None
    """Another place that it has to do with, such as the rule above."""


class Mix(View):
    """What part of an overall difference lies in the services and what part in their weights."""

    __slots__ = ()

    within: float
    """The difference inside services."""
    mix: float
    """The difference because some services deploy more, or less, than before."""


class Period(View):
    """One bucket of a window."""

    __slots__ = ()

    label: str
    """Its name: `2025-03-01`, `2025-W09`, `2025-03` or `2025-Q1`."""
    from_: datetime
    """The first instant inside the bucket and the window."""
    to: datetime
    """The first instant after the bucket, or after the window."""
    partial: bool
    """Whether the window's edge cuts the bucket short."""


class PresetAnswer(View):
    """What one tool says."""

    __slots__ = ()

    preset: Preset
    """The preset."""
    tool: str
    """The tool, in words."""
    lead_time: Estimate
    """Change lead time."""
    deployment_frequency: Estimate
    """Deployment frequency, per day."""
    change_failure_rate: Estimate
    """Change failure rate."""
    recovery_time: Estimate
    """Recovery time."""
    definition: Definition
    """The definitions that differ from `dora`."""
    differences: Rows[Difference]
    """Why the numbers differ, one option at a time: each is measured with the ones before it changed already, so
    that the steps of a metric lead from the number of `dora` to the tool's.
    """
    without_effect: list[str]
    """Options that differ but change no number of this history."""
    beyond: list[str]
    """What the tool does that no event can tell, a sentence each."""
    frequency_words: str | None
    """The tool's own words for the frequency, such as `Weekly`, where it has some."""


class PresetsReport(Report):
    """Why a dashboard says something else: one history under the definitions of several tools."""

    __slots__ = ()

    schema: str
    """The schema of this report."""
    sentences: list[str]
    """What a manager would say, a sentence each."""
    window: Window
    """The window that was measured."""
    as_of: datetime
    """The instant up to which everything is known."""
    presets: Rows[PresetAnswer]
    """What each preset says; the first is `dora`, which the others are held against."""


class Quality(View):
    """What happened while events were read: nothing is dropped in silence."""

    __slots__ = ()

    accepted: int
    """Records taken, whether new or another record of something known."""
    rejected: int
    """Records not taken."""
    ignored: int
    """Records of other kinds, such as build events, that no metric uses."""
    rejections: Rows[Rejection]
    """The rejected records, the first thousand of them."""
    unknown_fields: dict[str, int]
    """Fields that are not in the vocabulary, with how often they came."""
    ignored_kinds: dict[str, int]
    """Ignored kinds, with how often they came."""
    floored_times: int
    """Times finer than a microsecond, which were floored."""
    notes: dict[str, int]
    """What a source is known to leave out or could not link, with how often that came."""


class Range(View):
    """A range of buckets, of a million."""

    __slots__ = ()

    variant: str
    """What its units get."""
    from_: int
    """The first bucket, from 0."""
    to: int
    """The bucket after the last, up to 1 000 000."""


class Recovery(View):
    """How long it takes to recover from a failed deployment."""

    __slots__ = ()

    median: Estimate
    """The number that stands for all: the Kaplan–Meier median unless defined otherwise."""
    p90: Estimate
    """Nine in ten took at most this long."""
    failures: int
    """How many failures began in the window."""
    open: int
    """How many of them are still open at `as_of`."""
    backwards: int
    """How many of them seem repaired before they began: dropped, or counted as lasting no time, as `backwards`
    says.
    """


class Rejection(View):
    """A line or record that was not taken, and why."""

    __slots__ = ()

    file: str
    """The file it stands in; empty when given in memory."""
    line: int
    """The line, from 1; 0 when it is not known."""
    reason: str
    """Why, in a sentence."""


class ReworkRate(View):
    """Which share of deployments was unplanned, made to fix a user-facing problem."""

    __slots__ = ()

    rate: Estimate
    """The share."""
    rework: int
    """The numerator."""
    deployments: int
    """The denominator."""


class Series(View):
    """The five metrics by bucket: arrays as long as the report's `buckets`."""

    __slots__ = ()

    lead_time: SeriesValues
    """Median lead time, in seconds; `n` counts changes."""
    deployment_frequency: SeriesValues
    """Deployments per day; `n` counts deployments."""
    change_failure_rate: SeriesValues
    """Change failure rate; `n` counts deployments watched for the whole follow-up."""
    recovery_time: SeriesValues
    """Median recovery time, in seconds; `n` counts failures."""
    rework_rate: SeriesValues
    """Rework rate; `n` counts deployments."""


class SeriesValues(View):
    """One metric by bucket; what is not known is null, never zero."""

    __slots__ = ()

    value: list[float | None]
    """The value of each bucket."""
    low: list[float | None]
    """The lower end of its interval."""
    high: list[float | None]
    """The upper end of its interval."""
    n: list[int]
    """How many observations stand behind it."""


class Settled(View):
    """What [`EventTable::settle`] found: records of things already known, merged into them."""

    __slots__ = ()

    changes: int
    """Further records of known changes."""
    deployments: int
    """Further records of known deployments."""
    pull_requests: int
    """Further records of known pull requests."""
    incidents: int
    """Further records of known incidents."""


class SimulatedError(View):
    """How often something went wrong."""

    __slots__ = ()

    code: FlagErrorCode
    """What, in OpenFeature's words."""
    message: str
    """What, in a sentence."""
    count: int
    """How often."""


class SimulatedFlag(View):
    """What a flag gives."""

    __slots__ = ()

    flag: str
    """The flag's name."""
    variants: Rows[SimulatedVariant]
    """How many get which variant; those without one get the caller's default."""
    reasons: Rows[SimulatedReason]
    """How often which reason was given."""
    errors: Rows[SimulatedError]
    """What went wrong, and how often."""
    rules: Rows[SimulatedRule]
    """How many each rule decided, in order."""


class SimulatedPart(View):
    """How many units fall into the ranges of a variant."""

    __slots__ = ()

    count: int
    """How many."""
    share: float
    """How many of the units, from 0 to 1."""
    expected: float
    """How many its ranges should hold, from 0 to 1."""
    variant: str | None
    """The variant; absent: outside all ranges."""


class SimulatedReason(View):
    """How often a reason was given."""

    __slots__ = ()

    reason: FlagReason
    """The reason, in OpenFeature's words."""
    count: int
    """How often."""
    share: float
    """How often of all, from 0 to 1."""


class SimulatedRule(View):
    """How many a rule decided."""

    __slots__ = ()

    rule: str
    """The rule, such as `rules[0]` where it has no name."""
    count: int
    """How many it gave a variant."""
    share: float
    """How many of all, from 0 to 1."""
    unknown: int
    """For how many nobody can tell whether it concerns them: an attribute is missing or of another type."""
    split: SimulatedSplit | None
    """How its split falls; absent where it has none."""


class SimulatedSplit(View):
    """How the units that a rule hashed fall into its ranges, each unit once."""

    __slots__ = ()

    units: int
    """How many units it hashed."""
    parts: Rows[SimulatedPart]
    """The variants of its ranges, and what lies outside them."""
    mismatch: bool
    """Whether the units do not fall as they should: the adjusted chance is below 0.001."""
    adjusted: float | None
    """The same, adjusted for all splits of the report by Benjamini and Hochberg."""
    chi_square: float | None
    """Pearson's statistic of the counts against the ranges; absent where fewer than five are expected in a part."""
    needed: int | None
    """How many units it takes for a test, where there are too few."""
    p: float | None
    """The chance of such a statistic or a larger one where units fall evenly."""


class SimulatedVariant(View):
    """How many get a variant."""

    __slots__ = ()

    count: int
    """How many."""
    share: float
    """How many of all, from 0 to 1."""
    variant: str | None
    """The variant; absent: the caller's default."""


class SplitDifference(View):
    """How the ranges of a rule differ."""

    __slots__ = ()

    path: str
    """Where the rule stands now, such as `flags.x.rules[0]`."""
    share: float
    """How many of the units that it concerns get something else of it, from 0 to 1."""
    least: float
    """How many would have to for variants of these sizes."""
    ranges: Rows[Range]
    """Ranges of the same sizes that move no more than that; empty where those that stand there move no more
    either.
    """


class Stage(View):
    """One stage of lead time."""

    __slots__ = ()

    name: str
    """`coding`, `pickup`, `review`, `merge` or `deploy`."""
    median: Estimate
    """Its median."""
    p90: Estimate
    """Nine in ten took at most this long."""


class Target(View):
    """A target for one metric."""

    __slots__ = ()

    metric: Metric
    """The metric."""
    at_least: float | None
    """The smallest value that meets it, in the metric's unit."""
    at_most: float | None
    """The largest value that meets it, in the metric's unit."""


class TargetVerdict(View):
    """A target and how it stands."""

    __slots__ = ()

    target: Target
    """The target."""
    verdict: Verdict
    """How it stands."""
    reason: str
    """Why, in a sentence with value, interval and n."""


class Unlinked(View):
    """A deployment or incident that could not be joined to anything."""

    __slots__ = ()

    kind: str
    """`deployment` or `incident`."""
    id: str
    """Its id, where it has one."""
    service: str
    """Its service, where it has one."""
    file: str
    """The file it was read from; empty when given in memory."""
    line: int
    """The line, from 1; 0 when it is not known."""
    reason: str
    """Why, in a sentence."""


class UnmatchedFilter(View):
    """A value of the request's `filter` that no row has: a slip, mostly."""

    __slots__ = ()

    dimension: str
    """The dimension, such as `service`."""
    value: str
    """The value that was asked for."""
    nearest: list[str]
    """Known values that are most like it, at most three."""


class Waiting(View):
    """Changes that are merged but not deployed at `as_of`."""

    __slots__ = ()

    changes: int
    """How many."""
    median_age: float | None
    """Their median age, in seconds."""
    oldest_age: float | None
    """The age of the oldest, in seconds."""


class Window(View):
    """A half-open window of time: `from` is inside, `to` is not."""

    __slots__ = ()

    from_: datetime
    """The first instant inside."""
    to: datetime
    """The first instant after."""
