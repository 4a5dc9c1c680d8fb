"""What a call costs: `python tests/speed.py`, after `maturin develop --release`.

The least of many rounds, the loop's own cost included.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable

import numpy as np
import truenorth as tn


def cost(call: Callable[[], object], number: int = 20_000) -> float:
    return min(timeit.repeat(call, number=number, repeat=7)) / number


def main() -> None:
    level = {"metric": "leadTime", "value": 3600.0}
    events = [{"deployment": {"service": "checkout", "finished_at": "2025-03-01T09:30:00Z"}}]
    report = tn.dora(events=events)
    small = tn.EventTable(events)
    print("nanoseconds a call")
    for name, call in {
        "dora_level: one request, one report": lambda: tn.dora_level(**level),
        "dora_level: the border alone, a mistake in it": lambda: _mistake(),
        "one attribute of a view": lambda: report.schema,
        "four attributes deep": lambda: report.overall.deployment_frequency.per_day.value,
        **_flags(),
    }.items():
        print(f"  {cost(call) * 1e9:8.0f}  {name}")
    print("microseconds a call")
    for name, call in {
        "dora: one event in the request": lambda: tn.dora(events=events),
        "dora: a table of one event": lambda: tn.dora(small),
        "to_dict": report.to_dict,
    }.items():
        print(f"  {cost(call, 2_000) * 1e6:8.1f}  {name}")
    rows = [
        {"deployment": {"id": f"d{index}", "service": f"s{index % 50}", "finished_at": f"2025-03-{index % 28 + 1:02}T09:30:00Z"}}
        for index in range(100_000)
    ]
    columns = {
        "id": np.array([f"d{index}" for index in range(100_000)], object),
        "service": np.array([f"s{index % 50}" for index in range(100_000)], object),
        "finished_at": np.arange(100_000) * np.timedelta64(1, "s") + np.datetime64("2025-03-01", "us"),
    }
    print("nanoseconds a row")
    sources: dict[str, Callable[[], object]] = {
        "rows": lambda: tn.EventTable(rows),
        "columns of numpy objects": lambda: tn.EventTable(columns, kind="deployment"),
    }
    try:
        import polars

        frame = polars.DataFrame({**columns, "id": list(columns["id"]), "service": list(columns["service"])}).with_columns(
            polars.col("finished_at").dt.replace_time_zone("UTC")
        )
        sources["a frame of polars"] = lambda: tn.EventTable(frame, kind="deployment")
    except ImportError:
        pass
    for name, call in sources.items():
        print(f"  {cost(call, 1) * 1e9 / 100_000:8.0f}  {name}")


def _flags() -> dict[str, Callable[[], object]]:
    """Three conditions and a split, as in the core's benchmark."""
    conditions = [
        {"attribute": "country", "in": ["US", "CA", "GB"]},
        {"attribute": "plan", "equals": "enterprise"},
        {"attribute": "seats", "atLeast": 10},
    ]
    variants = {"variants": {"on": True, "off": False}, "defaultVariant": "off"}
    split = [{"variant": "on", "weight": 50}, {"variant": "off", "weight": 50}]
    flags = tn.FlagSet.parse(
        {"version": 1, "flags": {"x": {**variants, "rules": [{"when": {"all": conditions}, "split": split}]}, "all": variants}}
    )
    context = {"targetingKey": "user-1", "country": "CA", "plan": "enterprise", "seats": 25}
    kept, prepared = tn.FlagContext(attributes=context), flags.prepare(context)
    units = [f"user-{index}" for index in range(100)]
    return {
        "boolean: everybody gets it": lambda: flags.boolean("all"),
        "boolean: a dict": lambda: flags.boolean("x", context, default=False),
        "boolean: a FlagContext": lambda: flags.boolean("x", kept, default=False),
        "boolean: a prepared FlagContext": lambda: flags.boolean("x", prepared, default=False),
        "evaluate: a dict": lambda: flags.evaluate("x", context),
        "booleans: 100 units, a dict": lambda: flags.booleans("x", units, context),
        "booleans: 100 units, prepared": lambda: flags.booleans("x", units, prepared),
    }


def _mistake() -> None:
    try:
        tn.dora_level(metric="leadTime", valu=1.0)  # type: ignore[call-arg]
    except tn.TruenorthError:
        pass


if __name__ == "__main__":
    main()
