"""The audit's page in a real browser: it stands alone, sorts, filters, and runs nobody's words."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import browser
import pytest
from browser import Browser
from outcomes import ALL, HOSTILE, NOTHING, Made

from checker.auditing.reporters import html

PAGE = "".join(html.render(ALL))
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


@pytest.fixture
def chromium(tmp_path: Path) -> Browser:
    return browser.found(tmp_path)


def acted_on(chromium: Browser, script: str, width: int = 1280) -> str:
    """What `script` returns on the page, after the page's own scripts.

    The page's policy would not let it run; it is taken off for that.
    """
    loose = _POLICY.sub("", PAGE)
    assert loose != PAGE
    said = "document.body.dataset.said = String((() => {" + script + "})())"
    dom = chromium.dom(loose.replace("</body>", f"<script>{said}</script></body>"), width)
    [told] = re.findall(r'data-said="([^"]*)"', dom)
    return str(told)


ROWS = "[...document.querySelectorAll('tbody tr')].filter((row) => !row.hidden)"
SHOWN = f"return {ROWS}.map((row) => row.cells[1].textContent.trim()).join()"


def click(column: int, times: int = 1) -> str:
    return f"document.querySelectorAll('th button')[{column}].click();" * times


def test_the_page_runs_its_own_script_under_its_own_policy(chromium: Browser) -> None:
    dom = chromium.dom(PAGE)
    assert "6 of 6 rows" in dom
    assert re.search(r'<div class="controls">', dom)


def test_rows_stand_worst_first_before_anything_is_clicked(chromium: Browser) -> None:
    assert acted_on(chromium, SHOWN) == (
        "acme/late,acme/failed,acme/open,acme/open,acme/good,acme/turning"
    )


@pytest.mark.parametrize(
    ("column", "times", "first", "last"),
    [
        (1, 1, "acme/failed", "acme/turning"),
        (1, 2, "acme/turning", "acme/failed"),
        # What has no day stands last in both directions.
        (4, 1, "acme/turning", "acme/good"),
        (4, 2, "acme/turning", "acme/good"),
    ],
)
def test_a_click_on_a_head_sorts_and_another_turns_it_round(
    chromium: Browser, column: int, times: int, first: str, last: str
) -> None:
    shown = acted_on(chromium, click(column, times) + SHOWN).split(",")
    assert (shown[0], shown[-1]) == (first, last)
    assert len(shown) == 6


def test_a_sorted_column_says_so_to_a_screen_reader(chromium: Browser) -> None:
    told = "return [...document.querySelectorAll('th')].map((th) => th.ariaSort).join()"
    assert acted_on(chromium, click(2, 2) + told) == ",,descending,,,,"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("TURNING", "acme/turning"),
        ("acme 2027-01-21", "acme/turning"),
        ("token-type", "acme/open"),
        ("no such words", ""),
    ],
)
def test_typing_shows_the_rows_that_have_all_the_words(
    chromium: Browser, typed: str, shown: str
) -> None:
    script = (
        f"const field = document.querySelector('input[type=search]'); field.value = '{typed}';"
        "field.dispatchEvent(new Event('input'));"
    )
    assert acted_on(chromium, script + SHOWN) == shown


def test_a_verdict_that_is_ticked_off_is_not_shown_and_the_count_says_so(
    chromium: Browser,
) -> None:
    script = "document.querySelector('input[value=unknown]').click();"
    assert acted_on(chromium, script + SHOWN) == "acme/late,acme/good,acme/turning"
    count = "return document.querySelector('output').textContent"
    assert acted_on(chromium, script + count) == "3 of 6 rows"


def test_what_a_repository_is_called_runs_nothing(chromium: Browser) -> None:
    page = "".join(html.render(Made((HOSTILE, NOTHING))))
    dom = chromium.dom(page)
    assert re.findall(r"<title>([^<]*)</title>", dom) == ["npm publish audit: acme, 2026-11-24"]
    # Without its policy the page is as harmless.
    dom = chromium.dom(_POLICY.sub("", page))
    assert re.findall(r"<title>([^<]*)</title>", dom) == ["npm publish audit: acme, 2026-11-24"]


@pytest.mark.parametrize("width", [500, 1280])
def test_nothing_is_wider_than_the_window(chromium: Browser, width: int) -> None:
    picture = chromium.picture(PAGE, width)
    assert struct.unpack(">I", picture[16:20])[0] == width
    script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert acted_on(chromium, script, width) == "0"


def test_without_scripts_the_rows_are_there_and_the_controls_are_not(chromium: Browser) -> None:
    bare = re.sub(r"<script>.*?</script>", "", PAGE, flags=re.DOTALL)
    dom = chromium.dom(bare)
    assert dom.count("<tr class=") == 6
    assert '<div class="controls" hidden="">' in dom
