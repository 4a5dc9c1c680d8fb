"""Views of reports: attributes over the plain dictionaries that an operation answers with.

A view holds the dictionary and nothing else; what is read becomes a view, a time or a list at the moment it is read.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from os import PathLike
from typing import TYPE_CHECKING, Any, Callable, ClassVar, TypeVar, Union

if TYPE_CHECKING:
    from typing import Protocol

    import pandas
    import polars

    from . import requests
    from ._truenorth import EventTable

    class ArrowStream(Protocol):
        """A data frame or table of another library (pandas, polars, pyarrow, duckdb, …)."""

        def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...

    EventSource = Union[
        EventTable,
        str,
        PathLike[str],
        Iterable[Union[str, PathLike[str]]],
        bytes,
        bytearray,
        memoryview,
        Iterable[requests.Event],
        ArrowStream,
    ]

    #: Columns by name: lists, arrays or series; labels under `label.NAME`, or together under `labels`.
    EventColumns = Mapping[str, Union[Iterable[object], Mapping[str, Iterable[object]]]]

__all__ = ["Report", "Rows", "Table", "View"]

T = TypeVar("T")

#: What becomes of a value when it is read; `None` for what stays as it is.
Convert = Union[Callable[[Any], Any], None]


def _time(text: str) -> datetime:
    """`2025-03-01T09:30:00.5Z` as a datetime in UTC."""
    date, _, fraction = text.rstrip("Z").partition(".")
    time = datetime.fromisoformat(date).replace(tzinfo=timezone.utc)
    return time.replace(microsecond=int(fraction.ljust(6, "0"))) if fraction else time


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def _span(text: str) -> timedelta:
    """`90m` as a timedelta."""
    return timedelta(seconds=int(text[:-1]) * _UNITS[text[-1]])


def _convert(annotation: str) -> Convert:
    """What an annotation of a generated view says about the plain value."""
    if annotation.endswith(" | None"):
        inner = _convert(annotation[: -len(" | None")])
        return inner and (lambda value: None if value is None else inner(value))
    name, _, arguments = annotation.partition("[")
    if name == "Rows":
        row = _view_class(arguments[:-1])
        return lambda items: Rows(map(row, items))
    if name == "list":
        item = _convert(arguments[:-1])
        return item and (lambda items: [item(value) for value in items])
    if name == "dict":
        value = _convert(arguments[:-1].partition(", ")[2])
        return value and (lambda items: {key: value(item) for key, item in items.items()})
    if name == "datetime":
        return _time
    if name == "timedelta":
        return _span
    return _views().get(name)


def _views() -> dict[str, type[View]]:
    from . import reports

    return {name: thing for name, thing in vars(reports).items() if isinstance(thing, type) and issubclass(thing, View)}


def _view_class(name: str) -> type[View]:
    return _views()[name]


def view(name: str, data: dict[str, Any]) -> View:
    """The view of that name over the data."""
    return _view_class(name)(data)


class _Unset:
    """Stands for what is not there, or not yet known."""


_UNSET: Any = _Unset()


class _Field:
    """A field of a view; how to convert its values is found out when it is first read."""

    __slots__ = ("absent", "annotation", "convert", "key")

    def __init__(self, name: str, annotation: str) -> None:
        self.key = name[:-1] if name.endswith("_") and keyword.iskeyword(name[:-1]) else name
        self.annotation = annotation
        self.convert: Convert = _UNSET

    def __get__(self, view: View | None, owner: type[View]) -> Any:
        if view is None:
            return self
        convert = self.convert
        if convert is _UNSET:
            convert = self.convert = _convert(self.annotation)
        try:
            value = view._data[self.key]
        except KeyError:
            return self._absent(view)
        return value if convert is None else convert(value)

    def _absent(self, view: View) -> Any:
        """What stands for a field that was left out: reports leave out what is null or empty."""
        if not view._tag or self.key in view._own():
            if self.annotation.endswith(" | None"):
                return None
            if self.annotation.startswith("Rows["):
                return Rows()
            if self.annotation.startswith("list["):
                return []
            if self.annotation.startswith("dict["):
                return {}
        # Leads to `__getattr__`, which says why.
        raise AttributeError(self.key)


class View:
    """A part of a report; its fields are attributes, and `to_dict()` is the plain data."""

    __slots__ = ("_data",)

    _tag: ClassVar[str] = ""
    _kinds: ClassVar[dict[str, tuple[str, ...]]] = {}
    _fields: ClassVar[tuple[str, ...]] = ()

    _data: dict[str, Any]

    def __init__(self, data: dict[str, Any]) -> None:
        _set_data(self, data)

    def __init_subclass__(cls) -> None:
        fields = {name: text for name, text in cls.__annotations__.items() if not name.startswith("_")}
        cls._fields = tuple(fields)
        for name, annotation in fields.items():
            setattr(cls, name, _Field(name, annotation))

    # Hidden from type checkers, which would otherwise accept any name.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            raise self._no_attribute(name)

    def _own(self) -> tuple[str, ...]:
        """The attributes that things of this kind have."""
        if not self._tag:
            return self._fields
        return (self._tag, *self._kinds.get(self._data.get(self._tag, ""), ()))

    def _no_attribute(self, name: str) -> AttributeError:
        kind = type(self).__name__
        if self._tag and name in self._fields:
            word = self._data.get(self._tag)
            if word == "notEnough":
                data = self._data
                why = f"{data['reason']}: there are {data['have']}, it takes {data['need']}"
                return AttributeError(f"this {kind} has no `{name}`, because there is not enough data ({why})", name=name, obj=self)
            return AttributeError(f"this {kind} is a `{word}` and has no `{name}`", name=name, obj=self)
        import difflib

        own = self._own()
        near = difflib.get_close_matches(name, own, 1)
        hint = f"did you mean `{near[0]}`? " if near else ""
        return AttributeError(f"a {kind} has no `{name}`; {hint}it has `{'`, `'.join(own)}`", name=name, obj=self)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} is only read; change a copy from `to_dict()`")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} is only read; change a copy from `to_dict()`")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._own()]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, View):
            return type(self) is type(other) and self._data == other._data
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Callable[..., View], tuple[dict[str, Any]]]:
        return type(self), (self._data,)

    def __copy__(self: V) -> V:
        return type(self)(self._data)

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={_short(getattr(self, name, None))}" for name in self._own())
        return f"{type(self).__name__}({parts})"

    def to_dict(self) -> dict[str, Any]:
        """The plain data, names in snake case, times as text: a copy of its own."""
        copy: dict[str, Any] = _copied(self._data)
        return copy

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{_escaped(name)}</th><td>{_escaped(_short(getattr(self, name, None)))}</td></tr>" for name in self._own()
        )
        return f"<table><caption>{_escaped(type(self).__name__)}</caption>{rows}</table>"

    def _columns(self) -> dict[str, list[Any]]:
        """The columns of what is a table: a list for each name, or for each name in each part."""
        columns: dict[str, list[Any]] = {}
        for name in self._own():
            value = getattr(self, name)
            if isinstance(value, View):
                columns.update({f"{name}.{inner}": column for inner, column in value._columns().items()})
            elif isinstance(value, list) and not isinstance(value, Rows):
                columns[name] = value
            else:
                columns.clear()
                break
        if not columns or len({len(column) for column in columns.values()}) > 1:
            tables = [name for name in self._own() if isinstance(getattr(self, name, None), Rows)]
            hint = f"; these are: `{'`, `'.join(tables)}`" if tables else ""
            raise TypeError(f"a {type(self).__name__} is not a table{hint}")
        return columns

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas data frame of what is a table, its columns named by path (`lead_time.value`)."""
        return _pandas(self._columns())

    def to_polars(self) -> polars.DataFrame:
        """A polars data frame of what is a table, its columns named by path (`lead_time.value`)."""
        return _polars(self._columns())


V = TypeVar("V", bound=View)

# Views refuse to be changed; this is how they get their data.
_set_data: Callable[[View, dict[str, Any]], None] = vars(View)["_data"].__set__


class Report(View):
    """What an operation answers."""

    __slots__ = ()

    def _shown(self, format: str, color: bool = False, width: int = 100) -> str:
        from ._truenorth import show

        shown = show(type(self).__name__, self._data, format, color, width)
        if shown is None:
            raise TypeError(f"a {type(self).__name__} cannot be shown as {format}; read its fields, or `to_dict()`")
        return shown

    def to_text(self, *, color: bool = False, width: int = 100) -> str:
        """The report as text: sentences first, then tables that fit the width."""
        return self._shown("text", color, width)

    def to_markdown(self) -> str:
        """The report as GitHub-flavoured markdown, such as for the summary of a CI run."""
        return self._shown("markdown")

    def to_html(self) -> str:
        """The report as one HTML file: no script, nothing loaded from anywhere, light and dark."""
        return self._shown("html")

    def to_openmetrics(self) -> str:
        """The numbers of the report as OpenMetrics 1.0 text."""
        return self._shown("openmetrics")

    def __repr__(self) -> str:
        try:
            return self.to_text().rstrip()
        except (TypeError, ValueError):
            # One without such a form, or a copy of an older version.
            return super().__repr__()

    def _repr_html_(self) -> str:
        try:
            page = self.to_html()
        except (TypeError, ValueError):
            return super()._repr_html_()
        # A page of its own, so that its styles and the notebook's leave each other alone.
        import html

        return (
            f'<iframe srcdoc="{html.escape(page)}" sandbox title="{type(self).__name__}" '
            'style="width: 100%; height: 40rem; border: 0"></iframe>'
        )

    def _columns(self) -> dict[str, list[Any]]:
        own = self._own()
        if "overall" in own and "groups" in own:
            whole: Any = self
            return Rows([whole.overall, *whole.groups])._columns()
        return super()._columns()

    def by_bucket(self) -> Table:
        """The series of everything and of every group as one table: a row for each group and bucket."""
        whole: Any = self
        groups = [group for group in (whole.overall, *whole.groups) if group.series is not None]
        if not groups:
            raise TypeError("there are no series; ask for them with `bucket=`")
        buckets = whole.buckets._columns()
        columns: dict[str, list[Any]] = {}
        for group in groups:
            parts = {"group": [group.name] * len(whole.buckets)}
            parts.update({f"bucket.{name}": column for name, column in buckets.items()})
            parts.update(group.series._columns())
            for name, column in parts.items():
                columns.setdefault(name, []).extend(column)
        return Table(columns)


class Table:
    """Columns of equal length."""

    __slots__ = ("columns",)

    columns: dict[str, list[Any]]

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __eq__(self, other: object) -> bool:
        return self.columns == other.columns if isinstance(other, Table) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Table: {len(self)} rows of {len(self.columns)} columns>"

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas data frame."""
        return _pandas(self.columns)

    def to_polars(self) -> polars.DataFrame:
        """A polars data frame."""
        return _polars(self.columns)

    def _repr_html_(self) -> str:
        return _html(self.columns)


class Rows(list[T]):
    """A list of views, which is also a table."""

    __slots__ = ()

    def _columns(self) -> dict[str, list[Any]]:
        rows = [dict(_flat(row)) if isinstance(row, View) else {"value": row} for row in self]
        names = dict.fromkeys(name for row in rows for name in row)
        return {name: [row.get(name) for row in rows] for name in names}

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas data frame, a row each; columns are named by path (`lead_time.median.value`), inner lists left out."""
        return _pandas(self._columns())

    def to_polars(self) -> polars.DataFrame:
        """A polars data frame, a row each; columns are named by path (`lead_time.median.value`), inner lists left out."""
        return _polars(self._columns())

    def to_dict(self) -> list[Any]:
        """The plain data of every row."""
        return [row.to_dict() if isinstance(row, View) else row for row in self]

    def _repr_html_(self) -> str:
        return _html(self._columns())


def _html(columns: dict[str, list[Any]]) -> str:
    head = "".join(f"<th>{_escaped(name)}</th>" for name in columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_escaped('' if cell is None else str(cell))}</td>" for cell in row) + "</tr>"
        for row in zip(*columns.values())
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _flat(row: View, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in row._own():
        value = getattr(row, name)
        if isinstance(value, View):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, Mapping):
            yield from ((f"{prefix}{name}.{key}", inner) for key, inner in value.items())
        elif not isinstance(value, (list, tuple)):
            yield f"{prefix}{name}", value


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    return value


def _short(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, dict)) and len(value) > 3:
        return f"<{len(value)} items>"
    return repr(value)


def _escaped(text: str) -> str:
    import html

    return html.escape("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text))


def _pandas(columns: dict[str, list[Any]]) -> pandas.DataFrame:
    try:
        import pandas
    except ImportError as error:
        raise ImportError("`to_pandas()` needs pandas: pip install 'truenorth[pandas]'", name="pandas") from error
    frame: pandas.DataFrame = pandas.DataFrame(columns)
    return frame


def _polars(columns: dict[str, list[Any]]) -> polars.DataFrame:
    try:
        import polars
    except ImportError as error:
        raise ImportError("`to_polars()` needs polars: pip install 'truenorth[polars]'", name="polars") from error
    return polars.DataFrame(columns, infer_schema_length=None)
