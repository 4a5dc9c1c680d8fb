"""The five metrics by service and week, by DuckDB: run_duckdb.py EVENTS.jsonl

Definitions as in `truenorth_benches::work::weekly_simply`. Reading into tables first is what DuckDB needs: an ASOF join
straight on a JSON file does not come to an end."""

import json
import os
import resource
import sys
import time

import duckdb


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


path = sys.argv[1]
begun, clock = used(), time.perf_counter()
db = duckdb.connect()
db.execute(f"SET threads={os.cpu_count()}; SET TimeZone='UTC'; SET preserve_insertion_order=false")
columns = """{
    change: 'STRUCT(sha VARCHAR, service VARCHAR, "committedAt" TIMESTAMPTZ, "mergedAt" TIMESTAMPTZ)',
    deployment: 'STRUCT(id VARCHAR, service VARCHAR, environment VARCHAR, "finishedAt" TIMESTAMPTZ, status VARCHAR, rework BOOLEAN)',
    incident: 'STRUCT(id VARCHAR, service VARCHAR, "startedAt" TIMESTAMPTZ, "resolvedAt" TIMESTAMPTZ)'
}"""
db.execute(f"CREATE TEMP TABLE raw AS FROM read_json('{path}', format='newline_delimited', columns={columns})")
read = used()
db.execute("""CREATE TEMP TABLE dep AS SELECT DISTINCT deployment.id AS id, deployment.service AS service,
    deployment."finishedAt" AS finished, coalesce(deployment.rework, false) AS rework
    FROM raw WHERE deployment.environment = 'production' AND deployment.status = 'success'""")
db.execute("""CREATE TEMP TABLE chg AS SELECT DISTINCT change.sha AS sha, change.service AS service,
    change."committedAt" AS committed, change."mergedAt" AS merged FROM raw WHERE change IS NOT NULL""")
db.execute("""CREATE TEMP TABLE inc AS SELECT DISTINCT incident.id AS id, incident.service AS service,
    incident."startedAt" AS started, incident."resolvedAt" AS resolved FROM raw WHERE incident IS NOT NULL""")
db.execute("DROP TABLE raw")
db.execute("""CREATE TEMP TABLE frequency AS SELECT service, date_trunc('week', finished) w, count(*) n,
    count(*) FILTER (rework) AS again FROM dep GROUP BY ALL""")
db.execute("CREATE TEMP TABLE days AS SELECT service, count(DISTINCT finished::DATE) n FROM dep GROUP BY ALL")
db.execute("""CREATE TEMP TABLE took AS SELECT c.service, date_trunc('week', d.finished) w,
    epoch(d.finished) - epoch(c.committed) AS seconds
    FROM chg c ASOF JOIN dep d ON c.service = d.service AND c.merged <= d.finished""")
db.execute("CREATE TEMP TABLE lead AS SELECT service, w, count(*) n, quantile_cont(seconds, 0.5) q FROM took GROUP BY ALL")
db.execute("CREATE TEMP TABLE service_lead AS SELECT service, quantile_cont(seconds, [0.5, 0.9]) q FROM took GROUP BY ALL")
db.execute("""CREATE TEMP TABLE cause AS SELECT i.service, i.started, i.resolved, d.id
    FROM inc i ASOF JOIN dep d ON i.service = d.service AND i.started >= d.finished
    WHERE i.started - d.finished <= INTERVAL 24 HOUR""")
db.execute("""CREATE TEMP TABLE failures AS SELECT d.service, date_trunc('week', d.finished) w, count(*) n, count(f.id) failed
    FROM dep d LEFT JOIN (SELECT DISTINCT id FROM cause) f USING (id) GROUP BY ALL""")
db.execute("""CREATE TEMP TABLE recovery AS SELECT service, date_trunc('week', started) w, count(*) n,
    quantile_cont(epoch(resolved) - epoch(started), 0.5) q FROM cause GROUP BY ALL""")
cpu, wall = used() - begun, time.perf_counter() - clock


def one(query):
    return [float(value or 0) for value in db.execute(query).fetchone()]


print(json.dumps({
    "engine": f"duckdb {duckdb.__version__}",
    "cpu": cpu,
    "readCpu": read - begun,
    "wall": wall,
    "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    "sums": {
        "frequency": one("SELECT count(*), sum(n), (SELECT sum(n) FROM days) FROM frequency"),
        "lead": one("SELECT count(*), sum(n), sum(q) FROM lead"),
        "leadByService": one("SELECT sum(q[1]), sum(q[2]) FROM service_lead"),
        "failures": one("SELECT count(*), sum(n), sum(failed / n) FROM failures"),
        "recovery": one("SELECT count(*), sum(n), sum(q) FROM recovery"),
        "rework": one("SELECT count(*), sum(n), sum(again / n) FROM frequency"),
    },
}))
