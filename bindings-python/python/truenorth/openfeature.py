"""A provider for OpenFeature's SDK, which `pip install 'truenorth[openfeature]'` brings along.

    >>> from openfeature import api
    >>> import truenorth as tn
    >>> from truenorth.openfeature import TruenorthProvider
    >>> api.set_provider(TruenorthProvider(tn.FlagSet.watch("flags.yaml")))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar, cast

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from ._errors import TruenorthError
from ._truenorth import FlagSet

__all__ = ["TruenorthProvider"]

_T = TypeVar("_T")


class TruenorthProvider(AbstractProvider):
    """The flags of a `FlagSet`, asked through OpenFeature's SDK.

    What it resolves is recorded as an exposure where the flags record them. Evaluation is local and waits for nothing, so
    the asynchronous methods are the same. After each reload, a watched file's too, it tells by
    `PROVIDER_CONFIGURATION_CHANGED` which flags are otherwise, and by `PROVIDER_STALE` that a file cannot be read and the
    last good flags stay, until it is `PROVIDER_READY` again.
    """

    def __init__(self, flags: FlagSet) -> None:
        super().__init__()
        if not isinstance(flags, FlagSet):
            raise TruenorthError("wrongType", "flags", f"expected a FlagSet, found {type(flags).__name__}")
        self._flags = flags
        self._told = flags
        self._is_stale = False

    @property
    def flags(self) -> FlagSet:
        """The flags that it resolves."""
        return self._flags

    def get_metadata(self) -> Metadata:
        return Metadata(name="truenorth")

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        self.shutdown()
        self._told = self._flags._kept()
        self._flags.on_reload(self._heard)

    def shutdown(self) -> None:
        self._flags.off_reload(self._heard)

    def _heard(self, error: TruenorthError | None) -> None:
        if error is not None:
            # The last good flags stay, and the file has others.
            self._is_stale = True
            self.emit_provider_stale(ProviderEventDetails(message=str(error)))
            return
        if self._is_stale:
            self._is_stale = False
            self.emit_provider_ready(ProviderEventDetails())
        before, self._told = self._told, self._flags._kept()
        if names := self._told._changed_since(before):
            self.emit_provider_configuration_changed(ProviderEventDetails(flags_changed=names))

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        return self._resolve("boolean", flag_key, default_value, evaluation_context)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        return self._resolve("string", flag_key, default_value, evaluation_context)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        return self._resolve("integer", flag_key, default_value, evaluation_context)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        details = self._resolve("number", flag_key, default_value, evaluation_context)
        # A whole number is a number, and the SDK insists on a float.
        details.value = float(details.value)
        return details

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        return self._resolve("object", flag_key, default_value, evaluation_context)

    def _resolve(
        self, wanted: str, key: str, default: _T, context: EvaluationContext | None
    ) -> FlagResolutionDetails[_T]:
        attributes: dict[str, Any] = {}
        if context is not None:
            attributes.update(context.attributes)
            if context.targeting_key is not None:
                attributes["targetingKey"] = context.targeting_key
        found = self._flags._resolve(key, wanted, attributes)
        # What the core was asked for as a type is of that type, and metadata are texts, numbers and booleans.
        value, metadata = cast("_T | None", found.value), cast("dict[str, str | float | bool]", found.metadata)
        return FlagResolutionDetails(
            value=default if value is None else value,
            variant=found.variant,
            reason=Reason(found.reason),
            error_code=None if found.error_code is None else ErrorCode(found.error_code),
            error_message=found.error_message,
            flag_metadata=MappingProxyType(metadata),
        )
