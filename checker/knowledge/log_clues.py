"""What else a log says that tells the causes of an error apart. Data, and how it is looked for."""

from __future__ import annotations

import re

from checker.knowledge.error_model import Clue
from checker.knowledge.versions import at_least

# Parts that one line holds, letter case aside; the first row that matches is the line's clue.
# https://github.com/npm/cli/blob/latest/lib/utils/oidc.js and, for the other tools, as in
# `tool_errors`.
_CLUES: tuple[tuple[Clue, tuple[str, ...]], ...] = (
    (Clue.EXCHANGE_ACCEPTED, ("/oidc/token/exchange/", "post 201")),
    (Clue.EXCHANGE_404, ("/oidc/token/exchange/", "post 404")),
    (Clue.EXCHANGE_401, ("/oidc/token/exchange/", "post 401")),
    (Clue.EXCHANGE_FAILED, ("/oidc/token/exchange/", "fetch post ")),
    (Clue.EXCHANGE_ACCEPTED, ("oidc successfully retrieved and set token",)),
    (Clue.EXCHANGE_ACCEPTED, ("oidc token exchange with the npm registry succeeded",)),
    (Clue.EXCHANGE_404, ("oidc token exchange with the npm registry failed: 404",)),
    (Clue.EXCHANGE_401, ("oidc token exchange with the npm registry failed: 401",)),
    (Clue.EXCHANGE_FAILED, ("oidc token exchange with the npm registry failed",)),
    (Clue.EXCHANGE_404, ("failed token exchange request", "package not found")),
    (Clue.EXCHANGE_404, ("failed token exchange request", "status code 404")),
    (Clue.EXCHANGE_401, ("failed token exchange request", "unauthorized")),
    (Clue.EXCHANGE_401, ("failed token exchange request", "status code 401")),
    (Clue.EXCHANGE_FAILED, ("failed token exchange request",)),
    (Clue.NO_ID_TOKEN, ("skipped because incorrect permissions for id-token",)),
    (Clue.NO_ID_TOKEN, ("skipped because no id_token available",)),
    (Clue.NO_ID_TOKEN, ("incorrect permissions for idtoken within github",)),
    (Clue.NO_ID_TOKEN, ("unable to get actions_id_token_request",)),
    (Clue.NO_ID_TOKEN, ("retrieval of github actions oidc token failed",)),
    (Clue.NO_ID_TOKEN, ("have you granted the `id-token: write` permission",)),
    (Clue.TOKEN_UNSET, ("failed to replace env in config",)),
    (Clue.TOKEN_NOT_KNOWN, ("access token expired or revoked",)),
    (Clue.BYPASS_NOTICE, ("npm tokens that bypass 2fa are being restricted",)),
    (Clue.PROVENANCE_SIGNED, ("signed provenance statement",)),
    # npm 12 says it so; before, it was `npm adduser`.
    (Clue.NPM_NEW_ENOUGH, ("authorize this machine using `npm login`",)),
    (Clue.VERBOSE, ("npm verbose cli ",)),
    (Clue.PACKAGE_NOT_FOUND, ("fetch get 404 ",)),
    (Clue.PACKAGE_NOT_FOUND, ("was not found in the registry",)),
)

_BY_TELLING_PART = tuple((max(parts, key=len), found, parts) for found, parts in _CLUES)

# https://github.com/actions/setup-node: what releases before 7 set where nothing is given
_PLACEHOLDER = "XXXXX-XXXXX-XXXXX-XXXXX"
_TOKEN_VARIABLE = re.compile(
    r"^\s{0,20}(?:NODE_AUTH_TOKEN|NPM_TOKEN|NPM_AUTH_TOKEN|NPM_CONFIG_TOKEN|YARN_NPM_AUTH_TOKEN):"
    r"(?: (?P<value>.{0,60}))?$"
)
_NPM_VERSION = re.compile(
    r"(?:\busing npm@|\bversion of npm available! |^npm: )v?(\d{1,4}\.\d{1,4}\.\d{1,4})"
)
_NPM_CHANGES = re.compile(r"\bnpm@(?:\d|latest|next|\^|~)|(?:-g|--global) npm\b")
_FIRST_TRUSTED = "11.5.1"


def clue(low: str) -> Clue | None:
    """The clue in a line of output, given in lower case; None when there is none."""
    for telling, found, parts in _BY_TELLING_PART:
        if telling in low and all(part in low for part in parts):
            return found
    return None


def token_clue(line: str) -> Clue | None:
    """What a line of a step's printed `env:` says about its token; GitHub prints a secret `***`."""
    variable = _TOKEN_VARIABLE.match(line)
    if variable is None:
        return None
    value = (variable["value"] or "").strip()
    if not value:
        return Clue.TOKEN_EMPTY
    return Clue.TOKEN_PLACEHOLDER if value == _PLACEHOLDER else Clue.TOKEN_SET


def npm_clue(line: str) -> Clue | None:
    """Whether the npm that a line names as the running one can use trusted publishing."""
    version = _NPM_VERSION.search(line) if "npm" in line else None
    if version is None:
        return None
    enough = at_least(version[1], _FIRST_TRUSTED)
    return Clue.NPM_NEW_ENOUGH if enough else Clue.NPM_TOO_OLD


def changes_npm(line: str) -> bool:
    """Whether a line of a step's script installs or calls another npm than the job's."""
    return _NPM_CHANGES.search(line) is not None
