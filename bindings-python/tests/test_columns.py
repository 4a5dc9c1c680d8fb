"""Columns in memory: lists, numpy, pandas, polars, pyarrow."""

import datetime as dt

import numpy as np
import pytest
import truenorth as tn

UTC = dt.timezone.utc
TIMES = [dt.datetime(2025, 3, day, 9, 30, 0, day, UTC) for day in range(1, 11)]
SERVICES = ["checkout", "search"] * 5
ROWS = [
    {"deployment": {"service": service, "finished_at": time, "rollback": day == 3, "labels": {"tier": "gold"}}}
    for day, (service, time) in enumerate(zip(SERVICES, TIMES))
]
ROLLBACKS = [day == 3 for day in range(10)]
MICROS = [int(time.timestamp()) * 10**6 + time.microsecond for time in TIMES]


@pytest.fixture(scope="module")
def expected():
    report = tn.dora(tn.EventTable(ROWS), by=["service", "label.tier"])
    assert report.overall.change_failure_rate.failures + report.overall.change_failure_rate.immature_failures == 1
    return report


def check(expected, data, **options):
    assert tn.dora(tn.EventTable(data, **options), by=["service", "label.tier"]) == expected


def columns(**changes):
    made = {"service": SERVICES, "finished_at": TIMES, "rollback": ROLLBACKS, "label.tier": ["gold"] * 10}
    return {**made, **changes}


@pytest.mark.parametrize(
    "times",
    [
        TIMES,
        tuple(TIMES),
        MICROS,
        [time.isoformat() for time in TIMES],
        np.array(MICROS),
        np.array(MICROS, "datetime64[us]"),
        np.array(MICROS, "datetime64[us]").astype("datetime64[ns]"),
        np.array(TIMES, object),
    ],
    ids=["datetimes", "tuple", "micros", "text", "int64", "datetime64[us]", "datetime64[ns]", "objects"],
)
def test_times(expected, times):
    check(expected, columns(finished_at=times), kind="deployment")
    made = columns()
    del made["finished_at"]
    check(expected, {**made, "finishedAt": times}, kind="deployment")


def test_other_columns(expected):
    check(expected, columns(service=np.array(SERVICES)), kind="deployment")
    check(expected, columns(service=np.array(SERVICES, object)), kind="deployment")
    check(expected, columns(rollback=np.array(ROLLBACKS)), kind="deployment")
    check(expected, columns(kind=["deployment"] * 10))
    made = columns(labels={"tier": ["gold"] * 10})
    del made["label.tier"]
    check(expected, made, kind="deployment")


def test_what_is_absent():
    services = ["a", None, float("nan"), "b"]
    times = np.array(["2025-03-01", "2025-03-02", "NaT", "2025-03-04"], "datetime64[s]")
    table = tn.EventTable({"service": services, "started_at": times, "id": [1, 2, 3, 4]}, kind="incident")
    assert len(table) == 4
    groups = tn.dora(table, by=["service"]).data
    assert groups.incidents == 4


def test_several_kinds_in_one_frame():
    table = tn.EventTable(
        {
            "kind": ["deployment", "incident", "deployment"],
            "id": ["d1", "i1", "d2"],
            "service": ["a"] * 3,
            "finished_at": [TIMES[0], None, TIMES[2]],
            "started_at": [None, TIMES[1], None],
        }
    )
    assert repr(table) == "<EventTable: 2 deployments, 0 changes, 0 pull requests, 1 incidents>"


@pytest.mark.parametrize(
    ("data", "options", "code", "path"),
    [
        ({"service": ["a"]}, {}, "missingField", "kind"),
        ({"service": ["a"]}, {"kind": "deploy"}, "unknownValue", "kind"),
        ({"service": ["a"], "kind": ["deployment"]}, {"kind": "deployment"}, "conflict", "kind"),
        ({"servise": ["a"]}, {"kind": "deployment"}, "unknownField", "servise"),
        ({"service": ["a"], "id": ["1", "2"]}, {"kind": "deployment"}, "wrongType", "id"),
        ({"service": ["a"]}, {"kind": "deployment", "team": "x"}, "conflict", "team"),
        ({"service": ["a"]}, {"kind": "deployment", "strictness": "lenient"}, "conflict", "strictness"),
        ([], {"time_zone": "UTC"}, "conflict", "time_zone"),
        ([], {"kind": "deployment"}, "conflict", "kind"),
        ({"service": "checkout"}, {"kind": "deployment"}, "wrongType", "service"),
        ({"service": 3}, {"kind": "deployment"}, "wrongType", "service"),
        ({3: ["a"]}, {"kind": "deployment"}, "wrongType", ""),
        ({}, {"kind": "deployment"}, "missingField", ""),
        ({"finished_at": [dt.datetime(2025, 3, 1)]}, {"kind": "deployment"}, "invalidTime", "finished_at[0]"),
        ({"finished_at": [TIMES[0], "yesterday"]}, {"kind": "deployment"}, "wrongType", "finished_at"),
        ({"finished_at": ["2025-03-01T00:00:00Z", "yesterday"]}, {"kind": "deployment"}, "invalidTime", "finished_at[1]"),
        ({"finished_at": [2**70]}, {"kind": "deployment"}, "invalidTime", "finished_at[0]"),
        ({"finished_at": np.array([2**62])}, {"kind": "deployment"}, "invalidTime", "finished_at[0]"),
        ({"finished_at": np.zeros((2, 2), "datetime64[us]")}, {"kind": "deployment"}, "wrongType", "finished_at"),
        ({"service": [1.5]}, {"kind": "deployment"}, "wrongType", "service[0]"),
        ({"service": [b"a"]}, {"kind": "deployment"}, "wrongType", "service[0]"),
        ({"service": ["\ud800"]}, {"kind": "deployment"}, "invalidUtf8", "service[0]"),
        ({"service": [["a"]]}, {"kind": "deployment"}, "wrongType", "service[0]"),
        ({"service": ["a"]}, {"kind": "deployment"}, "invalidRecord", "[0].deployment"),
        ({"id": ["a"], "rollback": ["maybe"]}, {"kind": "deployment"}, "unknownValue", "rollback[0]"),
    ],
)
def test_mistakes(data, options, code, path):
    with pytest.raises(tn.TruenorthError) as caught:
        tn.EventTable(data, **options)
    assert (caught.value.code, caught.value.path) == (code, path), caught.value


def test_the_row_is_counted_from_the_first_of_all():
    times = np.full(100_000, MICROS[0])
    times[70_000] = 2**62
    with pytest.raises(tn.TruenorthError) as caught:
        tn.EventTable({"finished_at": times}, kind="deployment")
    assert caught.value.path == "finished_at[70000]"


def frames():
    made = columns()
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(made)
    yield "pandas", frame
    yield "pandas objects", frame.astype({"service": object})
    yield "pandas nanoseconds", frame.assign(finished_at=frame["finished_at"].dt.as_unit("ns"))
    yield "pandas zone", frame.assign(finished_at=frame["finished_at"].dt.tz_convert("Asia/Kolkata"))
    yield "pandas categories", frame.assign(service=frame["service"].astype("category"))
    polars = pytest.importorskip("polars")
    yield "polars", polars.DataFrame(made)
    yield "polars categories", polars.DataFrame(made).with_columns(polars.col("service").cast(polars.Categorical))
    yield "polars zone", polars.DataFrame(made).with_columns(
        polars.col("finished_at").dt.convert_time_zone("America/St_Johns").dt.cast_time_unit("ns")
    )
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table(made)
    yield "pyarrow", table
    yield "pyarrow batches", pyarrow.Table.from_batches(table.to_batches(max_chunksize=3))
    yield "pyarrow large", table.set_column(0, "service", table["service"].cast(pyarrow.large_string()))
    yield "pyarrow views", table.set_column(0, "service", table["service"].cast(pyarrow.string_view()))
    yield "pyarrow dictionary", table.set_column(0, "service", table["service"].dictionary_encode())
    yield "pyarrow reader", pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=4))


@pytest.mark.parametrize("frame", [pytest.param(frame, id=name) for name, frame in frames()])
def test_frames(expected, frame):
    check(expected, frame, kind="deployment")


def test_a_frame_as_the_argument_of_an_operation():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(columns(kind=["deployment"] * 10))
    assert tn.dora(frame).overall == tn.dora(events=frame).overall == tn.dora(ROWS).overall


def test_series_as_columns(expected):
    pandas, polars, pyarrow = map(pytest.importorskip, ["pandas", "polars", "pyarrow"])
    for make in (pandas.Series, polars.Series, pyarrow.array, lambda cells: pyarrow.chunked_array([cells[:3], cells[3:]])):
        check(expected, {name: make(cells) for name, cells in columns().items()}, kind="deployment")


def test_naive_columns_are_refused():
    pandas, polars = map(pytest.importorskip, ["pandas", "polars"])
    naive = [time.replace(tzinfo=None) for time in TIMES]
    for frame in (
        pandas.DataFrame({"finished_at": naive}),
        polars.DataFrame({"finished_at": naive}),
        {"finished_at": pandas.Series(naive)},
        {"finished_at": polars.Series(naive)},
    ):
        with pytest.raises(tn.TruenorthError) as caught:
            tn.EventTable(frame, kind="deployment")
        assert caught.value.code == "invalidTime" and caught.value.path.startswith("finished_at")
        assert "naive" in caught.value.message or "zone" in caught.value.message


def test_absent_cells_of_frames():
    pandas, polars, pyarrow = map(pytest.importorskip, ["pandas", "polars", "pyarrow"])
    made = {"id": ["a", "b", "c"], "started_at": [TIMES[0], None, TIMES[1]], "service": [None, "x", None]}
    for frame in (pandas.DataFrame(made), polars.DataFrame(made), pyarrow.table(made)):
        table = tn.EventTable(frame, kind="incident")
        assert len(table) == 3
        assert [group.name for group in tn.dora(table, by=["service"]).groups] == [
            group.name for group in tn.dora(tn.EventTable(made, kind="incident"), by=["service"]).groups
        ]


def test_finer_times_are_floored_and_counted():
    pandas, polars = map(pytest.importorskip, ["pandas", "polars"])
    nanos = np.array([1, 1_000, -1, 2_000_000_001], "datetime64[ns]")
    finer = np.array([*nanos, np.datetime64("NaT")])
    series = pandas.Series(nanos).dt.tz_localize("UTC")
    for times in (finer, series, polars.Series(nanos).dt.replace_time_zone("UTC"), polars.DataFrame({"finished_at": nanos}).with_columns(polars.col("finished_at").dt.replace_time_zone("UTC"))):
        made = times if hasattr(times, "columns") else {"finished_at": times}
        if times is finer:
            made["id"] = list("abcde")
        table = tn.EventTable(made, kind="deployment")
        assert table.quality.floored_times == 3
    # A nanosecond before 1970 belongs to the day before.
    assert tn.dora(table).window.from_ == dt.datetime(1969, 12, 31, tzinfo=UTC)


def test_large_numbers_as_text():
    polars = pytest.importorskip("polars")
    services = polars.Series("service", [2**64 - 1, 0], dtype=polars.UInt64)
    table = tn.EventTable(polars.DataFrame({"service": services, "finished_at": TIMES[:2]}), kind="deployment")
    assert sorted(group.name for group in tn.dora(table, by=["service"]).groups) == ["0", str(2**64 - 1)]
