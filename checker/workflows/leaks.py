"""Tokens written into files, and npm credentials that reach no publish that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.facts import Place
from checker.workflows.credentials import LITERAL_TOKEN

if TYPE_CHECKING:
    from checker.workflows.jobs import Jobs
    from checker.workflows.repository import Repository

_CONFIGURATION = (".npmrc", ".yarnrc.yml", "bunfig.toml", "lerna.json", ".releaserc")


def note(repository: Repository, jobs: Jobs, workflows: list[str]) -> None:
    """Notes what stands where it should not."""
    for path in dict.fromkeys((*workflows, *_CONFIGURATION, *repository.seen())):
        content = repository.read(path)
        if content is None or b"npm_" not in content:
            continue
        for number, row in enumerate(content.decode(errors="replace").splitlines(), 1):
            if LITERAL_TOKEN.search(row):
                place = Place(path, number, number)
                repository.problem("token-in-repository", place, "an npm token is written here")
