"""The pydantic models of options, made from the option table.

Heavy to import: only where input is loaded or a schema is made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel, create_model
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource

from checker.settings.field_types import FieldType, of_option
from checker.settings.options import OPTIONS, Option, field_name

Fields = Mapping[str, tuple[FieldType, str]]


def of_options(options: Mapping[str, Option]) -> Fields:
    """Of each option its type and what it says, by field name."""
    return {field_name(name): (of_option(o), o.help) for name, o in options.items()}


def of_layer(stated: Collection[str]) -> type[BaseModel]:
    """A model of flags or of action inputs. stated: the field names of those options."""
    return create_model("Layer", **cast("Any", _types(stated)))


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


def merge(layers: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    """The value of every option that a layer states, by field name.

    layers: field name to value as written; an earlier layer wins.
    """
    stated = frozenset[str]().union(*layers)
    merged = create_model("Merged", __base__=_Merging, **cast("Any", _types(stated)))
    return dict(merged(**cast("Any", {"layers": layers})))


def _types(stated: Collection[str]) -> Mapping[str, tuple[FieldType, object]]:
    # Only of these: a model of every option takes a tenth of a small check's time to make.
    return {
        field_name(name): (of_option(option), option.default)
        for name, option in OPTIONS.items()
        if option.flag and field_name(name) in stated
    }
