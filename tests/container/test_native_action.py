"""The action without a container, as act runs it: installed by hash on the job's own Python."""

from __future__ import annotations

import pytest
from act_run import Act

pytestmark = pytest.mark.container


def natively(path: str, text: str) -> str:
    """The example's files with the other of the two actions."""
    return text.replace("/npm-publish-preflight@v1", "/npm-publish-preflight/native@v1")


@pytest.mark.parametrize(
    ("example", "code", "verdict", "word"),
    [
        ("trusted-publishing", 0, "accepted", "the package exists on npm"),
        ("granular-token-without-bypass", 1, "refused", "token-needs-2fa"),
    ],
)
def test_it_says_what_the_container_says(
    act: Act, example: str, code: int, verdict: str, word: str
) -> None:
    rehearsal = act.push(example, edit=natively)
    assert rehearsal.code == code, rehearsal.text
    assert f"{verdict}: " in rehearsal.text
    assert word in rehearsal.text
    assert (f"verdict={verdict}" in rehearsal.printed_by("Say what npm will do")) == (code == 0)
