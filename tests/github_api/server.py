"""A loopback server that speaks what an audit asks of GitHub's API, limits and failures included.

Shapes as GitHub documents them: https://docs.github.com/en/rest and /en/graphql.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from github_api import git

_REMEMBERED = 256

TOKEN = "ghp_" + "a1B2" * 9
OTHER_TOKEN = "ghp_" + "c3D4" * 9


@dataclass(frozen=True)
class Repository:
    """One repository. files: path to content, None where it is empty. status: of every request."""

    full_name: str
    files: Mapping[str, git.Content] | None
    visibility: str = "public"
    archived: bool = False
    fork: bool = False
    language: str | None = "TypeScript"
    topics: tuple[str, ...] = ()
    status: int = 200


@dataclass(frozen=True)
class Fault:
    """An answer in place of the right one. body: in place of a message.

    seconds: before it. drop: the line is cut instead.
    """

    status: int = 500
    headers: tuple[tuple[str, str], ...] = ()
    message: str = "Server Error"
    seconds: float = 0.0
    drop: bool = False
    body: Any = None


@dataclass
class GitHub:
    """What the server knows and does.

    names: full name -> its repository. users: owners that are no organisation. viewer: whose the
    token is; None for an app's. truncated: names whose recursive trees are cut.
    faults: pattern of a path -> the answers to give first, in order. tokens: a token -> the names
    that it may see, None for all. left: requests until the limit, None without one.
    slow: seconds before every answer. requests: (method, path) as they came. answered: how often a
    question got its answer, GraphQL's by their text. queried: how many files each query asked for.
    """

    names: dict[str, Callable[[], Repository]]
    users: frozenset[str] = frozenset()
    viewer: str | None = None
    truncated: frozenset[str] = frozenset()
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    tokens: dict[str, frozenset[str] | None] = field(default_factory=lambda: {TOKEN: None})
    left: int | None = None
    reset_seconds: float = 0.3
    slow: float = 0.0
    graphql: bool = True
    requests: list[tuple[str, str]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    queried: list[int] = field(default_factory=list)
    trees: dict[str, git.Tree] = field(default_factory=dict)
    _reset: float = 0.0
    _full: int = 0

    def repository(self, name: str) -> Repository:
        made = self.names.get(name.lower())
        if made is None:
            raise Refused(404, "Not Found")
        return made()

    def forget(self) -> None:
        """See what has changed in the repositories."""
        self.trees.clear()

    def limit(self) -> dict[str, str]:
        """Counts one request. Raises `Refused` where the limit is reached."""
        if self.left is None:
            return {}
        with self.lock:
            now = time.time()
            self._full = max(self._full, self.left)
            if now >= self._reset and self.left <= 0:
                self.left = self._full
            if not self._reset or now >= self._reset:
                self._reset = now + self.reset_seconds
            self.left -= 1
            headers = {
                "x-ratelimit-limit": str(self._full),
                "x-ratelimit-remaining": str(max(self.left, 0)),
                "x-ratelimit-reset": str(int(self._reset)),
            }
            if self.left < 0:
                raise Refused(403, "API rate limit exceeded for user ID 1.", headers)
            return headers


def of(*repositories: Repository, **more: Any) -> GitHub:
    """A GitHub with these repositories."""
    names = {one.full_name.lower(): (lambda one=one: one) for one in repositories}
    return GitHub(names, **more)


@contextmanager
def serving(github: GitHub) -> Iterator[str]:
    """The address of the API. The server ends with the block."""
    server = _Server(("127.0.0.1", 0), _handler(github))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/v3"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silence where a client is gone; anything else is a fault of this server."""
        if not isinstance(sys.exception(), (OSError, json.JSONDecodeError)):
            super().handle_error(request, client_address)


class Refused(Exception):
    """status, message, headers: of the answer."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})
        self.body = {"message": message} if body is None else body


def _handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def log_message(self, *args: object) -> None:
            """Silence."""

        def _answer(self, method: str) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            with github.lock:
                github.requests.append((method, self.path))
                fault = _fault(github, self.path)
            time.sleep(github.slow + (fault.seconds if fault else 0))
            if fault is not None and fault.drop:
                self.close_connection = True
                return
            more: dict[str, str] = {}
            try:
                _fail(fault)
                seen = _known(github, self.headers.get("authorization", ""))
                status, told, more = _told(github, method, self.path, body, seen)
                etag = f'W/"{hashlib.sha256(told).hexdigest()[:32]}"'
                if method == "GET" and self.headers.get("if-none-match") == etag:
                    status, told = 304, b""
                else:
                    more |= github.limit()
                more["etag"] = etag
            except Refused as refusal:
                status, more = refusal.status, refusal.headers
                told = json.dumps(refusal.body).encode()
            try:
                self._send(status, told, more)
                with github.lock:
                    github.statuses[status] += 1
                    if status in (200, 304):
                        github.answered[f"{self.path} {body.decode()}"] += 1
            except OSError:
                self.close_connection = True

        def _send(self, status: int, told: bytes, more: Mapping[str, str]) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json; charset=utf-8")
            self.send_header("content-length", str(len(told)))
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told)

    return Handler


def _fault(github: GitHub, path: str) -> Fault | None:
    for pattern, faults in github.faults.items():
        if faults and re.search(pattern, path):
            return faults.pop(0)
    return None


def _fail(fault: Fault | None) -> None:
    if fault is not None:
        raise Refused(fault.status, fault.message, dict(fault.headers), fault.body)


def _known(github: GitHub, authorization: str) -> frozenset[str] | None:
    """The names that the token may see."""
    token = authorization.removeprefix("token ").removeprefix("Bearer ")
    if token not in github.tokens:
        raise Refused(401, "Bad credentials")
    return github.tokens[token]


Told = tuple[int, bytes, dict[str, str]]


def _told(
    github: GitHub, method: str, target: str, body: bytes, seen: frozenset[str] | None
) -> Told:
    if method == "POST":
        if target != "/api/graphql" or not github.graphql:
            raise Refused(404, "Not Found")
        return 200, json.dumps(_queried(github, json.loads(body), seen)).encode(), {}
    parts = urlsplit(target.removeprefix("/api/v3"))
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    match parts.path.strip("/").split("/"):
        case ["user"] if github.viewer is not None:
            return _json({"login": github.viewer, "type": "User"})
        case ["user"]:
            raise Refused(403, "Resource not accessible by integration")
        case ["user", "repos"] if github.viewer is not None:
            return _page(github, github.viewer, query, seen)
        case ["users", owner]:
            return _json(_account(github, owner))
        case ["orgs", owner, "repos"] if owner not in github.users:
            return _page(github, owner, query, seen)
        case ["users", owner, "repos"]:
            return _page(github, owner, query, seen, public=True)
        case ["repos", owner, name, *rest]:
            return _of_repository(github, f"{owner}/{name}", rest, query, seen)
    raise Refused(404, "Not Found")


def _json(told: object) -> Told:
    return 200, json.dumps(told).encode(), {}


def _account(github: GitHub, owner: str) -> object:
    if not any(name.startswith(f"{owner.lower()}/") for name in github.names):
        raise Refused(404, "Not Found")
    return {"login": owner, "type": "User" if owner in github.users else "Organization"}


def _page(
    github: GitHub,
    owner: str,
    query: Mapping[str, str],
    seen: frozenset[str] | None,
    *,
    public: bool = False,
) -> Told:
    names = sorted(
        name
        for name in github.names
        if name.startswith(f"{owner.lower()}/") and (seen is None or name in seen)
    )
    size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
    shown = [github.names[name]() for name in names[(page - 1) * size : page * size]]
    lines = [_shown(one) for one in shown if not public or one.visibility == "public"]
    link = {"link": f'<http://127.0.0.1/next?page={page + 1}>; rel="next"'}
    return 200, json.dumps(lines).encode(), link if len(names) > page * size else {}


def _shown(one: Repository) -> dict[str, Any]:
    return {
        "id": 1,
        "full_name": one.full_name,
        "private": one.visibility != "public",
        "visibility": one.visibility,
        "archived": one.archived,
        "fork": one.fork,
        "language": one.language,
        "topics": list(one.topics),
        "default_branch": "main",
    }


def _of_repository(
    github: GitHub,
    name: str,
    rest: list[str],
    query: Mapping[str, str],
    seen: frozenset[str] | None,
) -> Told:
    if seen is not None and name.lower() not in seen:
        raise Refused(404, "Not Found")
    one = github.repository(name)
    if one.status != 200:
        raise Refused(one.status, "Broken")
    match rest:
        case []:
            return _json(_shown(one))
        case ["git", "trees", which]:
            return _tree(github, one, which, recursive="recursive" in query)
        case ["git", "blobs", sha]:
            found = _made(github, one).blobs.get(sha)
            if found is None:
                raise Refused(404, "Not Found")
            text = base64.encodebytes(found).decode()
            return _json({"sha": sha, "size": len(found), "encoding": "base64", "content": text})
    raise Refused(404, "Not Found")


def _tree(github: GitHub, one: Repository, which: str, *, recursive: bool) -> Told:
    if one.files is None:
        raise Refused(409, "Git Repository is empty.")
    made = _made(github, one)
    sha = made.sha if which == "HEAD" else which
    if sha not in made.folders:
        raise Refused(404, "Not Found")
    cut = recursive and one.full_name.lower() in github.truncated
    lines = made.lines if recursive and sha == made.sha else made.folders[sha]
    told = [
        {"path": path, "mode": mode, "type": kind, "sha": each, "size": size, "url": "…"}
        for path, mode, kind, each, size in (lines[: len(lines) // 2] if cut else lines)
    ]
    return _json({"sha": sha, "tree": told, "truncated": cut})


def _made(github: GitHub, one: Repository) -> git.Tree:
    """The repository's tree; the last ones are remembered."""
    with github.lock:
        made = github.trees.get(one.full_name)
    if made is None:
        made = git.tree(one.files or {})
        with github.lock:
            if len(github.trees) >= _REMEMBERED:
                github.trees.clear()
            github.trees[one.full_name] = made
    return made


_ASKED = re.compile(r'(f\d+): object\(oid: "([0-9a-f]{40})"\)')


def _queried(github: GitHub, asked: Mapping[str, Any], seen: frozenset[str] | None) -> object:
    variables = asked["variables"]
    name = f"{variables['owner']}/{variables['name']}"
    if seen is not None and name.lower() not in seen:
        return {"data": {"repository": None}, "errors": [{"type": "NOT_FOUND"}]}
    blobs = _made(github, github.repository(name)).blobs
    found = {alias: _blob(blobs.get(sha)) for alias, sha in _ASKED.findall(asked["query"])}
    github.queried.append(len(found))
    return {"data": {"repository": found}}


def _blob(content: bytes | None) -> object:
    if content is None:
        return None
    if b"\0" in content:
        return {"text": None, "isTruncated": False}
    # As GitHub does, text that is not UTF-8 is made to be.
    return {"text": content.decode("utf-8", "replace"), "isTruncated": False}
