"""The console script: the one command line, as a program."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import truenorth as tn

EVENT = {"deployment": {"id": "d", "service": "checkout", "finishedAt": "2025-03-01T09:30:00Z"}}


def truenorth(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "truenorth", *arguments], capture_output=True, text=True, timeout=120, **options
    )


def test_it_answers_as_the_package_does(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(EVENT) + "\n", "utf-8")
    done = truenorth("dora", str(path), "--format", "json")
    assert done.returncode == 0, done.stderr
    answered = json.loads(done.stdout)
    assert answered["overall"]["deploymentFrequency"]["deployments"] == 1
    assert tn.dora(path).sentences == answered["sentences"]


def test_help_and_mistakes():
    done = truenorth("--help")
    assert done.returncode == 0 and "dora" in done.stdout
    done = truenorth("dora", "no-such-file.jsonl")
    assert done.returncode == 2 and "no-such-file.jsonl" in done.stderr
    assert truenorth("--version").stdout.strip().endswith(tn.__version__)


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
def test_ctrl_c_ends_it():
    process = subprocess.Popen(
        [sys.executable, "-m", "truenorth", "dora", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == -signal.SIGINT
    process.stdin.close()
    process.stdout.close()
