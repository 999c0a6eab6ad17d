"""Spells a package.json `repository` the way npm compares it with the building repository."""

from __future__ import annotations


def canonical(repository: str) -> str | None:
    """`https://host/owner/name` of any form that npm accepts, case kept; None for any other text.

    Forms: `owner/name`, `github:owner/name`, `git+https://…`, `git+ssh://…`, `git@host:owner/name`,
    with `.git`, a trailing slash or `#committish`; GitHub, GitLab, Bitbucket and gists.
    """
    raise NotImplementedError(repository)
