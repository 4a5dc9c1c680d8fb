# Generated from the Rust types by core/tests/faces; do not edit.
"""What operations take: typed dictionaries, for those who check types.

Names are accepted in the wire's spelling too (`time_zone`). Times are `datetime` with a `tzinfo`, or text with an
offset; spans are `timedelta` of whole seconds, or text such as `7d`.
"""

from __future__ import annotations

from collections.abc import Mapping as _Mapping
from collections.abc import Sequence as _Sequence
from datetime import datetime, timedelta
from typing import Literal, TypedDict, Union

from ._json import JsonValue

__all__ = [
    "Backwards",
    "Band",
    "Blame",
    "Bucket",
    "Change",
    "ChangeLink",
    "ChangeUnit",
    "Column",
    "Compare",
    "Copies",
    "Definition",
    "Denominator",
    "Deployment",
    "DeploymentSource",
    "DeploymentStatus",
    "DoraCall",
    "DoraRequest",
    "Empty",
    "Event",
    "FailureCount",
    "FlagExplainRequest",
    "FlagsDiffRequest",
    "FlagsLintRequest",
    "FlagsRequest",
    "FlagsReweighRequest",
    "FlagsSimulateRequest",
    "Format",
    "FrequencyInterval",
    "FrequencyStatistic",
    "HostOptions",
    "Incident",
    "IncidentScope",
    "JsonValue",
    "Kind",
    "LeadAnchor",
    "LeadStart",
    "LeadStatistic",
    "LeadTest",
    "Level",
    "LevelRequest",
    "LintCode",
    "MappedEvent",
    "Mapping",
    "Metric",
    "Preset",
    "PresetsCall",
    "PresetsRequest",
    "PullRequest",
    "ReadOptions",
    "Reading",
    "RecoveryStart",
    "RecoveryStatistic",
    "RecoveryTest",
    "RecoveryWindow",
    "Redeploys",
    "Rounding",
    "Share",
    "Span",
    "Strictness",
    "Target",
    "Thresholds",
    "Time",
    "WeekStart",
    "Window",
    "WorkingCalendar",
    "WorkingHours",
]

# What becomes of a change that seems deployed before it was made.
Backwards = Literal["drop", "clamp", "keep", "dropZeroToo"]

# Which deployment a rollback blames, for 1 → 2 → 3 → back to 1.
Blame = Literal["lastBefore", "firstAfterTarget"]

# How a window is cut into buckets.
Bucket = Literal["day", "week", "month", "quarter"]

# How a change finds the deployment that shipped it.
ChangeLink = Literal["auto", "explicit", "nextDeployment", "headOnly"]

# What counts as one change.
ChangeUnit = Literal["commits", "pullRequests"]

# How cherry-picked copies of one change are counted.
Copies = Literal["all", "first"]

# What the denominator of the failure rate counts.
Denominator = Literal["deployments", "lessRollbacks", "lessRework", "changes"]

# What counts as a deployment, where a source has several things that may.
DeploymentSource = Literal["deployments", "runs", "releases", "mergedPullRequests"]

# How a deployment ended.
DeploymentStatus = Literal["success", "failure", "cancelled"]

# What is said of a metric that has nothing to measure.
Empty = Literal["unknown", "zero"]

# What the numerator of the failure rate counts.
FailureCount = Literal["deployments", "incidents", "allIncidents"]

# What a stream of bytes holds.
Format = Literal[
    "auto",
    "events",
    "csv",
    "cdevents",
    "github",
    "gitlab",
    "pagerDuty",
    "jira",
    "serviceNow",
    "mapped",
]

# How the interval of a frequency is found.
FrequencyInterval = Literal["quasiPoisson", "poisson"]

# How often, in one number.
FrequencyStatistic = Literal["rate", "medianDaysPerWeek", "lowerMedianDaysPerWeek", "wholeNumbers"]

# Among which deployments an incident that names none looks for its cause.
IncidentScope = Literal["service", "everywhere", "nowhere"]

# The kinds of event.
Kind = Literal["deployment", "change", "pullRequest", "incident"]

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

# A length of time: `90s`, `15m`, `24h`, `7d` or `2w`; a day is 24 hours.
Span = Union[timedelta, str]

# What happens at a record that cannot be taken.
Strictness = Literal["strict", "lenient"]

# A time: RFC 3339 text with an offset, such as `2025-03-01T09:30:00Z`.
Time = Union[datetime, str]

# On which day a week begins.
WeekStart = Literal["monday", "sunday"]


class Band(TypedDict):
    """Own bands of one metric."""

    level: Level
    """The level."""
    bound: float
    """The worst value that still has it: at most this for times and shares, at least this for frequency."""


class Change(TypedDict, total=False):
    """Something was changed: a commit, or what a team counts as one."""

    authored_at: Time | None
    """When it was first written."""
    committed_at: Time | None
    """When it was committed; the start of lead time by default."""
    copy_of: str | None
    """The sha of the change that it is a copy of (a cherry-pick)."""
    deployment: str | None
    """The id of the deployment that first shipped it, where known."""
    labels: _Mapping[str, str]
    """Further dimensions to group or filter by, such as `tier` or `region`."""
    merge: bool | None
    """Whether it is a merge commit, which adds no work of its own."""
    merged_at: Time | None
    """When it reached the branch that is deployed; absent means when it was committed."""
    repository: str | None
    """The repository, such as `acme/checkout`."""
    reverts: str | None
    """The sha of the change that it takes back."""
    service: str | None
    """The service (or application) it concerns."""
    sha: str | None
    """The commit's sha, or any id unique within its repository."""
    team: str | None
    """The team that owns it."""


# Where a field comes from.
Column = TypedDict(
    "Column",
    {
        # The value where none does.
        "constant": "str | None",
        # The first of these that holds something: columns of CSV, and in JSON dotted paths (`service.name`,
        # `teams.0.id`, `*` for all elements) or JSON pointers (`/service/name`).
        "from": "_Sequence[str]",
        # What any other word means; without it, another word is an error.
        "otherwise": "str | None",
        # What words mean, in any case: `{"Erledigt": "success"}`.
        "words": "_Mapping[str, str]",
    },
    total=False,
)


class Definition(TypedDict, total=False):
    """The definitions in force; in a request, those given differ from the preset's; in a report, all are given."""

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
    environments: _Sequence[str] | None
    """Environments whose deployments count, an empty list for all of them; default: `production`."""
    failure_count: FailureCount | None
    """What the numerator of the failure rate counts; default: `deployments`."""
    failure_denominator: Denominator | None
    """What the denominator of the failure rate counts; default: `deployments`."""
    first_deployment: bool | None
    """Whether the first known deployment of a service ships changes; default: no, it would ship all of history."""
    follow_up: Span | None
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
    incident_limit: Span | None
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


class Deployment(TypedDict, total=False):
    """Something was deployed."""

    baseline: bool | None
    """Whether it is the first known one, which ships all of history: its changes are left out of lead times."""
    changes: _Sequence[str]
    """The shas (or ids) of the changes it was the first to ship, where the source knows them."""
    environment: str | None
    """Where to, such as `production`; absent means `production`."""
    failed: bool | None
    """Whether somebody marked it as failed in production, needing intervention."""
    failed_at: Time | None
    """When that failure was noticed; absent means when it went live."""
    finished_at: Time | None
    """When it went live, or failed."""
    id: str | None
    """Its id, unique within service and environment; without one, service, environment, version and time tell it
    apart.
    """
    labels: _Mapping[str, str]
    """Further dimensions to group or filter by, such as `tier` or `region`."""
    remediates: str | None
    """The id of the deployment or incident that it repairs."""
    repository: str | None
    """The repository, such as `acme/checkout`."""
    restored_at: Time | None
    """When that failure was repaired."""
    rework: bool | None
    """Whether it was unplanned and made to fix a user-facing problem."""
    rollback: bool | None
    """Whether it put an earlier version back."""
    service: str | None
    """The service (or application) it concerns."""
    sha: str | None
    """The commit that was deployed."""
    started_at: Time | None
    """When it began."""
    status: DeploymentStatus | None
    """How it ended; absent means `success`."""
    team: str | None
    """The team that owns it."""
    version: str | None
    """What was deployed: a version or tag; a version seen before tells a rollback."""


class DoraRequest(TypedDict, total=False):
    """What to measure, how, and how to cut it."""

    as_of: Time | None
    """The instant up to which everything is known; absent: the latest event, never the clock."""
    bucket: Bucket | None
    """Buckets of the series; absent: no series."""
    by: _Sequence[str]
    """Dimensions to group by: `service`, `team`, `repository`, `environment` or `label.NAME`."""
    calendar: WorkingCalendar | None
    """Count only working time; absent: all time counts."""
    compare: Compare
    """What to compare with. Default: `"none"`."""
    confidence: float
    """The confidence level of intervals, and one minus the error rate of arrows. Default: `0.95`."""
    definition: Definition
    """Single definitions that differ from the preset's."""
    events: _Sequence[Event]
    """A few events, in the request itself; many belong in an event table."""
    filter: _Mapping[str, _Sequence[str]]
    """Only rows with one of these values, by dimension."""
    last: Span | None
    """Instead of `window`: so long before `as_of`, such as `30d`."""
    margin: float
    """How far two windows may differ and still count as the same (→), as a share of the value. Default: `0.1`."""
    preset: Preset
    """Whose definitions to start from. Default: `"dora"`."""
    targets: _Sequence[Target]
    """Targets to hold the numbers against."""
    thresholds: Thresholds | None
    """Own thresholds instead of a report year's."""
    time_zone: str | None
    """The IANA time zone of days, weeks and months; absent: UTC."""
    top: int | None
    """Only so many groups, those that deploy most in the window; the report says how many it leaves out, and
    adjusts tests for those that it holds. Absent: all.
    """
    window: Window | None
    """The window to measure; absent: from the day of the first deployment to that of `as_of`."""
    year: int
    """The report year whose levels to name; 0 for none. Default: `2024`."""


class _FlagExplainRequest(TypedDict):
    definitions: str
    """The file of flags, as JSON text."""
    flag: str
    """The flag."""


class FlagExplainRequest(_FlagExplainRequest, total=False):
    """Which flag to explain, and for whom."""

    context: _Mapping[str, JsonValue]
    """What is known of whom it is evaluated for, `targetingKey` above all."""
    now: Time | None
    """The instant of the evaluation, for rules and rollouts that begin or end; absent: those are an error."""


class _FlagsDiffRequest(TypedDict):
    before: str
    """The file of flags as it was, as JSON text."""
    after: str
    """The file of flags as it is to be, as JSON text."""


class FlagsDiffRequest(_FlagsDiffRequest, total=False):
    """Which files to hold against each other, and by whom."""

    contexts: _Sequence[_Mapping[str, JsonValue]]
    """What is known of each of whom it shall be said whether they move; empty: only the files are compared."""
    now: Time | None
    """The instant at which files are compared; absent: nothing is said of rules that begin, end or grow."""
    who: int | None
    """How many of those who move are named, for each way they go; absent: none. Private ones never are."""


class _FlagsLintRequest(TypedDict):
    definitions: str
    """The file of flags, as JSON text."""


class FlagsLintRequest(_FlagsLintRequest, total=False):
    """What file to look over, and for what."""

    ignore: _Sequence[LintCode]
    """No findings of these codes."""
    now: Time | None
    """What time it is; absent: nothing is said that depends on it."""
    only: _Sequence[LintCode]
    """Only findings of these codes; empty: of all."""
    require_expiry: bool
    """Whether flags without an end are told. Default: `False`."""
    require_owner: bool
    """Whether flags without an owner are told. Default: `False`."""
    stale_after: Span | None
    """How old a flag that gives everybody the same may be; absent: 90 days."""


class _FlagsRequest(TypedDict):
    definitions: str
    """The file of flags, as JSON text."""


class FlagsRequest(_FlagsRequest, total=False):
    """Which flags to evaluate, and for whom."""

    context: _Mapping[str, JsonValue]
    """What is known of whom they are evaluated for, `targetingKey` above all."""
    flags: _Sequence[str]
    """The flags to evaluate; empty: all of them."""
    now: Time | None
    """The instant of the evaluation, for rules and rollouts that begin or end; absent: those are an error."""


class _FlagsReweighRequest(TypedDict):
    definitions: str
    """The file of flags, as JSON text."""
    flag: str
    """The flag."""
    weights: _Sequence[Share]
    """The new weights, one for every variant that has buckets now; 0 takes them all away."""


class FlagsReweighRequest(_FlagsReweighRequest, total=False):
    """Which split gets which weights."""

    coverage: float | None
    """How many per cent of the units the ranges hold in all, above 0 and up to 100; absent: as many as now."""
    rule: str | None
    """The rule with the split: its `id`, or its place such as `rules[0]`; absent: the only one that has a split."""


class _FlagsSimulateRequest(TypedDict):
    definitions: str
    """The file of flags, as JSON text."""
    contexts: _Sequence[_Mapping[str, JsonValue]]
    """What is known of each for whom they are evaluated, `targetingKey` above all."""


class FlagsSimulateRequest(_FlagsSimulateRequest, total=False):
    """Which flags to evaluate, and for whom."""

    flags: _Sequence[str]
    """The flags to evaluate; empty: all of them."""
    now: Time | None
    """The instant of the evaluations, for rules and rollouts that begin or end; absent: those are an error."""


class HostOptions(TypedDict, total=False):
    """What the records of a code host mean; the same options for GitHub and GitLab."""

    deployments_from: _Sequence[DeploymentSource]
    """What counts as a deployment. Default: `["deployments"]`."""
    event: str | None
    """The name of the webhook's event, as its header says; without it, it is told from the payload's shape."""
    incident_labels: _Sequence[str]
    """Issues with one of these labels or types, in any case, are incidents. Default: `["incident"]`."""
    prereleases: bool
    """Whether pre-releases count as releases. Default: `False`."""
    runs: str | None
    """Which runs count, as a pattern of their name or file with `*` for anything, in any case: `*deploy*`."""


class Incident(TypedDict, total=False):
    """Something broke."""

    cause: str | None
    """`deployment` when a deployment caused it, `other` when none did; absent means not known."""
    deployment: str | None
    """The id of the deployment that caused it, where known."""
    environment: str | None
    """Where; absent means `production`."""
    id: str | None
    """Its id, unique within its source; records with the same id and service are merged."""
    labels: _Mapping[str, str]
    """Further dimensions to group or filter by, such as `tier` or `region`."""
    reopened_at: Time | None
    """When it came back after being resolved: it is open again until a later `resolved_at`."""
    repository: str | None
    """The repository, such as `acme/checkout`."""
    resolved_at: Time | None
    """When service was restored; absent while it is open."""
    service: str | None
    """The service (or application) it concerns."""
    severity: str | None
    """How bad, in the source's words."""
    sha: str | None
    """The commit that caused it, where known."""
    started_at: Time | None
    """When it began, or was noticed."""
    team: str | None
    """The team that owns it."""


class _LevelRequest(TypedDict):
    metric: Metric
    """The metric."""
    value: float
    """Its value: seconds, deployments a day, or a share."""


class LevelRequest(_LevelRequest, total=False):
    """Which level a value has."""

    bands: _Sequence[Band]
    """Own bands instead of a report year's."""
    high: float | None
    """The upper end of its interval; absent: the value itself."""
    low: float | None
    """The lower end of its interval; absent: the value itself."""
    year: int | None
    """The report year; absent: 2024. Default: `2024`."""


class _MappedEvent(TypedDict):
    kind: Kind
    """Its kind."""
    fields: _Mapping[str, Column]
    """Where its fields come from."""


class MappedEvent(_MappedEvent, total=False):
    """One event that a record gives."""

    each: _Sequence[str]
    """Lists inside each other: one event for each element of the last, such as `["changelog.histories",
    "items"]`. Columns are then looked up in the innermost element first and in the record last.
    """
    labels: _Mapping[str, Column]
    """Where its labels come from."""
    unless: _Mapping[str, _Sequence[str]]
    """Only records in which none of these columns has one of its words."""
    when: _Mapping[str, _Sequence[str]]
    """Only records in which each of these columns has one of its words, in any case, `*` for anything."""


class Mapping(TypedDict, total=False):
    """How records of another tool, JSON or CSV, become events."""

    description: str | None
    """What it is for, for people."""
    events: _Sequence[MappedEvent]
    """What each record gives; every rule that holds gives an event, and a record for which none holds is
    counted.
    """
    list: str | None
    """The name of the list that holds the records, in JSON that wraps them under an unusual name."""
    time_zone: str | None
    """The zone of times written without an offset: an IANA name, `UTC` or an offset such as `+02:00`. It is
    never guessed; `time_zone` among the options of reading goes before it. A time that occurs twice is the
    earlier one.
    """
    times: _Sequence[str]
    """How times are written, tried in order: `rfc3339`, `epochSeconds`, `epochMilliseconds`, or a pattern such
    as `%Y-%m-%d %H:%M:%S`; empty means `rfc3339`.
    """


class PresetsRequest(TypedDict, total=False):
    """What to measure under every preset. Days, weeks and months are those of UTC, as in all five tools."""

    as_of: Time | None
    """The instant up to which everything is known; absent: the latest event, never the clock."""
    definition: Definition
    """Single definitions that hold under every preset, such as the environments that count."""
    events: _Sequence[Event]
    """A few events, in the request itself; many belong in an event table."""
    filter: _Mapping[str, _Sequence[str]]
    """Only rows with one of these values, by dimension."""
    last: Span | None
    """Instead of `window`: so long before `as_of`, such as `30d`."""
    presets: _Sequence[Preset]
    """The presets to hold against `dora`; empty: all of them."""
    window: Window | None
    """The window to measure; absent: from the day of the first deployment to that of `as_of`."""


class PullRequest(TypedDict, total=False):
    """A pull or merge request, with the times of its stages."""

    approved_at: Time | None
    """When it was approved."""
    deployment: str | None
    """The id of the deployment that first shipped it, where known."""
    first_commit_at: Time | None
    """When its first commit was written."""
    first_review_at: Time | None
    """When somebody else first reviewed it."""
    id: str | None
    """Its id, such as `acme/checkout#17`."""
    labels: _Mapping[str, str]
    """Further dimensions to group or filter by, such as `tier` or `region`."""
    merge_sha: str | None
    """The commit that merged it: joins it to a change and so to a deployment."""
    merged_at: Time | None
    """When it was merged; absent while it is open, or when it was closed without a merge."""
    opened_at: Time | None
    """When it was opened."""
    repository: str | None
    """The repository, such as `acme/checkout`."""
    service: str | None
    """The service (or application) it concerns."""
    team: str | None
    """The team that owns it."""


class ReadOptions(TypedDict, total=False):
    """How to read a stream."""

    environment: str | None
    """The environment of records that name none."""
    environments: _Mapping[str, str] | None
    """What other tools' names of environments mean: patterns with `*` for anything, in any case, and the name to
    use; an exact name goes before a pattern, a longer pattern before a shorter one. Absent, `production`,
    `prod`, `prd` and `live` mean `production`, alone or followed by something other than a letter (`prod1`,
    `prod-eu`, `production_blue`); empty, every name stays as it is. Our own vocabulary is never renamed.
    """
    format: Format
    """What it holds. Default: `"auto"`."""
    host: HostOptions
    """What the records of GitHub or GitLab mean. Default:
    `{"deploymentsFrom":["deployments"],"event":null,"incidentLabels":["incident"],"prereleases":false,"runs":null}`.
    """
    kind: Kind | None
    """The kind of all rows of a CSV file that has no column `kind`."""
    mapping: Mapping | None
    """What its columns mean, for the format `mapped`."""
    name: str
    """The name of the file, for errors and origins. Default: `""`."""
    repository: str | None
    """The repository of records that name none."""
    service: str | None
    """The service of records that name none."""
    strictness: Strictness
    """What happens at a record that cannot be taken. Default: `"strict"`."""
    team: str | None
    """The team of records that name none."""
    time_zone: str | None
    """The zone of times that carry none, such as `Europe/Berlin` or `+02:00`; without it they are refused."""


class Share(TypedDict):
    """A share of the units."""

    variant: str
    """What they get."""
    weight: float
    """How many of them, against the sum of all weights."""


class _Target(TypedDict):
    metric: Metric
    """The metric."""


class Target(_Target, total=False):
    """A target for one metric."""

    at_least: float | None
    """The smallest value that meets it, in the metric's unit."""
    at_most: float | None
    """The largest value that meets it, in the metric's unit."""


class Thresholds(TypedDict, total=False):
    """Own thresholds; whatever reaches no band is `low`."""

    change_failure_rate: _Sequence[Band]
    """Change failure rate, as a share."""
    deployment_frequency: _Sequence[Band]
    """Deployment frequency, per day."""
    lead_time: _Sequence[Band]
    """Change lead time, in seconds."""
    recovery_time: _Sequence[Band]
    """Failed deployment recovery time, in seconds."""
    rework_rate: _Sequence[Band]
    """Deployment rework rate, as a share."""


# A half-open window of time: `from` is inside, `to` is not.
Window = TypedDict(
    "Window",
    {
        # The first instant inside.
        "from": "Time",
        # The first instant after.
        "to": "Time",
    },
)


class WorkingCalendar(TypedDict, total=False):
    """A working calendar: time outside it does not count towards durations."""

    freezes: _Sequence[Window]
    """Stretches in which nothing may be deployed."""
    holidays: _Sequence[str]
    """Dates on which nobody works, such as `2025-12-25`."""
    hours: _Sequence[WorkingHours]
    """Working hours; none given means all hours of Monday to Friday."""


# Working hours of one weekday, on the wall clock of the report's zone.
WorkingHours = TypedDict(
    "WorkingHours",
    {
        # `monday` to `sunday`.
        "day": "str",
        # When work begins, such as `09:00`.
        "from": "str",
        # When work ends, such as `17:30`; `24:00` is the end of the day.
        "to": "str",
    },
)


class Reading(TypedDict, total=False):
    """How what a function is asked of is read; all other options are those of `read`."""

    environments: _Mapping[str, str] | None
    """What other tools' names of environments mean: patterns with `*` for anything, in any case, and the name to
    use; an exact name goes before a pattern, a longer pattern before a shorter one. Absent, `production`,
    `prod`, `prd` and `live` mean `production`, alone or followed by something other than a letter (`prod1`,
    `prod-eu`, `production_blue`); empty, every name stays as it is. Our own vocabulary is never renamed.
    """
    format: Format
    """What it holds. Default: `"auto"`."""
    host: HostOptions
    """What the records of GitHub or GitLab mean. Default:
    `{"deploymentsFrom":["deployments"],"event":null,"incidentLabels":["incident"],"prereleases":false,"runs":null}`.
    """
    input_time_zone: str | None
    """The zone of times that carry none, such as `Europe/Berlin` or `+02:00`; without it they are refused."""
    kind: Kind | None
    """The kind of all rows of a CSV file that has no column `kind`."""
    mapping: Mapping | None
    """What its columns mean, for the format `mapped`."""
    name: str
    """The name of the file, for errors and origins. Default: `""`."""
    strictness: Strictness
    """What happens at a record that cannot be taken. Default: `"strict"`."""


class DoraCall(DoraRequest, Reading, total=False):
    """The keywords of `dora`."""


class PresetsCall(PresetsRequest, Reading, total=False):
    """The keywords of `dora_presets`."""


class _CompareWindow(TypedDict):
    """Any other window."""

    window: Window


# What to compare the window with.
Compare = Union[Literal["none", "previous"], _CompareWindow]


class _EventDeployment(TypedDict):
    """Something was deployed."""

    deployment: Deployment


class _EventChange(TypedDict):
    """Something was changed: a commit, or what a team counts as one."""

    change: Change


class _EventPullRequest(TypedDict):
    """A pull or merge request, with the times of its stages."""

    pull_request: PullRequest


class _EventIncident(TypedDict):
    """Something broke."""

    incident: Incident


# One event, tagged by its kind.
Event = Union[_EventDeployment, _EventChange, _EventPullRequest, _EventIncident]
