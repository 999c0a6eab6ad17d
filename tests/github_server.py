"""A loopback server that speaks the endpoints of GitHub's API which the program asks.

Shapes as GitHub documents them: https://docs.github.com/en/rest. A token may what it is told.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "ghs_" + "a1B2" * 9
BOT = {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"}
OTHER_BOT = {"login": "renovate[bot]", "id": 29139614, "type": "Bot"}
PERSON = {"login": "passer-by", "id": 7, "type": "User"}


@dataclass
class Repository:
    """What the server knows. may: the permissions of the token.

    secrets: of the repository, `environment/NAME` of an environment, `org/NAME` of the
    organization; name to `updated_at`. requests: (method, path) as they came. jobs: of one run,
    each with `id`, `name`, `status`, `conclusion`, `run_attempt`. logs: job id to the address that
    its log is at, or to the status that GitHub answers instead. viewer: whose the token is.
    says_viewer: whether GraphQL tells it.
    """

    full_name: str = "Acme/Widget"
    visibility: str = "public"
    immutable_subject: bool = False
    environments: set[str] = field(default_factory=set)
    secrets: dict[str, str] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    may: set[str] = field(default_factory=lambda: {"actions", "secrets", "pull-requests"})
    viewer: dict[str, Any] = field(default_factory=lambda: BOT)
    says_viewer: bool = True
    requests: list[tuple[str, str]] = field(default_factory=list)
    page: int = 100
    jobs: list[dict[str, Any]] = field(default_factory=list)
    logs: dict[int, str | int] = field(default_factory=dict)


@contextmanager
def serving(repository: Repository) -> Iterator[str]:
    """The address of the API. The server ends with the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(repository))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/v3"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class Refused(Exception):
    """status, message: of the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def _handler(repository: Repository) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def do_PATCH(self) -> None:
            self._answer("PATCH")

        def do_DELETE(self) -> None:
            self._answer("DELETE")

        def log_message(self, *args: object) -> None:
            """Silence."""

        def _answer(self, method: str) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            repository.requests.append((method, self.path))
            authorized = self.headers.get("authorization") == f"token {TOKEN}"
            base = f"http://{self.headers['host']}/api/v3"
            try:
                _knows(authorized)
                status, told, more = _told(repository, base, method, self.path, body)
            except Refused as refusal:
                status, told, more = refusal.status, {"message": refusal.message}, {}
            data = b"" if told is None else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json; charset=utf-8")
            self.send_header("content-length", str(len(data)))
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    return Handler


Told = tuple[int, Any, dict[str, str]]


def _told(repository: Repository, base: str, method: str, target: str, body: Any) -> Told:
    if (method, target) == ("POST", "/api/graphql"):
        return 200, _viewer(repository, body), {}
    parts = urlsplit(target.removeprefix("/api/v3"))
    if (method, parts.path) == ("GET", "/user"):
        if repository.viewer["type"] == "Bot":
            raise Refused(403, "Resource not accessible by integration")
        return 200, repository.viewer, {}
    prefix = f"/repos/{repository.full_name}".lower()
    if not parts.path.lower().startswith(prefix):
        raise Refused(404, "Not Found")
    path = parts.path[len(prefix) :]
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if path.startswith(("/actions/jobs/", "/actions/runs/")):
        return _of_jobs(repository, path, query)
    if path.startswith("/issues/"):
        return _of_comments(repository, base, method, path, query, body)
    if method != "GET":
        raise Refused(404, "Not Found")
    return 200, _of_repository(repository, base, path, query), {}


def _viewer(repository: Repository, body: Any) -> Any:
    """GraphQL says whose any token is; REST's `/user` says so of a person's alone."""
    if "viewer { login }" not in body["query"] or not repository.says_viewer:
        return {"data": None, "errors": [{"message": "Something went wrong"}]}
    return {"data": {"viewer": {"login": repository.viewer["login"]}}}


def _of_repository(repository: Repository, base: str, path: str, query: dict[str, str]) -> Any:
    if path == "":
        return {
            "id": 1296269,
            "full_name": repository.full_name,
            "private": repository.visibility != "public",
            "visibility": repository.visibility,
            "url": f"{base}/repos/{repository.full_name}",
        }
    _needs(repository, "secrets" if "secrets" in path else "actions")
    match path.strip("/").split("/"):
        case ["actions", "oidc", "customization", "sub"]:
            return {
                "use_default": True,
                "use_immutable_subject": repository.immutable_subject,
                "sub_claim_prefix": "repo:Acme@1/Widget@2",
            }
        case ["environments", name] if unquote(name) in repository.environments:
            return {"id": 161171787, "name": unquote(name)}
        case ["environments", name, "secrets", secret]:
            return _secret(repository, f"{unquote(name)}/{secret}")
        case ["actions", "secrets", secret]:
            return _secret(repository, secret)
        case ["actions", "organization-secrets"]:
            return _organization(repository, query)
    raise Refused(404, "Not Found")


def _of_jobs(repository: Repository, path: str, query: dict[str, str]) -> Told:
    _needs(repository, "actions")
    match path.strip("/").split("/"):
        case ["actions", "jobs", number]:
            return 200, _job(repository, int(number)), {}
        case ["actions", "jobs", number, "logs"]:
            at = repository.logs.get(int(number), 404)
            if isinstance(at, int):
                raise Refused(at, "Not Found" if at == 404 else "Gone")
            return 302, None, {"location": at}
        case ["actions", "runs", _, "jobs"]:
            last = max((job["run_attempt"] for job in repository.jobs), default=1)
            return 200, _of_attempt(repository, last, query), {}
        case ["actions", "runs", _, "attempts", attempt, "jobs"]:
            return 200, _of_attempt(repository, int(attempt), query), {}
    raise Refused(404, "Not Found")


def _of_attempt(repository: Repository, attempt: int, query: dict[str, str]) -> Any:
    found = [job["id"] for job in repository.jobs if job["run_attempt"] == attempt]
    size, page = int(query["per_page"]), int(query["page"])
    shown = found[(page - 1) * size : page * size]
    return {"total_count": len(found), "jobs": [_job(repository, number) for number in shown]}


def _job(repository: Repository, number: int) -> Any:
    found = next((job for job in repository.jobs if job["id"] == number), None)
    if found is None:
        raise Refused(404, "Not Found")
    page = f"https://github.com/{repository.full_name}/actions/runs/29679449/job/{number}"
    return {"run_id": 29679449, "html_url": page, **found}


def _secret(repository: Repository, key: str) -> Any:
    if key not in repository.secrets:
        raise Refused(404, "Not Found")
    written = repository.secrets[key]
    return {"name": key.rpartition("/")[2], "created_at": written, "updated_at": written}


def _organization(repository: Repository, query: dict[str, str]) -> Any:
    names = sorted(key for key in repository.secrets if key.startswith("org/"))
    size, page = int(query["per_page"]), int(query["page"])
    shown = names[(page - 1) * size : page * size]
    return {
        "total_count": len(names),
        "secrets": [_secret(repository, name) for name in shown],
    }


def _of_comments(
    repository: Repository, base: str, method: str, path: str, query: dict[str, str], body: Any
) -> Told:
    url = f"{base}/repos/{repository.full_name}/issues"
    match (method, *path.strip("/").split("/")):
        case ("GET", "issues", number, "comments"):
            page, size = int(query.get("page", 1)), repository.page
            shown = repository.comments[(page - 1) * size : page * size]
            further = len(repository.comments) > page * size
            link = {"link": f'<{url}/{number}/comments?page={page + 1}>; rel="next"'}
            return 200, shown, link if further else {}
        case ("POST", "issues", _, "comments"):
            _needs(repository, "pull-requests")
            made = comment(base, repository, len(repository.comments) + 1, body["body"])
            repository.comments.append(made)
            return 201, made, {}
        case ("PATCH" | "DELETE", "issues", "comments", identity):
            _needs(repository, "pull-requests")
            [found] = [each for each in repository.comments if each["id"] == int(identity)]
            if method == "DELETE":
                repository.comments.remove(found)
                return 204, None, {}
            found["body"] = body["body"]
            return 200, found, {}
    raise Refused(404, "Not Found")


def comment(
    base: str,
    repository: Repository,
    identity: int,
    body: str,
    user: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A comment as GitHub shows it, the token's own where no user is named."""
    url = f"{base}/repos/{repository.full_name}/issues/comments/{identity}"
    return {"id": identity, "url": url, "user": user or repository.viewer, "body": body}


def _knows(authorized: bool) -> None:
    if not authorized:
        raise Refused(401, "Bad credentials")


def _needs(repository: Repository, permission: str) -> None:
    if permission not in repository.may:
        raise Refused(403, "Resource not accessible by integration")
