"""The types that the package promises: mypy accepts what is right and refuses what is wrong."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGE = HERE.parent

MISTAKES = [
    ("tn.dora(buket='week')", "Unexpected keyword argument"),
    ("tn.dora(bucket='weekly')", "Argument \"bucket\""),
    ("tn.dora(confidence='high')", "Argument \"confidence\""),
    ("tn.dora(last=30)", "Argument \"last\""),
    ("tn.dora(window={'from': '2025-01-01T00:00:00Z'})", "Argument \"window\""),
    ("tn.dora(definition={'followup': '7d'})", "Extra key \"followup\""),
    ("tn.dora(targets=[{'metric': 'speed'}])", "Incompatible types"),
    ("tn.dora(events=[{'deploy': {}}])", "incompatible type"),
    ("tn.dora(3)", "incompatible type"),
    ("tn.dora().groups.name", "has no attribute \"name\""),
    ("tn.dora().overall.leadtime", "has no attribute \"leadtime\""),
    ("x: int = tn.dora().overall.lead_time.median.value", "Incompatible types"),
    ("x: str = tn.dora().as_of", "Incompatible types"),
    ("len(tn.dora().compared_with.to_dict())", "has no attribute \"to_dict\""),
    ("tn.dora().overall.lead_time.median.kind == 'enough'", "Non-overlapping equality check"),
    ("tn.EventTable().extend([{'deployment': {'finished': ''}}])", "incompatible type"),
    ("tn.EventTable().extend([], kind='x')", "Argument \"kind\""),
    ("tn.dora('a.csv', format='excel')", "Argument \"format\""),
    ("tn.dora('a.csv', git='.')", "Unexpected keyword"),
    ("tn.read('a.jsonl', lenient=True)", "Unexpected keyword"),
    ("tn.read(git={'releases': 'v.*'})", "Argument \"git\""),
    ("tn.FlagSet.parse(3)", "Argument 1 to \"parse\""),
    ("tn.FlagSet.parse('{}').boolean('x', {}, default='no')", "Argument \"default\""),
    ("x: int = tn.FlagSet.parse('{}').string('x')", "Incompatible types"),
    ("tn.FlagSet.parse('{}').booleans('x', [1.5])", "List item 0"),
    ("tn.FlagSet.parse('{}').evaluate('x').reason == 'BECAUSE'", "Non-overlapping equality check"),
    ("tn.FlagContext(['user-1'])", "Argument 1 to \"FlagContext\""),
    ("tn.run('dora', {'bucket': 3}).groups", "has no attribute \"groups\""),
]


def mypy(*arguments):
    pytest.importorskip("mypy")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(PACKAGE / "pyproject.toml"), *arguments],
        cwd=PACKAGE,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_package_and_a_program_pass_strictly():
    done = mypy()
    assert done.returncode == 0, done.stdout + done.stderr


def test_planted_mistakes_are_found(tmp_path):
    lines = ["import truenorth as tn"]
    expected = {}
    for index, (mistake, said) in enumerate(MISTAKES):
        lines += ["", f"def f{index}() -> None:", f"    {mistake}"]
        expected[len(lines)] = said
    program = tmp_path / "mistakes.py"
    program.write_text("\n".join(lines) + "\n", "utf-8")
    done = mypy(str(program))
    found = {}
    for line in done.stdout.splitlines():
        name, _, rest = line.partition(":")
        number, _, said = rest.partition(": error: ")
        if name.endswith("mistakes.py") and said:
            found.setdefault(int(number), []).append(said)
    for number, said in expected.items():
        assert any(said in one for one in found.get(number, [])), (lines[number - 1], found.get(number))
    assert set(found) == set(expected), done.stdout


def test_the_native_half_is_what_its_stub_says(tmp_path):
    pytest.importorskip("mypy")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy.stubtest",
            "truenorth._truenorth",
            "--mypy-config-file",
            str(PACKAGE / "pyproject.toml"),
            "--ignore-disjoint-bases",
        ],
        cwd=tmp_path,
        env={**__import__("os").environ, "MYPYPATH": str(PACKAGE / "python")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_typed_any_where_a_type_is_known():
    for name in ("requests.py", "reports.py"):
        assert "Any" not in (PACKAGE / "python" / "truenorth" / name).read_text("utf-8").replace("Any other", "")


def test_every_operation_is_a_function():
    import truenorth as tn
    from truenorth import _truenorth

    for operation, summary, report in _truenorth.OPERATIONS:
        name = "".join("_" + letter.lower() if letter.isupper() else letter for letter in operation)
        function = getattr(tn, name)
        assert function.__doc__ and " ".join(function.__doc__.split()).startswith(summary.rstrip(".")), name
        assert textwrap.dedent(function.__doc__).count("Raises:") == 1
        assert issubclass(getattr(tn.reports, report), tn.Report)
        assert name in tn.__all__
