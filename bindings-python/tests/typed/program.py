"""A program that mypy accepts: what users write, with the types that the package promises."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import truenorth as tn
from openfeature.evaluation_context import EvaluationContext
from truenorth import reports, requests
from truenorth.openfeature import TruenorthProvider

UTC = dt.timezone.utc


def ask(path: Path) -> reports.DoraReport:
    return tn.dora(
        path,
        by=["service"],
        bucket="week",
        time_zone="Europe/Berlin",
        last=dt.timedelta(days=90),
        as_of=dt.datetime(2025, 4, 1, tzinfo=UTC),
        definition={"follow_up": "7d", "backwards": "clamp"},
        compare="previous",
        targets=[{"metric": "leadTime", "at_most": 86_400}],
        calendar={"hours": [{"day": "monday", "from": "09:00", "to": "17:00"}], "holidays": ["2025-12-25"]},
    )


def ask_of_an_export(path: Path) -> reports.DoraReport:
    return tn.dora(
        path,
        format="csv",
        strictness="lenient",
        kind="deployment",
        input_time_zone="Europe/Berlin",
        host={"deployments_from": ["releases"]},
        last="30d",
    )


def show(report: reports.DoraReport) -> list[tuple[str, float, float | None]]:
    rows: list[tuple[str, float, float | None]] = []
    for group in report.groups:
        median = group.lead_time.median
        if median.kind == "value":
            high = median.interval.high if median.interval else None
            rows.append((group.name, median.value, high))
        else:
            print(f"{group.name}: {median.reason}, {median.have} of {median.need}")
    if report.overall.comparisons is not None and report.overall.comparisons.lead_time.arrow == "down":
        print("faster")
    begins: dt.datetime = report.window.from_
    watched: dt.timedelta | None = report.definition.follow_up
    print(begins, watched, report.groups.to_pandas().shape, report.to_polars().height, report.by_bucket().to_pandas())
    return rows


def window(year: int) -> requests.Window:
    return {"from": dt.datetime(year, 1, 1, tzinfo=UTC), "to": f"{year + 1}-01-01T00:00:00Z"}


def fill(table: tn.EventTable) -> int:
    events: list[requests.Event] = [
        {"deployment": {"service": "checkout", "finished_at": dt.datetime.now(UTC), "labels": {"tier": "gold"}}},
        {"pull_request": {"id": "acme/checkout#1"}},
    ]
    table.extend(events)
    table.extend(b"", strictness="lenient")
    table.extend([Path("a.jsonl"), Path("b.jsonl")])
    table.extend(["a.jsonl", "b.jsonl"])
    merged: int = table.settle().deployments
    return len(table) + merged + table.quality.accepted


def guard() -> tuple[str, str, str]:
    try:
        report = tn.dora(tn.EventTable(), window=window(2025))
    except tn.TruenorthError as error:
        if error.code == "emptyWindow":
            return error.code, error.path, error.message
        raise
    return report.schema, report.time_zone, tn.run("dora", {"by": ["team"]}).schema


def checkout(flags: tn.FlagSet, users: list[int]) -> list[bool]:
    somebody = flags.prepare({"targetingKey": "user-1", "seats": 25}, now=dt.datetime(2025, 4, 1, tzinfo=UTC))
    found: tn.FlagDetails = flags.evaluate("new-checkout", somebody)
    if found.error_code == "FLAG_NOT_FOUND" or found.reason == "DISABLED":
        print(found.error_message)
    limits: dict[str, int] | object = flags.object("limits", somebody, default={"seats": 3})
    steps: list[str] = [step.kind for step in flags.explain("new-checkout", somebody).steps]
    print(limits, steps, flags.number("share", tn.FlagContext("user-2")) * 2, [problem.path for problem in flags.problems])
    return flags.booleans("new-checkout", users, {"country": "DE"}, default=True)


def openfeature(flags: tn.FlagSet) -> list[str]:
    provider = TruenorthProvider(flags)
    details = provider.resolve_integer_details("seats", 3, EvaluationContext("user-1"))
    seats: int = details.value
    return provider.flags.names() + [f"{seats} {details.reason}"]
