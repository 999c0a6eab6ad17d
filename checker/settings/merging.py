"""What several layers state, merged by pydantic-settings.

It is as heavy to import as all else of a small check: only where two layers state something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import create_model
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource

from checker.settings.models import types


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
    merged = create_model("Merged", __base__=_Merging, **cast("Any", types(stated)))
    return dict(merged(**cast("Any", {"layers": layers})))
