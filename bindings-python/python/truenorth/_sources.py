"""Files and repositories, opened here: what `truenorth dora` opens on the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypedDict, Union

from ._truenorth import EventTable

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import requests
    from ._views import EventSource

__all__ = ["GitRepository", "read"]


class _GitPath(TypedDict):
    path: Union[str, PathLike[str]]
    """Where it lies."""


class GitRepository(_GitPath, total=False):
    """A git repository: tags become deployments, commits become changes."""

    service: str
    """The service that its releases deploy; absent: the folder's name."""
    releases: str
    """What the whole name of a tag must match to be a release; absent: `v1.2.3` and `1.2.3`."""
    environment: str
    """The environment that a release reaches; absent: production."""
    services: Mapping[str, str]
    """The services of a monorepo, each with the folder it lives in; absent: the repository is one service."""
    branch: str
    """The branch whose unreleased commits are waiting; absent: the one checked out."""


def read(
    *sources: EventSource,
    git: str | PathLike[str] | GitRepository | Sequence[str | PathLike[str] | GitRepository] = (),
    ownership: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
    **options: Unpack[requests.ReadOptions],
) -> EventTable:
    """Reads everything into one new table.

    Args:
        *sources: Paths of files and folders, bytes, rows or data frames. Compressed files are told by their content.
        git: Git repositories, by their path or with options.
        ownership: Files that say who owns what: `catalog-info.yaml`, `CODEOWNERS` or a CSV.
        **options: How to read, such as `format`, `mapping`, `kind`, `time_zone` or `strictness`.

    Raises:
        TruenorthError: With `code`, `path` (file and line) and `message`.
    """
    table = EventTable()
    paths: list[str] = []
    for source in sources:
        opened = _paths(source)
        if opened is None:
            table.extend(source, **options)
        else:
            paths += opened
    repositories = [git] if isinstance(git, (str, PathLike, Mapping)) else list(git)
    # Together, because what says who owns what concerns them all.
    table._open(paths, [_repository(one) for one in repositories], _paths(ownership) or [], options)
    return table


def _paths(source: Any) -> list[str] | None:
    """The paths that a source is, if it is any."""
    if isinstance(source, (str, PathLike)):
        return [os.fspath(source)]
    if isinstance(source, (list, tuple)) and source and all(isinstance(path, (str, PathLike)) for path in source):
        return [os.fspath(path) for path in source]
    return None


def _repository(git: str | PathLike[str] | GitRepository) -> dict[str, Any]:
    if isinstance(git, (str, PathLike)):
        return {"path": os.fspath(git)}
    repository: dict[str, Any] = dict(git)
    if isinstance(repository.get("path"), PathLike):
        repository["path"] = os.fspath(repository["path"])
    return repository
