"""The trusted publishers that a repository needs, as facts of each package; no text, no shell.

What npm compares: owner and name as GitHub spells them, the file name of the workflow that was
started, and the job's environment. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from checker.cases import publishers
from checker.facts import (
    Allow,
    Declared,
    Facts,
    GivenToken,
    Observed,
    Publish,
    Registry,
    Run,
    Setting,
    TrustedPublisher,
    Unknown,
)

_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_NAME = re.compile(r"(?:@[\w.~!*'()-]+/)?[\w.~!*'()-]+", re.ASCII)
_FILE = re.compile(r"[^\s/\\][^/\\]*\.ya?ml")


class Fields(Struct, frozen=True):
    """What the form on npmjs.com asks for. environment: None to leave it empty."""

    repository: str
    workflow: str
    environment: str | None
    allow: frozenset[Allow]


class Standing(Enum):
    """Whether npm has a trusted publisher with the same fields already; it takes no second one.

    missing: none is declared. undeclared: nothing is known of it. in-the-way: there is one that
    does not do, as it allows too little or has expired. fresh: there is, and it expires unless it
    publishes in time. there: there is, and nothing is to be done.
    """

    MISSING = "missing"
    UNDECLARED = "undeclared"
    IN_THE_WAY = "in-the-way"
    FRESH = "fresh"
    THERE = "there"


class Registration(Struct, frozen=True):
    """One trusted publisher of one package.

    exists: False where the package is known not to be on npm yet, so that nothing can be
    registered.
    """

    package: str
    fields: Fields
    exists: bool
    standing: Standing

    @property
    def is_there(self) -> bool:
        """Whether there is nothing to register."""
        return self.standing in (Standing.FRESH, Standing.THERE)


class LeftOut(Struct, frozen=True):
    """What cannot be registered from here. kind: `package`, `job`, `repository`; why: no stop."""

    kind: str
    name: str
    why: str


class Trust(Struct, frozen=True):
    """Everything that must be registered. secrets: of the tokens that are then useless.

    from_remote: the repository's name comes from the git remote, whose case GitHub ignores and npm
    does not.
    """

    registrations: tuple[Registration, ...]
    left_out: tuple[LeftOut, ...]
    secrets: tuple[str, ...]
    from_remote: bool

    @property
    def is_complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.left_out


def trust(facts: Facts, *, stage: bool = False) -> Trust:
    """The trusted publishers that make npm agree with the repository.

    stage: as after `fix --stage`, where every publish stages.
    """
    wanted: dict[tuple[str, str, str | None], set[Allow]] = {}
    left: dict[LeftOut, None] = {}
    secrets: dict[str, None] = {}
    repository, from_remote = _repository(facts)
    if repository is None or not _REPOSITORY.fullmatch(repository):
        why = "its name on GitHub is not known: run this in a checkout with a git remote"
        return Trust((), (LeftOut("repository", repository or "", why),), (), from_remote=False)
    for publish in facts.reading.publishes:
        if publish.dry_run or publish.registry not in (Registry.NPMJS, Registry.UNKNOWN):
            continue
        allow = Allow.STAGE if stage else Allow(publish.command)
        for run in publish.runs:
            secrets.update(dict.fromkeys(_secrets(run)))
            for found in _of_run(publish, run):
                if isinstance(found, LeftOut):
                    left[found] = None
                else:
                    wanted.setdefault(found, set()).add(allow)
    return Trust(
        tuple(_registration(facts, repository, key, allow) for key, allow in wanted.items()),
        tuple(left),
        tuple(secrets),
        from_remote=from_remote,
    )


def _repository(facts: Facts) -> tuple[str | None, bool]:
    """The repository's name, and whether its case may not be GitHub's."""
    if facts.github is not None and isinstance(facts.github.repository, str):
        return facts.github.repository, False
    return facts.running.repository, facts.running.setting is Setting.TERMINAL


def _of_run(publish: Publish, run: Run) -> Iterator[tuple[str, str, str | None] | LeftOut]:
    job = ("job", shown(publish.job))
    workflow = run.entry_workflow.rpartition("/")[2]
    if publish.registry is Registry.UNKNOWN:
        yield LeftOut(*job, "which registry it publishes to is not known")
    elif isinstance(run.packages, Unknown):
        yield LeftOut(*job, "which packages it publishes is not known")
    elif isinstance(run.environment, Unknown):
        yield LeftOut(
            *job,
            "its environment is an expression; register it by hand, with the name that it becomes",
        )
    elif not _FILE.fullmatch(workflow) or not workflow.isprintable():
        yield LeftOut(*job, "its workflow's file name cannot be written on a command line")
    elif run.environment is not None and not _is_plain(run.environment):
        yield LeftOut(*job, "its environment's name cannot be written on a command line")
    else:
        for package in run.packages:
            if _NAME.fullmatch(package.name) and not package.name.startswith("-"):
                yield package.name, workflow, run.environment
            else:
                yield LeftOut("package", shown(package.name), "npm takes no such name")


def _registration(
    facts: Facts, repository: str, key: tuple[str, str, str | None], allow: set[Allow]
) -> Registration:
    name, workflow, environment = key
    fields = Fields(repository, workflow, environment, frozenset(allow))
    declared = facts.declared_for(name)
    exists = _exists(facts, name, declared)
    return Registration(name, fields, exists, _standing(facts, declared, fields))


def _exists(facts: Facts, name: str, declared: Declared) -> bool:
    seen: Observed | None = dict(facts.observed).get(name)
    if seen is not None and not isinstance(seen.exists, Unknown):
        return seen.exists
    return declared.exists is not False


def _standing(facts: Facts, declared: Declared, fields: Fields) -> Standing:
    if isinstance(declared.publishers, Unknown):
        return Standing.UNDECLARED
    same = [one for one in declared.publishers if _compared(one) == _wanted(fields)]
    found = {_standing_of(facts, one, fields) for one in same}
    return next((standing for standing in _BEST_FIRST if standing in found), Standing.MISSING)


_BEST_FIRST = (Standing.THERE, Standing.FRESH, Standing.UNDECLARED, Standing.IN_THE_WAY)


def _standing_of(facts: Facts, one: TrustedPublisher, fields: Fields) -> Standing:
    lives = publishers.lives(one, facts.today, facts.now)
    allows = None if isinstance(one.allow, Unknown) else fields.allow <= one.allow
    if lives is False or allows is False:
        return Standing.IN_THE_WAY
    if lives is None or allows is None:
        return Standing.UNDECLARED
    return Standing.THERE if one.published is True else Standing.FRESH


def _compared(one: TrustedPublisher) -> tuple[str | None, ...]:
    return one.provider, one.repository, one.workflow, one.environment


def _wanted(fields: Fields) -> tuple[str | None, ...]:
    return "github", fields.repository, fields.workflow, fields.environment


def _secrets(run: Run) -> tuple[str, ...]:
    given = run.token.secret_names if isinstance(run.token, GivenToken) else ()
    return tuple(name for name in (*given, *run.unread_secrets) if name != "GITHUB_TOKEN")


def _is_plain(text: str) -> bool:
    return text.isprintable() and bool(text.strip())


def shown(text: str) -> str:
    """A text of the repository within a sentence: on one line, without what steers a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text[:120])
