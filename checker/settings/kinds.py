"""The kinds of values that options take: how each is written, read from text, and described.

Pure, and free of heavy imports, so that the option table and `--help` are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from checker.facts import Allow
from checker.knowledge import registry_address
from checker.settings.faults import Misfit, listed

# Far from both ends of the calendar, so that adding a lifetime to a date never leaves it.
_FIRST_YEAR, _LAST_YEAR = 2010, 2199

# Longer than any name, version or reason; keeps every pattern's work small.
_LONGEST = 1000

Schema = Mapping[str, object]


class Kind(Struct, frozen=True):
    """A kind of value.

    takes: what to write, as a noun phrase. parse: from a stripped, non-empty text; raises `Misfit`.
    schema: the same in JSON Schema. values: every allowed word, () when there is no list of them.
    metavar: what stands for a value in `--help`, "" for the option's own name.
    pair: in YAML, a mapping of one key (`rule: reason`) is taken for `rule=reason`.
    """

    takes: str
    parse: Callable[[str], object]
    schema: Schema = field(default_factory=lambda: {"type": "string"})
    values: tuple[str, ...] = ()
    metavar: str = ""
    pair: bool = False

    def read(self, raw: object) -> object:
        """The value of a text, or of what a config file has in its place. Raises `Misfit`."""
        if self.pair and isinstance(raw, Mapping) and len(raw) == 1:
            key, value = next(iter(raw.items()))
            raw = f"{key}={value}" if isinstance(value, str) else value
        if raw is None:
            raise Misfit(f"give a value or remove the key; it takes {self.takes}")
        if not isinstance(raw, str):
            raise Misfit(f"it takes one value: {self.takes}")
        text = raw.strip()
        if not text:
            raise Misfit(f"it takes {self.takes}")
        if len(text) > _LONGEST:
            raise Misfit(f"it is longer than {_LONGEST} characters")
        return self.parse(text)


def _matching(takes: str, pattern: str, example: Callable[[str], str] | None = None) -> Kind:
    """Text that a pattern matches; `example` turns a near miss into what to write, or ""."""

    def parse(text: str) -> str:
        if re.fullmatch(pattern, text):
            return text
        better = example(text) if example else ""
        raise Misfit(f"it takes {takes}" + (f": write `{better}`" if better else ""))

    return Kind(takes, parse)


def choice(words: type[StrEnum]) -> Kind:
    """One of the words of an enum."""
    values = tuple(word.value for word in words)

    def parse(text: str) -> StrEnum:
        if text not in values:
            raise Misfit(f"it takes {listed(values)}", values)
        return words(text)

    return Kind(listed(values), parse, {"enum": list(values)}, values)


def _truth(text: str) -> bool:
    # YAML 1.2's spellings, which GitHub takes too; `yes` and `on` are words there.
    if text not in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        raise Misfit(f"it takes {listed(('true', 'false'))}", ("true", "false"))
    return text.lower() == "true"


TRUTH = Kind(listed(("true", "false")), _truth, {"type": "boolean"}, ("true", "false"))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        longer = re.match(r"(\d{4}-\d\d-\d\d)[T ]", text)
        better = f": write `{longer[1]}`" if longer else ""
        raise Misfit(f"it takes {DAY.takes}{better}")
    return day


_DAY_PATTERN = r"^\d{4}-\d\d-\d\d$"
DAY = Kind(
    "an ISO date (UTC) such as `2027-01-20`",
    _day,
    {"type": "string", "pattern": _DAY_PATTERN},
    metavar="DATE",
)


def _moment(text: str) -> date | datetime:
    if re.fullmatch(r"[\d-]{10}", text):
        return _day(text)
    try:
        moment = datetime.fromisoformat(text) if re.match(r"\d{4}-\d\d-\d\d[T ]", text) else None
    except ValueError:
        moment = None
    if moment is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Misfit(f"it takes {MOMENT.takes}")
    # YAML's own rule for a timestamp without a zone.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


MOMENT = Kind(
    "an ISO date (UTC) or a timestamp such as `2026-11-10T09:30:00Z`",
    _moment,
    {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d([T ].+)?$"},
)


def _today(text: str) -> date | timedelta:
    ahead = re.fullmatch(r"\+(\d{1,4})d", text)
    if ahead:
        return timedelta(days=int(ahead[1]))
    try:
        return _day(text)
    except Misfit:
        raise Misfit(f"it takes {TODAY.takes}") from None


TODAY = Kind(
    "an ISO date such as `2027-02-01`, or days from now such as `+30d`", _today, metavar="DATE"
)


def _versions(text: str) -> str:
    import nodesemver

    bare = re.sub(r"^[v=]+(?=\d)", "", text)
    if nodesemver.valid_range(bare, loose=False) is None:
        raise Misfit(f"it takes {VERSIONS.takes}")
    return bare


VERSIONS = Kind(
    "a version such as `22.14.0`, or an npm range such as `>=11.5.1`",
    _versions,
    {"type": ["string", "number"]},
    metavar="VERSION",
)

_NAME = r"(?:@[^@/\s*]+/)?[^@/\s*][^/\s*]*"


def _covered(text: str) -> str:
    if text == "all":
        return "*"
    if re.fullmatch(rf"{_NAME}|@[^@/\s*]+/\*", text):
        return text
    better = "all" if text == "*" else f"{text.rstrip('/')}/*" if text.startswith("@") else ""
    hint = f": write `{better}`" if better.count("*") < 2 and better else ""
    raise Misfit(f"it takes {COVERED.takes}{hint}")


COVERED = Kind("`all`, or package names and `@scope/*`", _covered, metavar="all|NAME|@SCOPE/*")


def _workflow_name(text: str) -> str:
    return text.replace("\\", "/").rsplit("/", 1)[-1]


WORKFLOW_FILE = _matching(
    "the file name that npm's website asks for, such as `release.yml`, without a folder",
    r"[^/\\\s@][^/\\\n]*\.ya?ml",
    lambda text: _workflow_name(text) if re.search(r"[/\\][^/\\]+\.ya?ml$", text) else "",
)


def _selected_workflow(text: str) -> str:
    return text.removeprefix("./").removeprefix(".github/workflows/")


SELECTED_WORKFLOW = Kind("a file name such as `release.yml`", _selected_workflow, metavar="FILE")


def _slug(text: str) -> str:
    found = re.search(r"github\.com[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?$", text)
    return found[1] if found else ""


REPOSITORY = _matching(
    "the repository as `owner/name`",
    r"[A-Za-z0-9][A-Za-z0-9_-]*/(?!\.{1,2}$)[A-Za-z0-9_.-]+(?<!\.git)",
    _slug,
)


def _registry(text: str) -> str:
    try:
        return registry_address.normalized(text)
    except registry_address.BadAddress as error:
        raise Misfit(str(error)) from None


REGISTRY = Kind("an `https` address", _registry, metavar="URL")

TEXT = Kind("a text", lambda text: text)
JOB = Kind("a job id", lambda text: text)
TOKEN = Kind("a secret", lambda text: text)
PATH = Kind("a path", lambda text: text, metavar="FILE")
PACKAGE = Kind("a package name or its directory", lambda text: text, metavar="NAME")
ALLOW = choice(Allow)

SECRET_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,199}"


def secret_name(text: str) -> str:
    """The name of a secret, as a key. Raises `Misfit`."""
    if not re.fullmatch(SECRET_NAME, text):
        raise Misfit("it takes the name of a secret such as `NPM_TOKEN`")
    return text


def package_name(text: str) -> str:
    """The name of a package, as a key. Raises `Misfit`."""
    if not re.fullmatch(_NAME, text):
        raise Misfit("it takes a package's name such as `@acme/core`")
    return text


_PROVIDERS = ("github", "gitlab", "circleci")


def _provider(text: str) -> str:
    # npm may learn of others; but a misspelt one would silently match no run.
    import difflib

    near = difflib.get_close_matches(text.lower(), _PROVIDERS, n=1, cutoff=0.6)
    if near and text not in _PROVIDERS:
        raise Misfit(f"it takes {listed(_PROVIDERS)}, or another provider's name", _PROVIDERS)
    return text


PROVIDER = Kind("`github`, or another provider's name", _provider)


class Ignored(Struct, frozen=True):
    """A rule whose findings are suppressed, and why. reason: one line, not empty."""

    rule: str
    reason: str


def _ignored(text: str) -> Ignored:
    rule, _, reason = text.partition("=")
    rule, reason = rule.strip(), " ".join(reason.split())
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", rule):
        raise Misfit(f"it takes {IGNORED.takes}")
    if not reason:
        raise Misfit(f"every ignored rule needs its reason; it takes {IGNORED.takes}")
    return Ignored(rule, reason)


IGNORED = Kind(
    "a rule id with its reason, `rule-id=reason` (in the config file a list of `rule-id: reason`)",
    _ignored,
    {
        "type": "object",
        "additionalProperties": {"type": "string", "minLength": 1},
        "minProperties": 1,
        "maxProperties": 1,
    },
    metavar="RULE=REASON",
    pair=True,
)
