"""The HTTP session and what a request says of its sender: no cookie, no redirect, no `.netrc`.

Nothing is sent here.
"""

from __future__ import annotations

import platform
import random
import sys
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util.retry import Retry

from checker import __version__


def _npm_user_agent() -> str:
    system = sys.platform if sys.platform in ("darwin", "win32") else "linux"
    machine = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower(), "x64")
    return f"npm/11.19.1 node/v20.20.2 {system} {machine} workspaces/false ci/github-actions/dotcom"


# As npm itself sends it from a job of GitHub Actions: the exchange has answered 401 to clients
# that did not look like npm.
NPM_USER_AGENT = _npm_user_agent()
OWN_USER_AGENT = f"{NPM_USER_AGENT} npm-publish-preflight/{__version__}"


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Nowhere: requests would read the whole answer, however long, to learn more."""
        return None


def new_session(connections: int) -> requests.Session:
    """A session without cookies and without headers of its own. connections: how many it keeps."""
    session = _Session()
    session.headers.clear()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class Bearer(AuthBase):
    """A credential of one request, or none; either way requests looks into no `.netrc`."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with its credential."""
        if self._token is not None:
            request.headers["authorization"] = f"Bearer {self._token}"
        return request


def can_be_sent(token: str) -> bool:
    """Whether a header can carry the token, and nothing but the token."""
    return token.isascii() and token.isprintable() and " " not in token and bool(token)


class _Policy(Retry):
    """Jitters the first pause too, so that many requests do not come back at one moment."""

    def get_backoff_time(self) -> float:
        """Seconds."""
        return super().get_backoff_time() or random.uniform(0.1, 0.1 + self.backoff_jitter)  # noqa: S311


READS = _Policy(
    total=3,
    connect=2,
    read=1,
    status=3,
    other=0,
    backoff_factor=0.5,
    backoff_jitter=0.5,
    backoff_max=8,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=None,
)
# What makes a credential is asked for again only where the first request was not carried out.
WRITES = READS.new(read=0, status_forcelist=(429, 503))
