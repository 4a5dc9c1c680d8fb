"""The native half: use the names of `truenorth` instead."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from os import PathLike
from typing import Any, TypeVar, final, overload

from typing_extensions import Unpack

from ._errors import TruenorthError
from ._json import JsonValue
from ._views import EventColumns, EventSource, Rows
from .reports import FlagErrorCode, FlagExplanation, FlagProblem, FlagReason, Quality, Settled
from .requests import ReadOptions

__all__ = [
    "EventTable",
    "FlagContext",
    "FlagDetails",
    "FlagSet",
    "OPERATIONS",
    "__version__",
    "ask",
    "call",
    "main",
    "show",
]

_D = TypeVar("_D")

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
@final
class FlagSet:
    """Feature flags, ready to be evaluated from many threads while they are exchanged.

        >>> flags = tn.FlagSet.from_file("flags.json")
        >>> flags.boolean("new-checkout", {"targetingKey": "user-1", "country": "DE"})

    A context is a dict, of which only the attributes that the flag needs are looked at, or a `FlagContext`. Getters
    never raise for what is wrong with a flag or an attribute: the default stands, and `evaluate` says why. Rules and
    rollouts that begin or end hold at `now`; absent, at the context's instant, else by this computer's clock.
    """

    @staticmethod
    def from_file(path: str | PathLike[str]) -> FlagSet:
        """Reads a file of flags: JSON, or YAML where its name ends so.

        Raises:
            TruenorthError: With the file's name and the line, where the file as a whole cannot be read. What is wrong
                with a single flag is in `problems`.
        """
    @staticmethod
    def parse(definitions: str | dict[str, Any]) -> FlagSet:
        """Reads definitions: JSON text, or the same as a dict.

        Raises:
            TruenorthError: Where they cannot be read as a whole. What is wrong with a single flag is in `problems`.
        """
    @staticmethod
    def watch(
        path: str | PathLike[str],
        *,
        every: float = 0.5,
        on_reload: Callable[[TruenorthError | None], object] | None = None,
    ) -> FlagSet:
        """Reads a file of flags, and reads it again whenever it changes.

        A thread looks at the file every so many seconds, and takes a change once two looks find it the same; that works
        on network drives and with `ConfigMap`s too. A version that cannot be read is told to those who listen, and the
        last good one stays. In a child that is forked the watch goes on.

        Raises:
            TruenorthError: As `from_file`, and for a pause that is not 0.01 to 86,400 seconds.
        """
    @property
    def watching(self) -> bool:
        """Whether the flags go with their file."""
    def unwatch(self) -> None:
        """Lets the flags stay as they are, whatever becomes of the file."""
    def on_reload(self, listener: Callable[[TruenorthError | None], object], /) -> None:
        """Calls somebody after each reload, by the thread that did it: with `None` when other flags are in force.

        Where a file that is watched cannot be read, with what is wrong with it.
        """
    def off_reload(self, listener: Callable[[TruenorthError | None], object], /) -> None:
        """Calls somebody no more; who was never called is no mistake."""
    def reload(self, definitions: str | dict[str, Any]) -> None:
        """Reads other definitions in place of these, which stay where the new ones cannot be read.

        Whoever is evaluating goes on meanwhile.
        """
    def boolean(
        self,
        name: str,
        context: dict[str, Any] | FlagContext | None = None,
        *,
        default: bool = False,
        now: datetime | str | None = None,
    ) -> bool:
        """The value of a boolean flag, or the default."""
    def string(
        self,
        name: str,
        context: dict[str, Any] | FlagContext | None = None,
        *,
        default: str | None = None,
        now: datetime | str | None = None,
    ) -> str:
        """The value of a flag of texts, or the default; absent: the empty text."""
    def integer(
        self,
        name: str,
        context: dict[str, Any] | FlagContext | None = None,
        *,
        default: int | None = None,
        now: datetime | str | None = None,
    ) -> int:
        """The value of a flag of whole numbers, or the default; absent: 0."""
    def number(
        self,
        name: str,
        context: dict[str, Any] | FlagContext | None = None,
        *,
        default: float = 0.0,
        now: datetime | str | None = None,
    ) -> float:
        """The value of a flag of numbers, whole or not, or the default."""
    @overload
    def object(
        self, name: str, context: dict[str, Any] | FlagContext | None = None, *, now: datetime | str | None = None
    ) -> JsonValue:
        """The value of a flag of objects or lists, or the default, which may be anything; absent: `None`."""
    @overload
    def object(
        self,
        name: str,
        context: dict[str, Any] | FlagContext | None = None,
        *,
        default: _D,
        now: datetime | str | None = None,
    ) -> JsonValue | _D: ...
    def booleans(
        self,
        name: str,
        keys: Iterable[str | int],
        context: dict[str, Any] | FlagContext | None = None,
        *,
        default: bool = False,
        now: datetime | str | None = None,
    ) -> list[bool]:
        """The values of a boolean flag for a column of units, each in the place of `targetingKey`.

        Everything else in the context is the same for all; a `FlagContext` is faster here than a dict.
        """
    def evaluate(
        self,
        name: str,
        context: dict[str, Any] | FlagContext | None = None,
        *,
        now: datetime | str | None = None,
    ) -> FlagDetails:
        """A flag's value with all that is said of it; not recorded as an exposure."""
    def evaluate_all(
        self, context: dict[str, Any] | FlagContext | None = None, *, now: datetime | str | None = None
    ) -> dict[str, JsonValue]:
        """The values of all flags, `None` where the caller's default stands; not recorded as exposures."""
    def explain(
        self,
        name: str,
        context: dict[str, Any] | FlagContext | None = None,
        *,
        now: datetime | str | None = None,
    ) -> FlagExplanation:
        """A flag's value, and each step by which it was found; not recorded as an exposure."""
    def prepare(
        self, context: dict[str, Any] | FlagContext, *, now: datetime | str | None = None
    ) -> FlagContext:
        """A context read once and made ready for these flags; after a reload it still answers, only slower.

        Raises:
            TruenorthError: With `code` and `path`, where an attribute is none.
        """
    def names(self) -> list[str]:
        """The flags' names, in alphabetical order."""
    @property
    def problems(self) -> Rows[FlagProblem]:
        """What is wrong with single flags, segments, layers or holdouts; they harm no others."""
    def record_exposures(self, most: int = 100_000) -> None:
        """From now on, remembers who was given what by the typed getters.

        One exposure is recorded for each flag, variant and unit, and at most about so many that nobody has taken yet.
        Where exposures are recorded already, how many stays as it is.
        """
    def take_exposures(self) -> list[dict[str, Any]]:
        """Hands out the exposures since the last time: `unit`, `flag`, `variant`, `rule`, `reason` and `at`."""
    @property
    def exposures_lost(self) -> int:
        """How many exposures found no room."""
    def _resolve(
        self, name: str, wanted: str, context: dict[str, Any] | FlagContext | None
    ) -> FlagDetails:
        """What is said of a flag that is wanted as a type; recorded as an exposure like the getters."""
    def _kept(self) -> FlagSet:
        """The flags as they are now, whatever becomes of these."""
    def _changed_since(self, old: FlagSet) -> list[str]:
        """The names of flags that are otherwise than they were."""
    def __len__(self) -> int: ...
    def __contains__(self, name: str, /) -> bool: ...

@final
class FlagContext:
    """Attributes of somebody, read once and asked about as often as you like, from many threads.

    `FlagSet.prepare` makes one whose attributes stand where those flags look for them, which is fastest.
    """

    def __new__(
        cls,
        targeting_key: str | int | None = None,
        attributes: dict[str, Any] | None = None,
        *,
        now: datetime | str | None = None,
    ) -> FlagContext:
        """Reads the attributes.

        Raises:
            TruenorthError: With `code` and `path`, where an attribute is none.
        """
    def __len__(self) -> int: ...

@final
class FlagDetails:
    """A flag's value for somebody, with what is said about it."""

    @property
    def flag(self) -> str:
        """The flag's name."""
    @property
    def value(self) -> JsonValue:
        """The value; `None` where the caller's default stands."""
    @property
    def variant(self) -> str | None:
        """The variant; `None` where the caller's default stands."""
    @property
    def reason(self) -> FlagReason:
        """Why, in OpenFeature's words."""
    @property
    def rule(self) -> str | None:
        """The rule that decided."""
    @property
    def error_code(self) -> FlagErrorCode | None:
        """What is wrong, where something is."""
    @property
    def error_message(self) -> str | None:
        """What is wrong, in a sentence."""
    @property
    def metadata(self) -> dict[str, JsonValue]:
        """What is known about the flag."""
