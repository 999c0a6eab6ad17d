"""Steps with `uses:`: publishing actions, composite ones, and those that cannot be read."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, Unknown
from test_workflows.tree import one, reading, run, workflow


def changesets(ref: str, command: str) -> str:
    return workflow(f"""
        - uses: changesets/action@{ref}
          with:
            {command}: npx changeset publish
    """)


COMMIT = "22ccf9aa43179fe9e27dc62e575971d28cce197c"


@pytest.mark.parametrize("ref", ["v2", "v2.0.0", COMMIT, f"{COMMIT} # v2.0.0"])
def test_the_second_changesets_action_runs_its_publish_script(ref):
    assert one(changesets(ref, "publish-script")).tool == "changesets"


@pytest.mark.parametrize("ref", ["v1", "v1.5.3", COMMIT, f"{COMMIT} # v1.5.3"])
def test_the_first_changesets_action_runs_its_publish_input(ref):
    assert one(changesets(ref, "publish")).tool == "changesets"


@pytest.mark.parametrize("ref", ["v2", f"{COMMIT} # v2.1.0"])
def test_a_renamed_input_under_its_old_name_is_no_publish_that_is_understood(ref):
    found = one(changesets(ref, "publish"))

    assert found.tool == "unknown"
    assert isinstance(found.runs[0].packages, Unknown)


def test_the_first_changesets_action_knows_no_publish_script():
    assert reading(changesets("v1", "publish-script")).publishes == ()


# --- composite actions ------------------------------------------------------------------------

SHIP = """
name: Ship
runs:
  using: composite
  steps:
    - run: echo "NODE_AUTH_TOKEN=" >> $GITHUB_ENV
      shell: bash
    - run: npm publish
      shell: bash
"""


def test_the_env_of_a_step_reaches_the_steps_of_its_composite_action():
    found = run(
        workflow("""
            - uses: ./.github/actions/ship
              env:
                NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
        """),
        **{".github/actions/ship/action.yml": SHIP},
    )

    assert isinstance(found.token, GivenToken)
    assert found.token.secret_names == ("NPM_TOKEN",)


def test_the_env_of_a_step_ends_with_its_composite_action():
    content = workflow("""
        - uses: ./.github/actions/ship
          env:
            NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
        - run: npm publish
    """)
    _, later = reading(content, **{".github/actions/ship/action.yml": SHIP}).publishes

    assert isinstance(later.runs[0].token, GivenToken)
    assert later.runs[0].token.secret_names == ()
