"""Tokens written into files, and npm credentials that reach no publish that was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checker.facts import GivenToken, Place
from checker.workflows.credentials import LITERAL_TOKEN
from checker.workflows.repository import Repository
from checker.workflows.walking.walk import Found

_CONFIGURATION = (".npmrc", ".yarnrc.yml", "bunfig.toml", "lerna.json", ".releaserc", ".yarnrc")


def tokens(repository: Repository, workflows: Iterable[str]) -> None:
    """Notes npm tokens that stand in the files that were read; never the token itself."""
    for path in dict.fromkeys((*workflows, *_CONFIGURATION, *repository.seen())):
        content = repository.read(path)
        if content is None or b"npm_" not in content:
            continue
        for number, row in enumerate(content.decode(errors="replace").splitlines(), 1):
            if LITERAL_TOKEN.search(row):
                place = Place(path, number, number)
                repository.problem("token-in-repository", place, "an npm token is written here")


def credentials(
    repository: Repository, handed: Mapping[str, Place], found: Iterable[Found]
) -> None:
    """Notes secrets handed to unreadable release commands that no publish found is given."""
    used: set[str] = set()
    for one in found:
        run = one.found.run
        used.update(run.unread_secrets)
        if isinstance(run.token, GivenToken):
            used.update(run.token.secret_names)
    for secret, place in handed.items():
        if secret not in used:
            why = f"the secret `{secret}` is handed to a release command that cannot be read"
            repository.problem("credential-without-publish", place, why)
