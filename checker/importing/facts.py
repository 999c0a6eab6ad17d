"""Puts what npm lists into the text of the config file, and holds the result to what was meant.

Nothing but declared facts gets into the file, and of a token not even what npm shows of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

import yaml

from checker.importing import config_edits, declaring, listing
from checker.importing.config_edits import Value
from checker.importing.document import Document, as_text
from checker.importing.problems import CannotImport
from checker.remedies.model import CannotEdit
from checker.remedies.yaml_text import Path
from checker.settings import CONFIG_PATH, BadInput, kinds, yaml_tree
from checker.settings.config_file import read as read_config
from checker.settings.faults import Misfit
from checker.settings.options import OPTIONS

_HEADING = "# Declared from what npm lists; `npm-publish-preflight import` writes it anew.\n"
_FLAT = {option.token_key: name for name, option in OPTIONS.items() if option.token_key}


def import_facts(
    stdin_text: str,
    existing: str | None,
    *,
    rules: Collection[str],
    token: str | None = None,
    secret: str | None = None,
    package: str | None = None,
    path: str = CONFIG_PATH,
) -> str:
    """The config file's text with what npm lists; what it said besides stays, comments too.

    stdin_text: of `npm token list --json`, `npm trust list --json`, or several of them.
    existing: the file's text, None when there is none. path: as faults show it.
    rules: the ids that `ignore` may name. token: the name, id or visible characters of the one
    that the workflow uses. secret: the secret that holds it; needed where the file speaks of
    several. package: to whose entry the facts belong, None for the top level; npm's list of
    trusted publishers does not say whose they are.
    Raises `CannotImport`, its `WhichToken` when several tokens are listed and none is named, and
    `BadInput` with the faults of the existing file.
    """
    listed = listing.read(stdin_text)
    facts = declaring.of_token(declaring.chosen(listed.tokens, token)) if listed.tokens else {}
    entries = [declaring.of_publisher(one) for one in listed.publishers]
    text = existing if existing and existing.strip() else _HEADING
    before = Document(text, _meaning(path, text, rules))
    level: Path = ()
    if package is not None:
        level = ("packages", _named("package", package, kinds.package_name))
    try:
        after = _with_token(before, level, facts, secret) if facts else before
        after = _with_publishers(after, (*level, "trusted-publishers"), entries)
    except (CannotEdit, yaml.YAMLError):
        raise _by_hand(facts, entries) from None
    if not _is_meant(path, after, rules, before):
        raise _by_hand(facts, entries)
    return after.text


def _named(option: str, name: str, read: Callable[[str], str]) -> str:
    try:
        return read(name)
    except Misfit as misfit:
        raise CannotImport(f"`--{option}`: {misfit}.") from None


# --- a token ----------------------------------------------------------------------------------


def _with_token(
    document: Document, level: Path, facts: Mapping[str, Value], secret: str | None
) -> Document:
    stated = document.at(level)
    place = _places(stated if isinstance(stated, dict) else {}, secret)
    for key, value in facts.items():
        document = document.put((*level, *place(key)), value)
    return document


def _places(stated: Mapping[str, object], secret: str | None) -> Callable[[str], Path]:
    """Where the file has each fact of the token, or would have it, in the spelling it uses."""
    flat = {key for key, name in _FLAT.items() if name in stated}
    several = stated.get("tokens")
    if isinstance(several, dict) and several and secret is None:
        if len(several) > 1:
            names = ", ".join(f"`{name}`" for name in several)
            raise CannotImport(f"The file speaks of several secrets: {names}. Name the one meant.")
        secret = next(iter(several))
    if secret is not None:
        if flat or stated.get("token"):
            raise CannotImport(
                "The file speaks of one token. Move its facts under the secret's name in `tokens`,"
                " or name no secret."
            )
        name = _named("secret", secret, kinds.secret_name)
        return lambda key: ("tokens", name, key)
    all_flat = bool(flat) and "token" not in stated
    return lambda key: (str(_FLAT[key]),) if all_flat or key in flat else ("token", key)


# --- trusted publishers -----------------------------------------------------------------------


def _with_publishers(
    document: Document, path: Path, wanted: Sequence[Mapping[str, Value]]
) -> Document:
    """npm's list is complete. An entry that stays keeps what the file says of its age."""
    if not wanted:
        return document
    entries = document.at(path)
    if not isinstance(entries, list) or not entries:
        return document.put(path, list[Value](wanted))
    old = {_identity(entry): index for index, entry in enumerate(entries)}
    places = [old.get(_identity(as_text(entry))) for entry in wanted]
    with suppress(CannotEdit):  # which a list on several lines raises
        merged = [
            entry if place is None else {**entries[place], **entry}
            for entry, place in zip(wanted, places, strict=True)
        ]
        return document.replace(path, list[Value](merged))
    for entry, place in zip(wanted, places, strict=True):
        if place is None:
            document = document.append(path, entry)
        elif "allow" in entry:
            document = document.put((*path, place, "allow"), entry["allow"])
    for index in reversed(range(len(entries))):
        if index not in places:
            document = document.without(path, index)
    return document


def _identity(entry: object) -> tuple[object, ...]:
    stated = entry if isinstance(entry, dict) else {}
    fields = ("repository", "workflow", "environment")
    return (stated.get("provider", "github"), *(stated.get(field) for field in fields))


# --- holding the result to what was meant -----------------------------------------------------


def _meaning(path: str, text: str, rules: Collection[str]) -> object:
    data = text.encode()
    read_config(path, data, rules)
    root, _ = yaml_tree.read(data)
    found = yaml_tree.plain(root) if root is not None else None
    return {} if found is None else found


def _is_meant(path: str, after: Document, rules: Collection[str], before: Document) -> bool:
    try:
        written = _meaning(path, after.text, rules)
    except BadInput as error:
        raise CannotImport(f"What npm lists fits in no config file. {error}") from None
    lost = _comments(before.text) - _comments(after.text) - _comments(after.removed)
    return written == after.meaning and not lost


_COMMENT = re.compile(r"(?:^|(?<=\s))#.*\S")


def _comments(text: str) -> Counter[str]:
    return Counter(found[0] for line in text.splitlines() if (found := _COMMENT.search(line)))


def _by_hand(facts: Mapping[str, Value], entries: Sequence[Mapping[str, Value]]) -> CannotImport:
    text = config_edits.put("", ("token",), facts) if facts else ""
    if entries:
        text += config_edits.put("", ("trusted-publishers",), list[Value](entries))
    return CannotImport(
        f"The config file has a form that is not edited without loss. Write it by hand:\n\n{text}"
    )
