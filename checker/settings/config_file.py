"""The config file: its bytes to plain options and declared facts, or every fault of it at once.

Nothing is merged with flags or inputs here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from pydantic import BaseModel, ValidationError

from checker.facts import Place, TrustedPublisher
from checker.settings import yaml_tree
from checker.settings.config_facts import ConfigFacts, PackageFacts, Partial, TokenFacts
from checker.settings.config_models import ConfigFile
from checker.settings.faults import BadInput, Fault, shown
from checker.settings.field_types import rules_context
from checker.settings.options import OPTIONS, Option, field_name
from checker.settings.validation import Locator, in_words

if TYPE_CHECKING:
    from collections.abc import Collection

    from checker.settings.yaml_tree import Node

_TOKEN_OPTIONS = {name: o for name, o in OPTIONS.items() if o.token_key}


class FileInput(Struct, frozen=True):
    """A valid config file.

    options: field of `Settings` to its value as written, the single token's facts among them.
    """

    options: tuple[tuple[str, object], ...]
    facts: ConfigFacts


def read(path: str, data: bytes, rules: Collection[str]) -> FileInput:
    """The file's content. path: as shown to the user. rules: the ids that `ignore` may name.

    Raises `BadInput` with every fault of the file.
    """
    try:
        root, repeated = yaml_tree.read(data)
    except yaml_tree.Broken as error:
        text = f"The file cannot be read: {error}."
        raise BadInput([Fault(path, error.line, None, text)]) from None
    if root is None or (isinstance(root, yaml_tree.Scalar) and root.text is None):
        return FileInput((), ConfigFacts())
    if not isinstance(root, yaml_tree.Mapping):
        text = "The file takes `key: value` lines, and holds something else."
        raise BadInput([Fault(path, root.line, None, text)])

    faults = [
        Fault(path, r.line, r.key, f"{shown(r.key)} stands twice; line {r.first_line} has it too.")
        for r in repeated
    ]
    faults += _spelt_twice(path, root)
    raw = yaml_tree.plain(root)
    assert isinstance(raw, dict)  # noqa: S101 a mapping becomes one
    try:
        model = ConfigFile.model_validate(raw, context=rules_context(rules))
    except ValidationError as error:
        locator = Locator(path, root)
        faults += [in_words(problem, locator) for problem in error.errors(include_url=False)]
        raise BadInput(_in_order(faults)) from None
    if faults:
        raise BadInput(_in_order(faults))
    return FileInput(_flat_options(raw), _config_facts(path, root, model))


def _in_order(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.line or 0)


# --- two spellings of one fact ----------------------------------------------------------------


def _spelt_twice(path: str, root: yaml_tree.Mapping) -> Iterator[Fault]:
    yield from _spelt_twice_in(path, root)
    packages = root.entry("packages")
    if packages and isinstance(packages[1], yaml_tree.Mapping):
        for _, _, node in packages[1].entries:
            if isinstance(node, yaml_tree.Mapping):
                yield from _spelt_twice_in(path, node)


def _spelt_twice_in(path: str, level: yaml_tree.Mapping) -> Iterator[Fault]:
    token, tokens = level.entry("token"), level.entry("tokens")
    flat = {name: entry[0] for name in _TOKEN_OPTIONS if (entry := level.entry(name))}
    inner = token[1] if token and isinstance(token[1], yaml_tree.Mapping) else None
    for name, line in flat.items():
        other = inner.entry(str(_TOKEN_OPTIONS[name].token_key)) if inner else None
        if other:
            text = (
                f"`{name}` says what `{_TOKEN_OPTIONS[name].token_key}` under `token` says at "
                f"line {other[0]}; keep one of them."
            )
            yield Fault(path, line, name, text)
    single = {**flat, **({"token": token[0]} if token else {})}
    if tokens and single:
        name, line = min(single.items(), key=lambda item: item[1])
        text = (
            f"`{name}` speaks of one token and `tokens`, at line {tokens[0]}, of several; "
            "move these facts under the secret's name in `tokens`."
        )
        yield Fault(path, line, name, text)


# --- from the model to facts ------------------------------------------------------------------


def _flat_options(raw: dict[str, Any]) -> tuple[tuple[str, object], ...]:
    token = raw.get("token") or {}
    options = {name: raw[name] for name, o in OPTIONS.items() if o.key and name in raw}
    options |= {n: token[o.token_key] for n, o in _TOKEN_OPTIONS.items() if o.token_key in token}
    return tuple((field_name(name), value) for name, value in options.items())


def _config_facts(path: str, root: yaml_tree.Mapping, model: BaseModel) -> ConfigFacts:
    packages: dict[str, BaseModel] = getattr(model, "packages", None) or {}
    nodes = root.entry("packages")
    return ConfigFacts(
        _package_facts(path, root, model),
        tuple(
            (name, _package_facts(path, _under(nodes[1] if nodes else None, name), entry))
            for name, entry in packages.items()
        ),
    )


def _under(node: Node | None, key: str | int) -> Node | None:
    if isinstance(node, yaml_tree.Mapping) and isinstance(key, str):
        entry = node.entry(key)
        return entry[1] if entry else None
    if isinstance(node, yaml_tree.Sequence) and isinstance(key, int):
        return node.items[key]
    return None


def _package_facts(path: str, node: Node | None, model: BaseModel) -> PackageFacts:
    stated = {name: getattr(model, name) for name in model.model_fields_set}
    facts = {o.declares: stated[f] for f, o in _fields(OPTIONS) if o.declares and f in stated}
    if "exists" in stated:
        facts["exists"] = stated["exists"]
        facts["exists_place"] = _entry_place(path, node, "exists")
    publishers = stated.get("trusted_publishers")
    if isinstance(publishers, tuple):
        nodes = _under(node, "trusted-publishers")
        publishers = tuple(
            _publisher(entry, _place(path, _under(nodes, index)))
            for index, entry in enumerate(publishers)
        )
    return PackageFacts(
        facts=tuple(facts.items()),
        token=_single_token(path, node, stated),
        tokens=tuple(
            (
                secret,
                TokenFacts(_partial(entry), _entry_place(path, _under(node, "tokens"), secret)),
            )
            for secret, entry in (stated.get("tokens") or {}).items()
        ),
        publishers=publishers,
    )


def _fields(options: Any) -> Iterator[tuple[str, Option]]:
    return ((field_name(name), option) for name, option in options.items())


def _single_token(path: str, node: Node | None, stated: dict[str, Any]) -> TokenFacts:
    flat = {
        field_name(str(o.token_key)): stated[f] for f, o in _fields(_TOKEN_OPTIONS) if f in stated
    }
    inner = _partial(stated["token"]) if "token" in stated else ()
    place = _entry_place(path, node, "token")
    if place is None:
        places = (_entry_place(path, node, name) for name in _TOKEN_OPTIONS)
        place = next((found for found in places if found), None)
    return TokenFacts((*flat.items(), *inner), place)


def _partial(model: BaseModel) -> Partial:
    return tuple((name, getattr(model, name)) for name in sorted(model.model_fields_set))


def _publisher(entry: Any, place: Place | None) -> TrustedPublisher:
    return TrustedPublisher(
        provider=entry.provider,
        repository=entry.repository,
        workflow=entry.workflow,
        environment=entry.environment,
        allow=frozenset(entry.allow) if isinstance(entry.allow, tuple) else entry.allow,
        created=entry.created,
        published=entry.published,
        place=place,
    )


def _place(path: str, node: Node | None) -> Place | None:
    return Place(path, node.line, node.end_line) if node else None


def _entry_place(path: str, node: Node | None, key: str) -> Place | None:
    entry = node.entry(key) if isinstance(node, yaml_tree.Mapping) else None
    return Place(path, entry[0], max(entry[0], entry[1].end_line)) if entry else None
