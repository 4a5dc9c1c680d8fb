"""Files, folders and repositories, opened by `read` and by operations."""

import gzip
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
