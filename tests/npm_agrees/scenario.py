"""One scenario: what is true of a repository and of npm, and what npm then does.

Reads the `*.toml` files beside this module. A scenario is a base world with a few facts changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent
PUBLISHED, STAGED, NOTHING = "published", "staged", "nothing"
_VERDICTS = {PUBLISHED: "accepted", STAGED: "staged", NOTHING: "nothing-to-publish"}

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """A sentence, and its world.

    did: `published`, `staged`, `nothing`, npm's error code, or `refused` for an error without a
    code. said: a piece of npm's text. check: the verdict asked for, where it is not what npm did;
    probe: the verdict where the registry may be asked, if that settles what `check` leaves open.
    hidden: facts that are true and not declared, by the names of the config file's keys.
    declares: keys of the config file that say something else than the truth.
    left_open: why the program may not know, where every fact is declared.
    modes: in which the program is asked; what only the registry can tell is asked by probe alone.
    """

    name: str
    sentence: str
    did: str
    base: str = "oidc"
    said: str = ""
    check: str = ""
    probe: str = ""
    today: date = date(2026, 11, 24)
    npm: str = "11.16.0"
    left_open: str = ""
    hidden: tuple[str, ...] = ()
    declares: Table = field(default_factory=dict)
    modes: tuple[str, ...] = ("declared", "probe")

    # the run
    repository: str = "acme/widget"
    visibility: str = "public"
    event: str = "push"
    fork: bool = False
    workflow: str = "release.yml"

    # the workflow
    on: Any = field(default_factory=lambda: {"push": {"tags": ["v*"]}})
    permissions: Any = None
    workflow_permissions: Any = None
    environment: str | None = None
    runs_on: Any = "ubuntu-latest"
    setup_node: str = "actions/setup-node@v4"
    registry_url: bool = True
    job_env: Table = field(default_factory=dict)
    env: Table = field(default_factory=dict)
    before: tuple[str, ...] = ()
    run: str = "npm publish"
    files: Mapping[str, str] = field(default_factory=dict)

    # what npm knows
    account: Table = field(default_factory=dict)
    token: Table | None = None
    secrets: Mapping[str, Table] = field(default_factory=dict)
    publishers: tuple[Table, ...] = ()
    access: str = "2fa-or-bypass-token"
    versions: tuple[str, ...] = ("1.1.0",)
    private: bool = False
    contested: Table = field(default_factory=dict)

    # what is published
    package: Table = field(default_factory=dict)
    packages: tuple[Table, ...] = ()

    @property
    def now(self) -> datetime:
        """The moment that the registry plays: noon, where only a day is said."""
        if isinstance(self.today, datetime):
            return self.today.astimezone(UTC)
        return datetime.combine(self.today, time(12), UTC)

    def verdict(self, mode: str) -> str:
        """What the program has to say."""
        settled = self.probe if mode == "probe" else ""
        return settled or self.check or _VERDICTS.get(self.did, "refused")

    @property
    def tokens(self) -> Mapping[str, Table]:
        """Secret name to what stands behind it."""
        own = {"NPM_TOKEN": self.token} if self.token is not None else {}
        return {**own, **self.secrets}


PUBLISHER: Table = {
    "repository": "acme/widget",
    "workflow": "release.yml",
    "allow": ["publish", "stage"],
    "published": True,
}
TOKEN: Table = {
    "type": "granular",
    "bypass-2fa": True,
    "permission": "read-write",
    "expires": date(2027, 1, 20),
    "packages": "all",
}
ID_TOKEN = {"contents": "read", "id-token": "write"}

_BASES: Mapping[str, Table] = {
    "oidc": {"permissions": ID_TOKEN, "publishers": ({},)},
    "token": {"token": {}, "env": {"NODE_AUTH_TOKEN": "${{ secrets.NPM_TOKEN }}"}},
    "both": {
        "permissions": ID_TOKEN,
        "publishers": ({},),
        "token": {},
        "env": {"NODE_AUTH_TOKEN": "${{ secrets.NPM_TOKEN }}"},
    },
    "none": {},
}
_KNOWN = {one.name for one in fields(Scenario)}


def scenarios() -> Iterator[Scenario]:
    """Every scenario of every file."""
    for path in sorted(DATA.glob("*.toml")):
        for raw in tomllib.loads(path.read_text(encoding="utf-8"))["scenario"]:
            yield _scenario(path, raw)


def _scenario(path: Path, raw: dict[str, Any]) -> Scenario:
    given = {key.replace("-", "_"): _frozen(value) for key, value in raw.items()}
    if set(given) - _KNOWN:
        raise ValueError(f"{path.name}: {raw.get('name')}: {sorted(set(given) - _KNOWN)}")
    base = _BASES[str(given.get("base", "oidc"))]
    made = Scenario(**{**base, **given})
    return replace(
        made,
        token=None if made.token is None else {**TOKEN, **made.token},
        secrets={name: {**TOKEN, **token} for name, token in made.secrets.items()},
        publishers=tuple({**PUBLISHER, **one} for one in made.publishers),
        packages=tuple(_package(made, one) for one in made.packages),
    )


def _package(made: Scenario, one: Table) -> Table:
    if "publishers" not in one:
        return one
    return {**one, "publishers": [{**PUBLISHER, **each} for each in one["publishers"]]}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
