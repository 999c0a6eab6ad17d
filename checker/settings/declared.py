"""What is declared about each package, once flags, inputs and config file are put together.

Pure. A flag or input speaks for every package and token: it states what is asked about now, and
beats the file's top level and its `packages` and `tokens` alike. Within the file a package's own
statement beats the top level, fact by fact.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from checker.facts import Declared, Token, Unknown
from checker.settings.config_facts import (
    UNDECLARED_EXISTS,
    UNDECLARED_PUBLISHERS,
    PackageFacts,
    Partial,
    TokenFacts,
)
from checker.settings.options import OPTIONS, Settings, field_name


def declared(settings: Settings) -> tuple[Declared, tuple[tuple[str, Declared], ...]]:
    """The facts of packages that the file does not name, and (name, facts) of those it does."""
    outside = _token_facts_outside(settings)
    top = settings.declared_in_file.top
    default = Declared(
        access=settings.publishing_access,
        account_2fa=settings.account_2fa,
        exists=UNDECLARED_EXISTS,
        publishers=UNDECLARED_PUBLISHERS if top.publishers is None else top.publishers,
        token=_token(_UNDECLARED, TokenFacts(_stated_token(settings), top.token.place), {}),
        tokens=_tokens((), top.tokens, outside),
    )
    return default, tuple(
        (name, _of_package(settings, default, facts, outside))
        for name, facts in settings.declared_in_file.packages
    )


def filled(first: Declared, second: Declared) -> Declared:
    """The facts of `first`, and where it states none, those of `second`."""
    secrets = dict.fromkeys(name for name, _ in (*first.tokens, *second.tokens))
    return Declared(
        access=_stated(first.access, second.access),
        account_2fa=_stated(first.account_2fa, second.account_2fa),
        exists=_stated(first.exists, second.exists),
        publishers=_stated(first.publishers, second.publishers),
        token=_filled_token(first.token, second.token),
        tokens=tuple(
            (name, _filled_token(_of_secret(first, name), _of_secret(second, name)))
            for name in secrets
        ),
        exists_place=second.exists_place if isinstance(first.exists, Unknown) else None,
    )


def _of_secret(declared: Declared, name: str) -> Token:
    return dict(declared.tokens).get(name, declared.token)


def _filled_token(first: Token, second: Token) -> Token:
    facts = {
        field_name(option.token_key): _stated(
            getattr(first, field_name(option.token_key)),
            getattr(second, field_name(option.token_key)),
        )
        for option in OPTIONS.values()
        if option.token_key
    }
    return Token(**facts, place=second.place)


def _stated(first: Any, second: Any) -> Any:
    return second if isinstance(first, Unknown) else first


_UNDECLARED = Token(
    **{
        field_name(option.token_key): option.default
        for option in OPTIONS.values()
        if option.token_key
    }  # type: ignore[arg-type]  # each field's own default
)


def _stated_token(settings: Settings) -> Partial:
    return tuple(
        (field_name(option.token_key), getattr(settings, field_name(name)))
        for name, option in OPTIONS.items()
        if option.token_key
    )


def _token_facts_outside(settings: Settings) -> dict[str, Any]:
    return {
        field_name(option.token_key): getattr(settings, field_name(name))
        for name, option in OPTIONS.items()
        if option.token_key and field_name(name) in settings.stated_outside_file
    }


def _of_package(
    settings: Settings, default: Declared, own: PackageFacts, outside: dict[str, Any]
) -> Declared:
    beaten = {
        option.declares
        for name, option in OPTIONS.items()
        if option.declares and field_name(name) in settings.stated_outside_file
    }
    facts: dict[str, Any] = {field: value for field, value in own.facts if field not in beaten}
    if own.publishers is not None:
        facts["publishers"] = own.publishers
    tokens = _tokens(default.tokens, own.tokens, outside)
    if own.token.facts:
        # The package speaks of its one token: the top level's list of tokens is not about it.
        facts["token"] = _token(default.token, own.token, outside)
        tokens = ()
    return replace(default, **facts, tokens=tokens)


def _tokens(
    below: tuple[tuple[str, Token], ...],
    own: tuple[tuple[str, TokenFacts], ...],
    outside: dict[str, Any],
) -> tuple[tuple[str, Token], ...]:
    merged = dict(below)
    for secret, facts in own:
        merged[secret] = _token(merged.get(secret, _UNDECLARED), facts, outside)
    return tuple(merged.items())


def _token(below: Token, own: TokenFacts, outside: dict[str, Any]) -> Token:
    facts: dict[str, Any] = {**dict(own.facts), **outside}
    return replace(below, **facts, place=own.place or below.place)
