"""The pydantic models of the config file, made from the option table.

Heavy to import: only where there is such a file, or its schema is made.
"""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from checker.settings import kinds
from checker.settings.config_facts import (
    UNDECLARED_ALLOW,
    UNDECLARED_EXISTS,
    UNDECLARED_PUBLISHED,
    UNDECLARED_PUBLISHERS,
)
from checker.settings.field_types import (
    not_empty,
    or_unknown,
    reads,
    reads_for_github,
    several,
)
from checker.settings.models import Fields, of_options
from checker.settings.options import OPTIONS


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_kebab)


def _model(name: str, fields: Fields) -> type[BaseModel]:
    """A model of (type, description) fields, none required: what is given is `model_fields_set`."""
    made = {key: (kind, Field(None, description=text)) for key, (kind, text) in fields.items()}
    return cast("type[BaseModel]", create_model(name, __base__=_Strict, **cast("Any", made)))


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
    of_options({o.token_key: o for o in OPTIONS.values() if o.token_key}),
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
        **of_options({n: o for n, o in OPTIONS.items() if o.declares or o.token_key}),
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
        **of_options({n: o for n, o in OPTIONS.items() if o.key}),
        **_OF_A_PACKAGE,
        "packages": (
            dict[_PACKAGE, PackageEntry],  # type: ignore[valid-type]  # made at run time
            "package name to what differs for it from the top level",
        ),
    },
)
