"""The five metrics by service and week, by Polars: run_polars.py EVENTS.jsonl

Definitions as in `truenorth_benches::work::weekly_simply`."""

import json
import resource
import sys
import time

import polars as pl


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def texts(*names):
    return pl.Struct({name: pl.String for name in names})


def at(name, to):
    return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us").alias(to)


path = sys.argv[1]
begun, clock = used(), time.perf_counter()
schema = {
    "change": texts("sha", "service", "committedAt", "mergedAt"),
    "deployment": pl.Struct({
        **dict.fromkeys(["id", "service", "environment", "finishedAt", "status"], pl.String), "rework": pl.Boolean,
    }),
    "incident": texts("id", "service", "startedAt", "resolvedAt"),
}
# As lines, of which each kind decodes its own: less time and memory than `scan_ndjson` takes, which makes three columns
# of structs of every line.
lines = pl.scan_csv(path, has_header=False, separator="\x01", quote_char=None, schema={"line": pl.String})


def part(kind, key):
    own = lines.filter(pl.col("line").str.starts_with(f'{{"{kind}":'))
    inner = own.select(pl.col("line").str.json_decode(pl.Struct({kind: schema[kind]}))).unnest("line").unnest(kind)
    return inner.unique(subset=[key])


chg, dep, inc = pl.collect_all([
    part("change", "sha").select("service", at("committedAt", "committed"), at("mergedAt", "merged")),
    part("deployment", "id")
    .filter((pl.col("environment") == "production") & (pl.col("status") == "success"))
    .select("id", "service", at("finishedAt", "finished"), pl.col("rework").fill_null(False)),
    part("incident", "id").select("id", "service", at("startedAt", "started"), at("resolvedAt", "resolved")),
])
read = used()
week = lambda name: pl.col(name).dt.truncate("1w").alias("w")
middle = lambda column, p: column.quantile(p, "linear")
frequency = dep.group_by("service", week("finished")).agg(pl.len().alias("n"), pl.col("rework").sum().alias("again"))
days = dep.group_by("service").agg(pl.col("finished").dt.date().n_unique().alias("n"))
dep = dep.sort("finished")
took = (
    chg.sort("merged")
    .join_asof(dep.select("service", "finished"), left_on="merged", right_on="finished", by="service", strategy="forward")
    .filter(pl.col("finished").is_not_null())
    .select("service", "finished", (pl.col("finished") - pl.col("committed")).dt.total_seconds().alias("seconds"))
)
del chg
lead = took.group_by("service", week("finished")).agg(pl.len().alias("n"), middle(pl.col("seconds"), 0.5).alias("q"))
service_lead = took.group_by("service").agg(
    middle(pl.col("seconds"), 0.5).alias("p50"), middle(pl.col("seconds"), 0.9).alias("p90")
)
del took
cause = (
    inc.sort("started")
    .join_asof(
        dep.select(pl.col("id").alias("cause"), "service", "finished"),
        left_on="started", right_on="finished", by="service", strategy="backward", tolerance="24h",
    )
    .filter(pl.col("cause").is_not_null())
)
failed = cause.select(pl.col("cause").alias("id")).unique().with_columns(pl.lit(1).alias("failed"))
failures = (
    dep.join(failed, on="id", how="left")
    .group_by("service", week("finished"))
    .agg(pl.len().alias("n"), pl.col("failed").sum())
)
recovery = cause.group_by("service", week("started")).agg(
    pl.len().alias("n"), middle((pl.col("resolved") - pl.col("started")).dt.total_seconds().drop_nulls(), 0.5).alias("q")
)
cpu, wall = used() - begun, time.perf_counter() - clock
numbers = lambda *values: [float(value or 0) for value in values]
print(json.dumps({
    "engine": f"polars {pl.__version__}",
    "cpu": cpu,
    "readCpu": read - begun,
    "wall": wall,
    "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    "sums": {
        "frequency": numbers(frequency.height, frequency["n"].sum(), days["n"].sum()),
        "lead": numbers(lead.height, lead["n"].sum(), lead["q"].sum()),
        "leadByService": numbers(service_lead["p50"].sum(), service_lead["p90"].sum()),
        "failures": numbers(failures.height, failures["n"].sum(), (failures["failed"] / failures["n"]).sum()),
        "recovery": numbers(recovery.height, recovery["n"].sum(), recovery["q"].sum()),
        "rework": numbers(frequency.height, frequency["n"].sum(), (frequency["again"] / frequency["n"]).sum()),
    },
}))
