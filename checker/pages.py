"""The pages that `explain` and `policy` print: what a rule means, what npm does on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from checker.facts import Access, Allow, Command, TokenPermission
from checker.knowledge import policy
from checker.knowledge.policy import Asked, Credential
from checker.report import Evidence
from checker.rules import by_id

_BOTH = frozenset(Allow)

_ROWS: tuple[tuple[str, Asked], ...] = (
    (
        "trusted publisher, allows publish",
        Asked(Credential.OIDC, Command.PUBLISH, frozenset({Allow.PUBLISH})),
    ),
    (
        "trusted publisher, allows stage",
        Asked(Credential.OIDC, Command.PUBLISH, frozenset({Allow.STAGE})),
    ),
    ("trusted publisher, allows both", Asked(Credential.OIDC, Command.PUBLISH, _BOTH)),
    (
        "granular token, bypasses 2FA",
        Asked(Credential.GRANULAR, Command.PUBLISH, bypass_2fa=True),
    ),
    ("granular token, no bypass", Asked(Credential.GRANULAR, Command.PUBLISH)),
    (
        "granular token, stage only",
        Asked(Credential.GRANULAR, Command.PUBLISH, permission=TokenPermission.STAGE_ONLY),
    ),
    (
        "granular token, read only",
        Asked(Credential.GRANULAR, Command.PUBLISH, permission=TokenPermission.READ_ONLY),
    ),
    ("login session", Asked(Credential.SESSION, Command.PUBLISH)),
    ("classic token", Asked(Credential.CLASSIC_AUTOMATION, Command.PUBLISH)),
    ("nothing", Asked(Credential.NONE, Command.PUBLISH)),
)

_COLUMNS = (
    "`npm publish`, 2fa-or-bypass-token",
    "`npm publish`, 2fa-disallow-tokens",
    "`npm stage publish`",
    "first `npm publish`",
    "first `npm stage publish`",
)


def rule_list() -> str:
    """Every rule id with its first sentence, one a line."""
    width = max(len(rule_id) for rule_id in by_id())
    lines = (f"{rule_id:<{width}}  {_title(rule.page)}" for rule_id, rule in by_id().items())
    return "\n".join(lines) + "\n"


def rule_page(rule_id: str) -> str | None:
    """The page of one rule in Markdown; None when there is no such rule."""
    rule = by_id().get(rule_id)
    if rule is None:
        return None
    sources = "\n".join(f"- {source}" for source in rule.sources)
    return f"# {rule_id}\n\n{rule.page.strip()}\n\n## Sources\n{sources}\n"


def _title(page: str) -> str:
    return page.strip().partition("\n")[0]


def policy_page(day: date) -> str:
    """npm's decision table in force on `day`, its sources, and what is announced after it."""
    in_force = policy.era(day)
    return "\n".join(
        (
            f"# npm's publishing policy on {day}",
            "",
            f"{in_force.title}. In force since {in_force.start}.",
            *(_announced_note() if in_force.announced else ()),
            "",
            "What npm answers in a workflow, for an account with 2FA:",
            "",
            *_table(day),
            "",
            *_terms(in_force),
            *_coming(day),
            "## Sources",
            *(f"- {source}" for source in _sources(day)),
            "",
        )
    )


def _announced_note() -> Iterator[str]:
    yield ""
    yield "This is a plan that npm announced with a month and no day: from here on the answers that"
    yield "it changes are `unknown`."


def _table(day: date) -> Iterator[str]:
    yield f"| presented | {' | '.join(_COLUMNS)} |"
    yield f"| --- |{' --- |' * len(_COLUMNS)}"
    for name, ask in _ROWS:
        stage = replace(ask, command=Command.STAGE)
        asked = (
            ask,
            replace(ask, access=Access.TWO_FACTOR_DISALLOW_TOKENS),
            stage,
            replace(ask, exists=False),
            replace(stage, exists=False),
        )
        yield f"| {name} | {' | '.join(_answer(day, one) for one in asked)} |"


def _answer(day: date, ask: Asked) -> str:
    cell = policy.cell(day, ask)
    outcome: str = cell.outcome
    if cell.outcome is policy.Outcome.REFUSED and cell.evidence in (
        Evidence.ANNOUNCED,
        Evidence.REPORTED,
    ):
        outcome = f"unknown ({cell.evidence})"
    return f"{outcome}: `{cell.rule}`" if cell.rule else outcome


def _terms(in_force: policy.Era) -> Iterator[str]:
    several = "several" if in_force.several_publishers else "one"
    allows = ", ".join(in_force.new_publisher_allows) or "only what is ticked"
    yield f"A package may have {several} trusted publisher{'s' if several != 'one' else ''}."
    yield f"A new trusted publisher allows: {allows}."
    if in_force.unvalidated_hours:
        hours = in_force.unvalidated_hours
        yield f"One that never published expires {hours} hours after its creation."
    if in_force.events:
        events = ", ".join(f"`{event}` ({evidence})" for event, evidence in in_force.events)
        yield f"The exchange refuses id-tokens of {events}."
    yield ""


def _coming(day: date) -> Iterator[str]:
    later = tuple(era for era in policy.ERAS if era.start > day)
    if later:
        yield "## After this day"
        yield from (f"- {era.start}: {era.title}" for era in later)
        yield ""


def _sources(day: date) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for era in policy.eras_until(day) for source in era.sources))
