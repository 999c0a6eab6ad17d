"""Which repositories an audit is about, and which part of it one belongs to. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from checker.sources.github import REPOSITORY
from checker.sources.remote.repositories import Repository

# GitHub runs no more jobs of one matrix.
MOST_SHARDS = 256

_OWNER = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,99})")
_SHARD = re.compile(r"(\d{1,3})/(\d{1,3})", re.ASCII)


class BadTarget(ValueError):
    """What was asked for cannot be. The text is one sentence."""


class Shard(Struct, frozen=True):
    """One part of several, counted from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, full_name: str) -> bool:
        """Whether the repository belongs to this part.

        By its name alone, so that repositories which come and go move no other one.
        """
        digest = hashlib.sha256(full_name.lower().encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1


class Filters(Struct, frozen=True):
    """What an owner's repositories must be like; one named in full is taken as it is.

    topics: one of them. languages: one of them, as GitHub names the main one. match: the name
    without its owner, with `*` and `?`, one of them.
    """

    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    match: tuple[str, ...] = ()

    def take(self, repository: Repository) -> bool:
        """Whether the repository is looked at. An archived one runs no workflow any more."""
        if repository.archived or repository.fork:
            return False
        topics = {topic.lower() for topic in repository.topics}
        name = repository.full_name.partition("/")[2].lower()
        return (
            (not self.topics or not topics.isdisjoint(t.lower() for t in self.topics))
            and (
                not self.languages
                or repository.language.lower() in {each.lower() for each in self.languages}
            )
            and (
                not self.match or any(fnmatchcase(name, pattern.lower()) for pattern in self.match)
            )
        )


def targets(named: Iterable[str]) -> tuple[str, ...]:
    """Owners and `owner/name`s, each once, in order. Raises `BadTarget`."""
    found: dict[str, str] = {}
    for text in named:
        bare = text.strip().removesuffix("/")
        fits = REPOSITORY if "/" in bare else _OWNER
        if not fits.fullmatch(bare) or ".." in bare.split("/"):
            raise BadTarget(
                "an owner such as `acme` or a repository such as `acme/widget` is expected"
            )
        found.setdefault(bare.lower(), bare)
    return tuple(found[key] for key in sorted(found))


def shard(text: str) -> Shard:
    """`3/8` as the third of eight parts. Raises `BadTarget`."""
    match = _SHARD.fullmatch(text.strip())
    number, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= of <= MOST_SHARDS:
        raise BadTarget(f"a part such as `3/8` is expected, of {MOST_SHARDS} at most")
    return Shard(number, of)


def plan(shards: int) -> str:
    """The matrix of a GitHub Actions job, one leg a shard, as one line of JSON."""
    if not 1 <= shards <= MOST_SHARDS:
        raise BadTarget(f"`--shards` takes 1 to {MOST_SHARDS}, as many as a matrix may have jobs")
    return json.dumps({"shard": [str(Shard(number, shards)) for number in range(1, shards + 1)]})


def chosen(
    found: Iterable[Repository], filters: Filters, shard: Shard | None, named: Sequence[str]
) -> tuple[Repository, ...]:
    """The repositories to look at, each once, by name. named: those asked for in full."""
    wanted = {name.lower() for name in named}
    by_name = {
        # Of a hundred thousand only what is needed from here on is kept.
        repository.full_name.lower(): Repository(repository.full_name, repository.visibility)
        for repository in found
        if repository.full_name.lower() in wanted or filters.take(repository)
    }
    return tuple(by_name[name] for name in sorted(by_name) if shard is None or shard.holds(name))
