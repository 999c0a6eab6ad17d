"""What a config file declares beyond plain options, as values; nothing here reads or decides.

`Partial` holds only what the file states: (field of `facts.Token` or `facts.Declared`, value),
and the value is an `Unknown` where the file says `unknown`.
"""

from __future__ import annotations

from msgspec import Struct

from checker.facts import Place, TrustedPublisher, Unknown

_TRUSTED = "trusted-publishers"
UNDECLARED_PUBLISHERS = Unknown(_TRUSTED, "the package's trusted publishers are not declared")
UNDECLARED_ALLOW = Unknown(_TRUSTED, "what the trusted publisher allows is not declared")
UNDECLARED_PUBLISHED = Unknown(
    _TRUSTED, "whether the trusted publisher has published yet is not declared"
)
UNDECLARED_EXISTS = Unknown("exists", "whether the package has a published version is not declared")

Partial = tuple[tuple[str, object], ...]


class TokenFacts(Struct, frozen=True):
    """What is stated about one token, and where."""

    facts: Partial = ()
    place: Place | None = None


class PackageFacts(Struct, frozen=True):
    """What one level of the file states: the top level, or an entry of `packages`.

    facts: of `facts.Declared`, but for its tokens and publishers. token: the single token's,
    from `token:` and the flat keys alike. publishers: None when the level does not speak of them.
    """

    facts: Partial = ()
    token: TokenFacts = TokenFacts()
    tokens: tuple[tuple[str, TokenFacts], ...] = ()
    publishers: tuple[TrustedPublisher, ...] | Unknown | None = None


class ConfigFacts(Struct, frozen=True):
    """The facts of a config file: its top level, and (package name, facts) in the file's order."""

    top: PackageFacts = PackageFacts()
    packages: tuple[tuple[str, PackageFacts], ...] = ()
