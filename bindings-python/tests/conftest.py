"""What all tests stand on."""

import signal


def pytest_configure():
    # Whoever is started in the background of a shell ignores Ctrl-C, and so would those who are told of it here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
