"""truenorth measures whether an internal developer platform is getting better.

    >>> import truenorth as tn
    >>> report = tn.dora(events=[{"deployment": {"service": "checkout", "finished_at": "2025-03-01T09:30:00Z"}}])
    >>> report.overall.deployment_frequency.deployments
    1

Every operation is a function that takes its request as keyword arguments and answers with a view, whose fields are
attributes. Mistakes are a `TruenorthError` with `code`, `path` and `message`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import reports
from ._errors import TruenorthError
from ._operations import *  # noqa: F403
from ._operations import __all__ as _operations
from ._sources import GitRepository, read
from ._truenorth import EventTable, FlagContext, FlagDetails, FlagSet, __version__
from ._views import Report, Rows, Table, View

__all__ = ["EventTable", "FlagContext", "FlagDetails", "FlagSet", "GitRepository"]
__all__ += ["Report", "Rows", "Table", "TruenorthError", "View"]
__all__ += ["__version__", "read", "reports", "requests"]
__all__ += _operations

if TYPE_CHECKING:
    from . import requests
else:

    def __getattr__(name):
        # Only those who check types need it, and it takes longer to load than all the rest.
        if name == "requests":
            from importlib import import_module

            return import_module("truenorth.requests")
        raise AttributeError(f"module 'truenorth' has no attribute {name!r}")
