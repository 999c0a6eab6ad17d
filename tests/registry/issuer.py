"""GitHub's OIDC issuer: the address that a job with `id-token: write` asks for its identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from registry import jwt
from registry.loopback import JsonHandler, Loopback

ISSUER = "https://token.actions.githubusercontent.com"
_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True)
class Run:
    """One run of a job, as GitHub describes it in the claims of its id-tokens.

    workflow: the file name of the entry workflow. callee: of the called workflow that holds the
    job, where it is another.
    """

    repository: str = "acme/widget"
    workflow: str = "release.yml"
    callee: str | None = None
    environment: str | None = None
    event: str = "push"
    ref: str = "refs/tags/v1.2.0"
    visibility: str = "public"
    hosted: bool = True

    def workflow_ref(self, file: str | None = None) -> str:
        """As in `GITHUB_WORKFLOW_REF`."""
        return f"{self.repository}/.github/workflows/{file or self.workflow}@{self.ref}"

    def claims(self) -> dict[str, object]:
        """Those that do not depend on the moment."""
        owner = self.repository.partition("/")[0]
        context = f"environment:{self.environment}" if self.environment else f"ref:{self.ref}"
        claims: dict[str, object] = {
            "iss": ISSUER,
            "sub": f"repo:{self.repository}:{context}",
            "repository": self.repository,
            "repository_owner": owner,
            "repository_id": "1001",
            "repository_owner_id": "1002",
            "repository_visibility": self.visibility,
            "actor": owner,
            "event_name": self.event,
            "ref": self.ref,
            "ref_type": "tag" if self.ref.startswith("refs/tags/") else "branch",
            "sha": "0" * 40,
            "workflow": "Release",
            "workflow_ref": self.workflow_ref(),
            "job_workflow_ref": self.workflow_ref(self.callee),
            "runner_environment": "github-hosted" if self.hosted else "self-hosted",
            "run_id": "1",
            "run_attempt": "1",
        }
        return claims | ({"environment": self.environment} if self.environment else {})


@dataclass
class Issuer(Loopback):
    """Serves the id-tokens of one run on a loopback port, while it is entered.

    key: shared with the registry that believes it. now: the moment that tokens are made at.
    request_token: what the job must present. requests: the audience of each token given out.
    """

    run: Run
    key: bytes
    now: datetime
    request_token: str = "request-token-of-the-job"
    requests: list[str] = field(default_factory=list)

    def token(self, audience: str) -> str:
        """A fresh id-token."""
        moment = int(self.now.timestamp())
        until = int((self.now + _LIFETIME).timestamp())
        times: dict[str, object] = {"aud": audience, "iat": moment, "nbf": moment, "exp": until}
        return jwt.sign(self.run.claims() | times, self.key)

    def environment(self) -> dict[str, str]:
        """What GitHub gives to a job with `id-token: write`."""
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.url}idtoken?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.request_token,
        }

    def handler(self) -> type[JsonHandler]:
        """Gives an id-token to whoever has the job's request token."""
        issuer = self

        class Handler(JsonHandler):
            def do_GET(self) -> None:  # noqa: N802  http.server's name
                audience = parse_qs(urlsplit(self.path).query).get("audience", [""])[0]
                kind, _, given = self.headers.get("Authorization", "").partition(" ")
                if kind.lower() != "bearer" or given != issuer.request_token:
                    self.say(401, {"message": "the job's request token is missing or wrong"})
                    return
                issuer.requests.append(audience)
                token = issuer.token(audience or "https://github.com")
                self.say(200, {"count": 1, "value": token})

        return Handler
