"""How the values in the plain-text cases of `npm_says/` are written, and what they become.

Reading only: nothing here knows npm's rules or the program that is judged against them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from enum import Enum, StrEnum
from itertools import product
from typing import TYPE_CHECKING, Final, TypeVar

from checker.facts import Access, AccountTwoFactor, Allow, TokenPermission, TokenType
from checker.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Undeclared(Enum):
    """The one value of a fact that the maintainer did not declare."""

    UNDECLARED = "undeclared"


UNDECLARED: Final = Undeclared.UNDECLARED


class Covers(StrEnum):
    """Which packages a granular token is for, seen from the package that is published."""

    NAME = "covers"
    SCOPE = "covers-scope"
    ALL = "covers-all"
    MISSES = "misses"


class Match(StrEnum):
    """In what a trusted publisher differs from the run."""

    REPOSITORY = "other repository"
    WORKFLOW = "other workflow"
    ENVIRONMENT = "other environment"
    NO_ENVIRONMENT = "no environment"
    PROVIDER = "other provider"
    CASE = "other case"


@dataclass(frozen=True)
class GivenToken:
    """The token that the step is given. The four last facts are of a granular token only."""

    type: TokenType | Undeclared
    bypass: bool | Undeclared = UNDECLARED
    permission: TokenPermission | Undeclared = UNDECLARED
    covers: Covers | Undeclared = UNDECLARED
    expires: date | Undeclared = UNDECLARED


@dataclass(frozen=True)
class Publisher:
    """One trusted publisher of the package; without `differs` it matches the run."""

    differs: frozenset[Match] = frozenset()
    allow: frozenset[Allow] | Undeclared = frozenset(Allow)
    created: date | None = None
    published: bool | Undeclared = True


class WrongError(Exception):
    """One value cannot be read."""


# What `any` stands for, and the keys whose value may be several ones, each true by itself.
ANY: Final = {
    "access": tuple(Access),
    "account-2fa": tuple(AccountTwoFactor),
    "exists": ("yes", "no"),
    "interactive": ("no", "yes"),
    "command": ("publish", "stage"),
    "id-token": ("none", "write"),
    "event": (),
    "runner": ("hosted", "self-hosted"),
    "on": (),
    "npm": (),
}
_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


def near(word: str, known: Iterable[str]) -> str:
    found = get_close_matches(word, list(known), 1)
    return f"; did you mean `{found[0]}`?" if found else ""


def one_of(word: str, known: Iterable[str]) -> str:
    known = tuple(known)
    if word not in known:
        allowed = ", ".join(f"`{one}`" for one in known)
        raise WrongError(f"`{word}` is none of {allowed}{near(word, known)}")
    return word


def as_day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise WrongError(f"`{word}` is no date (YYYY-MM-DD)") from None


def listed(text: str, separator: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(separator))
    if not all(words):
        raise WrongError(f"there is an empty item in `{text}`")
    return words


def as_choice(kind: type[_E]) -> Callable[[str], _E]:
    return lambda word: kind(one_of(word, kind))


def or_undeclared(
    read: Callable[[str], _T], word_for_it: str = "undeclared"
) -> Callable[[str], _T | Undeclared]:
    return lambda word: UNDECLARED if word == word_for_it else read(word)


def either(yes: str, no: str) -> Callable[[str], bool]:
    return lambda word: one_of(word, (yes, no)) == yes


def or_none(word: str) -> str | None:
    return None if word == "none" else word


def spread(key: str, value: str) -> tuple[str, ...]:
    """Every value that a key is given: `a and b`, `any`; of a token, each of its facts likewise."""
    if key == "token":
        return tuple(
            ", ".join(facts)
            for kind in value.split(";")
            for facts in product(*(fact.strip().split(" and ") for fact in kind.split(",")))
        )
    if key not in ANY:
        return (value,)
    return ANY[key] if value == "any" and ANY[key] else tuple(value.split(" and "))


def as_rules(text: str) -> tuple[tuple[str, ...], ...]:
    groups = tuple(listed(group, "|") for group in listed(text, ";"))
    for rule in (rule for group in groups for rule in group):
        if not re.fullmatch(r"[a-z0-9_]+(-[a-z0-9]+)*", rule):
            raise WrongError(f"`{rule}` does not look like an id")
    return groups


def as_answers(text: str) -> frozenset[Verdict]:
    known = (Verdict.ACCEPTED, Verdict.STAGED, Verdict.REFUSED, Verdict.UNKNOWN)
    return frozenset(Verdict(one_of(word, known)) for word in listed(text, "|"))


def as_allow(word: str) -> frozenset[Allow] | Undeclared:
    if word in ("both", "undeclared"):
        return frozenset(Allow) if word == "both" else UNDECLARED
    return frozenset({Allow(one_of(word, (*Allow, "both", "undeclared")))})


def _publisher(text: str, on: date) -> Publisher:
    one = Publisher()
    matches = False
    for item in listed(text, ","):
        name, _, value = item.partition(" ")
        if item == "matches":
            matches = True
        elif item == "expired-unvalidated":
            # Ten days old and never used: past npm's 48 hours in every reading of them.
            matches = True
            one = replace(one, created=on - timedelta(days=10), published=False)
        elif name == "allows":
            one = replace(one, allow=as_allow(value))
        elif name == "created":
            one = replace(one, created=as_day(value))
        elif name == "published":
            one = replace(one, published=or_undeclared(either("yes", "no"))(value))
        else:
            one = replace(one, differs=one.differs | {Match(one_of(item, Match))})
    if matches == bool(one.differs):
        raise WrongError("say either `matches` or in what the publisher differs")
    return one


def as_publishers(text: str, on: date) -> tuple[Publisher, ...] | Undeclared:
    if text == "undeclared":
        return UNDECLARED
    if text == "none":
        return ()
    return tuple(_publisher(one, on) for one in listed(text, ";"))


def _expiry(word: str, on: date) -> date | Undeclared:
    # `alive` lies beyond the fortnight of a warning and within npm's 90 days.
    days = {"alive": 30, "expires-today": 0, "expired": -1}
    if word == "expiry-undeclared":
        return UNDECLARED
    if word in days:
        return on + timedelta(days=days[word])
    name, _, value = word.partition(" ")
    if name != "expires":
        raise WrongError(
            f"`{word}` is no expiry: {', '.join(days)}, expires DATE, expiry-undeclared"
        )
    return as_day(value)


def as_token(text: str, on: date) -> GivenToken | None:
    if text == "none":
        return None
    if text == "undeclared":
        return GivenToken(UNDECLARED)
    kind, *facts = listed(text, ",")
    type_ = TokenType(one_of(kind, [t for t in TokenType if t is not TokenType.NONE]))
    if type_ is not TokenType.GRANULAR:
        if facts:
            raise WrongError(f"of a `{kind}` token nothing more is known")
        return GivenToken(type_)
    if len(facts) != 4:
        raise WrongError("a granular token has bypass, permission, packages, expiry, in this order")
    bypass, permission, covers, expiry = facts
    return GivenToken(
        type_,
        or_undeclared(either("bypass", "no-bypass"), "bypass-undeclared")(bypass),
        or_undeclared(as_choice(TokenPermission), "permission-undeclared")(permission),
        or_undeclared(as_choice(Covers), "packages-undeclared")(covers),
        _expiry(expiry, on),
    )


def as_version(word: str) -> str:
    if not re.fullmatch(r"\d+\.\d+\.\d+(-[\w.]+)?", word):
        raise WrongError(f"`{word}` is no exact version")
    return word


def as_url(word: str) -> str:
    if not word.startswith("https://"):
        raise WrongError(f"`{word}` is no address")
    return word
