"""Which job's log is meant by an address of GitHub's pages, and its lines through the API.

The token goes to the API that the environment names, never to a host that an address names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from checker.asking.github import api_url
from checker.sources.github import REPOSITORY, Failed, GitHub, Job
from checker.sources.log_download import lines

# Of one run; they fail by the same cause more often than not.
MOST_JOBS = 10

_PAGE = re.compile(
    r"(?P<server>https?://[^/?#\s]+)/(?P<repository>[^/?#\s]+/[^/?#\s]+)/actions/runs/(?P<run>\d{1,18})"
    r"(?:/attempts/(?P<attempt>\d{1,6}))?(?:/job/(?P<job>\d{1,18}))?/?(?:[?#]\S*)?"
)
_FORM = (
    "it takes the address of a run's page or a job's, such as"
    " `https://github.com/OWNER/REPO/actions/runs/1234/job/5678`"
)
_HINTS = {
    403: "; a job's log takes `actions: read`",
    410: "; GitHub deletes a log after 90 days, or as the repository says",
}


class NotMeant(Exception):
    """The text is no address of a log. The text of the error is a clause."""


class Page(Struct, frozen=True):
    """A run or a job of it. attempt: None for the last one. job: None for all that failed."""

    repository: str
    run: int
    attempt: int | None
    job: int | None


def page(text: str, environ: Mapping[str, str]) -> Page | None:
    """The page that `text` is the address of; None where it is no address. Raises `NotMeant`."""
    if not text.startswith(("https://", "http://")):
        return None
    found = _PAGE.fullmatch(text)
    if found is None or not REPOSITORY.fullmatch(found["repository"]):
        raise NotMeant(_FORM)
    server = (environ.get("GITHUB_SERVER_URL") or "https://github.com").rstrip("/")
    if found["server"].lower() != server.lower():
        raise NotMeant(
            f"it is not on `{server}`; for a server of your own set `GITHUB_SERVER_URL` and"
            " `GITHUB_API_URL`"
        )
    return Page(
        found["repository"], int(found["run"]), _number(found["attempt"]), _number(found["job"])
    )


def logs(
    asked: Page, token: str, environ: Mapping[str, str]
) -> Iterator[tuple[Job, Iterator[str]]]:
    """Each job with the lines of its log, which raise `Failed` as well. Raises `Failed`."""
    api = GitHub(token, asked.repository, api_url(environ))
    try:
        for job in _jobs(api, asked):
            yield job, lines(_address(api, job))
    except Failed as failure:
        raise Failed(f"{failure}{_HINTS.get(failure.status or 0, '')}", failure.status) from None
    finally:
        api.close()


def _address(api: GitHub, job: Job) -> str:
    if not job.has_ended:
        raise Failed(f"job `{job.name}` has not ended, and its log is there when it has")
    return api.log_address(job.number)


def _jobs(api: GitHub, asked: Page) -> tuple[Job, ...]:
    if asked.job is not None:
        return (api.job(asked.job),)
    jobs = api.jobs(asked.run, asked.attempt)
    return tuple(job for job in jobs if job.has_failed or not job.has_ended)[:MOST_JOBS]


def _number(text: str | None) -> int | None:
    return int(text) if text is not None else None
