"""What GitHub, pnpm, yarn, bun, lerna, semantic-release and others say in words of their own.

Data only. What they hand on from npm's registry or client stands with those.
"""

from __future__ import annotations

from checker.knowledge import error_causes as known
from checker.knowledge.error_model import Cause, Clue, ErrorText
from checker.report import Evidence

_SEMANTIC_RELEASE = "https://github.com/semantic-release/npm/blob/master/lib/"
_PNPM = "https://github.com/pnpm/pnpm/tree/main/pnpm11/releasing/commands/src/publish"
_BERRY = "https://github.com/yarnpkg/berry/blob/master/packages/plugin-npm/sources/npmHttpUtils.ts"
_LERNA = "https://github.com/lerna/lerna/tree/main/libs/commands/publish/src/lib"
_BUN = "https://bun.com/docs/pm/cli/publish"

_NO_EXCHANGE_TOOL = Cause(
    "tool-without-trusted-publishing",
    "This tool never tries trusted publishing; it sends the token that it finds.",
)
_TOOL_TOO_OLD = Cause(
    "tool-too-old-for-trusted-publishing",
    "The tool's version may be older than its trusted publishing.",
)

TOOL_ERRORS: tuple[ErrorText, ...] = (
    ErrorText(
        id="caller-grants-no-id-token",
        tool="GitHub",
        says=(("is requesting", "id-token: write", "but is only allowed"),),
        shows="GitHub did not start the run: a called workflow asks for more than its caller has.",
        causes=(
            Cause(
                "id-token-permission-missing",
                "The job that calls the workflow has no `id-token: write` to hand on.",
            ),
        ),
        look="Add the permission to the calling job, in the workflow that GitHub names.",
        source="https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows",
    ),
    ErrorText(
        id="no-id-token-to-be-had",
        tool="GitHub's toolkit",
        says=(
            ("unable to get actions_id_token_request_url",),
            ("unable to get actions_id_token_request_token",),
        ),
        shows="The tool asked GitHub for an id-token, and the job may not have one.",
        causes=(known.ID_TOKEN_MISSING, known.FORK),
        look="Look at `permissions` of the job, and of the job that calls its workflow.",
        source="https://github.com/actions/toolkit/blob/main/packages/core/src/oidc-utils.ts",
        minor=True,
    ),
    ErrorText(
        id="semantic-release-no-token",
        tool="semantic-release",
        says=(("enonpmtoken",), ("no npm token specified",)),
        shows="semantic-release has no token, and trusted publishing was refused or not tried.",
        causes=(
            known.ID_TOKEN_MISSING,
            known.PUBLISHER_MISMATCH,
            known.PUBLISHER_EXPIRED,
            Cause(
                "tool-too-old-for-trusted-publishing",
                "semantic-release before 25 has no trusted publishing.",
                ruled_out_by=known.ID_TOKEN_MISSING.ruled_out_by | {Clue.NO_ID_TOKEN},
            ),
            known.NO_CREDENTIAL,
            known.FIRST_PUBLISH,
        ),
        look="Look for the line `OIDC token exchange with the npm registry` above this one.",
        source=_SEMANTIC_RELEASE + "definitions/errors.js",
    ),
    ErrorText(
        id="semantic-release-bad-token",
        tool="semantic-release",
        says=(("einvalidnpmtoken",), ("einvalidnpmauth",), ("invalid npm token.",)),
        shows="semantic-release asked npm who it is with `NPM_TOKEN`, and npm did not know the"
        " token.",
        causes=(*known.UNKNOWN_TOKEN, known.PUBLISHER_MISMATCH, known.ID_TOKEN_MISSING),
        look="Look for the line `OIDC token exchange with the npm registry` above this one: the"
        " token is tried only where that failed.",
        source=_SEMANTIC_RELEASE + "verify-auth.js",
    ),
    ErrorText(
        id="pnpm-otp",
        tool="pnpm",
        says=(
            ("err_pnpm_otp_non_interactive",),
            ("registry requires additional authentication, but pnpm is not running in an",),
        ),
        shows="npm wants a second factor, and nobody answers a prompt in a workflow.",
        causes=(
            known.TOKEN_NEEDS_2FA,
            Cause(
                "first-publish",
                "The package is new: npm has asked for a second factor at some first publishes.",
                Evidence.REPORTED,
                shown_by=frozenset({Clue.PACKAGE_NOT_FOUND}),
            ),
            known.TOKENS_DISALLOWED,
        ),
        look="Look the token up on npmjs.com under Access Tokens: *Bypass two-factor"
        " authentication*.",
        source=_PNPM,
    ),
    ErrorText(
        id="pnpm-publish-404",
        tool="pnpm",
        says=(
            ("err_pnpm_failed_to_publish", "status 404"),
            ("failed to publish package", "status 404"),
        ),
        shows="npm refused the upload. Its 404 means that no credential which may write arrived."
        " `Unknown error` in pnpm's warning about the exchange is how it prints npm's ordinary"
        " refusal, and no fault of pnpm's.",
        causes=(
            known.TOKEN_EXPIRED,
            known.PUBLISHER_MISMATCH,
            known.PUBLISHER_EXPIRED,
            known.ID_TOKEN_MISSING,
            known.NO_CREDENTIAL,
            known.TOKEN_REVOKED,
            known.TOKEN_MISSES_PACKAGE,
            known.FIRST_PUBLISH,
            known.TRIGGER_REFUSED,
            known.EXCHANGE_REFUSED,
        ),
        look="Look for `Skipped OIDC` above this line: it says whether the exchange was refused.",
        source=_PNPM,
    ),
    ErrorText(
        id="pnpm-publish-refused",
        tool="pnpm",
        says=(
            ("err_pnpm_failed_to_publish", "status 401"),
            ("err_pnpm_failed_to_publish", "status 403"),
        ),
        shows="npm refused the upload, in words that this program has no entry for.",
        causes=(
            known.TOKEN_NEEDS_2FA,
            known.TOKENS_DISALLOWED,
            known.TOKEN_LACKS_PERMISSION,
            known.TOKEN_MISSES_PACKAGE,
            known.TOKEN_EXPIRED,
        ),
        look="Read what follows the status in pnpm's text: it is npm's own answer.",
        source=_PNPM,
    ),
    ErrorText(
        id="pnpm-git-checks",
        tool="pnpm",
        says=(
            ("err_pnpm_git_unclean",),
            ("err_pnpm_git_not_latest",),
            ("err_pnpm_git_not_correct_branch",),
            ("err_pnpm_git_unknown_branch",),
        ),
        shows="pnpm looked at the git checkout and stopped before it asked npm anything.",
        causes=(
            Cause(
                None,
                "The checkout has changes, is behind its remote, or is not on the publish branch.",
            ),
        ),
        look="Add `--no-git-checks` to `pnpm publish` in the workflow, or commit what the build"
        " changes.",
        source="https://pnpm.io/cli/publish",
    ),
    ErrorText(
        id="yarn-no-authentication",
        tool="yarn",
        says=(("no authentication configured for request",),),
        shows="yarn found no token, and trusted publishing was refused or not tried; yarn says"
        " nothing about the latter.",
        causes=(
            known.ID_TOKEN_MISSING,
            known.PUBLISHER_MISMATCH,
            known.PUBLISHER_EXPIRED,
            Cause(
                "tool-too-old-for-trusted-publishing",
                "yarn has had trusted publishing since 4.10.",
            ),
            Cause(
                "token-not-read",
                "yarn reads `npmAuthToken` in .yarnrc.yml or `YARN_NPM_AUTH_TOKEN`, and no .npmrc.",
            ),
            known.FIRST_PUBLISH,
        ),
        look="Publish one package once with `npm publish --dry-run --loglevel verbose` in this job:"
        " npm prints the exchange's answer, which yarn hides.",
        source=_BERRY,
    ),
    ErrorText(
        id="yarn-otp",
        tool="yarn",
        says=(("yn0041", "invalid otp token"),),
        shows="npm wants a second factor, and nobody answers a prompt in a workflow.",
        causes=(known.TOKEN_NEEDS_2FA, known.TOKENS_DISALLOWED),
        look="Look the token up on npmjs.com under Access Tokens.",
        source=_BERRY,
    ),
    ErrorText(
        id="yarn-invalid-authentication",
        tool="yarn",
        says=(
            ("yn0041", "invalid authentication"),
            ("yn0041", "your credentials may have expired"),
        ),
        shows="npm does not know the token that yarn sent. yarn prefers a configured token to"
        " trusted publishing.",
        causes=(
            *known.UNKNOWN_TOKEN,
            Cause(
                "token-shadows-trusted-publishing",
                "The token is left over, and keeps yarn from trusted publishing.",
            ),
        ),
        look="Remove `YARN_NPM_AUTH_TOKEN` or `npmAuthToken`, so that yarn tries trusted"
        " publishing.",
        source=_BERRY,
    ),
    ErrorText(
        id="yarn-upload-refused",
        tool="yarn",
        says=(
            ("response code", "404", "request method", "put"),
            ("response code", "403", "request method", "put"),
            ("couldn't publish package",),
        ),
        shows="npm refused what yarn uploaded; a 404 means that no credential which may write"
        " arrived.",
        causes=(
            *known.UNKNOWN_TOKEN,
            known.TOKEN_NEEDS_2FA,
            known.TOKEN_MISSES_PACKAGE,
            Cause(
                "token-shadows-trusted-publishing",
                "yarn prefers a configured token to trusted publishing, also one that is dead.",
                ruled_out_by=frozenset({Clue.TOKEN_EMPTY}),
            ),
            Cause(
                "tool-without-trusted-publishing",
                "yarn 1 never tries trusted publishing.",
            ),
        ),
        look="Look at which yarn ran, and where its token comes from.",
        source=_BERRY,
    ),
    ErrorText(
        id="yarn-1-no-token",
        tool="yarn 1",
        says=(("no token found and can't prompt for login",),),
        shows="yarn 1 found no token.",
        causes=(_NO_EXCHANGE_TOOL, known.NO_CREDENTIAL, known.TOKEN_SET_AND_NOT_READ),
        look="Publish with npm 11.5.1 or newer instead: yarn 1 is not developed further.",
        source="https://classic.yarnpkg.com/en/docs/cli/publish",
    ),
    ErrorText(
        id="bun-no-authentication",
        tool="bun",
        says=(("missing authentication (run", "npm login"),),
        shows="bun found no token; it reads `NPM_CONFIG_TOKEN`, .npmrc and bunfig.toml.",
        causes=(_NO_EXCHANGE_TOOL, known.TOKEN_SET_AND_NOT_READ, known.NO_CREDENTIAL),
        look="Let bun pack (`bun pm pack`) and npm publish the tarball.",
        source=_BUN,
    ),
    ErrorText(
        id="bun-upload-refused",
        tool="bun",
        says=(
            ("404 not found: http",),
            ("401 unauthorized: http",),
            ("403 forbidden: http",),
        ),
        shows="npm refused what bun uploaded; a 404 means that no credential which may write"
        " arrived.",
        causes=(
            *known.UNKNOWN_TOKEN,
            _NO_EXCHANGE_TOOL,
            known.NO_CREDENTIAL,
            known.TOKEN_NEEDS_2FA,
            known.TOKEN_MISSES_PACKAGE,
        ),
        look="Let bun pack (`bun pm pack`) and npm publish the tarball: bun has no trusted"
        " publishing.",
        source=_BUN,
        minor=True,
    ),
    ErrorText(
        id="lerna-upload-404",
        tool="lerna",
        says=(("lerna err! e404",),),
        shows="npm refused the upload. Its 404 means that no credential which may write arrived.",
        causes=(
            known.PUBLISHER_MISMATCH,
            known.PUBLISHER_EXPIRED,
            known.TOKEN_EXPIRED,
            known.ID_TOKEN_MISSING,
            _TOOL_TOO_OLD,
            known.TOKEN_REVOKED,
            known.TOKEN_MISSES_PACKAGE,
            known.FIRST_PUBLISH,
        ),
        look="Run lerna once with `--loglevel silly`: it then prints the line of the exchange."
        " lerna has had trusted publishing since 9.0.",
        source=_LERNA,
    ),
    ErrorText(
        id="lerna-not-logged-in",
        tool="lerna",
        says=(
            ("lerna err! eneedauth",),
            ("lerna err! ewhoami",),
            ("access verification failed. ensure that your npm access token",),
            ("lerna err! eacces", "write permission required to publish"),
        ),
        shows="lerna asked npm who it is, or what it may write, before it published.",
        causes=(
            known.WHOAMI,
            *known.UNKNOWN_TOKEN,
            known.TOKEN_LACKS_PERMISSION,
            known.NO_CREDENTIAL,
        ),
        look="Remove `verifyAccess` from lerna.json; trusted publishing cannot answer it.",
        source=_LERNA,
    ),
    ErrorText(
        id="not-logged-in",
        tool="release-it or np",
        says=(
            ("not authenticated with npm. please `npm login`",),
            ("authentication error. use `npm whoami` to troubleshoot",),
            ("you must be logged in. use `npm login` and try again",),
            ("is not a collaborator for",),
        ),
        shows="The tool asked npm who it is before it published, and npm did not know it.",
        causes=(known.WHOAMI, *known.UNKNOWN_TOKEN, known.NO_CREDENTIAL),
        look="With trusted publishing switch the check off (release-it: `npm.skipChecks: true`), or"
        " raise np to 11, which does not ask where the job has an id-token.",
        source="https://github.com/release-it/release-it/blob/main/lib/plugin/npm/npm.js",
    ),
    ErrorText(
        id="bad-id-token-request",
        tool="npm",
        says=(("oidc token exchange error - unauthorized",),),
        shows="npm did not accept the id-token itself.",
        causes=(known.WRONG_ISSUER, known.EXCHANGE_REFUSED),
        look="Look at who makes the request: npm's own client asks for the right audience.",
        source="https://docs.npmjs.com/trusted-publishers",
        minor=True,
    ),
    ErrorText(
        id="exchange-refused",
        tool="npm",
        says=(("oidc token exchange error - package not found",),),
        shows="npm knows no trusted publisher for this run.",
        causes=(
            known.PUBLISHER_MISMATCH,
            known.PUBLISHER_EXPIRED,
            known.FIRST_PUBLISH,
            known.TRIGGER_REFUSED,
            known.EXCHANGE_REFUSED,
        ),
        look="Compare owner, repository, workflow file and environment with npmjs.com.",
        source="https://docs.npmjs.com/trusted-publishers",
        minor=True,
    ),
)
