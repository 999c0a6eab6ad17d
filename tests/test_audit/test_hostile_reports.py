"""Parts that come from elsewhere: what no audit of this kind wrote is refused, in one sentence."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from outcomes import ALL, GOOD, REFUSED, SCOPE, Made

from checker.auditing.reporters import REPORTERS
from checker.auditing.results import BadReport, document, merged
from checker.auditing.targets import Shard

Told = dict[str, Any]
TOKEN = "npm_" + "a1B2" * 9


def changed(change: Callable[[Told, Told], object]) -> str:
    """The report of one refused repository after a change of its head or of its repository."""
    told = json.loads("".join(document(Made((REFUSED,)))))
    change(told, told["repositories"][0])
    row = json.dumps(told.pop("repositories")[0])
    head = "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in told.items())
    return f'{{\n{head}"repositories": [\n{row}\n]\n}}\n'


def read(folder: Path, text: str) -> str:
    """Every form of the report, made of parts that were read again."""
    (folder / "part.json").write_text(text, encoding="utf-8")
    results = merged(folder)
    return "".join("".join(render(results)) for render in REPORTERS.values())


def test_the_report_is_read_where_nothing_is_changed(tmp_path: Path) -> None:
    assert "acme/late" in read(tmp_path, changed(lambda head, row: None))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("targets", "acme"),
        ("targets", [1]),
        ("targets", [["acme"]]),
        ("targets", ["acme\n::error::PWNED"]),
        ("topics", [{}]),
        ("languages", "Go"),
        ("match", None),
        ("shard", 1),
        ("shard", ["1/1"]),
        ("server", 'https://github.com"><script>'),
        ("server", "javascript:alert(1)"),
        ("today", 20261124),
    ],
)
def test_a_head_of_other_kinds_is_no_report(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(BadReport, match="part"):
        read(tmp_path, changed(lambda head, row: head["audit"].update({key: value})))


@pytest.mark.parametrize("tool", [5, ["x"], f"npm-publish-preflight {TOKEN}", "x\x1b[31m", "x\ny"])
def test_a_program_that_there_cannot_be_wrote_no_report(tmp_path: Path, tool: object) -> None:
    with pytest.raises(BadReport):
        read(tmp_path, changed(lambda head, row: head.update(tool=tool)))


@pytest.mark.parametrize("line", [float("inf"), float("nan"), -5, 0, 10**400, "7", 1.5, True, None])
@pytest.mark.parametrize("of", ["packages", "findings"])
def test_a_line_that_no_file_has_is_refused(tmp_path: Path, of: str, line: object) -> None:
    with pytest.raises(BadReport, match="no audit wrote"):
        read(tmp_path, changed(lambda head, row: row[of][0].update(line=line)))


@pytest.mark.parametrize(
    ("of", "key", "value"),
    [
        ("packages", "rules", "abc"),
        ("packages", "unknowns", {"a": 1}),
        ("packages", "changes", {}),
        ("packages", "credential", "token"),
        ("findings", "packages", "abc"),
        ("findings", "sources", {"https://x": 1}),
        ("findings", "path", 0),
    ],
)
def test_a_text_in_place_of_a_list_is_refused(
    tmp_path: Path, of: str, key: str, value: object
) -> None:
    with pytest.raises(BadReport, match="no audit wrote"):
        read(tmp_path, changed(lambda head, row: row[of][0].update({key: value})))


@pytest.mark.parametrize("name", ["../..", "acme/..", "./widget", "acme/x\n", "acme"])
def test_a_name_that_leads_elsewhere_in_an_address_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadReport, match="no audit wrote"):
        read(tmp_path, changed(lambda head, row: row.update(repository=name)))


def test_a_repository_of_an_owner_who_was_not_asked_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadReport, match="none of its own"):
        read(tmp_path, changed(lambda head, row: row.update(repository="other/late")))


def test_a_repository_that_was_named_in_full_may_have_moved(tmp_path: Path) -> None:
    moved = replace(REFUSED, repository="other/late")
    scope = replace(SCOPE, targets=("acme/late",))
    assert "other/late" in read(tmp_path, "".join(document(Made((moved,), scope))))


def test_a_repository_that_is_there_twice_is_not_counted_twice(tmp_path: Path) -> None:
    text = "".join(document(Made((GOOD, replace(GOOD, repository="Acme/GOOD")))))
    with pytest.raises(BadReport, match="twice"):
        read(tmp_path, text)


def test_a_repository_in_the_report_of_another_part_is_refused(tmp_path: Path) -> None:
    for number in (1, 2):
        scope = replace(SCOPE, shard=f"{number}/2")
        part = tmp_path / f"{number}.json"
        part.write_text("".join(document(Made(ALL.outcomes, scope))), encoding="utf-8")
    with pytest.raises(BadReport, match="none of its own"):
        list(merged(tmp_path))


def test_parts_with_their_own_repositories_are_the_whole(tmp_path: Path) -> None:
    for number in (1, 2):
        own = [one for one in ALL.outcomes if Shard(number, 2).holds(one.repository)]
        text = "".join(document(Made(own, replace(SCOPE, shard=f"{number}/2"))))
        (tmp_path / f"{number}.json").write_text(text, encoding="utf-8")
    assert list(merged(tmp_path)) == list(ALL)


def test_bytes_that_are_no_text_far_into_a_report_are_refused(tmp_path: Path) -> None:
    text = "".join(document(Made((replace(GOOD, failure="x" * 100_000),)))).encode()
    (tmp_path / "part.json").write_bytes(text.replace(b'"defect"', b'"\xff"'))
    with pytest.raises(BadReport, match="no audit wrote"):
        list(merged(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_among_the_reports_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "part.json")
    with pytest.raises(BadReport, match="no file"):
        merged(tmp_path)
