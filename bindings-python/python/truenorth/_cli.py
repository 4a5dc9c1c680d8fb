"""The console script `truenorth`."""

from __future__ import annotations

import signal
import sys

from . import _truenorth


def main() -> None:
    """Runs the command line as a program of its own: Ctrl-C ends it, as does a closed pipe."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(_truenorth.main(["truenorth", *sys.argv[1:]]))
