"""Flags, action inputs and the config file to one valid `Settings`, or every fault at once.

The environment and the file tree are arguments. Which fact a package ends up with stands in
`declared`.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.files import Files, Unreadable
from checker.settings import github_token, kinds, npm_token
from checker.settings.faults import BadInput, Fault, shown
from checker.settings.options import CONFIG_PATH, OPTIONS, Settings, field_name

if TYPE_CHECKING:
    from pydantic import SecretStr

    from checker.settings.config_file import FileInput

Layer = dict[str, object]

_SWITCH = ("true", "false")


def load(
    values: Mapping[str, object],
    environ: Mapping[str, str],
    root: Path,
    tree: Callable[[Path], Files],
    rules: Collection[str],
) -> Settings:
    """Every option's value: a flag before an action input, that before the config file.

    values: parsed flags by field name (`vars` of the namespace); None and foreign names are
        left out. environ: `INPUT_*` and the variables of the two tokens.
    root: the repository; the default config file is looked for in it. A named one is relative to
        the working directory. tree: makes the files of a folder; links out of it are not followed.
    rules: the ids that `ignore` may name.
    Raises `BadInput` with all faults of flags, inputs and file.
    """
    flags, inputs = _flags(values), _inputs(environ)
    faults = [*_faults(flags, "--{}", rules), *_faults(inputs, "input {}", rules)]
    named = flags.get("config", inputs.get("config"))
    file: FileInput | None = None
    path = None
    try:
        path, file = _config_file(str(named) if named else None, root, tree, rules)
    except BadInput as error:
        faults += error.faults
    if faults:
        raise BadInput(faults)

    token, notes = npm_token.find(environ)
    for_github = github_token.find(environ)
    options = _merged((flags, inputs, dict(file.options) if file else {}))
    facts = {"declared_in_file": file.facts} if file else {}
    return Settings(
        **{
            **options,
            **facts,
            "config": path,
            "npm_token": _secret(token),
            "github_token": _secret(for_github),
            "stated_outside_file": frozenset(flags) | frozenset(inputs),
            "notes": notes,
        }
    )


# --- flags and inputs -------------------------------------------------------------------------


def _flags(values: Mapping[str, object]) -> Layer:
    layer: Layer = {}
    for name, option in OPTIONS.items():
        value = values.get(field_name(name))
        if option.flag and value is not None:
            layer[field_name(name)] = str(value).lower() if isinstance(value, bool) else value
    return layer


def _inputs(environ: Mapping[str, str]) -> Layer:
    layer: Layer = {}
    for name, option in OPTIONS.items():
        # The runner upper-cases an input's name and keeps its hyphens; an unset one is empty.
        text = environ.get(f"INPUT_{name.upper()}", "").strip()
        if text and option.flag:
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            layer[field_name(name)] = lines if option.many else text
    return layer


def _faults(layer: Layer, spelling: str, rules: Collection[str]) -> Iterator[Fault]:
    if _are_switches(layer):
        return
    from pydantic import ValidationError

    from checker.settings.field_types import rules_context
    from checker.settings.models import of_layer

    try:
        of_layer(layer).model_validate(layer, context=rules_context(rules))
    except ValidationError as error:
        from checker.settings.validation import misfit

        for problem in error.errors(include_url=False):
            name = spelling.format(str(problem["loc"][0]).replace("_", "-"))
            yield Fault(None, None, name, misfit(f"`{name}`", problem))


def _are_switches(layer: Layer) -> bool:
    """Whether all it states is `true` or `false` of options that take no more.

    Then no model is made of it: pydantic is a third of a small check's time to load.
    """
    return all(
        value in _SWITCH and OPTIONS[name.replace("_", "-")].kind is kinds.TRUTH
        for name, value in layer.items()
    )


def _merged(layers: Sequence[Layer]) -> dict[str, Any]:
    """The value of every option that a layer states; an earlier layer wins."""
    stated = [layer for layer in layers if layer]
    if len(stated) > 1:
        from checker.settings.merging import merge

        return merge(stated)
    return _values(stated[0]) if stated else {}


def _values(layer: Layer) -> dict[str, Any]:
    if _are_switches(layer):
        return {name: value == "true" for name, value in layer.items()}
    from checker.settings.models import of_layer

    return dict(of_layer(layer).model_validate(layer))


def _secret(token: str | None) -> SecretStr | None:
    if token is None:
        return None
    from pydantic import SecretStr

    return SecretStr(token)


# --- the config file --------------------------------------------------------------------------


def _config_file(
    named: str | None, root: Path, tree: Callable[[Path], Files], rules: Collection[str]
) -> tuple[str | None, FileInput | None]:
    """Its path as shown, relative to the root where it lies inside, and its content."""
    shown_path, folder, inner = CONFIG_PATH, root, CONFIG_PATH
    if named is not None:
        # By name alone: a link in a checkout must not lead the reader elsewhere.
        full = os.path.abspath(named)  # noqa: PTH100 Path.resolve would follow links
        inside = os.path.relpath(full, os.path.abspath(root))  # noqa: PTH100
        if inside == ".." or inside.startswith(f"..{os.sep}"):
            shown_path, folder, inner = named, Path(full).parent, Path(full).name
        else:
            shown_path = inner = Path(inside).as_posix()
    try:
        data = tree(folder).read(inner)
    except Unreadable as error:
        text = f"The config file {shown(shown_path)} cannot be read: {error}."
        raise BadInput([Fault(shown_path, None, "config", text)]) from None
    if data is None:
        if named is None:
            return None, None
        text = f"The config file {shown(named)} does not exist."
        raise BadInput([Fault(None, None, "config", text)])
    from checker.settings.config_file import read

    return shown_path, read(shown_path, data, rules)
