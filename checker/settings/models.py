"""The pydantic models of options and of the config file, made from the option table.

Heavy to import: only where input is loaded or a schema is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    WithJsonSchema,
    create_model,
)
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource

from checker.settings import kinds
from checker.settings.config_facts import (
    UNDECLARED_ALLOW,
    UNDECLARED_EXISTS,
    UNDECLARED_PUBLISHED,
    UNDECLARED_PUBLISHERS,
)
from checker.settings.field_types import (
    FieldType,
    not_empty,
    of_option,
    or_unknown,
    reads,
    reads_for_github,
    several,
)
from checker.settings.options import OPTIONS, Option, field_name


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_kebab)


Fields = Mapping[str, tuple[FieldType, str]]


def _model(name: str, fields: Fields) -> type[BaseModel]:
    """A model of (type, description) fields, none required: what is given is `model_fields_set`."""
    made = {key: (kind, Field(None, description=text)) for key, (kind, text) in fields.items()}
    return cast("type[BaseModel]", create_model(name, __base__=_Strict, **cast("Any", made)))


def _of_options(options: Mapping[str, Option]) -> Fields:
    return {field_name(name): (of_option(o), o.help) for name, o in options.items()}


_LOADED = {name: option for name, option in OPTIONS.items() if option.flag}


class Flat(_Strict):
    """Flags, or action inputs: the options by their field names."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=None)


Layer = create_model(
    "Layer",
    __base__=Flat,
    **cast("Any", {k: (t, None) for k, (t, _) in _of_options(_LOADED).items()}),
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


PublisherEntry = create_model(
    "PublisherEntry",
    __base__=_Strict,
    **cast(
        "Any",
        {
            "provider": (
                reads(kinds.PROVIDER),
                Field("github", description="whose runs may publish"),
            ),
            "repository": (
                reads_for_github(kinds.REPOSITORY),
                Field(description="`owner/name`, in the case that npm's website shows"),
            ),
            "workflow": (
                reads_for_github(kinds.WORKFLOW_FILE),
                Field(description="the workflow's file name, without a folder"),
            ),
            "environment": (
                reads(kinds.TEXT),
                Field(None, description="the environment that the job must use, where one is set"),
            ),
            "allow": (
                or_unknown(not_empty(several(kinds.ALLOW), kinds.ALLOW), UNDECLARED_ALLOW),
                Field(
                    UNDECLARED_ALLOW, description="which of `npm publish` and `npm stage publish`"
                ),
            ),
            "created": (
                reads(kinds.MOMENT),
                Field(None, description="when it was configured, while it has never published"),
            ),
            "published": (
                or_unknown(reads(kinds.TRUTH), UNDECLARED_PUBLISHED),
                Field(UNDECLARED_PUBLISHED, description="whether it has published once"),
            ),
        },
    ),
)

TokenEntry = _model(
    "TokenEntry",
    _of_options({o.token_key: o for o in OPTIONS.values() if o.token_key}),
)

_SECRET = Annotated[
    str,
    AfterValidator(kinds.secret_name),
    WithJsonSchema({"type": "string", "pattern": f"^{kinds.SECRET_NAME}$"}),
]
_PACKAGE = Annotated[str, AfterValidator(kinds.package_name)]

_OF_A_PACKAGE: Fields = {
    "token": (TokenEntry, "the token's facts, of a repository with one token"),
    "tokens": (dict[_SECRET, TokenEntry], "secret name to that token's facts, for several tokens"),  # type: ignore[valid-type]  # made at run time
    "trusted_publishers": (
        or_unknown(tuple[PublisherEntry, ...], UNDECLARED_PUBLISHERS),  # type: ignore[valid-type]  # made at run time
        "every trusted publisher of the package; an empty list says that it has none",
    ),
}

PackageEntry = _model(
    "PackageEntry",
    {
        **_of_options({n: o for n, o in OPTIONS.items() if o.declares or o.token_key}),
        **_OF_A_PACKAGE,
        "exists": (
            or_unknown(reads(kinds.TRUTH), UNDECLARED_EXISTS),
            "whether the package has a published version",
        ),
    },
)

ConfigFile = _model(
    "ConfigFile",
    {
        **_of_options({n: o for n, o in OPTIONS.items() if o.key}),
        **_OF_A_PACKAGE,
        "packages": (
            dict[_PACKAGE, PackageEntry],  # type: ignore[valid-type]  # made at run time
            "package name to what differs for it from the top level",
        ),
    },
)
