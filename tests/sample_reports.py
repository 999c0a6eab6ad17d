"""Reports as the program would make them, for the reporters' tests; no assertions here."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from checker.facts import (
    Command,
    GivenToken,
    Options,
    Package,
    Place,
    Publish,
    Registry,
    Run,
    Runtime,
    TokenState,
    Unknown,
)
from checker.report import (
    CaseResult,
    Change,
    ClaimRow,
    Evidence,
    Finding,
    OpenQuestion,
    Presented,
    ProbeResult,
    PublishResult,
    Remark,
    Report,
    Severity,
    Verdict,
)

TODAY = date(2026, 11, 24)
WORKFLOW = ".github/workflows/release.yml"
STEP = Place(WORKFLOW, 41, 43)
JOB = Place(WORKFLOW, 12, 14)
CORE = Package("@acme/core", "1.2.3", "packages/core/package.json")
CLI = Package("@acme/cli", "1.2.3", "packages/cli/package.json")
EXTRA = Package("@acme/extra", None, "packages/extra/package.json")
EVERY = (CORE, CLI, EXTRA)
TOKEN = GivenToken(TokenState.SECRET, ("NPM_TOKEN",), Place(WORKFLOW, 44, 45))

RUN = Run(
    entry_workflow=WORKFLOW,
    event="push",
    matrix=(),
    id_token=True,
    permissions_place=JOB,
    environment=None,
    runs_on=("ubuntu-latest",),
    hosted=True,
    node=("24",),
    npm=("11.19.1", "11.21.2"),
    runtimes=(Runtime("24.18.0", "11.21.2"),),
    runtime_place=JOB,
    tool_versions=("11.21.2",),
    token=None,
    unread_secrets=(),
    packages=(CORE,),
    options=Options(),
)
PUBLISH = Publish(
    place=STEP,
    job="publish",
    via=("run",),
    tool="npm",
    command=Command.PUBLISH,
    dry_run=False,
    registry=Registry.NPMJS,
    runs=(RUN,),
)
CASE = CaseResult(
    packages=("@acme/core",),
    entry_workflows=(WORKFLOW,),
    events=("push",),
    matrix=(),
    presented=Presented.OIDC,
    verdict=Verdict.ACCEPTED,
    rules=(),
    assumed=("package-exists", "publisher-alive", "version-free"),
    changes=(),
    unknowns=(),
)

ACCEPTED = Report(
    today=TODAY,
    verdict=Verdict.ACCEPTED,
    packages=(CORE,),
    exists=(("@acme/core", True),),
    publishes=(PublishResult(PUBLISH, Presented.OIDC, Verdict.ACCEPTED, (CASE,)),),
    findings=(),
    unknowns=(),
)

NEEDS_2FA = Finding(
    rule="token-needs-2fa",
    severity=Severity.ERROR,
    packages=("@acme/core",),
    place=Place(WORKFLOW, 44, 45),
    message="Job `publish` hands npm `secrets.NPM_TOKEN`, a granular token without bypass of 2FA; "
    "since 2025-11-05 npm asks such a token for a one-time password, which no job can give.",
    fix="Let npm trust this workflow instead, then remove the token:\n"
    "\n"
    "1. On a machine where you are logged in, run\n"
    "   ```sh\n"
    "   npm trust github @acme/core --repo acme/widget --file release.yml --allow-publish -y\n"
    "   ```\n"
    "2. In `.github/workflows/release.yml`, job `publish`, add\n"
    "   ```yaml\n"
    "   permissions:\n"
    "     contents: read\n"
    "     id-token: write\n"
    "   ```\n",
    evidence=Evidence.DOCUMENTED,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
REFUSED = replace(
    ACCEPTED,
    verdict=Verdict.REFUSED,
    publishes=(
        PublishResult(
            replace(PUBLISH, runs=(replace(RUN, id_token=False, token=TOKEN, node=("20",)),)),
            Presented.TOKEN,
            Verdict.REFUSED,
            (
                replace(
                    CASE,
                    presented=Presented.TOKEN,
                    verdict=Verdict.REFUSED,
                    rules=("token-needs-2fa", "prefer-trusted-publishing"),
                    assumed=("package-exists", "token-not-revoked", "user-may-write"),
                ),
            ),
        ),
    ),
    findings=(
        NEEDS_2FA,
        Finding(
            rule="prefer-trusted-publishing",
            severity=Severity.NOTE,
            packages=("@acme/core",),
            place=JOB,
            message="Job `publish` publishes with a token, which lives at most 90 days.",
            fix="Move to trusted publishing, as said above.",
            evidence=Evidence.DOCUMENTED,
            sources=(),
        ),
    ),
)

UNKNOWN = replace(
    ACCEPTED,
    verdict=Verdict.UNKNOWN,
    exists=(),
    publishes=(
        PublishResult(
            replace(
                PUBLISH,
                runs=(
                    replace(
                        RUN,
                        id_token=False,
                        token=TOKEN,
                        runs_on=Unknown("runs_on", "`runs-on` is `${{ vars.RUNNER }}`"),
                        hosted=Unknown("runs_on", "`runs-on` is `${{ vars.RUNNER }}`"),
                    ),
                ),
            ),
            Presented.TOKEN,
            Verdict.UNKNOWN,
            (
                replace(
                    CASE,
                    presented=Presented.TOKEN,
                    verdict=Verdict.UNKNOWN,
                    rules=("token-kind-undeclared",),
                    unknowns=("token-type", "publishing-access"),
                ),
            ),
        ),
    ),
    unknowns=(
        OpenQuestion(
            "token-type",
            (),
            "nothing says what kind of token `secrets.NPM_TOKEN` is",
            "Run `npm token list` where you are logged in, and declare the token in "
            "`.github/npm-publish-preflight.yml`:\n"
            "```yaml\n"
            "token:\n"
            "  type: granular\n"
            "  bypass-2fa: true\n"
            "```\n",
        ),
        OpenQuestion(
            "publishing-access",
            ("@acme/core",),
            "npm shows it to the package's maintainers only",
            "Look it up at https://www.npmjs.com/package/@acme/core/access and declare it as "
            "`publishing-access`.",
        ),
    ),
)

CLAIMS = (
    ClaimRow("repository", "acme/widget", "acme/widget", "acme/widget"),
    ClaimRow(
        "workflow",
        "release.yml",
        "publish.yml",
        "publish.yml",
        differs=True,
        note="differs from what is declared and from the last publish",
    ),
    ClaimRow("environment", "", ""),
    ClaimRow("event", "push", None, "push"),
    ClaimRow("runner", "github-hosted"),
    ClaimRow("visibility", "public"),
    ClaimRow("ref", "refs/tags/v1.2.3"),
)
MISMATCH = Finding(
    rule="trusted-publisher-mismatch",
    severity=Severity.ERROR,
    packages=("@acme/extra",),
    place=Place(".github/npm-publish-preflight.yml", 9, 11),
    message="The trusted publisher of `@acme/extra` names the workflow `publish.yml`; this release "
    "runs `release.yml`, and npm compares the file names, case included.",
    fix="Replace it:\n"
    "```sh\n"
    "npm trust revoke @acme/extra\n"
    "npm trust github @acme/extra --repo acme/widget --file release.yml --allow-publish -y\n"
    "```",
    evidence=Evidence.DOCUMENTED,
    sources=("https://docs.npmjs.com/trusted-publishers",),
    claims=CLAIMS,
)
MONOREPO = replace(
    ACCEPTED,
    verdict=Verdict.REFUSED,
    packages=EVERY,
    exists=(("@acme/core", True), ("@acme/cli", True)),
    publishes=(
        PublishResult(
            replace(
                PUBLISH,
                via=("run", "package-script"),
                tool="pnpm",
                runs=(
                    replace(RUN, packages=EVERY, matrix=(("node", "24"),)),
                    replace(RUN, packages=EVERY, matrix=(("node", "22"),), node=("22",)),
                ),
            ),
            Presented.OIDC,
            Verdict.REFUSED,
            (
                replace(CASE, packages=("@acme/core", "@acme/cli"), matrix=(("node", "24"),)),
                replace(
                    CASE,
                    packages=("@acme/extra",),
                    verdict=Verdict.REFUSED,
                    presented=Presented.NONE,
                    rules=("trusted-publisher-mismatch",),
                    probe=ProbeResult(
                        404,
                        representative=True,
                        claims=(("workflow", "release.yml"),),
                        expected=(("workflow", "release.yml"),),
                        table=CLAIMS,
                    ),
                ),
            ),
        ),
    ),
    findings=(MISMATCH,),
)

SUNSET = Finding(
    rule="bypass-token-sunset",
    severity=Severity.WARNING,
    packages=("@acme/core",),
    place=STEP,
    message="Job `publish` publishes with a token that bypasses 2FA; npm has announced that it "
    "will stop to take such tokens in January 2027.",
    fix="Move to trusted publishing before 2027-01-01.",
    evidence=Evidence.ANNOUNCED,
    sources=(
        "https://github.blog/changelog/2026-09-18-stage-only-npm-tokens-for-safer-automation",
    ),
)
ACCEPTED_UNTIL = replace(
    ACCEPTED,
    publishes=(
        PublishResult(
            replace(PUBLISH, runs=(replace(RUN, id_token=False, token=TOKEN),)),
            Presented.TOKEN,
            Verdict.ACCEPTED,
            (
                replace(
                    CASE,
                    presented=Presented.TOKEN,
                    rules=("bypass-token-sunset", "prefer-trusted-publishing"),
                    changes=(
                        Change(date(2027, 1, 1), Verdict.UNKNOWN, "bypass-token-sunset"),
                        Change(date(2027, 1, 15), Verdict.REFUSED, "token-expired"),
                    ),
                ),
            ),
        ),
    ),
    findings=(
        SUNSET,
        replace(
            REFUSED.findings[1],
            suppressed="we move in December",
            suppressed_at=Place(WORKFLOW, 11, 11),
        ),
    ),
    remarks=(
        Remark("The ignore comment names no rule.", Place(WORKFLOW, 9, 9)),
        Remark("GitHub was not asked."),
    ),
)

STAGED = replace(
    ACCEPTED,
    verdict=Verdict.STAGED,
    publishes=(
        PublishResult(
            replace(PUBLISH, command=Command.STAGE),
            Presented.OIDC,
            Verdict.STAGED,
            (replace(CASE, verdict=Verdict.STAGED),),
        ),
    ),
)

NOTHING = replace(
    ACCEPTED,
    verdict=Verdict.NOTHING_TO_PUBLISH,
    publishes=(
        PublishResult(
            replace(PUBLISH, dry_run=True, registry=Registry.GITHUB_PACKAGES),
            Presented.TOKEN,
            Verdict.NOT_JUDGED,
            (replace(CASE, presented=Presented.TOKEN, verdict=Verdict.NOT_JUDGED, assumed=()),),
        ),
    ),
)

UNREADABLE = replace(
    ACCEPTED,
    verdict=Verdict.UNKNOWN,
    publishes=(),
    findings=(
        Finding(
            rule="workflow-unreadable",
            severity=Severity.WARNING,
            packages=(),
            place=Place(".github/workflows/ci.yml", 3, 3),
            message="`.github/workflows/ci.yml` is not YAML: a mapping is not closed.",
            fix="Mend line 3.",
            evidence=Evidence.OBSERVED,
            sources=(),
        ),
    ),
)

# Built, so that no scanner takes it for a real one.
TOKEN_SHAPED = "npm_" + "a1B2" * 9
HOSTILE = (
    "::error::a\n"
    "  ::b::\r\n"
    "##[set-output name=v]c\n"
    "| d |\n"
    "```\n</details><b>\n"
    "# `e` **f** [g](https://h.example/) @octocat\n"
    f"\x1b[31m\u202e\u200b\x00\udc80 100% {TOKEN_SHAPED}"
)


def hostile(text: str) -> Report:
    """A report with `text` in every field that takes free text."""
    place = Place(text, 1, 2)
    package = Package(text, text, text)
    unknown = Unknown("environment", text)
    run = replace(
        RUN,
        entry_workflow=text,
        event=text,
        matrix=((text, text),),
        environment=text,
        runs_on=(text, text + "x"),
        node=(text,),
        npm=(text,),
        token=GivenToken(TokenState.SECRET, (text,), place),
        packages=(package,),
    )
    publish = replace(PUBLISH, place=place, job=text, tool=text, via=(text,), runs=(run,))
    no_set = replace(publish, runs=(replace(run, packages=unknown, environment=unknown),))
    claims = (
        ClaimRow(text, text, text, text, differs=True, note=text),
        ClaimRow(text, None, "", None, note=text),
    )
    case = replace(
        CASE,
        packages=(text,),
        entry_workflows=(text,),
        events=(text,),
        matrix=((text, text),),
        verdict=Verdict.REFUSED,
        rules=(text,),
        assumed=(text,),
        changes=(Change(date(2027, 1, 1), Verdict.REFUSED, text),),
        unknowns=(text,),
        probe=ProbeResult(404, True, ((text, text),), ((text, text),), claims),
    )
    finding = Finding(
        rule=text,
        severity=Severity.ERROR,
        packages=(text,),
        place=place,
        message=text,
        fix=f"{text}\n```yaml\n{text}\n```\n{text}",
        evidence=Evidence.DOCUMENTED,
        sources=(text,),
        claims=claims,
    )
    return Report(
        today=TODAY,
        verdict=Verdict.REFUSED,
        packages=(package,),
        exists=((text, False),),
        publishes=(
            PublishResult(publish, Presented.BOTH, Verdict.REFUSED, (case,)),
            PublishResult(
                no_set,
                Presented.UNKNOWN,
                Verdict.UNKNOWN,
                (replace(case, packages=None, verdict=Verdict.UNKNOWN),),
            ),
        ),
        findings=(
            finding,
            replace(finding, severity=Severity.WARNING),
            replace(finding, severity=Severity.NOTE, place=None),
            replace(finding, suppressed=text, suppressed_at=place),
        ),
        unknowns=(OpenQuestion(text, (text,), text, text),),
        remarks=(Remark(text, place), Remark(text)),
    )


SAMPLES = {
    "accepted": ACCEPTED,
    "accepted-until": ACCEPTED_UNTIL,
    "staged": STAGED,
    "refused": REFUSED,
    "unknown": UNKNOWN,
    "monorepo": MONOREPO,
    "nothing": NOTHING,
    "unreadable": UNREADABLE,
    "hostile": hostile(HOSTILE),
}
