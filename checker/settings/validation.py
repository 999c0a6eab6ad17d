"""What pydantic says of a value, told in the user's words and at the user's place.

Words only; nothing is validated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from checker.settings import yaml_tree
from checker.settings.config_models import ConfigFile, PackageEntry, PublisherEntry, TokenEntry
from checker.settings.faults import Fault, Misfit, did_you_mean, listed, shown
from checker.settings.options import OPTIONS

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from checker.settings.yaml_tree import Node

Location = tuple[str | int, ...]

_SHAPES: Mapping[str, str] = {
    "model_type": "it takes `key: value` lines",
    "dict_type": "it takes a mapping of names",
    "tuple_type": "it takes a list, each entry after a `- `, or `[]` for none",
}


class Locator(Struct, frozen=True):
    """Finds the lines behind a location of the config file's model."""

    path: str
    root: Node

    def line(self, location: Location) -> int:
        """The 1-based line of the value, or of its key where the value stands on several lines."""
        node, line = self.root, self.root.line
        for step in location:
            if isinstance(node, yaml_tree.Mapping) and isinstance(step, str):
                entry = node.entry(step)
                if entry is None:
                    break
                line, node = entry
            elif isinstance(node, yaml_tree.Sequence) and isinstance(step, int):
                node = node.items[step]
                line = node.line
        return node.line if isinstance(node, yaml_tree.Scalar) else line


def in_words(problem: ErrorDetails, locator: Locator) -> Fault:
    """A fault of the config file."""
    location = problem["loc"]
    is_key = location[-1:] == ("[key]",)
    location = location[:-1] if is_key else location
    line = locator.line(location)
    name = _dotted(location)
    if problem["type"] == "missing":
        text = f"{name} is missing: {_takes(location)}."
        return Fault(locator.path, line, str(location[-1]), text)
    if problem["type"] == "extra_forbidden":
        line = _key_line(locator, location)
        return Fault(locator.path, line, _safe(location[-1]), _unknown_key(location))
    if is_key:
        error = problem.get("ctx", {}).get("error")
        why = error.why if isinstance(error, Misfit) else "it takes another form"
        return Fault(locator.path, line, None, f"{name} is no name that fits here; {why}.")
    return Fault(locator.path, line, _safe(_last_word(location)), misfit(name, problem))


def misfit(name: str, problem: ErrorDetails) -> str:
    """The sentences for a value that does not fit. name: of the option, as it is to be shown."""
    raw = problem["input"]
    error = problem.get("ctx", {}).get("error")
    if isinstance(error, Misfit):
        why, allowed = error.why, error.allowed
        raw = raw if error.given is None else error.given
    else:
        why, allowed = _SHAPES.get(problem["type"], "it takes another form"), ()
    near = did_you_mean(raw, allowed) if isinstance(raw, str) else ""
    return f"{name} is {_given(raw)}; {why}.{near}"


def _given(raw: object) -> str:
    match raw:
        case None:
            return "empty"
        case str():
            return shown(raw) if raw.strip() else "empty"
        case list() | tuple():
            return "a list" if raw else "an empty list"
        case dict():
            return "a mapping"
    return "no text"


# --- keys -------------------------------------------------------------------------------------


def _dotted(location: Location) -> str:
    text = ""
    for step in location:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        elif all(c.isalnum() or c in "-_" for c in step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return shown(text)


def _safe(step: str | int) -> str:
    return shown(str(step)).strip("`")


def _last_word(location: Location) -> str | int:
    return next((step for step in reversed(location) if isinstance(step, str)), "")


def _key_line(locator: Locator, location: Location) -> int:
    node = locator.root
    for step in location[:-1]:
        if isinstance(node, yaml_tree.Mapping) and isinstance(step, str):
            entry = node.entry(step)
            node = entry[1] if entry else node
        elif isinstance(node, yaml_tree.Sequence) and isinstance(step, int):
            node = node.items[step]
    entry = node.entry(str(location[-1])) if isinstance(node, yaml_tree.Mapping) else None
    return entry[0] if entry else node.line


def _model_at(location: Location) -> type[BaseModel]:
    """The model whose key stands last in the location."""
    words = [step for step in location[:-1] if isinstance(step, str)]
    if "trusted-publishers" in words:
        return PublisherEntry
    if words[-1:] == ["token"] or words[-2:-1] == ["tokens"]:
        return TokenEntry
    return PackageEntry if words else ConfigFile


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(str(field.alias or name) for name, field in model.model_fields.items())


def _unknown_key(location: Location) -> str:
    key, model = str(location[-1]), _model_at(location)
    name = _dotted(location)
    if model is ConfigFile and key in OPTIONS:
        where = f"the flag `--{key}` or the action input `{key}`"
        if not OPTIONS[key].flag:
            where = f"the action input `{key}` or the environment"
        return f"{name} may not stand in a config file, which a stranger may change; use {where}."
    allowed = _keys(model)
    if model is PackageEntry and key in _keys(ConfigFile):
        return f"{name} holds for all packages; move it to the top level of the file."
    if model is ConfigFile and key in _keys(PackageEntry):
        return f"{name} is a fact of one package; put it under `packages` and the package's name."
    return f"{name} is no known key.{did_you_mean(key, allowed)} It can be {listed(allowed)}."


def _takes(location: Location) -> str:
    field = _model_at(location).model_fields.get(str(location[-1]).replace("-", "_"))
    return (field.description if field else None) or "a value"
