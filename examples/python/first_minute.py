"""The first minute in Python: acme's December, by department."""

from pathlib import Path

import truenorth as tn

acme = Path(__file__).parents[1] / "acme"
events = tn.read(acme, strictness="lenient")  # rejected lines are counted and listed
report = tn.dora(
    events,
    window={"from": "2025-12-01T00:00:00+01:00", "to": "2026-01-01T00:00:00+01:00"},
    as_of="2026-01-01T00:00:00+01:00",
    compare="previous",
    by=["label.department"],
    time_zone="Europe/Berlin",
)
print(*report.sentences, sep="\n")

lead_time = report.overall.lead_time.median
print(f"{lead_time.value / 60:.0f} minutes ({lead_time.interval.low / 60:.0f} to {lead_time.interval.high / 60:.0f})")
for group in report.groups:
    print(f"{group.name:12} {group.change_failure_rate.rate.value:6.1%} of {group.change_failure_rate.deployments} failed")

assert 41 < lead_time.value / 60 < 43
assert report.data.read.rejected > 0, "acme's year holds lines that must be rejected, and listed"
