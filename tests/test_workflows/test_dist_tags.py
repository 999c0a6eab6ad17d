"""`npm dist-tag` beside a publish: whether it finds a token, and whether it surely runs."""

from __future__ import annotations

import pytest

from checker.facts import Place
from test_workflows.tree import run, workflow

TOKEN = "\n  env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}"


def place(steps: str) -> Place | None:
    return run(workflow(steps)).dist_tag_place


@pytest.mark.parametrize("command", ["npm dist-tag add w@1.2.0 latest", "npm dist-tags rm w next"])
def test_a_dist_tag_without_a_token_has_its_lines(command):
    found = place(f"- run: npm publish\n- run: {command}")

    assert found is not None
    assert (found.line, found.end_line) == (12, 12)


@pytest.mark.parametrize(
    "step",
    [
        "- run: npm dist-tag ls w",
        "- run: npm dist-tag add w@1.2.0 latest || true",
        f"- run: npm dist-tag add w@1.2.0 latest{TOKEN}",
        "- run: npm dist-tag add w@1.2.0 latest\n  continue-on-error: true",
        "- run: npm dist-tag add w@1.2.0 latest --registry https://npm.pkg.github.com",
    ],
)
def test_a_dist_tag_that_cannot_fail_for_want_of_a_token_is_left_out(step):
    assert place(f"- run: npm publish\n{step}") is None


def test_before_the_publish_it_counts_only_where_it_surely_runs():
    tag = "- run: npm dist-tag rm w next"

    assert place(f"{tag}\n- run: npm publish") is not None
    assert place(f"{tag}\n  if: vars.X\n- run: npm publish") is None
    assert place(f"- run: npm publish\n{tag}\n  if: vars.X") is not None
