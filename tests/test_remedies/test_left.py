"""The words about what a fix leaves."""

from __future__ import annotations

from checker.facts import Place
from checker.remedies.left import text
from checker.remedies.model import Fixes, Note, Refusal


def test_each_refusal_stands_at_its_place_with_what_to_do_below_it() -> None:
    place = Place("a.yml", 3, 4)
    fixes = Fixes((), (Refusal(place, "It is odd.", "Do:\n\n```sh\nx\n```"),), (Note(place, "N."),))
    assert text(fixes) == (
        "a.yml:3: not changed. It is odd.\n    Do:\n\n    ```sh\n    x\n    ```\na.yml:3: N.\n"
    )


def test_nothing_left_is_no_text() -> None:
    assert text(Fixes((), (), ())) == ""
