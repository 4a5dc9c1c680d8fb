"""`FlagSet.watch`: a set that goes with its file, keeps the last good version, and lives on in a child that is forked."""

import gc
import json
import os
import sys
import threading
import time
import weakref

import pytest
import truenorth as tn


def text(variant):
    flag = {"variants": {"old": "old", "new": "new"}, "defaultVariant": variant}
    return json.dumps({"version": 1, "flags": {"x": flag}})


class Told:
    """Hears of reloads, and waits for the next."""

    def __init__(self):
        self.news = []
        self.more = threading.Condition()

    def __call__(self, error):
        with self.more:
            self.news.append(error)
            self.more.notify_all()

    def wait(self, count):
        with self.more:
            assert self.more.wait_for(lambda: len(self.news) >= count, timeout=30), self.news
            return self.news[count - 1]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "flags.json"
    path.write_text(text("old"), "utf-8")
    return path


def soon(true):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.01)
    return False


def test_a_changed_file_is_read_again(file):
    told = Told()
    flags = tn.FlagSet.watch(file, every=0.02, on_reload=told)
    assert flags.watching and flags.string("x") == "old"
    file.write_text(text("new"), "utf-8")
    assert told.wait(1) is None and flags.string("x") == "new"
    # One that cannot be read is told, and the last good one stays.
    file.write_text(text("old")[:-3], "utf-8")
    error = told.wait(2)
    assert isinstance(error, tn.TruenorthError) and error.code == "invalidJson" and error.path == str(file)
    assert flags.string("x") == "new"
    os.replace(file, file.with_suffix(".gone"))
    assert told.wait(3).code == "unreadable" and flags.string("x") == "new"
    next_one = file.with_suffix(".next")
    next_one.write_text(text("old"), "utf-8")
    os.replace(next_one, file)
    assert told.wait(4) is None and flags.string("x") == "old"
    assert len(told.news) == 4


def test_a_set_that_is_not_watched_any_more_stays_as_it_is(file):
    told = Told()
    flags = tn.FlagSet.watch(file, every=0.01, on_reload=told)
    flags.unwatch()
    flags.unwatch()
    assert not flags.watching
    file.write_text(text("new"), "utf-8")
    time.sleep(0.2)
    assert told.news == [] and flags.string("x") == "old"


def test_everybody_hears_of_every_reload(file, capsys):
    first, second = Told(), Told()
    flags = tn.FlagSet.watch(file, every=0.02)

    def broken(error):
        raise ValueError("this one listens badly")

    unraisable = []
    before, sys.unraisablehook = sys.unraisablehook, unraisable.append
    try:
        for listener in (first, broken, second):
            flags.on_reload(listener)
        flags.reload(text("new"))
        assert first.news == second.news == [None]
        file.write_text(text("new"), "utf-8")
        assert second.wait(2) is None and first.wait(2) is None
        assert soon(lambda: len(unraisable) == 2)
    finally:
        sys.unraisablehook = before
    # What is refused is raised there, and no reload.
    with pytest.raises(tn.TruenorthError):
        flags.reload("{")
    assert len(first.news) == 2 and flags.string("x") == "new"
    for _ in range(2):
        flags.off_reload(first)
    flags.off_reload(broken)
    flags.reload(text("old"))
    assert (len(first.news), len(second.news)) == (2, 3)


def test_a_set_that_nobody_holds_is_let_go(file):
    flags = tn.FlagSet.watch(file, every=0.01)

    class Held:
        def __call__(self, error):
            pass

    held = Held()
    held.flags = flags
    flags.on_reload(held)
    gone = weakref.ref(held)
    names = lambda: [name for name in os.listdir("/proc/self/task")] if os.path.isdir("/proc/self/task") else []
    before = len(names())
    del flags, held
    gc.collect()
    assert gone() is None
    assert before == 0 or soon(lambda: len(names()) < before)


def test_what_cannot_be_watched_is_refused(file, tmp_path):
    for path, every, code in [
        (tmp_path / "none.json", 0.5, "unreadable"),
        (file, 0.0, "outOfRange"),
        (file, float("nan"), "outOfRange"),
        (file, 1e9, "outOfRange"),
    ]:
        with pytest.raises(tn.TruenorthError) as caught:
            tn.FlagSet.watch(path, every=every)
        assert caught.value.code == code
    with pytest.raises(tn.TruenorthError) as caught:
        tn.FlagSet.watch(file, on_reload=7)
    assert (caught.value.code, caught.value.path) == ("wrongType", "on_reload")
    with pytest.raises(tn.TruenorthError):
        tn.FlagSet.parse(text("old")).on_reload("f")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_child_that_is_forked_goes_with_the_file_too(file):
    flags = tn.FlagSet.watch(file, every=0.02)
    still = tn.FlagSet.watch(file, every=0.02)
    still.unwatch()
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        # No test of the child's may go on in here.
        code = 1
        try:
            if flags.string("x") == "old" and flags.watching and not still.watching:
                os.write(go, b"r")
                code = 0 if soon(lambda: flags.string("x") == "new") and still.string("x") == "old" else 2
        finally:
            os._exit(code)
    assert os.read(ready, 1) == b"r"
    file.write_text(text("new"), "utf-8")
    assert soon(lambda: flags.string("x") == "new")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
