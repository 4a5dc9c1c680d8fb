"""The native half: use the names of `truenorth` instead."""

from collections.abc import Sequence
from typing import Any, final

from ._views import EventKind, EventSource
from .reports import Quality, Settled

__all__ = ["EventTable", "OPERATIONS", "__version__", "call", "main"]

__version__: str
OPERATIONS: list[tuple[str, str, str]]

def call(operation: str, sources: tuple[EventSource, ...], request: object, /) -> dict[str, Any]: ...
def main(arguments: Sequence[str], /) -> int: ...
@final
class EventTable:
    """Events in columns, filled in batches and asked as often as you like, from many threads.

    Who asks sees what is in the table at that moment; adding to it does not wait for those who read.
    """

    def __new__(
        cls, data: EventSource | None = None, /, *, kind: EventKind | None = None, lenient: bool = False
    ) -> EventTable: ...
    def extend(self, data: EventSource, /, *, kind: EventKind | None = None, lenient: bool = False) -> None:
        """Adds events: rows, files by their paths, bytes of a file, or a data frame.

        A bad record stops it with file and line, or place in the list; those before it stay. With `lenient` bad
        records are counted and listed in `quality`.
        """
    def settle(self) -> Settled:
        """Merges the records of each thing, and counts them; operations do so by themselves."""
    @property
    def quality(self) -> Quality:
        """What happened while reading: nothing is dropped in silence."""
    @property
    def nbytes(self) -> int:
        """How much memory the columns hold, names left out."""
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __copy__(self) -> EventTable: ...
    def __deepcopy__(self, memo: dict[int, Any], /) -> EventTable: ...
