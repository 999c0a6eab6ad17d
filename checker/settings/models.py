"""The pydantic models of options, made from the option table.

Heavy to import: only where input is loaded or a schema is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, create_model
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource

from checker.settings.field_types import FieldType, of_option
from checker.settings.options import OPTIONS, Option, field_name

Fields = Mapping[str, tuple[FieldType, str]]


def of_options(options: Mapping[str, Option]) -> Fields:
    """Of each option its type and what it says, by field name."""
    return {field_name(name): (of_option(o), o.help) for name, o in options.items()}


_LOADED = {name: option for name, option in OPTIONS.items() if option.flag}


class Flat(BaseModel):
    """Flags, or action inputs: the options by their field names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Layer = create_model(
    "Layer",
    __base__=Flat,
    **cast("Any", {k: (t, None) for k, (t, _) in of_options(_LOADED).items()}),
)


class _Merging(BaseSettings):
    """Takes `layers` in place of the sources that pydantic-settings looks at by itself."""

    model_config = {"extra": "forbid", "validate_default": False}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The layers, and neither the process's environment nor a dotenv file."""
        layers = cast("InitSettingsSource", init_settings).init_kwargs["layers"]
        return tuple(InitSettingsSource(settings_cls, dict(layer)) for layer in layers)


_Merged = create_model(
    "Merged",
    __base__=_Merging,
    **cast("Any", {field_name(n): (of_option(o), o.default) for n, o in _LOADED.items()}),
)


def merge(layers: Sequence[Mapping[str, object]]) -> BaseSettings:
    """Every option's value. layers: field name to value as written; an earlier layer wins."""
    return _Merged(**cast("Any", {"layers": layers}))
