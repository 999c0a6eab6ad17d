"""The pull request's one comment: whether there is to be one, its text, and why it was not written.

What GitHub is asked stands in `sources.github`.
"""

from __future__ import annotations

from collections.abc import Mapping

from checker.asking.github import api_url
from checker.report import Remark, Report, Verdict
from checker.reporters import markdown, tally
from checker.settings import Settings
from checker.sources import actions_env

# By it the comment is found again; GitHub shows no HTML comment.
MARKER = "<!-- npm-publish-preflight -->"

# GitHub takes 65,536 characters; a byte is a character at least.
_LIMIT = 65_000
_GOOD = (Verdict.ACCEPTED, Verdict.STAGED, Verdict.NOT_JUDGED, Verdict.NOTHING_TO_PUBLISH)


def comment(report: Report, settings: Settings, environ: Mapping[str, str]) -> Remark | None:
    """Write, renew or delete the comment; a remark where that was asked for and not done."""
    number = actions_env.event(environ).pull_request
    repository = environ.get("GITHUB_REPOSITORY")
    if number is None or repository is None:
        return _not_written("this run belongs to no pull request")
    if settings.offline:
        return _not_written("`offline` is set")
    if settings.github_token is None:
        return _not_written("there is no `github-token`")
    from checker.sources import github

    try:
        api = github.GitHub(settings.github_token.get_secret_value(), repository, api_url(environ))
        try:
            api.set_comment(number, MARKER, None if is_well(report) else body(report))
        finally:
            api.close()
    except github.Failed as failure:
        hint = ""
        if failure.status in (401, 403, 404):
            hint = "; it needs `pull-requests: write`, which no pull request from a fork is given"
        return _not_written(f"{failure}{hint}")
    return None


def is_well(report: Report) -> bool:
    """Whether nothing asks for a person's attention."""
    counts = tally.counts(report)
    return report.verdict in _GOOD and not counts.errors and not counts.warnings


def body(report: Report) -> str:
    """The comment's text, in what GitHub takes."""
    return f"{MARKER}\n{markdown.render(report, limit=_LIMIT - len(MARKER) - 1)}"


def _not_written(why: str) -> Remark:
    return Remark(f"The pull-request comment was not written: {why}.")
