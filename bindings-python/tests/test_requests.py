"""What may stand in a request, and what is said when it may not."""

import datetime as dt
import enum
import math
import pathlib
import types
from collections import UserDict, deque
from decimal import Decimal

import numpy as np
import pytest
import truenorth as tn

DEPLOYMENT = {"deployment": {"service": "checkout", "finished_at": "2025-03-01T09:30:00Z"}}


def failure(**request):
    with pytest.raises(tn.TruenorthError) as caught:
        tn.dora(**request)
    return caught.value


def deployed_at(time):
    return tn.dora(events=[{"deployment": {"finished_at": time}}]).to_dict()["as_of"]


def test_names_are_taken_in_both_spellings_and_answered_in_snake_case():
    for request in ({"time_zone": "Europe/Berlin"}, {"timeZone": "Europe/Berlin"}):
        report = tn.dora(events=[DEPLOYMENT], **request)
        assert report.time_zone == "Europe/Berlin"
        assert "timeZone" not in report.to_dict()
    wire = {"deployment": {"service": "checkout", "finishedAt": "2025-03-01T09:30:00Z"}}
    assert tn.dora(events=[wire]) == tn.dora(events=[DEPLOYMENT])
    kinds = [{"pull_request": {"id": "1"}}, {"pullRequest": {"id": "1"}}]
    assert [tn.dora(events=[kind]).data.pull_requests for kind in kinds] == [1, 1]


def test_a_name_given_in_both_spellings_is_a_conflict():
    error = failure(time_zone="UTC", timeZone="UTC")
    assert (error.code, error.path) == ("conflict", "time_zone")


def test_the_users_own_keys_stay_as_they_are():
    labels = {"snake_key": "a", "camelKey": "b"}
    events = [{"deployment": {**DEPLOYMENT["deployment"], "labels": labels}}]
    for key, value in labels.items():
        report = tn.dora(events=events, by=[f"label.{key}"])
        assert [group.key for group in report.groups] == [{f"label.{key}": value}]
    error = failure(filter={"camelKey": "not a list"})
    assert error.path == "filter.camelKey"
    error = failure(filter={"snake_key": [1]})
    assert error.path == "filter.snake_key[0]"


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (dt.datetime(2025, 3, 1, 9, 30, tzinfo=dt.timezone.utc), "2025-03-01T09:30:00Z"),
        (dt.datetime(2025, 3, 1, 9, 30, 0, 123456, dt.timezone(dt.timedelta(hours=5, minutes=45))), "2025-03-01T03:45:00.123456Z"),
        # Amsterdam's clocks were 19 minutes and 32 seconds ahead until 1937.
        (dt.datetime(1930, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=1172))), "1929-12-31T23:40:28Z"),
        (np.datetime64("2025-03-01T09:30:00.000001"), "2025-03-01T09:30:00.000001Z"),
        (np.datetime64("2025-03-01T09:30", "m"), "2025-03-01T09:30:00Z"),
        ("2025-03-01T09:30:00+02:00", "2025-03-01T07:30:00Z"),
    ],
)
def test_times(time, expected):
    assert deployed_at(time) == expected


def test_a_time_without_an_offset_is_refused_and_says_so():
    error = failure(events=[DEPLOYMENT, {"deployment": {"finished_at": dt.datetime(2025, 3, 1)}}])
    assert (error.code, error.path) == ("invalidTime", "events[1].deployment.finished_at")
    assert "naive" in error.message and "tzinfo" in error.message
    assert failure(as_of=dt.date(2025, 3, 1)).code == "invalidTime"
    assert failure(as_of="2025-03-01T00:00:00").code == "invalidTime"
    assert failure(as_of=np.datetime64("NaT", "us")).code == "invalidTime"
    edge = dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=1172)))
    assert failure(as_of=edge).code == "invalidTime"


def test_spans():
    for span in ("36h", dt.timedelta(days=1, hours=12), np.timedelta64(36, "h"), np.timedelta64(36 * 3600 * 10**9, "ns")):
        definition = tn.dora(definition={"follow_up": span}).definition
        assert definition.follow_up == dt.timedelta(hours=36)
    for span in (dt.timedelta(microseconds=1), dt.timedelta(seconds=-1)):
        error = failure(definition={"follow_up": span})
        assert (error.code, error.path) == ("invalidDuration", "definition.follow_up")


def test_dates_where_dates_are_meant():
    calendar = {"holidays": [dt.date(2025, 12, 25)]}
    assert tn.dora(events=[DEPLOYMENT], calendar=calendar)


def test_numbers_of_other_libraries():
    for confidence in (np.float64(0.9), np.float32(0.5), Decimal("0.75"), np.array(0.25)):
        assert tn.dora(confidence=confidence).confidence == float(confidence)
    for year in (np.int64(2023), np.uint16(2023)):
        assert tn.dora(events=[DEPLOYMENT], year=year).overall.levels.year == 2023
    assert tn.dora(definition={"rollbacks": np.bool_(False)}).definition.rollbacks is False


def test_other_containers():
    by = ["service", "team"]
    for given in (tuple(by), deque(by), np.array(by)):
        assert tn.dora(by=given).by == by
    for mapping in (UserDict, types.MappingProxyType):
        assert tn.dora(definition=mapping({"rollbacks": False})).definition.rollbacks is False


def test_words_as_enumerations():
    class Bucket(enum.Enum):
        WEEK = "week"

    class Plain(str, enum.Enum):
        WEEK = "week"

    for word in (Bucket.WEEK, Plain.WEEK, np.str_("week")):
        assert tn.dora(events=[DEPLOYMENT], bucket=word).buckets[0].label == "2025-W09"


def test_part_of_a_report_is_taken_back():
    report = tn.dora(events=[DEPLOYMENT], preset="devLake")
    again = tn.dora(events=[DEPLOYMENT], definition=report.definition, window=report.window)
    assert (again.definition, again.window) == (report.definition, report.window)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, np.float64("nan"), Decimal("NaN")])
def test_no_number_that_is_none(number):
    error = failure(targets=[{"metric": "leadTime", "at_most": 1.5}, {"metric": "leadTime", "at_most": number}])
    assert (error.code, error.path) == ("outOfRange", "targets[1].at_most")


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**64, 10**400])
def test_no_whole_number_that_other_faces_could_not_hold(number):
    error = failure(margin=number)
    assert (error.code, error.path) == ("outOfRange", "margin")
    assert failure(year=number).path == "year"


@pytest.mark.parametrize(
    ("request_", "code", "path"),
    [
        ({"buket": "week"}, "unknownField", "buket"),
        ({"definition": {"followup": "1d"}}, "unknownField", "definition.followup"),
        ({"bucket": "weekly"}, "unknownValue", "bucket"),
        ({"bucket": b"week"}, "wrongType", "bucket"),
        ({"bucket": None, "by": None}, "wrongType", "by"),
        ({"by": "service"}, "wrongType", "by"),
        ({"by": {"service"}}, "wrongType", "by"),
        ({"by": (name for name in ["service"])}, "wrongType", "by"),
        ({"by": ["service", 1]}, "wrongType", "by[1]"),
        ({"by": [pathlib.Path("service")]}, "wrongType", "by[0]"),
        ({"window": ["a", "b"]}, "wrongType", "window"),
        ({"window": {"from": "2025-01-01T00:00:00Z"}}, "missingField", "window.to"),
        ({"window": "2025"}, "wrongType", "window"),
        ({"compare": {"window": {"from": 1}}}, "wrongType", "compare.window.from"),
        ({"compare": {"other": {}}}, "unknownValue", "compare"),
        ({"compare": {}}, "wrongType", "compare"),
        ({"compare": "window"}, "wrongType", "compare"),
        ({"events": "events.jsonl"}, "wrongType", "events"),
        ({"events": [{"deploymnt": {}}]}, "unknownValue", "events[0]"),
        ({"events": [{"deployment": {"labels": {1: "x"}}}]}, "wrongType", "events[0].deployment.labels"),
        ({"events": [{"deployment": {"labels": {"a": 1}}}]}, "wrongType", "events[0].deployment.labels.a"),
        ({"time_zone": "\ud800"}, "invalidUtf8", "time_zone"),
        ({"time_zone": "Mars/Olympus"}, "unknownTimeZone", "time_zone"),
        ({"confidence": "high"}, "wrongType", "confidence"),
        ({"confidence": 1 + 2j}, "wrongType", "confidence"),
        ({"confidence": 1.5}, "outOfRange", "confidence"),
        ({"year": 2024.5}, "wrongType", "year"),
        ({"year": -1}, "outOfRange", "year"),
        ({"year": object()}, "wrongType", "year"),
        ({"calendar": {"hours": [{"day": "funday", "from": "09:00", "to": "17:00"}]}}, "unknownValue", "calendar.hours[0].day"),
        ({"events": [DEPLOYMENT, {"incident": {"started_at": "2025-03-01T00:00:00Z", "cause": "x"}}]}, "unknownValue", "events[1].incident.cause"),
    ],
)
def test_mistakes_have_a_code_and_the_whole_path(request_, code, path):
    error = failure(**request_) if "events" in request_ else failure(events=[DEPLOYMENT], **request_)
    assert (error.code, error.path) == (code, path), error
    assert isinstance(error, ValueError)
    assert str(error) == f"`{path}`: {error.message}"
    assert error.message[0].islower() or error.message[0] == "`"
    assert not error.message.endswith(".")


def test_names_in_sentences_are_spelled_as_here():
    assert "did you mean `time_zone`?" in failure(time_zon="UTC").message
    message = failure(events=[{"deployment": {"finishd_at": "2025-03-01T09:30:00Z"}}]).message
    assert "did you mean `finished_at`?" in message and "`restored_at`" in message


def test_a_list_in_itself_is_an_error():
    loop = []
    loop.append(loop)
    assert failure(by=loop).code in ("wrongType", "tooLarge")
    labels = {}
    labels["self"] = labels
    assert failure(events=[{"deployment": {"labels": labels}}]).code in ("wrongType", "tooLarge")

    class Endless(enum.Enum):
        ONE = 1

        @property
        def value(self):
            return self

    assert failure(year=Endless.ONE).code == "tooLarge"


def test_a_dictionary_that_changes_while_it_is_read_is_no_crash():
    thresholds = {}

    class Meddler:
        def __float__(self):
            for index in range(100):
                thresholds[f"x{index}"] = 1
            return 1.0

    thresholds["lead_time"] = [{"level": "elite", "bound": Meddler()}]
    assert tn.dora(thresholds=thresholds).overall.levels.year == 0


def test_what_a_value_raises_while_it_is_read():
    class Bad:
        def __float__(self):
            raise RuntimeError("no number here")

    error = failure(confidence=Bad())
    assert (error.code, error.path) == ("wrongType", "confidence")
    assert "no number here" in error.message

    class Stop:
        def __float__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tn.dora(confidence=Stop())


def test_run_takes_requests_from_elsewhere(tmp_path):
    assert tn.run("dora", {"events": [DEPLOYMENT], "timeZone": "UTC"}) == tn.dora(events=[DEPLOYMENT])
    assert isinstance(tn.run("dora"), tn.reports.DoraReport)
    with pytest.raises(tn.TruenorthError) as caught:
        tn.run("dorra", {})
    assert caught.value.code == "unknownOperation"
    for request in ({"events": str(tmp_path)}, {"git": "."}, "events.jsonl", 3, None):
        with pytest.raises(tn.TruenorthError):
            tn.run("dora", request)
