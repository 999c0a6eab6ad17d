"""The causes that several error texts share, each worded once. Data only."""

from __future__ import annotations

from msgspec.structs import replace

from checker.knowledge.error_model import EXCHANGED, NO_REAL_TOKEN, Cause, Clue
from checker.report import Evidence

_TOKEN_UNUSED = NO_REAL_TOKEN | {Clue.EXCHANGE_ACCEPTED}
_NOT_EXCHANGED = frozenset({Clue.NO_ID_TOKEN, Clue.NPM_TOO_OLD, Clue.EXCHANGE_ACCEPTED})

VERBOSE = (
    "Run the same step once with `npm publish --dry-run --loglevel verbose`: npm then prints the"
    " line of the exchange, which it hides otherwise, and publishes nothing."
)

PUBLISHER_MISMATCH = Cause(
    rule="trusted-publisher-mismatch",
    why="No trusted publisher of the package is this run: owner, repository, file name of the entry"
    " workflow or environment differs, letter case included.",
    shown_by=frozenset({Clue.EXCHANGE_404}),
    hinted_by=frozenset({Clue.EXCHANGE_FAILED, Clue.PROVENANCE_SIGNED}),
    ruled_out_by=_NOT_EXCHANGED,
)
PUBLISHER_EXPIRED = Cause(
    rule="trusted-publisher-unvalidated",
    why="The trusted publisher was created more than 48 hours ago and never published, so it has"
    " expired.",
    shown_by=frozenset({Clue.EXCHANGE_404}),
    ruled_out_by=_NOT_EXCHANGED,
)
EXCHANGE_REFUSED = Cause(
    rule="exchange-refused",
    why="The repository was renamed, moved or made anew after its trusted publisher was registered;"
    " delete the publisher and register it again.",
    evidence=Evidence.REPORTED,
    hinted_by=frozenset({Clue.EXCHANGE_404, Clue.EXCHANGE_FAILED}),
    ruled_out_by=_NOT_EXCHANGED,
)
TRIGGER_REFUSED = Cause(
    rule="trigger-refused",
    why="The run was started by `pull_request_target` or `issue_comment`, whose id-tokens npm"
    " refuses.",
    hinted_by=frozenset({Clue.EXCHANGE_404, Clue.EXCHANGE_FAILED}),
    ruled_out_by=_NOT_EXCHANGED,
)
WRONG_ISSUER = Cause(
    rule="unsupported-oidc-issuer",
    why="The id-token is not one of github.com's own issuer (a GitHub Enterprise Server, or an"
    " issuer address that an enterprise changed), or was asked for another audience.",
    shown_by=frozenset({Clue.EXCHANGE_401}),
    ruled_out_by=_NOT_EXCHANGED | {Clue.EXCHANGE_404},
)
ID_TOKEN_MISSING = Cause(
    rule="id-token-permission-missing",
    why="The job, or the job that calls its workflow, has no `id-token: write`, so trusted"
    " publishing was not tried.",
    shown_by=frozenset({Clue.NO_ID_TOKEN, Clue.EXCHANGE_NOT_TRIED}),
    ruled_out_by=EXCHANGED | {Clue.PROVENANCE_SIGNED},
)
NPM_TOO_OLD = Cause(
    rule="npm-too-old-for-trusted-publishing",
    why="The npm of the job is older than 11.5.1 (Node 20 and 22 bring npm 10), so trusted"
    " publishing was not tried.",
    shown_by=frozenset({Clue.NPM_TOO_OLD}),
    # It signs all the same, which makes its log look like that of trusted publishing.
    hinted_by=frozenset({Clue.PROVENANCE_SIGNED}),
    ruled_out_by=EXCHANGED | {Clue.NPM_NEW_ENOUGH},
)
FORK = Cause(
    rule="fork-pull-request",
    why="The run is for a pull request from a fork, which gets neither secrets nor an id-token.",
    hinted_by=frozenset({Clue.NO_ID_TOKEN, Clue.EXCHANGE_NOT_TRIED, Clue.TOKEN_EMPTY}),
    ruled_out_by=EXCHANGED | {Clue.TOKEN_SET},
)
TOKEN_EXPIRED = Cause(
    rule="token-expired",
    why="The token has expired: one that may write lives 90 days at most.",
    hinted_by=frozenset({Clue.TOKEN_NOT_KNOWN, Clue.TOKEN_SET}),
    ruled_out_by=_TOKEN_UNUSED,
)
TOKEN_REVOKED = Cause(
    rule="classic-token-revoked",
    why="The token is a classic one (automation, publish or read-only); npm revoked all of those on"
    " 2025-12-09.",
    hinted_by=frozenset({Clue.TOKEN_NOT_KNOWN, Clue.TOKEN_SET}),
    ruled_out_by=_TOKEN_UNUSED,
)
TOKEN_REJECTED = Cause(
    rule="token-rejected",
    why="npm does not know the token: it was revoked, or is not npm's.",
    hinted_by=frozenset({Clue.TOKEN_NOT_KNOWN, Clue.TOKEN_SET}),
    ruled_out_by=_TOKEN_UNUSED,
)
TOKEN_MISSES_PACKAGE = Cause(
    rule="token-misses-package",
    why="The token does not cover this package or its scope, or its owner may not write to the"
    " package.",
    hinted_by=frozenset({Clue.TOKEN_SET}),
    ruled_out_by=_TOKEN_UNUSED | {Clue.TOKEN_NOT_KNOWN},
)
TOKEN_LACKS_PERMISSION = Cause(
    rule="token-lacks-permission",
    why="The token may only read, or only stage.",
    ruled_out_by=_TOKEN_UNUSED,
)
TOKEN_NEEDS_2FA = Cause(
    rule="token-needs-2fa",
    why="The token does not bypass 2FA (a granular token without that box ticked, or a login"
    " session), and nobody answers a prompt in a workflow.",
    ruled_out_by=_TOKEN_UNUSED,
)
TOKENS_DISALLOWED = Cause(
    rule="token-refused-by-publishing-access",
    why="The package's publishing access is *Require two-factor authentication and disallow"
    " tokens*, which no token passes, whether it bypasses 2FA or not.",
    ruled_out_by=_TOKEN_UNUSED,
)
TOKEN_NOT_READ = Cause(
    rule="token-not-read",
    why="A token is in a variable that no configuration line reads: setup-node's `registry-url`"
    " reads `NODE_AUTH_TOKEN` only, and without it or a line in `.npmrc` npm reads none.",
    hinted_by=NO_REAL_TOKEN | {Clue.TOKEN_SET},
    needs=frozenset({Clue.TOKEN_SET}),
)
TOKEN_SET_AND_NOT_READ = replace(
    TOKEN_NOT_READ,
    shown_by=frozenset({Clue.TOKEN_SET}),
    hinted_by=NO_REAL_TOKEN,
    needs=frozenset(),
)
NO_CREDENTIAL = Cause(
    rule="no-credential",
    why="The step has no token: the secret is not set or does not reach it, and what npm sent was"
    " nothing or setup-node's placeholder.",
    hinted_by=NO_REAL_TOKEN,
    ruled_out_by=frozenset({Clue.TOKEN_SET, Clue.EXCHANGE_ACCEPTED}),
)
FIRST_PUBLISH = Cause(
    rule="first-publish",
    why="The package does not exist yet: a trusted publisher cannot create it, and a token limited"
    " to chosen packages does not cover a new name.",
    shown_by=frozenset({Clue.PACKAGE_NOT_FOUND}),
    hinted_by=frozenset({Clue.EXCHANGE_404}),
    ruled_out_by=frozenset({Clue.EXCHANGE_ACCEPTED}),
)
ALREADY_PUBLISHED = Cause(
    rule="version-already-published",
    why="This version was published before (a deleted one counts), or an earlier try of this very"
    " release was taken: look at the package's page before you raise the version.",
)
ALREADY_STAGED = Cause(
    rule="version-already-staged",
    why="An earlier upload of this version was taken and is still being scanned, or waits for its"
    " approval.",
)
WHOAMI = Cause(
    rule="tool-prechecks-whoami",
    why="The tool asks `npm whoami` before it publishes, and trusted publishing has no answer to"
    " that.",
    ruled_out_by=frozenset({Clue.TOKEN_SET}),
)

NO_EXCHANGE_OR_REFUSED: tuple[Cause, ...] = (
    PUBLISHER_MISMATCH,
    PUBLISHER_EXPIRED,
    ID_TOKEN_MISSING,
    NPM_TOO_OLD,
)
UNKNOWN_TOKEN: tuple[Cause, ...] = (TOKEN_EXPIRED, TOKEN_REVOKED, TOKEN_REJECTED)
