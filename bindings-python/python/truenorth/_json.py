"""Any JSON value, where the type is somebody else's choice."""

from __future__ import annotations

from typing import TypeAlias

JsonValue: TypeAlias = "str | float | bool | None | list[JsonValue] | tuple[JsonValue, ...] | dict[str, JsonValue]"
