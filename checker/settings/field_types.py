"""Pydantic field types made from kinds and options; no field is named here.

Heavy to import: only where input is loaded or a schema is made.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetJsonSchemaHandler,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from checker.facts import Unknown
from checker.settings import kinds
from checker.settings.faults import Misfit
from checker.settings.kinds import Ignored, Kind
from checker.settings.options import Option

# A type that exists at run time only; mypy knows no narrower word for it.
FieldType = Any

UNKNOWN_WORD = "unknown"


def reads(kind: Kind) -> FieldType:
    """One value of a kind."""
    value = Annotated[Any, BeforeValidator(kind.read), WithJsonSchema(dict(kind.schema))]
    return Annotated[value, AfterValidator(_rule_exists)] if kind is kinds.IGNORED else value


def reads_for_github(kind: Kind) -> FieldType:
    """One value of a kind in an entry with a `provider`; another provider's is kept as written."""

    def read(raw: object, info: ValidationInfo) -> object:
        other = info.data.get("provider", "github") != "github"
        return (kinds.TEXT if other else kind).read(raw)

    return Annotated[Any, BeforeValidator(read), WithJsonSchema({"type": "string"})]


def several(kind: Kind) -> FieldType:
    """A list of values; one value is a list of one, as `on: push` is in a workflow."""

    def as_list(raw: object) -> object:
        if raw is None:
            raise Misfit(f"give a value or remove the key; it takes {kind.takes}")
        return raw if isinstance(raw, list) else [raw]

    listing = {"type": "array", "items": dict(kind.schema)}
    schema = listing if kind.pair else {"anyOf": [dict(kind.schema), listing]}
    return Annotated[
        tuple[reads(kind), ...],  # type: ignore[misc]  # made at run time
        BeforeValidator(as_list),
        WithJsonSchema(schema),
    ]


def not_empty(inner: FieldType, kind: Kind) -> FieldType:
    """The same list with something in it."""

    def check(values: tuple[object, ...]) -> tuple[object, ...]:
        if not values:
            raise Misfit(f"it takes {kind.takes}")
        return values

    return Annotated[inner, AfterValidator(check)]


class _OrUnknownInSchema:
    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        inner = handler(core_schema)
        if "enum" in inner:
            return {**inner, "enum": [*inner["enum"], UNKNOWN_WORD]}
        return {"anyOf": [*inner.get("anyOf", [inner]), {"const": UNKNOWN_WORD}]}


def or_unknown(inner: FieldType, unknown: Unknown) -> FieldType:
    """The same value, or the word `unknown`, which states that it is not known."""

    def read(raw: object, handler: ValidatorFunctionWrapHandler) -> object:
        return unknown if raw in (UNKNOWN_WORD, [UNKNOWN_WORD]) else handler(raw)

    return Annotated[inner, WrapValidator(read), _OrUnknownInSchema()]


def _all_stands_alone(values: tuple[object, ...]) -> tuple[object, ...]:
    if "*" in values and len(values) > 1:
        raise Misfit("`all` covers every package and stands alone")
    return values


def rules_context(rules: Collection[str]) -> dict[str, object]:
    """The validation context in which an ignored rule must be one of `rules`."""
    return {"rules": tuple(rules)}


def _rule_exists(value: object, info: ValidationInfo) -> object:
    rules = (info.context or {}).get("rules")
    if rules is not None and isinstance(value, Ignored) and value.rule not in rules:
        raise Misfit("there is no such rule", rules, value.rule)
    return value


def of_option(option: Option) -> FieldType:
    """The type of an option's field, whichever way the value comes."""
    field = several(option.kind) if option.many else reads(option.kind)
    if option.kind is kinds.COVERED:
        field = Annotated[not_empty(field, option.kind), AfterValidator(_all_stands_alone)]
    return or_unknown(field, option.default) if isinstance(option.default, Unknown) else field
