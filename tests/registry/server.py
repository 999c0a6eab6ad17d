"""The registry's address: from HTTP requests to questions, and from answers to HTTP.

Routes and texts are npm's. Every request is kept with its headers and its status.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from registry import answer, dates, provenance, publishing, reading, tokens, trusting
from registry.answer import Answer
from registry.exchange import exchange
from registry.loopback import JsonHandler, Loopback
from registry.publishing import Upload
from registry.world import Exchanged, Package, Staged, Version, World

_NAME = r"(?P<name>(?:@[^/]+/)?[^/@]+)"
PLACEHOLDER = "0.0.0-stage"


@dataclass(frozen=True)
class Request:
    """One request as it came, and the status of its answer. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    status: int

    @property
    def bearer(self) -> str | None:
        """The token that came with it."""
        return _bearer(self.headers)


class Registry(Loopback):
    """The registry on a loopback port, while it is entered.

    world: what it holds, changed by requests. now: the day it plays. key: of the OIDC issuer
    that it believes. latency: seconds that each answer takes.
    """

    def __init__(
        self,
        world: World,
        now: datetime,
        key: bytes = b"the issuer of the tests",
        latency: float = 0.0,
    ) -> None:
        if now < dates.FIRST_KNOWN_DAY:
            raise ValueError(f"what npm's policy was on {now.date()} is not known here")
        self.world, self.now, self.key, self.latency = world, now, key, latency
        self.requests: list[Request] = []
        self.lock = threading.Lock()

    @property
    def audience(self) -> str:
        """Of the id-tokens that it takes."""
        return "npm:127.0.0.1"

    def handler(self) -> type[JsonHandler]:
        """Every method is answered by `_route`, one request at a time."""
        registry = self

        class Handler(JsonHandler):
            def do_GET(self) -> None:  # noqa: N802  http.server's name
                headers = {name.lower(): value for name, value in self.headers.items()}
                body, path = self.body(), unquote(urlsplit(self.path).path)
                time.sleep(registry.latency)
                call = Sent(self.command, path, headers, body, self.client_address[0])
                with registry.lock:
                    said = _route(registry, call)
                    registry.requests.append(Request(self.command, self.path, headers, said.status))
                self.say(said.status, said.body, said.headers)

            do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815  http.server's names

        return Handler

    def asked(self, method: str, path: str = "") -> tuple[Request, ...]:
        """The requests of this method whose path has this in it."""
        return tuple(r for r in self.requests if r.method == method and path in r.path)

    # --- what changes the world ---------------------------------------------------------------

    def publish(self, call: Call) -> Answer:
        """`PUT /<name>`."""
        upload = call.upload()
        refused = publishing.publish(self.world, call.bearer, call.address, upload, self.now)
        if refused is not None:
            return refused
        who = tokens.live(self.world, call.bearer, self.now, call.address)
        package = self.world.packages.setdefault(upload.package, _new(upload))
        package.tags[upload.tag] = upload.version
        package.tags.setdefault("latest", upload.version)
        made = Version(upload.version, manifest=upload.manifest)
        made.provenance = provenance.attested(upload)
        package.versions[upload.version] = made
        if isinstance(who, Exchanged):
            who.publisher.published = True
            made.by, made.trusted_publisher = "GitHub Actions", True
        elif who is not None:
            made.by = who.account
            if who.bypass_2fa:
                return Answer(200, {"success": True}, {"npm-notice": answer.BYPASS_NOTICE})
        return Answer(200, {"success": True})

    def stage(self, call: Call) -> Answer:
        """`POST /-/stage/package/<name>`."""
        upload = call.upload()
        refused = publishing.stage(self.world, call.bearer, call.address, upload, self.now)
        if refused is not None:
            return refused
        if upload.package not in self.world.packages:
            package = _new(upload)
            package.versions[PLACEHOLDER] = Version(PLACEHOLDER)
            package.tags["latest"] = PLACEHOLDER
            self.world.packages[upload.package] = package
        identity = secrets.token_hex(8)
        self.world.staged.append(
            Staged(identity, upload.package, upload.version, upload.tag, "jane", self.now)
        )
        return Answer(201, {"message": "staged", "stageId": identity})

    def exchange(self, call: Call) -> Answer:
        """`POST /-/npm/v1/oidc/token/exchange/package/<name>`."""
        said, token = exchange(
            self.world, call.bearer, call.name, self.audience, self.key, self.now
        )
        if token is not None:
            self.world.exchanged[token.secret] = token
        return said


def _new(upload: Upload) -> Package:
    public = upload.access == "public" or not upload.package.startswith("@")
    return Package(upload.package, public=public)


# --- HTTP -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A request before anyone has looked at it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    address: str


@dataclass(frozen=True)
class Call:
    """A request as the registry understands it. name: of the package in its path."""

    name: str
    version: str
    tag: str
    headers: dict[str, str]
    body: bytes
    address: str

    @property
    def bearer(self) -> str | None:
        """The token that came with it."""
        return _bearer(self.headers)

    def upload(self) -> Upload:
        """Its body, of a publish. Raises KeyError, IndexError, ValueError."""
        sent: dict[str, Any] = json.loads(self.body)
        ((version, manifest),) = sent["versions"].items()
        bundles = [
            part["data"] for n, part in sent["_attachments"].items() if n.endswith(".sigstore")
        ]
        return Upload(
            package=self.name,
            version=version,
            tag=next(iter(sent["dist-tags"])),
            manifest=manifest,
            access=sent.get("access"),
            otp=self.headers.get("npm-otp"),
            bundle=bundles[0] if bundles else None,
            integrity=manifest["dist"]["integrity"],
        )


def _bearer(headers: dict[str, str]) -> str | None:
    kind, _, secret = headers.get("authorization", "").partition(" ")
    return secret if kind.lower() == "bearer" and secret else None


Route = Callable[[Registry, Call], Answer]

_ROUTES: tuple[tuple[str, re.Pattern[str], Route], ...] = tuple(
    (method, re.compile(path), route)
    for method, path, route in (
        ("GET", "/-/ping", lambda registry, call: Answer(200)),
        ("GET", "/-/whoami", reading.whoami),
        ("GET", "/-/npm/v1/tokens", reading.token_list),
        ("GET", "/-/npm/v1/user", reading.profile),
        ("GET", "/-/stage", reading.staged),
        ("GET", f"/-/package/{_NAME}/visibility", reading.visibility),
        ("GET", f"/-/package/{_NAME}/collaborators", reading.collaborators),
        ("GET", f"/-/package/{_NAME}/trust", reading.trust),
        ("POST", f"/-/package/{_NAME}/trust", trusting.register),
        ("GET", f"/-/package/{_NAME}/dist-tags", reading.tags),
        ("GET", f"/-/npm/v1/attestations/{_NAME}@(?P<version>[^/]+)", reading.attestations),
        (
            "POST",
            f"/-/npm/v1/oidc/token/exchange/package/{_NAME}",
            lambda registry, call: registry.exchange(call),
        ),
        ("POST", f"/-/stage/package/{_NAME}", lambda registry, call: registry.stage(call)),
        ("PUT", f"/-/package/{_NAME}/dist-tags/(?P<tag>[^/]+)", reading.set_tag),
        ("PUT", f"/{_NAME}", lambda registry, call: registry.publish(call)),
        ("GET", f"/{_NAME}", reading.packument),
    )
)


def _route(registry: Registry, sent: Sent) -> Answer:
    for method, pattern, route in _ROUTES:
        found = pattern.fullmatch(sent.path) if method == sent.method else None
        if found:
            part = found.groupdict()
            name, version, tag = (part.get(key) or "" for key in ("name", "version", "tag"))
            call = Call(name, version, tag, sent.headers, sent.body, sent.address)
            try:
                return route(registry, call)
            except (KeyError, IndexError, ValueError):
                return answer.refusal(400, "The request cannot be read.")
    return answer.not_found()
