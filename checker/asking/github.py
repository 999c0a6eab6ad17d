"""Which questions go to GitHub's API, and its answers as facts. Only where the network may be.

Without a token, or outside of a repository of GitHub's, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from checker.facts import Facts, Publish, Registry, Run, Unknown
from checker.settings import Settings

# Each is one request or two; a repository with more has them unanswered.
_MOST_ENVIRONMENTS = 10
_MOST_SECRETS = 20


def ask(facts: Facts, settings: Settings, environ: Mapping[str, str]) -> Facts:
    """The facts, with what GitHub says of the repository, which beats event and git remote."""
    repository = facts.running.repository
    if settings.github_token is None or repository is None:
        return facts
    from checker.sources import github

    try:
        api = github.GitHub(settings.github_token.get_secret_value(), repository, api_url(environ))
    except github.Failed:
        return facts
    try:
        answers = api.answers(_environments(facts), _secrets(facts))
    finally:
        api.close()
    running, visibility = facts.running, facts.visibility
    if not isinstance(answers.repository, Unknown):
        running = replace(running, repository=answers.repository)
    if not isinstance(answers.visibility, Unknown):
        visibility = answers.visibility
    return replace(facts, github=answers, running=running, visibility=visibility)


def api_url(environ: Mapping[str, str]) -> str:
    """Where GitHub's API is, as the runner says; github.com's elsewhere."""
    return environ.get("GITHUB_API_URL") or "https://api.github.com"


def _environments(facts: Facts) -> tuple[str, ...]:
    named = (run.environment for _, run in _runs(facts) if isinstance(run.environment, str))
    return tuple(dict.fromkeys(named))[:_MOST_ENVIRONMENTS]


def _secrets(facts: Facts) -> tuple[tuple[str, str | None], ...]:
    asked: dict[tuple[str, str | None], None] = {}
    for publish, run in _runs(facts):
        token = run.token
        if token is None or isinstance(token, Unknown) or isinstance(run.environment, Unknown):
            continue
        # What a caller hands to a workflow it has without the callee's environment.
        if run.environment is None or "reusable" not in publish.via:
            asked |= dict.fromkeys((name, run.environment) for name in token.secret_names)
    return tuple(asked)[:_MOST_SECRETS]


def _runs(facts: Facts) -> Iterator[tuple[Publish, Run]]:
    for publish in facts.reading.publishes:
        if not publish.dry_run and publish.registry in (Registry.NPMJS, Registry.UNKNOWN):
            yield from ((publish, run) for run in publish.runs)
