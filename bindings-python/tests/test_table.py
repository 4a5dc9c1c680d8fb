"""`EventTable`, threads, forks and interruptions."""

import copy
import os
import pickle
import signal
import threading
import time

import numpy as np
import pytest
import truenorth as tn


def rows(count, start=0):
    return [
        {
            "deployment": {
                "id": f"d{index}",
                "service": f"s{index % 7}",
                "finished_at": f"2025-03-{index % 28 + 1:02}T{index % 24:02}:30:00Z",
            }
        }
        for index in range(start, start + count)
    ]


def jsonl(events):
    import json

    camel = [{"deployment": {"id": d["id"], "service": d["service"], "finishedAt": d["finished_at"]}} for (d,) in map(dict.values, events)]
    return "".join(json.dumps(event) + "\n" for event in camel).encode()


def test_filled_from_everything(tmp_path):
    events = rows(30)
    path = tmp_path / "events.jsonl"
    path.write_bytes(jsonl(events))
    expected = tn.dora(events=events, by=["service"])
    assert len(expected.groups) == 7
    data = jsonl(events)
    table = tn.EventTable(events)
    for source in (table, events, tuple(events), iter(events), (e for e in events), data, bytearray(data), memoryview(data)):
        report = tn.dora(source, by=["service"])
        # Only lines and files differ, which rows in memory do not have.
        assert (report.overall, report.groups, report.window) == (expected.overall, expected.groups, expected.window)
    for source in (path, str(path), [path], (str(path),)):
        report = tn.dora(source, by=["service"])
        assert report.overall == expected.overall
    halves = tn.EventTable(events[:10])
    halves.extend(jsonl(events[10:]))
    assert tn.dora(halves, by=["service"]).groups == expected.groups
    assert tn.dora(events[:10], jsonl(events[10:]), by=["service"]).groups == expected.groups
    assert tn.dora(events=table, by=["service"]) == tn.dora(table, by=["service"])


def test_batches_of_rows():
    table = tn.EventTable(iter(rows(20_000)))
    assert len(table) == 20_000 and table
    assert not tn.EventTable() and len(tn.EventTable()) == 0
    assert "20000 deployments" in repr(table)
    assert table.nbytes > 20_000 * 8


def test_records_of_one_thing_are_merged():
    table = tn.EventTable(rows(10))
    table.extend(rows(10))
    assert len(table) == 20
    assert table.settle().deployments == 10
    assert len(table) == 10
    assert table.quality.accepted == 20


def test_a_bad_row_says_where():
    bad = rows(3) + [{"deployment": {"finished_at": "yesterday"}}] + rows(3)
    table = tn.EventTable()
    with pytest.raises(tn.TruenorthError) as caught:
        table.extend(bad)
    assert (caught.value.code, caught.value.path) == ("invalidTime", "[3].deployment.finished_at")
    with pytest.raises(tn.TruenorthError) as caught:
        table.extend([{"incident": {"id": "1", "cause": "gremlins"}}])
    assert caught.value.path == "[0].incident.cause"
    with pytest.raises(tn.TruenorthError) as caught:
        table.extend(rows(10_000) + [{"incident": {}}])
    assert caught.value.path == "[10000].incident"


def test_lenient_counts_every_bad_row():
    table = tn.EventTable(rows(3) + [{"deployment": {"finished_at": 3}}, {"x": 1}, 7, {"change": {}}], strictness="lenient")
    assert (table.quality.accepted, table.quality.rejected) == (3, 4)
    assert table.quality.rejections[0].reason.startswith("`[3].deployment.finished_at`") or "finished_at" in table.quality.rejections[0].reason


def test_unknown_fields_are_counted():
    table = tn.EventTable([{"deployment": {**row["deployment"], "colour": "blue"}} for row in rows(5)])
    assert table.quality.unknown_fields == {"colour": 5}
    assert tn.dora(table).data.read.unknown_fields == {"colour": 5}


def test_what_is_no_source_is_refused():
    for source in (3, None, {"deployment": {}}, object()):
        with pytest.raises(tn.TruenorthError) as caught:
            tn.dora(source)
        assert caught.value.code == "wrongType"
    with pytest.raises(tn.TruenorthError) as caught:
        tn.dora("no-such-file.jsonl")
    assert caught.value.code == "unreadable" and "no-such-file.jsonl" in caught.value.path
    with pytest.raises(tn.TruenorthError):
        tn.dora(["a.jsonl", 3])
    with pytest.raises(tn.TruenorthError) as caught:
        tn.dora(tn.EventTable(rows(1)), events=rows(1))
    assert caught.value.code == "conflict"
    with pytest.raises(tn.TruenorthError) as caught:
        tn.dora(tn.EventTable(rows(1)), rows(1))
    assert caught.value.code == "conflict"


def test_an_exception_of_the_source_passes_through():
    def broken():
        yield from rows(3)
        raise ZeroDivisionError

    table = tn.EventTable()
    with pytest.raises(ZeroDivisionError):
        table.extend(broken())
    assert len(table) == 3


def test_copies_are_apart():
    table = tn.EventTable(rows(5))
    for other in (copy.copy(table), copy.deepcopy(table)):
        other.extend(rows(5, start=100))
        assert (len(table), len(other)) == (5, 10)


def test_pickling_is_refused_with_a_reason():
    with pytest.raises(TypeError, match="cannot be pickled: send the events"):
        pickle.dumps(tn.EventTable())


def test_many_threads_read_and_write():
    table = tn.EventTable(rows(1_000))
    failures = []

    def work(number):
        try:
            for step in range(5):
                table.extend(rows(100, start=1_000 * (number + 1) + 100 * step))
                assert tn.dora(table, by=["service"]).overall.deployment_frequency.deployments >= 1_000
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(table) == 1_000 + 8 * 5 * 100


def test_the_interpreter_goes_on_meanwhile():
    data = jsonl(rows(200_000))
    ticks = 0
    table = tn.EventTable()
    thread = threading.Thread(target=table.extend, args=(data,))
    thread.start()
    while thread.is_alive():
        ticks += 1
        time.sleep(0.001)
    assert len(table) == 200_000
    assert ticks > 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_table_outlives_a_fork():
    table = tn.EventTable(rows(30_000))
    expected = tn.dora(table, by=["service"])
    child = os.fork()
    if child == 0:
        ok = tn.dora(table, by=["service"]) == expected
        table.extend(rows(10, start=10**6))
        os._exit(0 if ok and len(table) == 30_010 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(table) == 30_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_amid_the_filling_is_an_error_not_a_deadlock():
    table = tn.EventTable()
    data = jsonl(rows(300_000))
    thread = threading.Thread(target=table.extend, args=(data,))
    thread.start()
    time.sleep(0.05)
    filling = thread.is_alive()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            len(table)
            os._exit(0 if not filling else 2)
        except tn.TruenorthError as error:
            os._exit(0 if error.code == "conflict" else 3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    thread.join()
    assert len(table) == 300_000 and filling


@pytest.fixture(scope="module")
def large():
    count = 300_000
    times = np.arange(count) * np.timedelta64(60, "s") + np.datetime64("2024-01-01", "us")
    names = np.array([f"s{index}" for index in range(100)], object)
    ids = np.array([f"c{index}" for index in range(count)], object)
    table = tn.EventTable(
        {"id": ids, "sha": ids, "service": np.tile(names, count // 100), "finished_at": times}, kind="deployment"
    )
    table.extend({"sha": ids, "service": np.tile(names, count // 100), "committed_at": times - np.timedelta64(1000, "s")}, kind="change")
    table.settle()
    return table


def test_the_interpreter_goes_on_while_an_operation_reads_a_table(large):
    thread = threading.Thread(target=tn.dora, args=(large,), kwargs={"by": ["service"]})
    ticks, longest = 0, 0.0
    began = last = time.monotonic()
    thread.start()
    while thread.is_alive():
        time.sleep(0.001)
        now = time.monotonic()
        ticks, longest, last = ticks + 1, max(longest, now - last), now
    assert ticks > 20 and longest < (last - began) / 2, (ticks, longest)


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
def test_ctrl_c_stops_an_operation(large):
    done = []
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt) as caught:
        timer.start()
        while True:
            tn.dora(large, by=["service"])
            done.append(True)
    # It came out of the call, not from between two of them.
    assert any(entry.name == "dora" for entry in caught.traceback)


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
def test_ctrl_c_stops_long_work():
    data = jsonl(rows(200_000)) * 20
    table = tn.EventTable()
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        table.extend(data)
        time.sleep(30)
    assert time.monotonic() - began < 5
    assert 0 < len(table) < 4_000_000
    table.extend(rows(1, start=10**7))
