"""`audit`: the same check over many repositories, through GitHub's API, whole or in parts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from checker.commands import exits

if TYPE_CHECKING:
    from checker.auditing.results import Results, Scope
    from checker.auditing.run import Progress
    from checker.settings import Settings

FORMATS = ("plain", "json", "markdown", "sarif", "html")
_JOBS = 8
_MOST_JOBS = 32

# What an auditor may say about every repository, and how the answer is given.
OPTIONS = (
    "config",
    "today",
    "publishing-access",
    "account-2fa",
    "token-type",
    "bypass-2fa",
    "token-permission",
    "token-expires",
    "token-packages",
    "output",
    "fail-on",
    "fail-on-unknown",
    "ignore",
)


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    from checker.settings import add_options

    parser.add_argument(
        "target",
        nargs="*",
        metavar="OWNER[/REPO]",
        help="an organisation, a user, or one repository",
    )
    which = parser.add_argument_group(
        "Which of an owner's repositories (never archived ones, nor forks)"
    )
    which.add_argument(
        "--topic", action="append", default=[], help="those with this topic (repeat for several)"
    )
    which.add_argument(
        "--language",
        action="append",
        default=[],
        help="those whose main language it is (repeat for several)",
    )
    which.add_argument(
        "--match",
        action="append",
        default=[],
        metavar="PATTERN",
        help="those whose name fits, with * and ? (repeat for several)",
    )
    parts = parser.add_argument_group("In parts")
    parts.add_argument(
        "--plan",
        action="store_true",
        help="print the matrix of a GitHub Actions job, and ask nothing",
    )
    parts.add_argument("--shards", type=int, metavar="N", help="into how many parts, with --plan")
    parts.add_argument("--shard", metavar="I/N", help="do this part only")
    parts.add_argument("--merge", metavar="DIR", help="join the JSON reports of all parts")
    how = parser.add_argument_group("How")
    how.add_argument(
        "--format",
        choices=FORMATS,
        default="plain",
        help="how the report is written (default: plain)",
    )
    how.add_argument(
        "--jobs",
        type=int,
        default=_JOBS,
        metavar="N",
        help=f"how many repositories at a time (default: {_JOBS}, at most {_MOST_JOBS})",
    )
    how.add_argument(
        "--cache",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="keep what GitHub said, to ask less next time and to go on after an interruption",
    )
    add_options(parser, OPTIONS)


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`. Findings: those of any repository count."""
    from checker.auditing import delivery
    from checker.auditing.results import BadReport
    from checker.auditing.run import NoSuchOwner
    from checker.auditing.targets import BadTarget, plan
    from checker.settings import BadInput
    from checker.sources.github import Failed
    from checker.sources.remote.pauses import Exhausted

    try:
        if given.plan:
            sys.stdout.write(f"{plan(given.shards or 0)}\n")
            return exits.GOOD
        settings = _settings(given)
        if given.merge is not None:
            return _merge(given, settings)
        with delivery.progress() as told:
            return _audit(given, settings, environ, told)
    except (BadTarget, BadReport) as error:
        return exits.bad_input(f"{error}.")
    except (BadInput, NoSuchOwner) as error:
        return exits.bad_input(str(error))
    except Failed as failure:
        return exits.bad_input(f"GitHub cannot be asked: {failure}.")
    except Exhausted as error:
        return exits.bad_input(
            f"GitHub's rate limit is used up{_for_minutes(error.seconds)}. What was done is kept:"
            " run the same command then, and it goes on where it stopped."
        )


def _for_minutes(seconds: float) -> str:
    return f" for {round(seconds / 60) + 1} minutes" if seconds > 0 else ""


# --- the input --------------------------------------------------------------------------------


def _settings(given: argparse.Namespace) -> Settings:
    """The auditor's options; a config file only where it is named, never one that lies around."""
    from checker.files import Files, MemoryFiles
    from checker.rules import by_id
    from checker.settings import load
    from checker.sources.checkout import Checkout

    named = given.config is not None
    tree: Callable[[Path], Files] = Checkout if named else lambda _: MemoryFiles({})
    return load(_facts(given) | {"output": given.output}, {}, Path(), tree, by_id())


def _scope(given: argparse.Namespace, settings: Settings, environ: Mapping[str, str]) -> Scope:
    from checker.auditing import targets
    from checker.auditing.results import Scope
    from checker.sources import clock

    today, _ = clock.asked_about(settings.today, clock.utc_now())
    return Scope(
        targets=targets.targets(given.target),
        topics=tuple(sorted(given.topic)),
        languages=tuple(sorted(given.language)),
        match=tuple(sorted(given.match)),
        today=today,
        server=_server(environ),
        shard=str(targets.shard(given.shard)) if given.shard is not None else None,
    )


def _server(environ: Mapping[str, str]) -> str:
    """Where GitHub's pages are, as the runner says; github.com's elsewhere."""
    from checker.knowledge import registry_address

    named = environ.get("GITHUB_SERVER_URL") or "https://github.com"
    try:
        return registry_address.normalized(named).rstrip("/")
    except registry_address.BadAddress:
        return "https://github.com"


# --- the work ---------------------------------------------------------------------------------


def _audit(
    given: argparse.Namespace,
    settings: Settings,
    environ: Mapping[str, str],
    told: Callable[[Progress], None],
) -> int:
    from checker.asking.github import api_url
    from checker.auditing import run, survey, targets
    from checker.rules import by_id
    from checker.settings import github_token
    from checker.sources.remote import cache
    from checker.sources.remote.api import Api

    if not given.target:
        return exits.bad_input(
            "Name an owner such as `acme`, or a repository such as `acme/widget`."
        )
    if not 1 <= given.jobs <= _MOST_JOBS:
        return exits.bad_input(f"--jobs: 1 to {_MOST_JOBS} are possible.")
    scope = _scope(given, settings, environ)
    token = github_token.find(environ)
    if token is None:
        return exits.bad_input(
            "An audit asks GitHub's API and needs a token that may read the repositories: set"
            " `GITHUB_TOKEN`."
        )
    api = Api(token, api_url(environ), tell=_tell_pause)
    default, declared = survey.auditors(settings)
    asked = survey.Asked(
        today=scope.today,
        server_url=scope.server,
        default=default,
        declared=declared,
        ignored=tuple((one.rule, one.reason) for one in settings.ignore),
        rules=tuple(by_id()),
    )
    kept = cache.Cache(cache.folder(environ, api.base_url, token) if given.cache else None)
    name = run.key(asdict(scope), api.base_url, _facts(given), _config_bytes(settings))
    filters = targets.Filters(scope.topics, scope.languages, scope.match)
    shard = targets.shard(scope.shard) if scope.shard else None
    way = run.Way(kept, name)
    try:
        with run.audit(
            scope, filters, shard, asked, api, way, jobs=given.jobs, tell=told
        ) as journal:
            code = _deliver(given, settings, journal)
    finally:
        api.close()
    kept.forget_old()
    counts = api.counts
    sys.stderr.write(
        f"Requests to GitHub: {counts['core']:,} by REST, of which {counts['unchanged']:,} were"
        f" unchanged and count for no limit; {counts['graphql']:,} by GraphQL.\n"
    )
    return code


def _tell_pause(seconds: float) -> None:
    minutes = f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{seconds:.0f} seconds"
    sys.stderr.write(f"GitHub's rate limit is reached; going on in {minutes}.\n")
    sys.stderr.flush()


def _facts(given: argparse.Namespace) -> dict[str, object]:
    """The options that an outcome depends on, by their fields."""
    from checker.settings.options import field_name

    fields = (field_name(name) for name in OPTIONS if name != "output")
    return {field: getattr(given, field) for field in fields}


def _config_bytes(settings: Settings) -> str:
    import hashlib

    if settings.config is None:
        return ""
    return hashlib.sha256(Path(settings.config).read_bytes()).hexdigest()


def _merge(given: argparse.Namespace, settings: Settings) -> int:
    from checker.auditing.results import merged

    folder = Path(given.merge)
    if not folder.is_dir():
        return exits.bad_input(f"`{given.merge}` is not a folder.")
    return _deliver(given, settings, merged(folder))


def _deliver(given: argparse.Namespace, settings: Settings, results: Results) -> int:
    """Write the report; the exit code."""
    from checker.auditing import delivery, reporters
    from checker.auditing.results import summary

    try:
        delivery.write(reporters.REPORTERS[given.format](results), settings.output)
    except delivery.Undelivered as error:
        return exits.bad_input(str(error))
    numbers = summary(results)
    if numbers.defects:
        return exits.DEFECT
    failed = delivery.fails(numbers, settings.fail_on, unknown_too=settings.fail_on_unknown)
    return exits.FINDINGS if failed else exits.GOOD
