"""The sentences that every reporter for people shares: the verdict, what is assumed, what turns.

Prose of one line each, with names between backticks; escaping for where it is printed is not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from checker.facts import Place
from checker.report import (
    OpenQuestion,
    Presented,
    PublishResult,
    Remark,
    Report,
    Severity,
    Verdict,
)
from checker.reporters import escape, tally

_ASSUMED = {
    "package-exists": "the package exists on npm",
    "token-not-revoked": "the token has not been revoked",
    "user-may-write": "the token's owner may write to the package",
    "no-address-restriction": "the token is not restricted to certain addresses",
    "version-free": "the version has not been published yet",
    "publisher-alive": "the trusted publisher has not expired",
    "session-alive": "the session is still alive",
}
_CREDENTIAL = {
    Presented.TOKEN: "token",
    Presented.OIDC: "trusted publishing",
    Presented.BOTH: "token and trusted publishing",
    Presented.NONE: "none",
    Presented.UNKNOWN: "unknown",
}
_BY = {
    Presented.TOKEN: "by token",
    Presented.OIDC: "by trusted publishing",
    Presented.BOTH: "by token and trusted publishing",
    Presented.NONE: "without a credential",
    Presented.UNKNOWN: "by a credential that is not known",
}
_NAMES_SHOWN = 3


def verdict(report: Report) -> str:
    """What npm will answer, for how many of how many packages, and when that turns."""
    return _TODAY[report.verdict](report) + _later(report)


def assumption(assumed: tally.Assumption) -> str:
    """What is presumed, without a final stop: "the package exists on npm (`@acme/core`)"."""
    what = _ASSUMED.get(assumed.what, escape.name(assumed.what))
    return f"{what} ({listed(assumed.packages)})" if assumed.packages else what


def turning(turns: tally.Turning) -> str:
    """What turns and why, without its day: "refused (token-expired), for `@acme/core`"."""
    why = f" ({escape.name(turns.rule)})" if turns.rule else ""
    whose = f", for {listed(turns.packages)}" if turns.packages else ""
    return f"{turns.verdict}{why}{whose}"


def question(asked: OpenQuestion) -> str:
    """A fact that is not known, whose it is and what hides it."""
    whose = f" of {listed(asked.packages)}" if asked.packages else ""
    return f"{escape.name(asked.fact)}{whose}: {escape.sentence(asked.why)}"


def remark(said: Remark) -> str:
    """A remark, after the place that it is about: "release.yml:9: The ignore comment …"."""
    where = f"`{place(said.place)}`: " if said.place else ""
    return f"{where}{escape.sentence(said.text)}"


def presented(credentials: Sequence[Presented]) -> str:
    """Credentials in words: "token", "trusted publishing or none"."""
    return " or ".join(_CREDENTIAL[credential] for credential in credentials)


def by(credentials: Sequence[Presented]) -> str:
    """How a step authenticates, after what it does: ", by token or without a credential"."""
    ways = " or ".join(_BY[credential] for credential in credentials)
    return f", {ways}" if ways else ""


def place(where: Place) -> str:
    """`path:line`, or `path:line-end` over several lines."""
    end = f"-{where.end_line}" if where.end_line > where.line else ""
    return f"{escape.name(where.path)}:{where.line}{end}"


def subject(answer: tally.Answer) -> str:
    """The package an answer is about, between backticks, or the step where the set is unknown."""
    if answer.name is None:
        return f"what {place(answer.place)} publishes"
    return _code(answer.name)


def counted(report: Report) -> str:
    """The report in numbers, and its day: "1 error, 3 assumptions; judged for 2026-11-24"."""
    counts = tally.counts(report)
    parts = (
        _number(counts.errors, "error"),
        _number(counts.warnings, "warning"),
        _number(counts.notes, "note"),
        f"{counts.suppressed} suppressed" if counts.suppressed else "",
        "" if report.findings else "no findings",
        _number(len(tally.assumptions(report)), "assumption"),
    )
    return f"{', '.join(part for part in parts if part)}; judged for {report.today}"


def listed(names: Sequence[str]) -> str:
    """The first names between backticks, and how many more there are."""
    return _and_more([_code(each) for each in names[:_NAMES_SHOWN]], len(names))


def does(result: PublishResult) -> str:
    """What a step does, in words: "`npm stage publish` in job `release`"."""
    publish = result.publish
    called = "stage publish" if publish.command == "stage" else "publish"
    dry = ", a dry run" if publish.dry_run else ""
    elsewhere = "" if publish.registry == "npmjs" else f", registry {publish.registry}"
    return f"{_code(f'{publish.tool} {called}')} in job {_code(publish.job)}{dry}{elsewhere}"


def why(answer: tally.Answer) -> str:
    """What decides an answer: the facts that are missing, else the rules; "" for neither."""
    missing = [escape.name(fact) for fact in answer.unknowns]
    if answer.verdict is Verdict.UNKNOWN and missing:
        return f"not known: {', '.join(missing)}"
    return ", ".join(escape.name(rule) for rule in answer.rules)


def _refused(report: Report) -> str:
    every = tally.judged(report)
    refused = [answer for answer in every if answer.verdict is Verdict.REFUSED]
    if not refused:
        return f"npm will not accept what is published{_because(_rules(report, Severity.ERROR))}"
    rules = _because(rule for answer in refused for rule in answer.rules)
    return f"npm will not accept {_of(refused, every, 'any of')}{rules}{_others(refused, every)}"


def _unknown(report: Report) -> str:
    every = tally.judged(report)
    open_ones = [answer for answer in every if answer.verdict is Verdict.UNKNOWN]
    if open_ones:
        facts = list(dict.fromkeys(fact for answer in open_ones for fact in answer.unknowns))
        rules = _because(rule for answer in open_ones for rule in answer.rules)
        hidden = f"depends on {_facts(facts)}" if facts else f"cannot be told{rules}"
        what = _of(open_ones, every, "any of")
        return f"whether npm will accept {what} {hidden}{_others(open_ones, every)}"
    rules = _because(_rules(report, *Severity))
    if every:
        return f"npm will accept what was found, but not everything could be told{rules}"
    return f"what is published could not be told{rules}"


def _staged(report: Report) -> str:
    every = tally.judged(report)
    staged = [answer for answer in every if answer.verdict is Verdict.STAGED]
    what = _of(staged, every, "all") if staged else "what is published"
    return f"npm will hold {what} until a maintainer approves with 2FA{_others(staged, every)}"


def _accepted(report: Report) -> str:
    every = tally.judged(report)
    if len(every) == 1:
        return f"npm will accept {subject(every[0])}"
    return f"npm will accept all {len(every)} packages" if every else "npm will accept it"


def _nothing(report: Report) -> str:
    steps = len(report.publishes)
    if not steps:
        return "no step was found that publishes to npm"
    found = "1 step publishes" if steps == 1 else f"{steps} steps publish"
    return f"{found} nothing to npm's public registry: a dry run, another registry, or skipped"


_TODAY = {
    Verdict.REFUSED: _refused,
    Verdict.UNKNOWN: _unknown,
    Verdict.STAGED: _staged,
    Verdict.ACCEPTED: _accepted,
    Verdict.NOT_JUDGED: _nothing,
    Verdict.NOTHING_TO_PUBLISH: _nothing,
}


def _later(report: Report) -> str:
    """Each day on which the whole gets worse than it ever was before it."""
    parts = []
    worst = tally.WORST_FIRST.index(report.verdict)
    for turns in tally.turnings(report):
        rank = tally.WORST_FIRST.index(turns.verdict)
        if rank < worst:
            worst = rank
            parts.append(f"from {turns.on} {turning(turns)}")
    return "".join(f"; {part}" for part in parts)


def _of(some: Sequence[tally.Answer], every: Sequence[tally.Answer], all_of: str) -> str:
    named = _and_more([subject(answer) for answer in some[:_NAMES_SHOWN]], len(some))
    if len(every) == 1:
        return named
    if len(some) == len(every):
        return f"{all_of} {len(every)} packages"
    return f"{len(some)} of {len(every)} packages: {named}"


def _others(some: Sequence[tally.Answer], every: Sequence[tally.Answer]) -> str:
    rest = [answer.verdict for answer in every if answer not in some]
    numbers = [(rest.count(each), each) for each in tally.WORST_FIRST if each in rest]
    return "".join(f"; {number} {each}" for number, each in numbers)


def _facts(facts: Sequence[str]) -> str:
    return _and_more([escape.name(fact) for fact in facts[:_NAMES_SHOWN]], len(facts))


def _rules(report: Report, *severities: Severity) -> Iterable[str]:
    return (f.rule for f in report.findings if f.severity in severities and f.suppressed is None)


def _because(rules: Iterable[str]) -> str:
    names = [escape.name(rule) for rule in dict.fromkeys(rules)]
    return f" ({', '.join(names[:_NAMES_SHOWN])}{_rest(len(names))})" if names else ""


def _and_more(shown: Sequence[str], total: int) -> str:
    if total > len(shown):
        return f"{', '.join(shown)}{_rest(total)}"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _rest(total: int) -> str:
    return f" and {total - _NAMES_SHOWN} more" if total > _NAMES_SHOWN else ""


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def _code(value: str) -> str:
    return f"`{escape.name(value)}`"
