"""The native half: use the names of `truenorth` instead."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from typing_extensions import Unpack

from ._views import EventColumns, EventSource
from .reports import Quality, Settled
from .requests import ReadOptions

__all__ = ["EventTable", "OPERATIONS", "__version__", "ask", "call", "main", "show"]

__version__: str
OPERATIONS: list[tuple[str, str, str]]

def ask(operation: str, sources: tuple[EventSource, ...], keywords: Mapping[str, object], /) -> dict[str, Any]: ...
def call(operation: str, sources: tuple[EventSource, ...], request: object, /) -> dict[str, Any]: ...
def show(report: str, data: dict[str, Any], format: str, color: bool, width: int, /) -> str | None: ...
def main(arguments: Sequence[str], /) -> int: ...
@final
class EventTable:
    """Events in columns, filled in batches and asked as often as you like, from many threads.

    Who asks sees what is in the table at that moment; adding to it does not wait for those who read.
    """

    def __new__(cls, data: EventSource | EventColumns | None = None, /, **options: Unpack[ReadOptions]) -> EventTable: ...
    def extend(self, data: EventSource | EventColumns, /, **options: Unpack[ReadOptions]) -> None:
        """Adds events: rows, files by their paths, bytes of a file, a data frame, or columns by name.

        A bad record stops it with file and line, or place in the list; those before it stay. With
        `strictness="lenient"` bad records are counted and listed in `quality` instead. Columns of a frame are named
        like the fields of an event, labels `label.NAME`; a column `kind` or the option says what the rows are.
        """
    def _open(
        self,
        paths: Sequence[str],
        git: Sequence[dict[str, Any]],
        ownership: Sequence[str],
        options: ReadOptions,
        /,
    ) -> None: ...
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
