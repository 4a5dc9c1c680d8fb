# Generated from the list of operations by core/tests/faces; do not edit.
"""Every operation as a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

from . import reports
from ._truenorth import ask, call
from ._views import Report

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import requests
    from ._views import EventSource

__all__ = [
    "ErrorCode",
    "dora",
    "dora_level",
    "dora_presets",
    "flags_diff",
    "flags_evaluate",
    "flags_explain",
    "flags_lint",
    "flags_reweigh",
    "flags_simulate",
    "run",
]

# The stable word for a kind of error.
ErrorCode = Literal[
    "invalidJson",
    "unknownField",
    "unknownValue",
    "missingField",
    "wrongType",
    "outOfRange",
    "invalidTime",
    "invalidDuration",
    "unknownTimeZone",
    "invalidPattern",
    "emptyWindow",
    "conflict",
    "unknownOperation",
    "missingTable",
    "tooLarge",
    "invalidRecord",
    "invalidUtf8",
    "truncated",
    "unreadable",
    "unknownFormat",
    "incompleteHistory",
    "disclosure",
    "cancelled",
    "internal",
]


def dora(*sources: EventSource, **keywords: Unpack[requests.DoraCall]) -> reports.DoraReport:
    """Measures change lead time, deployment frequency, change failure rate, failed deployment recovery time and
    rework rate.

    Args:
        *sources: A table, paths of files and folders, bytes, rows or data frames. A few events may stand in the
            request instead.
        as_of: The instant up to which everything is known; absent: the latest event, never the clock.
        bucket: Buckets of the series; absent: no series.
        by: Dimensions to group by: `service`, `team`, `repository`, `environment` or `label.NAME`.
        calendar: Count only working time; absent: all time counts.
        compare: What to compare with. Default: `"none"`.
        confidence: The confidence level of intervals, and one minus the error rate of arrows. Default:
            `0.95`.
        definition: Single definitions that differ from the preset's.
        events: A few events, in the request itself; many belong in an event table.
        filter: Only rows with one of these values, by dimension.
        last: Instead of `window`: so long before `as_of`, such as `30d`.
        margin: How far two windows may differ and still count as the same (→), as a share of the value.
            Default: `0.1`.
        preset: Whose definitions to start from. Default: `"dora"`.
        targets: Targets to hold the numbers against.
        thresholds: Own thresholds instead of a report year's.
        time_zone: The IANA time zone of days, weeks and months; absent: UTC.
        top: Only so many groups, those that deploy most in the window; the report says how many it leaves
            out, and adjusts tests for those that it holds. Absent: all.
        window: The window to measure; absent: from the day of the first deployment to that of `as_of`.
        year: The report year whose levels to name; 0 for none. Default: `2024`.

    How what is asked of is read (`read` has these and more):
        environments: What other tools' names of environments mean: patterns with `*` for anything, in any
            case, and the name to use; an exact name goes before a pattern, a longer pattern before a shorter
            one. Absent, `production`, `prod`, `prd` and `live` mean `production`, alone or followed by
            something other than a letter (`prod1`, `prod-eu`, `production_blue`); empty, every name stays as
            it is. Our own vocabulary is never renamed.
        format: What it holds. Default: `"auto"`.
        host: What the records of GitHub or GitLab mean. Default:
            `{"deploymentsFrom":["deployments"],"event":null,"incidentLabels":["incident"],"prereleases":false,"runs":null}`.
        input_time_zone: The zone of times that carry none, such as `Europe/Berlin` or `+02:00`; without
            it they are refused.
        kind: The kind of all rows of a CSV file that has no column `kind`.
        mapping: What its columns mean, for the format `mapped`.
        name: The name of the file, for errors and origins. Default: `""`.
        strictness: What happens at a record that cannot be taken. Default: `"strict"`.

    Raises:
        TruenorthError: With `code`, `path` and `message`.
    """
    return reports.DoraReport(ask("dora", sources, keywords))


def dora_presets(*sources: EventSource, **keywords: Unpack[requests.PresetsCall]) -> reports.PresetsReport:
    """Shows one history under the definitions of several tools, and which definition makes which difference.

    Args:
        *sources: A table, paths of files and folders, bytes, rows or data frames. A few events may stand in the
            request instead.
        as_of: The instant up to which everything is known; absent: the latest event, never the clock.
        definition: Single definitions that hold under every preset, such as the environments that count.
        events: A few events, in the request itself; many belong in an event table.
        filter: Only rows with one of these values, by dimension.
        last: Instead of `window`: so long before `as_of`, such as `30d`.
        presets: The presets to hold against `dora`; empty: all of them.
        window: The window to measure; absent: from the day of the first deployment to that of `as_of`.

    How what is asked of is read (`read` has these and more):
        environments: What other tools' names of environments mean: patterns with `*` for anything, in any
            case, and the name to use; an exact name goes before a pattern, a longer pattern before a shorter
            one. Absent, `production`, `prod`, `prd` and `live` mean `production`, alone or followed by
            something other than a letter (`prod1`, `prod-eu`, `production_blue`); empty, every name stays as
            it is. Our own vocabulary is never renamed.
        format: What it holds. Default: `"auto"`.
        host: What the records of GitHub or GitLab mean. Default:
            `{"deploymentsFrom":["deployments"],"event":null,"incidentLabels":["incident"],"prereleases":false,"runs":null}`.
        input_time_zone: The zone of times that carry none, such as `Europe/Berlin` or `+02:00`; without
            it they are refused.
        kind: The kind of all rows of a CSV file that has no column `kind`.
        mapping: What its columns mean, for the format `mapped`.
        name: The name of the file, for errors and origins. Default: `""`.
        strictness: What happens at a record that cannot be taken. Default: `"strict"`.

    Raises:
        TruenorthError: With `code`, `path` and `message`.
    """
    return reports.PresetsReport(ask("doraPresets", sources, keywords))


def dora_level(**keywords: Unpack[requests.LevelRequest]) -> reports.LevelReport:
    """Places one value among the levels of a report year, where its own table lets them be told apart.

    Args:
        metric: The metric.
        value: Its value: seconds, deployments a day, or a share.
        bands: Own bands instead of a report year's.
        high: The upper end of its interval; absent: the value itself.
        low: The lower end of its interval; absent: the value itself.
        year: The report year; absent: 2024. Default: `2024`.

    Raises:
        TruenorthError: With `code`, `path` and `message`.
    """
    return reports.LevelReport(ask("doraLevel", (), keywords))


def flags_evaluate(**keywords: Unpack[requests.FlagsRequest]) -> reports.FlagsReport:
    """Evaluates feature flags of a file for somebody.

    Args:
        definitions: The file of flags, as JSON text.
        context: What is known of whom they are evaluated for, `targetingKey` above all.
        flags: The flags to evaluate; empty: all of them.
        now: The instant of the evaluation, for rules and rollouts that begin or end; absent: those are an
            error.

    Raises:
        TruenorthError: With `code`, `path` and `message`.
    """
    return reports.FlagsReport(ask("flagsEvaluate", (), keywords))


def flags_explain(**keywords: Unpack[requests.FlagExplainRequest]) -> reports.FlagExplanation:
    """Evaluates one feature flag of a file for somebody, and says why.

    Args:
        definitions: The file of flags, as JSON text.
        flag: The flag.
        context: What is known of whom it is evaluated for, `targetingKey` above all.
        now: The instant of the evaluation, for rules and rollouts that begin or end; absent: those are an
            error.

    Raises:
        TruenorthError: With `code`, `path` and `message`.
    """
    return reports.FlagExplanation(ask("flagsExplain", (), keywords))


def flags_lint(**keywords: Unpack[requests.FlagsLintRequest]) -> reports.FlagsLintReport:
    """Looks a file of feature flags over: what cannot be used, and what is probably not meant.

    Args:
        definitions: The file of flags, as JSON text.
        ignore: No findings of these codes.
        now: What time it is; absent: nothing is said that depends on it.
        only: Only findings of these codes; empty: of all.
        require_expiry: Whether flags without an end are told. Default: `False`.
        require_owner: Whether flags without an owner are told. Default: `False`.
        stale_after: How old a flag that gives everybody the same may be; absent: 90 days.

    Raises:
        TruenorthError: With `code`, `path` and `message`.
    """
    return reports.FlagsLintReport(ask("flagsLint", (), keywords))


def flags_simulate(**keywords: Unpack[requests.FlagsSimulateRequest]) -> reports.FlagsSimulateReport:
    """Evaluates feature flags of a file for many at once: who would get what, and whether splits fall as they
    should.

    Args:
        definitions: The file of flags, as JSON text.
        contexts: What is known of each for whom they are evaluated, `targetingKey` above all.
        flags: The flags to evaluate; empty: all of them.
        now: The instant of the evaluations, for rules and rollouts that begin or end; absent: those are
            an error.

    Raises:
        TruenorthError: With `code`, `path` and `message`.
    """
    return reports.FlagsSimulateReport(ask("flagsSimulate", (), keywords))


def flags_diff(**keywords: Unpack[requests.FlagsDiffRequest]) -> reports.FlagsDiffReport:
    """Says what sets two files of feature flags apart, how many it moves, and who.

    Args:
        before: The file of flags as it was, as JSON text.
        after: The file of flags as it is to be, as JSON text.
        contexts: What is known of each of whom it shall be said whether they move; empty: only the files
            are compared.
        now: The instant at which files are compared; absent: nothing is said of rules that begin, end or
            grow.
        who: How many of those who move are named, for each way they go; absent: none. Private ones never
            are.

    Raises:
        TruenorthError: With `code`, `path` and `message`.
    """
    return reports.FlagsDiffReport(ask("flagsDiff", (), keywords))


def flags_reweigh(**keywords: Unpack[requests.FlagsReweighRequest]) -> reports.FlagsReweighReport:
    """Turns new weights of a split into ranges by which only those move who must.

    Args:
        definitions: The file of flags, as JSON text.
        flag: The flag.
        weights: The new weights, one for every variant that has buckets now; 0 takes them all away.
        coverage: How many per cent of the units the ranges hold in all, above 0 and up to 100; absent: as
            many as now.
        rule: The rule with the split: its `id`, or its place such as `rules[0]`; absent: the only one
            that has a split.

    Raises:
        TruenorthError: With `code`, `path` and `message`.
    """
    return reports.FlagsReweighReport(ask("flagsReweigh", (), keywords))


@overload
def run(
    operation: Literal["dora"], request: requests.DoraRequest = ..., /, *sources: EventSource
) -> reports.DoraReport: ...

@overload
def run(
    operation: Literal["doraPresets"], request: requests.PresetsRequest = ..., /, *sources: EventSource
) -> reports.PresetsReport: ...

@overload
def run(
    operation: Literal["doraLevel"], request: requests.LevelRequest = ..., /, *sources: EventSource
) -> reports.LevelReport: ...

@overload
def run(
    operation: Literal["flagsEvaluate"], request: requests.FlagsRequest = ..., /, *sources: EventSource
) -> reports.FlagsReport: ...

@overload
def run(
    operation: Literal["flagsExplain"], request: requests.FlagExplainRequest = ..., /, *sources: EventSource
) -> reports.FlagExplanation: ...

@overload
def run(
    operation: Literal["flagsLint"], request: requests.FlagsLintRequest = ..., /, *sources: EventSource
) -> reports.FlagsLintReport: ...

@overload
def run(
    operation: Literal["flagsSimulate"], request: requests.FlagsSimulateRequest = ..., /, *sources: EventSource
) -> reports.FlagsSimulateReport: ...

@overload
def run(
    operation: Literal["flagsDiff"], request: requests.FlagsDiffRequest = ..., /, *sources: EventSource
) -> reports.FlagsDiffReport: ...

@overload
def run(
    operation: Literal["flagsReweigh"], request: requests.FlagsReweighRequest = ..., /, *sources: EventSource
) -> reports.FlagsReweighReport: ...

@overload
def run(operation: str, request: Mapping[str, object] = ..., /, *sources: EventSource) -> Report: ...


def run(operation: str, request: Any = {}, /, *sources: Any) -> Report:
    """Runs any operation by its name in the list; for requests that come from elsewhere, such as parsed JSON.

    Nothing in the request is ever opened as a file.
    """
    data = call(operation, sources, request)
    return _REPORTS[operation](data)


_REPORTS: dict[str, type[Report]] = {
    "dora": reports.DoraReport,
    "doraPresets": reports.PresetsReport,
    "doraLevel": reports.LevelReport,
    "flagsEvaluate": reports.FlagsReport,
    "flagsExplain": reports.FlagExplanation,
    "flagsLint": reports.FlagsLintReport,
    "flagsSimulate": reports.FlagsSimulateReport,
    "flagsDiff": reports.FlagsDiffReport,
    "flagsReweigh": reports.FlagsReweighReport,
}
