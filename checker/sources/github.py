"""GitHub's API, through PyGithub: what no file tells of a repository, jobs' logs, and one comment.

The only module that speaks to GitHub. Each answer needs a permission of its own and is `Unknown`
without it. Nothing is asked twice, and no text of an exception, which may hold a token, goes on.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct

from checker import __version__
from checker.facts import GitHubAnswers, SecretAge, Unknown
from checker.knowledge import registry_address

if TYPE_CHECKING:
    from github import Github
    from github.IssueComment import IssueComment

API_URL = "https://api.github.com"

TIMEOUT_SECONDS = 10
BUDGET_SECONDS = 40.0  # for everything that is asked of one client
PAGE = 100
_MOST_COMMENTS = 1_000
_MOST_ORGANIZATION_SECRETS = 5 * PAGE
_MOST_JOBS = 5 * PAGE  # a matrix makes at most 256
NOT_READY = 202
_FAILURES = frozenset({"failure", "timed_out", "cancelled", "startup_failure"})

REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_VISIBILITIES = frozenset({"public", "private", "internal"})


class Failed(Exception):
    """GitHub did not do what it was asked. The text is a clause. status: HTTP's, None without."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


def asking_once(token: str, base_url: str, timeout: int) -> Github:
    """PyGithub's client, which asks once and at once: without `retry` and pauses of its own."""
    from github import Auth, Github
    from urllib3.util.retry import Retry

    # PyGithub takes a 202 for a reason to ask again for half an hour; so none may reach it.
    retry = Retry(0, read=False, status_forcelist=(NOT_READY,), allowed_methods=("GET", "HEAD"))

    return Github(
        auth=Auth.Token(token),
        base_url=base_url,
        timeout=timeout,
        user_agent=f"npm-publish-preflight/{__version__}",
        per_page=PAGE,
        retry=retry,
        seconds_between_requests=0,
        seconds_between_writes=0,
        lazy=True,
    )


class Job(Struct, frozen=True):
    """A job of a workflow run. number: its id. page: its address for people."""

    number: int
    name: str
    page: str
    has_ended: bool
    has_failed: bool


class GitHub:
    """Asks and writes with one token about one repository."""

    def __init__(
        self,
        token: str,
        repository: str,
        api_url: str = API_URL,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """repository: `owner/name`. api_url: of `GITHUB_API_URL`. Raises `Failed`."""
        if not REPOSITORY.fullmatch(repository) or ".." in repository.split("/"):
            raise Failed("the repository's name is none of GitHub's")
        if not (token.isascii() and token.isprintable() and " " not in token and token):
            raise Failed("the GitHub token holds characters that cannot be sent")
        try:
            base_url = registry_address.normalized(api_url).rstrip("/")
        except registry_address.BadAddress:
            raise Failed("the address of GitHub's API is no `https` address") from None
        self._path = f"/repos/{repository}"
        self._clock = clock
        self._end = clock() + BUDGET_SECONDS
        self._outage: str | None = None
        self._login: str | None = None
        self._client = asking_once(token, base_url, TIMEOUT_SECONDS)
        self._repository = self._client.get_repo(repository)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    # --- what no file tells -------------------------------------------------------------------

    def answers(
        self, environments: Collection[str], secrets: Collection[tuple[str, str | None]]
    ) -> GitHubAnswers:
        """What GitHub says of the repository; every part that it does not say is `Unknown`.

        environments: their names. secrets: (name, environment of the job that reads it, if any).
        """
        try:
            about = self._get("")
        except Failed as failure:
            why = f"GitHub does not show the repository: {failure}"
            unseen = Unknown("visibility", why)
            return GitHubAnswers(unseen, unseen, Unknown("immutable-subject", why))
        return GitHubAnswers(
            repository=_text(about, "full_name") or Unknown("repository", "GitHub names none"),
            visibility=_visibility(about),
            immutable_subject=self._immutable_subject(),
            environments=tuple((name, self._has_environment(name)) for name in environments),
            secrets=tuple(
                SecretAge(name, environment, self._last_written(name, environment))
                for name, environment in secrets
            ),
        )

    def _immutable_subject(self) -> bool | Unknown:
        try:
            told = self._get("/actions/oidc/customization/sub")
        except Failed as failure:
            return Unknown("immutable-subject", f"GitHub does not show the subject: {failure}")
        value = told.get("use_immutable_subject")
        if isinstance(value, bool):
            return value
        return Unknown("immutable-subject", "GitHub does not say whether the subject is immutable")

    def _has_environment(self, name: str) -> bool | Unknown:
        try:
            self._get(f"/environments/{quote(name, safe='')}")
        except Failed as failure:
            if failure.status == 404:
                return False
            return Unknown("environment", f"GitHub does not show the environment: {failure}")
        return True

    def _last_written(self, name: str, environment: str | None) -> datetime | Unknown:
        """When the secret that a job gets was last written: its environment's, else the next."""
        inside = f"/environments/{quote(environment, safe='')}" if environment else None
        paths = (f"{inside}/secrets" if inside else None, "/actions/secrets")
        try:
            for path in paths:
                if path is not None:
                    found = self._secret(f"{path}/{quote(name, safe='')}")
                    if found is not None:
                        return found
            found = self._organization_secret(name)
        except Failed as failure:
            return Unknown("secret-age", f"GitHub does not show when it was written: {failure}")
        return found or Unknown("secret-age", "GitHub shows no secret of this name")

    def _secret(self, path: str) -> datetime | None:
        try:
            return _moment(self._get(path))
        except Failed as failure:
            if failure.status == 404:
                return None
            raise

    def _organization_secret(self, name: str) -> datetime | None:
        page, seen = 1, 0
        while seen < _MOST_ORGANIZATION_SECRETS:
            told = self._get(f"/actions/organization-secrets?per_page={PAGE}&page={page}")
            entries = told.get("secrets")
            entries = entries if isinstance(entries, list) else []
            for entry in entries:
                if isinstance(entry, dict) and entry.get("name") == name.upper():
                    return _moment(entry)
            if len(entries) < PAGE:
                return None
            page, seen = page + 1, seen + len(entries)
        raise Failed("the organization shares more secrets than are looked through")

    # --- logs ---------------------------------------------------------------------------------

    def job(self, number: int) -> Job:
        """A job by its id. Needs `actions: read`. Raises `Failed`."""
        return _job(self._get(f"/actions/jobs/{number}"))

    def jobs(self, run: int, attempt: int | None) -> tuple[Job, ...]:
        """The jobs of a run's attempt, of the last one where none is named. Raises `Failed`."""
        which = f"/attempts/{attempt}" if attempt is not None else ""
        found: list[Job] = []
        for page in range(1, _MOST_JOBS // PAGE + 1):
            path = f"/actions/runs/{run}{which}/jobs?per_page={PAGE}&page={page}"
            entries = self._get(path).get("jobs")
            entries = entries if isinstance(entries, list) else []
            found += [_job(entry) for entry in entries if isinstance(entry, dict)]
            if len(entries) < PAGE:
                break
        return tuple(found)

    def log_address(self, job: int) -> str:
        """Where a job's log is to be had for a minute, without a token. Raises `Failed`."""
        self._in_time()
        with self._asking():
            headers, _ = self._client.requester.requestBlobAndCheck(
                "GET", f"{self._path}/actions/jobs/{job}/logs"
            )
            return str(headers["location"])

    # --- one comment --------------------------------------------------------------------------

    def set_comment(self, number: int, marker: str, body: str | None) -> None:
        """Make `body` the one comment of the pull request that begins with `marker`.

        None deletes it. Needs `pull-requests: write` and nothing else. Raises `Failed`. A comment
        of another author is left alone, whatever it begins with.
        """
        with self._asking():
            issue = self._repository.get_issue(number)
            found = None
            for seen, comment in enumerate(issue.get_comments()):
                self._in_time()
                if seen == _MOST_COMMENTS:
                    raise Failed(f"the pull request has more than {_MOST_COMMENTS} comments")
                # GitHub has comments without a text, and without an author who left.
                if (comment.body or "").startswith(marker) and self._is_ours(comment):
                    found = comment
                    break
            if found is None:
                if body is not None:
                    issue.create_comment(body)
            elif body is None:
                found.delete()
            elif found.body != body:
                found.edit(body)

    def _is_ours(self, comment: IssueComment) -> bool:
        # Who may write may edit anybody's comment, so that GitHub would not refuse a mistake.
        return comment.user is not None and comment.user.login == self._own_login()

    def _own_login(self) -> str:
        """Who the token writes as: `github-actions[bot]`, an app's bot, a person. Raises `Failed`.

        GraphQL tells that of every token; REST's `/user`, of a person's alone.
        """
        # Asked once: anybody may write a hundred imitations.
        if self._login is None:
            self._in_time()
            try:
                with self._asking():
                    _, told = self._client.requester.graphql_query("query { viewer { login } }", {})
                    self._login = str(told["data"]["viewer"]["login"])
            except Failed as failure:
                raise Failed(f"GitHub does not say whose the GitHub token is: {failure}") from None
        return self._login

    # --- asking -------------------------------------------------------------------------------

    def _get(self, path: str) -> Mapping[str, Any]:
        """The JSON object at a path of the repository. Raises `Failed`."""
        self._in_time()
        with self._asking():
            _, told = self._client.requester.requestJsonAndCheck("GET", self._path + path)
        if not isinstance(told, dict):
            raise Failed("GitHub answers with something else than was asked for")
        return told

    def _in_time(self) -> None:
        if self._outage is not None:
            raise Failed(self._outage)
        if self._clock() >= self._end:
            raise Failed("GitHub did not answer in time")

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Every way in which PyGithub and what it stands on fail, as `Failed`."""
        import requests
        from github import GithubException, RateLimitExceededException

        try:
            yield
        except RateLimitExceededException:
            # GitHub says 403 to that too, and it is no matter of permissions.
            self._outage = in_words(429)
            raise Failed(self._outage, 429) from None
        except GithubException as error:
            raise Failed(in_words(error.status), error.status) from None
        except requests.exceptions.RetryError:
            raise Failed(in_words(NOT_READY), NOT_READY) from None
        except requests.RequestException:
            self._outage = "GitHub's API cannot be reached"
            raise Failed(self._outage) from None
        except (RuntimeError, ValueError, AssertionError, TypeError, AttributeError, KeyError):
            # A redirect to another host, or an answer that PyGithub cannot take apart.
            raise Failed("GitHub answers with something else than was asked for") from None


def in_words(status: int) -> str:
    """What an HTTP status of GitHub's means here, as a clause."""
    words = {
        NOT_READY: "GitHub has not made its answer ready (202)",
        401: "the GitHub token is not valid (401)",
        403: "the GitHub token may not (403)",
        404: "it is not there, or the GitHub token may not see it (404)",
        410: "it is not kept any more (410)",
        429: "too many requests (429)",
    }
    return words.get(status, f"GitHub answers {status}")


def _text(told: Mapping[str, Any], key: str) -> str | None:
    value = told.get(key)
    return value if isinstance(value, str) and REPOSITORY.fullmatch(value) else None


def _visibility(about: Mapping[str, Any]) -> str | Unknown:
    stated = about.get("visibility")
    if isinstance(stated, str) and stated in _VISIBILITIES:
        return stated
    private = about.get("private")
    if isinstance(private, bool):
        return "private" if private else "public"
    return Unknown("visibility", "GitHub does not say whether the repository is public")


def _job(told: Mapping[str, Any]) -> Job:
    """Raises `Failed`."""
    number, name, page = (told.get(key) for key in ("id", "name", "html_url"))
    if not isinstance(number, int):
        raise Failed("GitHub answers with something else than was asked for")
    return Job(
        number,
        name if isinstance(name, str) else str(number),
        page if isinstance(page, str) else "",
        has_ended=told.get("status") == "completed",
        has_failed=told.get("conclusion") in _FAILURES,
    )


def _moment(told: Mapping[str, Any]) -> datetime:
    """`updated_at`, aware. Raises `Failed`."""
    value = told.get("updated_at")
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise Failed("GitHub does not say when it was written")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
