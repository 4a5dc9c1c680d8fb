"""Files, folders and repositories, opened by `read` and by operations."""

import gzip
import json
import os
import shutil
import subprocess

import pytest
import truenorth as tn

JSONL = b'{"deployment": {"id": "d1", "service": "checkout", "finishedAt": "2025-03-01T09:30:00Z"}}\n'
CSV = b"Wann,Was\n2025-03-01 10:30,checkout\n2025-03-02 10:30,search\n"
MAPPING = {
    "times": ["%Y-%m-%d %H:%M"],
    "events": [{"kind": "deployment", "fields": {"finished_at": {"from": ["Wann"]}, "service": {"from": ["Was"]}}}],
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(JSONL)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(JSONL.replace(b"d1", b"d2")))
    return tmp_path


def test_folders_and_compressed_files(folder):
    assert len(tn.read(folder)) == 2
    assert len(tn.read(folder / "a.jsonl", str(folder / "b.jsonl.gz"))) == 2
    assert len(tn.read([folder / "a.jsonl"], gzip.compress(JSONL.replace(b"d1", b"d3")))) == 2
    assert tn.dora(folder).data.deployments == 2
    with pytest.raises(tn.TruenorthError) as caught:
        tn.read(gzip.compress(JSONL)[:-9])
    assert caught.value.code == "truncated"


def test_mappings_in_either_spelling():
    table = tn.read(CSV, format="mapped", mapping=MAPPING, time_zone="Europe/Berlin")
    report = tn.dora(table, by=["service"])
    assert [group.name for group in report.groups] == ["checkout", "search"]
    assert report.to_dict()["window"]["from"] == "2025-03-01T00:00:00Z"
    assert report.to_dict()["as_of"] == "2025-03-02T09:30:00Z"
    wire = {**MAPPING, "events": [{"kind": "deployment", "fields": {"finishedAt": {"from": ["Wann"]}}}]}
    assert len(tn.read(CSV, mapping=wire, time_zone="+01:00")) == 2
    with pytest.raises(tn.TruenorthError):
        tn.read(CSV, format="mapped", mapping=MAPPING)


@pytest.mark.parametrize(
    ("options", "code", "path"),
    [
        ({"formt": "csv"}, "unknownField", "formt"),
        ({"format": "xml"}, "unknownValue", "format"),
        ({"mapping": {"events": [{"kind": "deployment"}]}}, "missingField", "mapping.events[0].fields"),
        ({"mapping": {"events": [{"kind": "deployment", "fields": {"finishd_at": {}}}]}}, "unknownValue", None),
        ({"git": {"path": "."}, "ownership": "no-such-file.csv"}, "unreadable", None),
        ({"git": {"path": ".", "release": "x"}}, "unknownField", "[0].release"),
        ({"git": {"releases": "x"}}, "missingField", "[0].path"),
    ],
)
def test_mistakes(options, code, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(tn.TruenorthError) as caught:
        tn.read(JSONL, **options)
    assert caught.value.code == code, caught.value
    assert path is None or caught.value.path == path


def test_options_are_read_without_data_too():
    for options, code in (({"formt": "csv"}, "unknownField"), ({"format": "csv"}, "conflict")):
        with pytest.raises(tn.TruenorthError) as caught:
            tn.EventTable(**options)
        assert caught.value.code == code


def test_a_question_takes_the_options_of_reading(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(CSV)
    reading = {"format": "mapped", "mapping": MAPPING, "name": "export"}
    report = tn.dora(CSV, by=["service"], input_time_zone="Europe/Berlin", **reading)
    assert report == tn.dora(tn.read(CSV, time_zone="Europe/Berlin", **reading), by=["service"])
    assert len(report.groups) == 2
    # The zone of days is another: what stands in the file has none.
    with pytest.raises(tn.TruenorthError) as caught:
        tn.dora(path, time_zone="Europe/Berlin", mapping=MAPPING)
    assert caught.value.code == "invalidTime"
    assert tn.dora(path, inputTimeZone="Europe/Berlin", mapping=MAPPING).data.deployments == 2
    bad = JSONL + b"nonsense\n"
    assert tn.dora(bad, strictness="lenient").data.read.rejected == 1
    assert tn.dora_presets(bad, strictness="lenient").presets
    assert tn.dora([{"deployment": {}}], strictness="lenient").data.read.rejected == 1
    assert tn.dora({"id": ["d"], "finished_at": ["2025-03-01T09:30:00Z"]}, kind="deployment").data.deployments == 1
    release = {
        "url": "https://api.github.com/repos/acme/shop/releases/1",
        "id": 1,
        "tag_name": "v1",
        "target_commitish": "main",
        "published_at": "2025-03-01T09:30:00Z",
    }
    listed = json.dumps([release]).encode()
    assert "--deployments-from releases" in tn.dora(listed).sentences[1]
    assert tn.dora(listed, host={"deployments_from": ["releases"]}).data.deployments == 1


def test_what_can_be_typed_can_be_said():
    values = {
        "environments": {"live": "production"},
        "format": "events",
        "host": {"runs": "*"},
        "input_time_zone": "UTC",
        "kind": "deployment",
        "mapping": MAPPING,
        "name": "x",
        "strictness": "lenient",
    }
    assert set(values) == set(tn.requests.Reading.__annotations__)
    for name, value in values.items():
        assert tn.dora(b"", **{name: value}).data.deployments == 0, name


@pytest.mark.parametrize(
    ("keywords", "code", "path", "hint"),
    [
        ({"strictnes": "lenient"}, "unknownField", "strictnes", "did you mean `strictness`?"),
        ({"buckets": "week"}, "unknownField", "buckets", "did you mean `bucket`?"),
        ({"bucket": "weekly"}, "unknownValue", "bucket", "did you mean `week`?"),
        ({"by": ["colour"]}, "unknownValue", "by[0]", "expected one of `service`"),
        ({"last": "0d"}, "emptyWindow", "last", "such as `30d`"),
        ({"window": ["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z"]}, "wrongType", "window", "expected an object"),
        ({"strictness": "strong"}, "unknownValue", "strictness", "expected one of `strict`"),
        ({"format": "mapped"}, "missingField", "mapping", "needs a mapping"),
        ({"input_time_zone": "Mars"}, "unknownTimeZone", "input_time_zone", "found `Mars`"),
        ({"host": {"deployments_from": ["runs"]}}, "missingField", "host.runs", "by a pattern of their names"),
        # Too easily taken for a filter.
        ({"service": "checkout"}, "unknownField", "service", "tn.read(…, service=…)"),
        ({"environment": "staging"}, "unknownField", "environment", 'filter={"environment": […]}'),
        # A stranger's keywords open nothing.
        ({"git": "."}, "unknownField", "git", "tn.read(git=…)"),
        ({"ownership": "owners.csv"}, "unknownField", "ownership", "tn.read(ownership=…)"),
    ],
)
def test_keywords_are_checked_before_anything_is_read(keywords, code, path, hint):
    with pytest.raises(tn.TruenorthError) as caught:
        tn.dora("no-such-file.jsonl", **keywords)
    assert (caught.value.code, caught.value.path) == (code, path), caught.value
    assert hint in caught.value.message


@pytest.mark.parametrize(
    "ask",
    [
        lambda: tn.dora(tn.read(JSONL), strictness="lenient"),
        lambda: tn.dora(events=[], strictness="lenient"),
        lambda: tn.dora([{"deployment": {"id": "d"}}], format="csv"),
    ],
)
def test_an_option_that_would_be_forgotten_is_refused(ask):
    with pytest.raises(tn.TruenorthError) as caught:
        ask()
    assert caught.value.code == "conflict"


def test_strangers_requests_open_nothing(folder):
    for request in ({"events": str(folder / "a.jsonl")}, {"git": str(folder)}, {"events": [str(folder / "a.jsonl")]}):
        with pytest.raises(tn.TruenorthError):
            tn.run("dora", request)
        with pytest.raises(tn.TruenorthError):
            tn.dora(**request)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_repository(tmp_path):
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for name in ("AUTHOR", "COMMITTER"):
        environment.update({f"GIT_{name}_NAME": "a", f"GIT_{name}_EMAIL": "a@b"})

    def git(*arguments, day=1):
        date = f"2025-03-{day:02}T12:00:00Z"
        dated = {**environment, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        subprocess.run(["git", *arguments], cwd=tmp_path, env=dated, check=True, capture_output=True)

    git("init", "--quiet")
    for day in (1, 2, 3):
        git("commit", "--quiet", "--allow-empty", "--message", f"change {day}", day=day)
        git("tag", f"v0.{day}.0", day=day)
    git("tag", "other-1.0")
    table = tn.read(git=tmp_path)
    assert tn.dora(table).overall.deployment_frequency.deployments == 3
    one = tn.read(git={"path": tmp_path, "releases": r"other-\d+\.\d+", "service": "other"})
    assert [group.name for group in tn.dora(one, by=["service"]).groups] == ["other"]
    assert len(tn.read(git=[str(tmp_path), {"path": str(tmp_path), "releases": "other-.*", "service": "o"}])) > len(table)
