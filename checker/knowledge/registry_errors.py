"""What npm's registry answers to an upload, as every client prints it. Data only.

The clients write `<status> <phrase> - <method> <address> - <the registry's own text>`; the rows
know the registry's text wherever it has one, since lerna, nx and others print nothing else.
"""

from __future__ import annotations

from checker.knowledge import error_causes as known
from checker.knowledge.error_model import Cause, Clue, ErrorText
from checker.report import Evidence

_FETCH = "https://github.com/npm/npm-registry-fetch/blob/main/lib/errors.js"
_TRUSTED = "https://docs.npmjs.com/trusted-publishers"
_TOKENS = "https://docs.npmjs.com/about-access-tokens"
_2FA = "https://docs.npmjs.com/requiring-2fa-for-package-publishing-and-settings-modification"
_PROVENANCE = "https://docs.npmjs.com/generating-provenance-statements"
_TOKEN_PAGE = (
    "Look the token up on npmjs.com under Access Tokens: its expiry, its permission, its packages"
    " and whether it bypasses 2FA."
)

_SHOWS_404 = (
    "npm refused the upload. Its 404 hardly ever means that the package is missing: it means that"
    " no credential which may write to it arrived."
)

REGISTRY_ERRORS: tuple[ErrorText, ...] = (
    ErrorText(
        id="oidc-permission-denied",
        tool="npm's registry",
        says=(("oidc permission denied for this action",),),
        shows="The exchange for trusted publishing succeeded, and the publisher that matched does"
        " not allow this command. No token is tried any more after that.",
        causes=(
            Cause(
                "trusted-publisher-lacks-permission",
                "The trusted publisher allows only staging, or only publishing; one made since"
                " 2026-09-03 stages only, unless `npm publish` was ticked.",
                Evidence.OBSERVED,
            ),
            Cause(
                "immutable-subject",
                "The repository was created, renamed or moved after 2026-07-15, and its publisher"
                " was registered before that; delete it and register it again.",
                Evidence.REPORTED,
            ),
        ),
        look="Look at Settings → Trusted publishing → Allowed actions of the package on npmjs.com.",
        source=_TRUSTED,
    ),
    ErrorText(
        id="stage-required",
        tool="npm's registry",
        says=(("e_stage_required",),),
        shows="The credential may stage a version and not publish it.",
        causes=(
            Cause(
                "token-lacks-permission",
                "The token has the permission *Read and write (stage only)*.",
            ),
            Cause(
                "bypass-token-sunset",
                "npm has ended direct publishing with granular tokens.",
                Evidence.ANNOUNCED,
            ),
        ),
        look=_TOKEN_PAGE,
        source="https://github.com/npm/documentation/pull/2036",
    ),
    ErrorText(
        id="bypass-required",
        tool="npm's registry",
        says=(
            ("two-factor authentication or granular access token with bypass 2fa enabled",),
            ("two-factor authentication or granular access token with bypass 2fa", "required"),
        ),
        shows="npm knows the token and wants a second factor that the token does not bypass.",
        causes=(known.TOKEN_NEEDS_2FA, known.TOKENS_DISALLOWED),
        look=_TOKEN_PAGE,
        source=_2FA,
    ),
    ErrorText(
        id="automation-token-specified",
        tool="npm's registry",
        says=(("two-factor authentication is required", "automation token was specified"),),
        shows="The package takes a person with 2FA or a trusted publisher, and no token.",
        causes=(known.TOKENS_DISALLOWED,),
        look="Look at Settings → Publishing access of the package on npmjs.com.",
        source=_2FA,
    ),
    ErrorText(
        id="not-with-these-credentials",
        tool="npm's registry",
        says=(("you may not perform that action with these credentials",),),
        shows="npm knows the credential, and it may not do this to this package.",
        causes=(
            known.TOKEN_LACKS_PERMISSION,
            known.TOKEN_MISSES_PACKAGE,
            known.TOKENS_DISALLOWED,
            Cause(
                "bypass-token-sunset",
                "The command manages the account, an organisation or a package's settings; since"
                " 2026-07-31 no token that bypasses 2FA may.",
            ),
        ),
        look=_TOKEN_PAGE,
        source=_TOKENS,
    ),
    ErrorText(
        id="provenance-repository-url",
        tool="npm's registry",
        says=(
            ("failed to validate repository information", "repository.url"),
            ("error verifying sigstore provenance bundle", "repository.url"),
        ),
        shows="The upload carried provenance, and `repository.url` in its package.json is not the"
        " repository that built it. Under trusted publishing a public package of a public"
        " repository always carries provenance.",
        causes=(
            Cause(
                "repository-url-mismatch",
                "`repository.url` is missing, names another repository (a fork's origin, an old"
                " owner), or differs in letter case.",
                Evidence.OBSERVED,
            ),
        ),
        look="Compare `repository` in the package.json of exactly this package with the address"
        " that the error expects.",
        source=_TRUSTED,
    ),
    ErrorText(
        id="provenance-private-repository",
        tool="npm's registry",
        says=(("unsupported github actions source repository visibility",),),
        shows="The upload carried provenance, and the repository is not public.",
        causes=(
            Cause(
                "provenance-from-private-repository",
                "`--provenance`, `NPM_CONFIG_PROVENANCE` or `publishConfig.provenance` asks for"
                " provenance; by itself npm does not, from such a repository.",
                Evidence.OBSERVED,
            ),
        ),
        look="Search workflow, `.npmrc` and package.json for `provenance`.",
        source=_PROVENANCE,
    ),
    ErrorText(
        id="provenance-runner",
        tool="npm's registry",
        says=(("unsupported github actions runner environment",),),
        shows="The upload carried provenance from a runner that GitHub does not host.",
        causes=(
            Cause(
                "self-hosted-runner",
                "The publishing job runs on an own or another company's runner.",
                Evidence.OBSERVED,
            ),
        ),
        look="Look at `runs-on` of the publishing job.",
        source=_TRUSTED,
    ),
    ErrorText(
        id="provenance-source-ref",
        tool="npm's registry",
        says=(("missing sourcerepositoryref in signing certificate",),),
        shows="The provenance statement names no git reference.",
        causes=(
            Cause(
                None,
                "A release of actions/checkout left the reference out; a newer one does not.",
                Evidence.REPORTED,
            ),
        ),
        look="Raise the version of actions/checkout in the publishing job.",
        source="https://github.com/npm/cli/issues/8699",
    ),
    ErrorText(
        id="provenance-refused",
        tool="npm's registry",
        says=(("error verifying sigstore provenance bundle",),),
        shows="npm did not accept the provenance statement of the upload, for a reason that this"
        " program has no entry for.",
        causes=(),
        look="Read what follows `Error verifying sigstore provenance bundle`.",
        source=_PROVENANCE,
    ),
    ErrorText(
        id="version-staged",
        tool="npm's registry",
        says=(("over previously staged version",),),
        shows="npm holds this version already, not yet visible.",
        causes=(known.ALREADY_STAGED,),
        look="Do not publish again: wait some minutes and look at the package's page, then at"
        " `npm stage list`; `npm stage reject` frees the version.",
        source="https://docs.npmjs.com/staged-publishing",
    ),
    ErrorText(
        id="version-exists",
        tool="npm's registry",
        says=(
            ("you cannot publish over the previously published version",),
            ("cannot publish over previously published version",),
            ("cannot publish over existing version",),
        ),
        shows="npm has this version already. A version is never taken twice.",
        causes=(known.ALREADY_PUBLISHED,),
        look="Look at the versions on the package's page; a re-run of a release that had succeeded"
        " in part ends like this.",
        source="https://github.com/npm/cli/blob/latest/lib/commands/publish.js",
    ),
    ErrorText(
        id="packument-conflict",
        tool="npm's registry",
        says=(("failed to save packument",),),
        shows="Two writes to the same package met, or its name was freed or blocked a short while"
        " ago.",
        causes=(
            Cause(
                None,
                "Several jobs or processes publish the same package at once, or the one before is"
                " not processed yet.",
                Evidence.REPORTED,
            ),
        ),
        look="Publish one after the other, and try again after some minutes.",
        source=_FETCH,
    ),
    ErrorText(
        id="payment-required",
        tool="npm's registry",
        says=(("you must sign up for private packages",), ("402 payment required", "- put ")),
        shows="The upload asks for a restricted package, and its owner has no plan for those.",
        causes=(
            Cause(
                "scoped-first-publish-not-public",
                "A scoped package is restricted at its first publish, unless `access` is `public`.",
            ),
        ),
        look='Set `"publishConfig": {"access": "public"}` in package.json, or add'
        " `--access public`.",
        source="https://docs.npmjs.com/cli/commands/npm-publish",
    ),
    ErrorText(
        id="too-many-requests",
        tool="npm's registry",
        says=(
            ("429 too many requests", "- put "),
            ("could not publish, as user undefined", "rate limit"),
            ("429 too many requests", "- post "),
        ),
        shows="npm limits how many packages an account creates or publishes in a day.",
        causes=(
            Cause(
                "too-many-new-packages",
                "More than about 25 new packages in 24 hours.",
                Evidence.REPORTED,
            ),
            Cause(
                "token-lacks-permission",
                "One report saw this text with a token that may only read.",
                Evidence.REPORTED,
            ),
        ),
        look="Wait 24 hours and publish the rest in parts.",
        source="https://github.com/npm/cli/issues/8507",
    ),
    ErrorText(
        id="dist-tag-refused",
        tool="npm's registry",
        says=(("- put ", "/dist-tags/"), ("- delete ", "/dist-tags/")),
        shows="The version may be published; what npm refused is to set a tag on it.",
        causes=(
            Cause(
                "dist-tag-without-credential",
                "`npm dist-tag` uses trusted publishing only from npm 11.21.0 and 12.2.0 on, and"
                " the step has no token that may write.",
            ),
            known.TOKEN_EXPIRED,
        ),
        look="Look at the package's page: if the version is there, only the tag is missing.",
        source="https://github.com/npm/cli/pull/10038",
    ),
    ErrorText(
        id="stage-not-found",
        tool="npm's registry",
        says=(("404 not found", "/-/stage/package/"),),
        shows="npm refused to stage the version.",
        causes=(known.FIRST_PUBLISH, *known.NO_EXCHANGE_OR_REFUSED, *known.UNKNOWN_TOKEN),
        look="Since 2026-10-02 a session or token may stage a package that does not exist yet; a"
        " trusted publisher may not.",
        source="https://docs.npmjs.com/staged-publishing",
    ),
    ErrorText(
        id="upload-404",
        tool="npm's registry",
        says=(
            ("404 not found - put ",),
            ("the requested resource '", "could not be found or you do not have permission"),
            ("is not in this registry", "e404"),
            ("is not in this registry", "- put "),
        ),
        shows=_SHOWS_404,
        causes=(
            known.TOKEN_EXPIRED,
            *known.NO_EXCHANGE_OR_REFUSED,
            known.NO_CREDENTIAL,
            known.TOKEN_NOT_READ,
            known.TOKEN_REVOKED,
            known.TOKEN_REJECTED,
            known.TOKEN_MISSES_PACKAGE,
            known.FIRST_PUBLISH,
            known.TRIGGER_REFUSED,
            known.EXCHANGE_REFUSED,
            known.WRONG_ISSUER,
        ),
        look=known.VERBOSE,
        source=_TRUSTED,
    ),
    ErrorText(
        id="upload-401",
        tool="npm's registry",
        says=(
            ("401 unauthorized - put ",),
            ("your authentication token seems to be invalid",),
            ("unable to authenticate, need:",),
            ("incorrect or missing password",),
            ("unauthorized", "you must be logged in to publish packages"),
        ),
        shows="npm does not know the token that was sent.",
        causes=(
            *known.UNKNOWN_TOKEN,
            known.NO_CREDENTIAL,
            Cause(
                "token-malformed",
                "What is stored in the secret is not a token: quotes, spaces or line ends came"
                " along.",
                hinted_by=frozenset({Clue.TOKEN_SET}),
            ),
        ),
        look=_TOKEN_PAGE,
        source="https://github.com/npm/cli/blob/latest/lib/utils/error-message.js",
    ),
    ErrorText(
        id="upload-403",
        tool="npm's registry",
        says=(("403 forbidden - put ",), ("403 forbidden - post ", "/-/stage/")),
        shows="npm knows the credential and refuses the upload, in words that this program has no"
        " entry for.",
        causes=(
            known.TOKEN_NEEDS_2FA,
            known.TOKENS_DISALLOWED,
            known.TOKEN_LACKS_PERMISSION,
            known.TOKEN_MISSES_PACKAGE,
        ),
        look="Read what stands behind the address in this line: npm's own words say more.",
        source=_FETCH,
    ),
    ErrorText(
        id="upload-409",
        tool="npm's registry",
        says=(("409 conflict - put ",), ("409 conflict - post ", "/-/stage/")),
        shows="npm has this version already, published or not yet visible, or is at work on the"
        " package. npm 11 does not print which; npm 12 does.",
        causes=(known.ALREADY_PUBLISHED, known.ALREADY_STAGED),
        look="Look at the versions on the package's page and at `npm stage list`, before another"
        " try.",
        source=_FETCH,
    ),
    ErrorText(
        id="upload-422",
        tool="npm's registry",
        says=(("422 unprocessable entity - put ",), ("422 unprocessable", "/-/stage/")),
        shows="npm read the upload and found a fault in it, with provenance most often its"
        " statement. npm 11 does not always print which; npm 12 does.",
        causes=(
            Cause(
                "repository-url-mismatch",
                "`repository.url` in package.json is not the repository that built the package.",
                hinted_by=frozenset({Clue.PROVENANCE_SIGNED}),
            ),
            Cause(
                "self-hosted-runner",
                "The upload carries provenance from a runner that GitHub does not host.",
                hinted_by=frozenset({Clue.PROVENANCE_SIGNED}),
            ),
            Cause(
                "provenance-from-private-repository",
                "The upload carries provenance, and the repository is not public.",
                hinted_by=frozenset({Clue.PROVENANCE_SIGNED}),
            ),
        ),
        look="Run the step once more with npm 12, which prints the registry's own words.",
        source=_FETCH,
    ),
    ErrorText(
        id="trust-refused",
        tool="npm's registry",
        says=(
            ("trusted publisher config already exists for the package",),
            ("please enable 2fa for your account",),
            ("insufficient permissions to access trusted publisher configurations",),
            ("invalid trusted publisher configuration",),
            ("at least one permission flag is required (--allow-publish",),
        ),
        shows="This is `npm trust`, which registers a trusted publisher, and not a publish.",
        causes=(
            Cause(
                None,
                "`npm trust` needs write access, an account with 2FA and a one-time password, so it"
                " runs on a maintainer's machine; the package must exist, and a publisher that is"
                " there already is deleted first.",
            ),
        ),
        look="Run it by hand, logged in with 2FA, with npm 11.15 or newer and `--allow-publish`.",
        source="https://docs.npmjs.com/cli/commands/npm-trust",
    ),
    ErrorText(
        id="totp-enrolment",
        tool="npm's registry",
        says=(("adding a new totp 2fa is no longer supported",),),
        shows="npm takes no new authenticator apps as a second factor.",
        causes=(),
        look="Add a security key or passkey on npmjs.com instead.",
        source="https://docs.npmjs.com/about-two-factor-authentication",
    ),
    ErrorText(
        id="whoami-401",
        tool="npm's registry",
        says=(("401 unauthorized - get ", "/-/whoami"),),
        shows="`npm whoami`, or a tool that asks the same, was not answered.",
        causes=(known.WHOAMI, *known.UNKNOWN_TOKEN, known.NO_CREDENTIAL),
        look=_TOKEN_PAGE,
        source=_FETCH,
        minor=True,
    ),
    ErrorText(
        id="read-refused",
        tool="npm's registry",
        says=(
            ("404 not found - get ",),
            ("401 unauthorized - get ",),
            ("403 forbidden - get ",),
        ),
        shows="A package could not be read: this is an install or a look-up, not a publish.",
        causes=(),
        look="Look at the step that installs; a private package needs a token that may read, also"
        " where trusted publishing does the publish.",
        source=_FETCH,
        minor=True,
    ),
)
