"""Reports as views."""

import copy
import datetime as dt
import pickle
import sys

import pytest
import truenorth as tn

EVENTS = [
    {"deployment": {"id": f"d{day}", "service": ["a", "b"][day % 2], "finished_at": f"2025-03-{day:02}T09:30:00Z"}}
    for day in range(1, 29)
]


@pytest.fixture(scope="module")
def report():
    return tn.dora(events=EVENTS, by=["service"], bucket="week")


def test_attributes(report):
    assert isinstance(report, tn.reports.DoraReport)
    assert isinstance(report.overall.lead_time, tn.reports.LeadTime)
    assert report.overall.deployment_frequency.deployments == 28
    assert report.as_of == dt.datetime(2025, 3, 28, 9, 30, tzinfo=dt.timezone.utc)
    assert report.window.from_ < report.window.to
    assert [group.name for group in report.groups] == ["a", "b"]
    assert report.definition.follow_up == dt.timedelta(days=7)
    assert report.compared_with is None and report.overall.targets == []


def test_a_number_that_is_not_there_says_why(report):
    median = report.overall.lead_time.median
    assert median.kind == "notEnough" and median.have == 0
    with pytest.raises(AttributeError, match=r"no `value`, because there is not enough data \(noData: there are 0"):
        median.value
    with pytest.raises(AttributeError, match="is a `value` and has no `reason`"):
        report.overall.deployment_frequency.per_day.reason
    assert not hasattr(median, "value")


def test_an_attribute_that_does_not_exist(report):
    with pytest.raises(AttributeError, match="did you mean `groups`"):
        report.grups
    with pytest.raises(AttributeError, match="is only read"):
        report.schema = "x"
    with pytest.raises(AttributeError, match="is only read"):
        del report.schema


def test_every_attribute_can_be_read(report):
    def walk(view):
        for name in view._own():
            value = getattr(view, name)
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, tn.View):
                    walk(inner)

    walk(report)
    assert set(report._own()) <= set(dir(report))
    assert set(report.to_dict()) <= set(report._own())


def test_to_dict_is_plain_and_ones_own(report):
    plain = report.to_dict()
    plain["overall"]["name"] = "changed"
    assert report.overall.name == "all"
    assert plain["as_of"] == "2025-03-28T09:30:00Z"


def test_equality(report):
    assert report == tn.dora(events=EVENTS, by=["service"], bucket="week")
    assert report != tn.dora(events=EVENTS, by=["service"], bucket="month")
    assert report.overall != report and report != 3
    with pytest.raises(TypeError):
        hash(report)


def test_pickle_and_copy(report):
    for thing in (report, report.overall.deployment_frequency.per_day, report.groups):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(thing, protocol))
            assert again == thing and type(again) is type(thing)
        assert copy.copy(thing) == thing == copy.deepcopy(thing)
    assert pickle.loads(pickle.dumps(tn.dora)) is tn.dora
    error = tn.TruenorthError("conflict", "a.b", "no")
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.path, again.message, str(again)) == ("conflict", "a.b", "no", "`a.b`: no")


def test_reports_as_people_read_them(report):
    assert report.sentences[0] in " ".join(report.to_text(width=10_000).split())
    assert repr(report) == report.to_text().rstrip() and "\x1b" not in repr(report)
    assert "\x1b[" in report.to_text(color=True)
    assert max(map(len, report.to_text(width=60).splitlines())) <= 60
    assert report.sentences[0] in report.to_markdown() and "\n| " in report.to_markdown()
    assert report.to_html().lstrip().lower().startswith("<!doctype html>")
    assert report.to_openmetrics().rstrip().endswith("# EOF")
    assert report._repr_html_().startswith("<iframe srcdoc=") and "<script" not in report._repr_html_()
    level = tn.dora_level(metric="leadTime", value=3600)
    assert repr(level).startswith("LevelReport(answer=LevelAnswer(")
    with pytest.raises(TypeError, match="cannot be shown as html"):
        level.to_html()


def test_strangers_text_is_escaped():
    name = "<script>alert(1)</script>\x1b[31m"
    report = tn.dora(events=[{"deployment": {"service": name, "finished_at": "2025-03-01T09:30:00Z"}}], by=["service"])
    for html in (report._repr_html_(), report.groups._repr_html_(), report.groups[0]._repr_html_()):
        assert "<script>" not in html and "\x1b" not in html
    assert "\x1b" not in repr(report) and "\x1b" not in repr(report.groups[0])


def test_tables_as_pandas(report):
    pandas = pytest.importorskip("pandas")
    frame = report.to_pandas()
    assert list(frame["name"]) == ["all", "a", "b"]
    assert list(frame["deployment_frequency.deployments"]) == [28, 14, 14]
    assert frame["deployment_frequency.per_day.value"].dtype == float
    buckets = report.buckets.to_pandas()
    assert isinstance(buckets["from_"].dtype, pandas.DatetimeTZDtype)
    series = report.by_bucket().to_pandas()
    assert len(series) == 3 * len(report.buckets)
    assert series["deployment_frequency.n"].sum() == 56
    assert len(report.overall.series.to_pandas()) == len(report.buckets)


def test_tables_as_polars(report):
    polars = pytest.importorskip("polars")
    frame = report.to_polars()
    assert frame["name"].to_list() == ["all", "a", "b"]
    assert frame["deployment_frequency.per_day.value"].dtype == polars.Float64
    assert report.by_bucket().to_polars().height == 3 * len(report.buckets)
    assert report.buckets.to_polars()["to"].dtype == polars.Datetime("us", "UTC")


def test_what_is_no_table_says_what_is(report):
    with pytest.raises(TypeError, match="is not a table"):
        report.window.to_pandas()
    with pytest.raises(TypeError, match="bucket="):
        tn.dora(events=EVENTS).by_bucket()


def test_a_missing_library_names_the_extra(report, monkeypatch):
    for library in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(ImportError, match=rf"truenorth\[{library}\]"):
            getattr(report, f"to_{library}")()
