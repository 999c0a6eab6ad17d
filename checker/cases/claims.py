"""The claims by which npm tells a run from those it trusts, beside what is declared and was shown.

Nothing is decided here: the rows show raw facts, and mark what may be the reason of a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.cases import probe
from checker.cases.world import Case
from checker.facts import LastPublish, Setting, TrustedPublisher, Unknown
from checker.knowledge import policy
from checker.report import PROVEN, ClaimRow

# What npm compares; the provider is compared before them.
_COMPARED = ("repository", "workflow", "environment")


def table(case: Case) -> tuple[ClaimRow, ...]:
    """The run that publishes, field by field: as its id-token says, else as the files do."""
    run = dict(_this_run(case))
    nearest = _nearest(case, run)
    declared = {} if nearest is None else _of_publisher(nearest)
    last = last_by_trusted_publisher(case)
    shown = {} if last is None else _of_last_publish(last)
    rows = (
        _row(case, field, run.get(field), declared.get(field), shown.get(field))
        for field in ("provider", *run)
    )
    return tuple(row for row in rows if row.this_run is not None or row.differs)


def if_refused(case: Case) -> tuple[ClaimRow, ...]:
    """The table where npm refused this very run; () elsewhere."""
    return table(case) if probe.refused(case) else ()


def last_by_trusted_publisher(case: Case) -> LastPublish | None:
    """npm's record of the last publish where a trusted publisher did it."""
    last = case.observed.last_publish if case.observed is not None else None
    if last is None or isinstance(last, Unknown) or not last.by_trusted_publisher:
        return None
    return last


def unlike_last_publish(case: Case) -> tuple[str, ...]:
    """The fields in which the run differs from the last one that npm trusted; () without one.

    Names: `repository`, `workflow`; npm's record shows no more of what npm compares.
    """
    last = last_by_trusted_publisher(case)
    if last is None:
        return ()
    run, shown = dict(_this_run(case)), _of_last_publish(last)
    return tuple(
        field
        for field in _COMPARED
        if _unlike(run[field], shown.get(field))
        and not _may_be_spelling(case, field, run[field], shown.get(field))
    )


def publishes_from_there_too(case: Case) -> bool:
    """Whether the last publish came from another workflow that this repository still releases by.

    A package may have several trusted publishers, one a workflow.
    """
    last = last_by_trusted_publisher(case)
    if last is None or "repository" in unlike_last_publish(case):
        return False
    return last.workflow in {_file(path) for path in case.workflows}


def like_last_publish(case: Case) -> bool:
    """Whether npm's last publish shows that it trusted this very workflow of this repository."""
    last = last_by_trusted_publisher(case)
    if last is None:
        return False
    run = dict(_this_run(case))
    return None not in (last.repository, last.workflow) and (
        (run["repository"], run["workflow"]) == (last.repository, last.workflow)
    )


# --- the columns ------------------------------------------------------------------------------


def _this_run(case: Case) -> Iterator[tuple[str, str | None]]:
    answer = probe.representative(case)
    stated = {} if answer is None else dict(answer.claims)
    run = case.run
    hosted = None if isinstance(run.hosted, Unknown) else run.hosted
    runner = {True: "github-hosted", False: "self-hosted", None: None}[hosted]
    visibility = None if isinstance(case.visibility, Unknown) else case.visibility
    environment = None if isinstance(run.environment, Unknown) else run.environment or ""
    yield "repository", stated.get("repository") or case.running.repository
    yield "workflow", stated.get("workflow") or _file(run.entry_workflow)
    yield "environment", stated.get("environment", "") if stated else environment
    yield "event", stated.get("event_name") or _events(case)
    yield "runner", stated.get("runner_environment") or runner
    yield "visibility", stated.get("repository_visibility") or visibility
    yield "ref", stated.get("ref")


def _events(case: Case) -> str:
    """All of the entry workflow's: without an id-token no one of them is this run's."""
    runs = case.publish.runs
    events = (run.event for run in runs if run.entry_workflow == case.run.entry_workflow)
    return ", ".join(dict.fromkeys(events))


def _of_publisher(publisher: TrustedPublisher) -> dict[str, str]:
    if publisher.provider != "github":
        return {"provider": publisher.provider}
    return {
        "repository": publisher.repository,
        "workflow": publisher.workflow,
        "environment": publisher.environment or "",
    }


def _of_last_publish(last: LastPublish) -> dict[str, str | None]:
    return {"repository": last.repository, "workflow": last.workflow, "event": last.event}


def _nearest(case: Case, run: dict[str, str | None]) -> TrustedPublisher | None:
    """The declared trusted publisher that differs least from the run."""
    publishers = case.declared.publishers
    if isinstance(publishers, Unknown) or not publishers:
        return None
    return min(publishers, key=lambda one: _distance(one, run))


def _distance(publisher: TrustedPublisher, run: dict[str, str | None]) -> int:
    if publisher.provider != "github":
        return len(_COMPARED) + 1
    declared = _of_publisher(publisher)
    return sum(_unlike(run.get(field), declared[field]) for field in _COMPARED)


# --- what differs -----------------------------------------------------------------------------


def _row(
    case: Case, field: str, this_run: str | None, declared: str | None, last: str | None
) -> ClaimRow:
    if field == "provider":
        differs = declared is not None
        note = "npm trusts another provider here" if differs else ""
        return ClaimRow(field, "github" if differs else None, declared, None, differs, note)
    others = tuple(value for value in (declared, last) if _unlike(this_run, value))
    if others and all(_may_be_spelling(case, field, this_run, value) for value in others):
        note = "the git remote's spelling; GitHub's own may differ in case"
        return ClaimRow(field, this_run, declared, last, note=note)
    notes = tuple(_notes(case, field, this_run, declared, last))
    return ClaimRow(field, this_run, declared, last, bool(notes), "; ".join(notes))


def _notes(
    case: Case, field: str, this_run: str | None, declared: str | None, last: str | None
) -> Iterator[str]:
    if field == "event":
        evidence = dict(policy.era(case.today).events).get(case.run.event)
        if evidence is not None:
            said = "" if evidence in PROVEN else "reports say that "
            yield f"{said}npm refuses id-tokens of this event"
    elif field == "runner":
        if this_run == "self-hosted":
            yield "npm takes id-tokens of GitHub-hosted runners alone"
    elif field in _COMPARED:
        yield from _unlike_notes(case, field, this_run, declared, last)


def _unlike_notes(
    case: Case, field: str, this_run: str | None, declared: str | None, last: str | None
) -> Iterator[str]:
    if field == "environment" and declared == "" and this_run:
        yield "declared without one, and reports disagree whether npm lets that pass"
        return
    against = (("what is declared", declared), ("the last publish", last))
    others = [(what, value) for what, value in against if _unlike(this_run, value)]
    if not others:
        return
    in_case = all(_same_but_for_case(this_run, value) for _, value in others)
    alone = " in upper and lower case alone, which npm compares too" if in_case else ""
    yield f"differs from {' and from '.join(what for what, _ in others)}{alone}"
    called = _called(case)
    if field == "workflow" and called in {value for _, value in others}:
        yield f"`{called}` is the called workflow, and npm looks at the entry workflow"


def _called(case: Case) -> str | None:
    """The file of the called workflow that holds the job; None where the entry workflow does."""
    return _file(case.publish.place.path) if "reusable" in case.publish.via else None


def _unlike(this_run: str | None, other: str | None) -> bool:
    return this_run is not None and other is not None and this_run != other


def _same_but_for_case(this_run: str | None, other: str | None) -> bool:
    return (this_run or "").casefold() == (other or "").casefold()


def _may_be_spelling(case: Case, field: str, this_run: str | None, other: str | None) -> bool:
    """Whether only the git remote may spell it so: at a terminal nothing says how GitHub does."""
    terminal = case.running.setting is Setting.TERMINAL
    return field == "repository" and terminal and _same_but_for_case(this_run, other)


def _file(path: str) -> str:
    return path.rsplit("/", 1)[-1]
