"""What the README shows works."""

import json
import re
import shutil
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1]
READMES = [PACKAGE / "README.md", PACKAGE.parent / "README.md"]


def snippets(path):
    text = path.read_text("utf-8") if path.exists() else ""
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def events():
    """A quarter of a service that deploys every day, an hour after each commit."""
    for month in (1, 2, 3):
        for day in range(1, 29):
            ids = {"service": "checkout", "sha": f"{month}-{day}"}
            yield {"change": {**ids, "committedAt": f"2025-{month:02}-{day:02}T09:{day:02}:00Z"}}
            yield {"deployment": {**ids, "id": f"d{month}-{day}", "finishedAt": f"2025-{month:02}-{day:02}T10:30:00Z"}}


@pytest.mark.parametrize("path", READMES, ids=["package", "repository"])
def test_snippets_run(path, monkeypatch, tmp_path):
    pytest.importorskip("pandas"), pytest.importorskip("polars")
    monkeypatch.chdir(tmp_path)
    Path("events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events()), "utf-8")
    shutil.copy(PACKAGE.parent / "examples" / "acme" / "flags.yaml", "flags.yaml")
    found = snippets(path)
    assert found
    names = {}
    for snippet in found:
        exec(compile(snippet, path.name, "exec"), names)
