"""The one exception of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._operations import ErrorCode

__all__ = ["TruenorthError"]


class TruenorthError(ValueError):
    """What was asked or given cannot be used; says what is wrong, where, and why."""

    code: ErrorCode
    """The stable word for the kind of mistake, such as `unknownField`."""
    path: str
    """Where in the input: `events[1].deployment.finished_at`; empty when nowhere in particular."""
    message: str
    """The sentence, without the path."""

    def __init__(self, code: ErrorCode, path: str, message: str) -> None:
        super().__init__(f"`{path}`: {message}" if path else message)
        self.code = code
        self.path = path
        self.message = message

    def __reduce__(self) -> tuple[type[TruenorthError], tuple[ErrorCode, str, str]]:
        return type(self), (self.code, self.path, self.message)
