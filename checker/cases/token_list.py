"""What npm lists of the token given for inspection, in place of what is declared of it.

Only where a person gave it at a terminal and the workflows use one secret: then it stands for that
secret's value, which no program can see.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Declared, Facts, Place, Registry, Setting, Token, Unknown

# The facts of a token, by their options.
OPTIONS = {
    "token-type": "type",
    "bypass-2fa": "bypass_2fa",
    "token-permission": "permission",
    "token-expires": "expires",
    "token-packages": "packages",
}


class Overruled(Struct, frozen=True):
    """A declared fact of a token that npm's list contradicts, in words: `bypass-2fa`, `true`.

    place: of the declaration.
    """

    option: str
    declared: str
    listed: str
    place: Place | None


class Listed(Struct, frozen=True):
    """The token as npm lists it, and the secret that it is taken for; None where for none."""

    token: Token
    secret: str | None


def of(facts: Facts) -> Listed | None:
    """What npm lists; None where it was not asked or did not say."""
    answer = facts.token_answer
    if answer is None or not isinstance(answer.listed, Token):
        return None
    secrets = _secrets(facts)
    alone = facts.running.setting is Setting.TERMINAL and len(secrets) == 1
    return Listed(answer.listed, next(iter(secrets)) if alone else None)


def _secrets(facts: Facts) -> set[str | None]:
    """Every secret that may be the token of a step, None for a token from elsewhere."""
    found: set[str | None] = set()
    for publish in facts.reading.publishes:
        if publish.dry_run or publish.registry not in (Registry.NPMJS, Registry.UNKNOWN):
            continue
        for run in publish.runs:
            if isinstance(run.token, Unknown):
                found.add(None)
            elif run.token is not None:
                found |= {*run.token.secret_names} or {None}
    return found


def applied(listed: Listed | None, declared: Declared) -> tuple[Declared, tuple[Overruled, ...]]:
    """The declared facts with npm's in their place, and those that npm contradicts."""
    if listed is None or listed.secret is None:
        return declared, ()
    named = dict(declared.tokens)
    said = named.get(listed.secret, declared.token)
    known = {
        field: value
        for field in OPTIONS.values()
        if not isinstance(value := getattr(listed.token, field), Unknown)
    }
    overruled = tuple(
        Overruled(option, in_words(getattr(said, field)), in_words(known[field]), said.place)
        for option, field in OPTIONS.items()
        if field in known and not _agrees(getattr(said, field), known[field])
    )
    token = replace(said, **known)
    if listed.secret in named:
        return replace(declared, tokens=tuple((named | {listed.secret: token}).items())), overruled
    return replace(declared, token=token), overruled


def _agrees(declared: object, listed: object) -> bool:
    if isinstance(declared, Unknown):
        return True
    if isinstance(declared, tuple) and isinstance(listed, tuple):
        return set(declared) == set(listed)
    return declared == listed


def in_words(value: object) -> str:
    """A value as the config file writes it."""
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "all" if "*" in value else ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)
