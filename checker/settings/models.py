"""The pydantic models of options, made from the option table.

Heavy to import: only where input is loaded or a schema is made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from pydantic import BaseModel, create_model

from checker.settings.field_types import FieldType, of_option
from checker.settings.options import OPTIONS, Option, field_name

Fields = Mapping[str, tuple[FieldType, str]]


def of_options(options: Mapping[str, Option]) -> Fields:
    """Of each option its type and what it says, by field name."""
    return {field_name(name): (of_option(o), o.help) for name, o in options.items()}


def of_layer(stated: Collection[str]) -> type[BaseModel]:
    """A model of flags or of action inputs. stated: the field names of those options."""
    return create_model("Layer", **cast("Any", types(stated)))


def types(stated: Collection[str]) -> Mapping[str, tuple[FieldType, object]]:
    """The fields of a model of these options, as `create_model` takes them."""
    # Only of these: a model of every option takes a tenth of a small check's time to make.
    return {
        field_name(name): (of_option(option), option.default)
        for name, option in OPTIONS.items()
        if option.flag and field_name(name) in stated
    }
