"""Outcomes made by hand, among them those of a repository in which every word is hostile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from checker.auditing.outcome import PackageOutcome, RepositoryOutcome
from checker.auditing.results import Scope
from checker.facts import Place
from checker.report import Change, Evidence, Finding, Presented, Severity, Verdict

SCOPE = Scope(
    ("acme",),
    (),
    (),
    (),
    date(2026, 11, 24),
    "https://github.com",
    tool="npm-publish-preflight 1.0.0",
)
PLACE = Place(".github/workflows/release.yml", 17, 18)
FINDING = Finding(
    rule="token-expired",
    severity=Severity.ERROR,
    packages=("@acme/late",),
    place=PLACE,
    message="The token in secret `NPM_TOKEN` expired on 2026-11-01.",
    fix="Make a new token.\n\n1. Open npmjs.com.\n\n```sh\nnpm login\n```",
    evidence=Evidence.DOCUMENTED,
    sources=("https://docs.npmjs.com/about-access-tokens",),
)
LATER = Change(date(2027, 1, 21), Verdict.REFUSED, "token-expired")
SOONER = Change(date(2027, 1, 1), Verdict.UNKNOWN, "bypass-token-sunset")


def package(name: str | None, verdict: Verdict, *changes: Change, do: str = "") -> PackageOutcome:
    return PackageOutcome(name, verdict, (Presented.TOKEN,), PLACE, (), (), changes, do)


REFUSED = RepositoryOutcome(
    "acme/late",
    "public",
    "1" * 40,
    Verdict.REFUSED,
    packages=(
        replace(
            package("@acme/late", Verdict.REFUSED, do="Make a new token."),
            rules=("token-expired",),
        ),
    ),
    findings=(FINDING,),
)
TURNING = RepositoryOutcome(
    "acme/turning",
    "private",
    "2" * 40,
    Verdict.ACCEPTED,
    packages=(package("@acme/turning", Verdict.ACCEPTED, SOONER, LATER),),
)
OPEN = RepositoryOutcome(
    "acme/open",
    None,
    "3" * 40,
    Verdict.UNKNOWN,
    packages=(
        replace(package(None, Verdict.UNKNOWN, do="Declare it."), unknowns=("packages",)),
        replace(package("@acme/open", Verdict.UNKNOWN), unknowns=("token-type", "bypass-2fa")),
    ),
)
FAILED = RepositoryOutcome(
    "acme/failed", "public", "", Verdict.UNKNOWN, failure="GitHub answers 451"
)
NOTHING = RepositoryOutcome("acme/nothing", "public", "4" * 40, Verdict.NOTHING_TO_PUBLISH)
GOOD = RepositoryOutcome(
    "acme/good",
    "public",
    "5" * 40,
    Verdict.ACCEPTED,
    packages=(replace(package("@acme/good", Verdict.ACCEPTED), presented=(Presented.OIDC,)),),
)

WORDS = (
    "x\n::error::PWNED\u2028::error::PWNED\x1b]0;t\x07\u202eDENWP##[error]PWNED"
    "<img src=x onerror=\"document.title='PWNED'\"></td></table><script>document.title='PWNED'"
    "</script>|](javascript:alert(1))`` @everyone #1 npm_" + "a1B2" * 9
)
HOSTILE = RepositoryOutcome(
    "acme/hostile",
    "public",
    "6" * 40,
    Verdict.REFUSED,
    failure=WORDS,
    packages=(
        PackageOutcome(
            WORDS,
            Verdict.REFUSED,
            (Presented.UNKNOWN,),
            Place(f"a/{WORDS}", 1, 2),
            (WORDS,),
            (WORDS,),
            (replace(LATER, rule=WORDS, verdict=Verdict.NOT_JUDGED),),
            WORDS,
        ),
        replace(package(WORDS, Verdict.ACCEPTED, replace(LATER, rule=WORDS)), do=WORDS),
    ),
    findings=(
        replace(
            FINDING,
            packages=(WORDS,),
            place=Place(WORDS, 3, 3),
            message=WORDS,
            fix=f"{WORDS}\n\n```{WORDS}\n{WORDS}\n```",
        ),
    ),
)


@dataclass(frozen=True)
class Made:
    """Results that are held in memory."""

    outcomes: Sequence[RepositoryOutcome]
    scope: Scope = SCOPE

    def __iter__(self) -> Iterator[RepositoryOutcome]:
        return iter(sorted(self.outcomes, key=lambda one: one.repository.lower()))


ALL = Made((REFUSED, TURNING, OPEN, FAILED, NOTHING, GOOD))
EMPTY = Made(())
SAMPLES = {"all": ALL, "empty": EMPTY, "hostile": Made((HOSTILE, NOTHING))}
