"""What npm's own client says when it stops by itself, before or without the registry. Data only."""

from __future__ import annotations

from checker.knowledge import error_causes as known
from checker.knowledge.error_model import Cause, Clue, ErrorText
from checker.report import Evidence

_CLI = "https://github.com/npm/cli/blob/latest/lib/"
_PUBLISH = _CLI + "commands/publish.js"
_MESSAGES = _CLI + "utils/error-message.js"
_LIBNPMPUBLISH = "https://github.com/npm/cli/blob/latest/workspaces/libnpmpublish/lib/publish.js"

CLIENT_ERRORS: tuple[ErrorText, ...] = (
    ErrorText(
        id="one-time-password",
        tool="npm",
        says=(
            ("this operation requires a one-time password",),
            ("code eotp",),
            ("otp required for authentication",),
        ),
        shows="npm wants a second factor, and nobody answers a prompt in a workflow.",
        causes=(
            known.TOKEN_NEEDS_2FA,
            Cause(
                "first-publish",
                "The package is new: since August 2026 npm has asked for a one-time password at"
                " some first publishes, also of tokens that bypass 2FA.",
                Evidence.REPORTED,
                shown_by=frozenset({Clue.PACKAGE_NOT_FOUND}),
            ),
            Cause(
                "token-refused-by-publishing-access",
                "The package disallows tokens; npm has answered that with this text too.",
                Evidence.REPORTED,
            ),
            Cause(
                "otp-in-ci",
                "The command passes `--otp` with a stored code, which is out of date by then.",
            ),
        ),
        look="Look the token up on npmjs.com under Access Tokens (*Bypass two-factor"
        " authentication*), and the package's Publishing access. npm's notice about tokens that"
        " bypass 2FA is no error: it comes with publishes that succeed, too.",
        source=_MESSAGES,
    ),
    ErrorText(
        id="need-auth",
        tool="npm",
        says=(
            ("code eneedauth",),
            ("this command requires you to be logged in to",),
            ("you need to authorize this machine using",),
        ),
        shows="npm has nothing to show: it found no token, and trusted publishing was not tried or"
        " was refused. npm does not say which.",
        causes=(
            known.ID_TOKEN_MISSING,
            known.NPM_TOO_OLD,
            known.PUBLISHER_MISMATCH,
            known.PUBLISHER_EXPIRED,
            known.TOKEN_SET_AND_NOT_READ,
            known.NO_CREDENTIAL,
            known.FIRST_PUBLISH,
            known.TRIGGER_REFUSED,
            known.WRONG_ISSUER,
            known.EXCHANGE_REFUSED,
            known.FORK,
        ),
        look=known.VERBOSE,
        source=_PUBLISH,
    ),
    ErrorText(
        id="address-refused",
        tool="npm",
        says=(("login is not allowed from your ip address",), ("code eauthip",)),
        shows="The token may be used from chosen addresses only, and the runner has another.",
        causes=(
            Cause(
                "token-ip-restricted",
                "The token is limited to IP addresses; GitHub's runners have no fixed ones.",
            ),
        ),
        look="Look at the allowed IP ranges of the token on npmjs.com under Access Tokens.",
        source="https://github.com/npm/npm-registry-fetch/blob/main/lib/check-response.js",
    ),
    ErrorText(
        id="latest-goes-back",
        tool="npm",
        says=(('cannot implicitly apply the "latest" tag',),),
        shows="The version is lower than one that is published, and npm 11 does not move `latest`"
        " back by itself.",
        causes=(
            Cause(
                "latest-would-go-back",
                "A release of an older line goes out without a tag of its own.",
            ),
        ),
        look="Publish it with `--tag`, for example `--tag release-1.x`.",
        source=_PUBLISH,
    ),
    ErrorText(
        id="prerelease-needs-tag",
        tool="npm",
        says=(("you must specify a tag using --tag when publishing a prerelease",),),
        shows="npm 11 publishes no prerelease without a tag.",
        causes=(
            Cause("prerelease-without-tag", "Neither `--tag` nor `publishConfig.tag` names one."),
        ),
        look="Look at the version in package.json and at the publish command.",
        source=_PUBLISH,
    ),
    ErrorText(
        id="provenance-needs-public",
        tool="npm",
        says=(("generate provenance for new or private package",),),
        shows="Provenance was asked for, and the package is new or not public.",
        causes=(
            Cause("provenance-needs-public-access", "`access` is not set to `public`."),
            Cause(
                "first-publish",
                "The package does not exist yet, or the step has no credential that shows it.",
                hinted_by=frozenset({Clue.PACKAGE_NOT_FOUND}),
            ),
        ),
        look="Set `access` to `public`, or drop `--provenance`.",
        source=_LIBNPMPUBLISH,
    ),
    ErrorText(
        id="provenance-needs-id-token",
        tool="npm",
        says=(('requires "write" access to the "id-token" permission',),),
        shows="Provenance was asked for, and the job may not ask GitHub for an id-token.",
        causes=(
            Cause("provenance-without-id-token", "The job has no `id-token: write`."),
            Cause(
                "id-token-permission-missing",
                "The job that calls this workflow does not hand the permission on.",
            ),
        ),
        look="Look at `permissions` of the job, and of the job that calls its workflow.",
        source=_LIBNPMPUBLISH,
    ),
    ErrorText(
        id="provenance-provider",
        tool="npm",
        says=(("automatic provenance generation not supported for provider",),),
        shows="Provenance was asked for outside GitHub Actions and GitLab.",
        causes=(
            Cause(
                "provenance-without-id-token",
                "Something publishes with `--provenance` where no id-token can be had: on a"
                " machine, in a container without the runner's variables, on another CI service.",
            ),
        ),
        look="Search the publish command, `.npmrc` and package.json for `provenance`.",
        source=_LIBNPMPUBLISH,
    ),
    ErrorText(
        id="marked-private",
        tool="npm",
        says=(
            ("this package has been marked as private",),
            ("code eprivate",),
            ("private workspaces cannot be published",),
            ("attempted to publish a private package",),
        ),
        shows="The package that was to be published says that it is private.",
        causes=(Cause("package-private", '`"private": true` stands in its package.json.'),),
        look="Look at the directory in which the publish ran: often it is the workspace root.",
        source=_PUBLISH,
    ),
    ErrorText(
        id="restricted-unscoped",
        tool="npm",
        says=(
            ("can't restrict access to unscoped packages",),
            ("unable to restrict access to unscoped package",),
            ("code eunscoped",),
        ),
        shows="Only a package with a scope can be restricted.",
        causes=(
            Cause("restricted-unscoped", "`access: restricted` is set for a name without scope."),
        ),
        look="Search the publish command, `.npmrc` and `publishConfig` for `access`.",
        source=_LIBNPMPUBLISH,
    ),
    ErrorText(
        id="package-extensions",
        tool="npm",
        says=(("packageextensions is only honored at the project root",),),
        shows="npm 12 publishes no package.json with `packageExtensions`.",
        causes=(Cause(None, "`packageExtensions` stands in a package that is published."),),
        look="Move it to the root package.json, which is not published.",
        source=_PUBLISH,
    ),
    ErrorText(
        id="npm-engine",
        tool="npm",
        says=(
            ("not compatible with your version of node/npm: npm@",),
            ("ebadengine", "package: 'npm@"),
        ),
        shows="The step installs an npm that the job's Node cannot run; the install stops there.",
        causes=(
            Cause(
                "npm-upgrade-unsupported",
                "`npm@latest` and `npm@12` need Node 22.22.2, 24.15.0 or 26.",
                Evidence.OBSERVED,
            ),
        ),
        look="Install `npm@11`, which runs on Node 20.17 and newer, or raise `node-version`.",
        source=_MESSAGES,
    ),
    ErrorText(
        id="npm-broken-by-upgrade",
        tool="npm",
        says=(("cannot find module 'promise-retry'",),),
        shows="npm broke while it replaced itself.",
        causes=(
            Cause(
                None,
                "The npm that comes with Node 22.22.2 cannot replace itself with"
                " `npm install -g npm`.",
                Evidence.REPORTED,
            ),
        ),
        look="Use Node 24, which brings an npm that is new enough, and drop the upgrade.",
        source="https://github.com/npm/cli/issues/9151",
    ),
    ErrorText(
        id="no-stage-command",
        tool="npm",
        says=(('unknown command: "stage"',), ("unknown command", "`stage`")),
        shows="The npm of the job does not know `npm stage`.",
        causes=(Cause("npm-too-old-for-staging", "Staged publishing came with npm 11.15.0."),),
        look="Look at `node-version` and at the steps that install npm.",
        source="https://docs.npmjs.com/staged-publishing",
    ),
    ErrorText(
        id="no-trust-command",
        tool="npm",
        says=(('unknown command: "trust"',),),
        shows="The npm that ran does not know `npm trust`.",
        causes=(Cause(None, "`npm trust` came with npm 11.10.0; use 11.15.0 or newer."),),
        look="Run `npm install -g npm@11` and try again.",
        source="https://docs.npmjs.com/cli/commands/npm-trust",
    ),
)
