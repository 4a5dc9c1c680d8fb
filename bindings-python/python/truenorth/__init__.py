"""truenorth measures whether an internal developer platform is getting better.

    >>> import truenorth as tn
    >>> report = tn.dora(events=[{"deployment": {"service": "checkout", "finished_at": "2025-03-01T09:30:00Z"}}])
    >>> report.overall.deployment_frequency.deployments
    1

Every operation is a function that takes its request as keyword arguments and answers with a view, whose fields are
attributes. Mistakes are a `TruenorthError` with `code`, `path` and `message`.
"""

from __future__ import annotations

from . import reports, requests
from ._errors import TruenorthError
from ._operations import *  # noqa: F403
from ._operations import __all__ as _operations
from ._sources import GitRepository, read
from ._truenorth import EventTable, __version__
from ._views import Report, Rows, Table, View

__all__ = ["EventTable", "GitRepository", "Report", "Rows", "Table", "TruenorthError", "View", "__version__", "read", "reports", "requests"]
__all__ += _operations
