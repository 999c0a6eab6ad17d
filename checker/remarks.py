"""What is worth knowing beside the findings: what npm and GitHub answered, and were not asked.

Nothing here changes a verdict. Pure text from facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker import guidance as say
from checker.cases import claims, probe, token_list
from checker.cases.world import Case
from checker.facts import Facts, Package, Token, Unknown
from checker.judgement import Settled
from checker.problems import Rule
from checker.report import Remark
from checker.rules import by_id

Judged = Iterable[tuple[Case, Settled]]


def about(facts: Facts, judged: Judged) -> tuple[Remark, ...]:
    """Everything to know, what npm said first; each once, for all the packages it concerns."""
    return (*_of_packages(judged), *_of_the_token(facts), *_of_github(facts))


# --- what npm says of packages ----------------------------------------------------------------


def _of_packages(judged: Judged) -> Iterator[Remark]:
    found: dict[str, dict[str, None]] = {}
    for case, settled in judged:
        if isinstance(case.package, Package):
            for text in (*_of_the_exchange(case, settled), *_of_the_last_publish(case)):
                found.setdefault(text, {})[case.package.name] = None
    for text, names in found.items():
        yield Remark(say.with_packages(text, tuple(names)))


def _of_the_exchange(case: Case, settled: Settled) -> Iterator[str]:
    answer, name = case.exchange, say.package_name(case)
    if answer is None or case.run.id_token is False:
        return
    if answer.status is None:
        if case.declared.publishers == ():
            return  # that there is none to match is declared
        yield f"npm was not asked whether a trusted publisher of {name} matches: {answer.why}."
    elif probe.granted(case):
        yield (
            f"npm granted the exchange: a trusted publisher of {name} matches this run. Whether it"
            f" allows {say.command(case)}, npm does not tell."
        )
    elif probe.refused(case):
        if not _explains_a_refusal(settled):
            yield f"npm answered {answer.status} to the exchange for {name}: {answer.why}."
    elif probe.representative(case) is not None:
        yield f"Whether a trusted publisher of {name} matches is not known: {answer.why}."


def _explains_a_refusal(settled: Settled) -> bool:
    refused = by_id()["exchange-refused"]
    explaining = {refused.id, *(refused.yields_to if isinstance(refused, Rule) else ())}
    return any(problem.rule in explaining for problem, _ in settled.problems)


def _of_the_last_publish(case: Case) -> Iterator[str]:
    """A hint and no more: a trusted publisher may be changed or deleted at any time."""
    answered = probe.granted(case) or probe.refused(case) or case.run.id_token is False
    if answered or not isinstance(case.declared.publishers, Unknown):
        return
    if claims.like_last_publish(case):
        yield (
            f"The last version of {say.package_name(case)} on npm came by trusted publishing from"
            f" `{say.workflow_file(case)}` of this repository, so its trusted publisher is likely"
            " to match still; only npm's answer to the publishing job proves it."
        )


# --- what npm says of the token ---------------------------------------------------------------


def _of_the_token(facts: Facts) -> Iterator[Remark]:
    answer = facts.token_answer
    if answer is None:
        return
    if answer.notice is not None:
        yield Remark(f"npm's notice to the token given for inspection: {answer.notice}")
    if isinstance(answer.listed, Unknown):
        yield Remark(f"What npm lists of that token is not known: {answer.listed.why}.")
    listed = token_list.of(facts)
    if listed is not None:
        taken = "It is not taken for a secret of the workflows, which use none or several."
        if listed.secret is not None:
            taken = f"It is taken for the one in secret `{listed.secret}`."
        yield Remark(
            f"npm lists the token given for inspection: {_facts_of(listed.token)}. {taken}"
        )


def _facts_of(token: Token) -> str:
    return "; ".join(
        f"`{option}: {token_list.in_words(getattr(token, field))}`"
        for option, field in token_list.OPTIONS.items()
    )


# --- what GitHub says -------------------------------------------------------------------------


def _of_github(facts: Facts) -> Iterator[Remark]:
    if facts.github is None:
        return
    if isinstance(facts.github.repository, Unknown):
        yield Remark(
            f"What only GitHub's API knows is not known here: {facts.github.repository.why}."
        )
    missing = {name for name, exists in facts.github.environments if exists is False}
    for publish in facts.reading.publishes:
        for name in dict.fromkeys(run.environment for run in publish.runs):
            if name in missing:
                yield Remark(
                    f"The environment `{name}` of job `{publish.job}` does not exist: GitHub makes"
                    " it at the first run, without any protection.",
                    publish.place,
                )
