"""Steps with `uses:`: publishing actions, composite ones, and those that cannot be read."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, Unknown
from checker.files import MemoryFiles
from test_workflows.tree import WIDGET, one, reading, run, tree, workflow


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


# --- actions that cannot be read --------------------------------------------------------------

PROGRAM = """
name: {name}
description: {about}
runs:
  using: node24
  main: dist/index.js
"""
ID_TOKEN = "permissions: {id-token: write}"


def local(name: str, about: str, job: str = ID_TOKEN, env: str = "") -> list[str]:
    """The tools of a job that uses an action of the tree which is a program."""
    step = f"- uses: ./.github/actions/act\n  with: {{package: .}}{env}"
    action = PROGRAM.format(name=name, about=about)
    content = workflow(step, job=job)
    return [
        p.tool for p in reading(content, **{".github/actions/act/action.yml": action}).publishes
    ]


def test_a_program_in_the_tree_that_says_it_publishes_to_npm_is_not_passed_over():
    assert local("Ship", "Publishes the package to the npm registry") == ["unknown"]
    assert local("Publish to npm", "Ships it") == ["unknown"]


def test_it_matters_only_with_a_credential_at_hand():
    assert local("Publish to npm", "Ships it", job="") == []
    token = "\n  env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}"
    assert local("Ship", "Publishes to npm", job="", env=token) == ["unknown"]


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("Setup", "Prepares Node for publishing to npm"),
        ("Versions", "Tells which versions were published"),
        ("Deploy", "Deploys the site"),
    ],
)
def test_a_program_that_does_something_else_is_none(name, about):
    assert local(name, about) == []


def speaks(rest: str) -> list[str]:
    """The tools of a job that uses another repository's action."""
    return [p.tool for p in reading(workflow(f"- uses: acme/covers@v1\n{rest}")).publishes]


TOKEN_ENV = "  env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}"


def test_an_input_that_says_publish_beside_an_npm_secret_is_a_publish():
    assert speaks(f"  with: {{command: version-or-publish}}\n{TOKEN_ENV}") == ["unknown"]
    assert speaks(f"  name: Publish\n{TOKEN_ENV}") == ["unknown"]


def test_an_input_that_says_publish_without_an_npm_secret_is_none():
    assert speaks("  with: {command: version-or-publish}") == []
    assert speaks(f"  with: {{command: build}}\n{TOKEN_ENV}") == []


def test_an_npm_secret_for_an_action_that_releases_something_is_told():
    steps = "- uses: foo/{}@v1\n  env:\n    NODE_AUTH_TOKEN: ${{{{ secrets.DEPLOY }}}}"
    releases = reading(workflow(steps.format("release")))

    assert releases.publishes == ()
    assert [p.rule for p in releases.problems] == ["credential-without-publish"]
    assert reading(workflow(steps.format("install-things"))).problems == ()


# --- actions of the tree that are programs ----------------------------------------------------

NODE = "name: Ship\nruns:\n  using: node24\n  main: dist/index.js\n"
SPAWNS = [
    "const { execSync } = require('child_process');\nexecSync('npm publish');\n",
    "const exec = require('@actions/exec');\nexec.exec('npm', ['publish', '--tag', 'a']);\n",
    "const { spawnSync } = require('node:child_process');\nspawnSync('npm', ['publish']);\n",
]


def program(source: str | None, given: str = "") -> MemoryFiles:
    release = workflow(f"- uses: ./.github/actions/ship\n{given}")
    content: dict[str, object] = {".github/workflows/release.yml": release, "package.json": WIDGET}
    content[".github/actions/ship/action.yml"] = NODE
    if source is not None:
        content[".github/actions/ship/dist/index.js"] = source
    return tree(content)


SECRET = "  with:\n    token: ${{ secrets.NPM_TOKEN }}\n"


@pytest.mark.parametrize("given", ["", SECRET])
@pytest.mark.parametrize("source", SPAWNS)
def test_an_action_of_the_tree_whose_program_spawns_npm_publish_publishes(source, given):
    found = one(program(source, given))

    assert found.tool == "unknown"
    assert found.via == ("uses",)


def test_a_program_that_publishes_nothing_is_no_publish():
    assert reading(program("console.log('npm publish');\n", SECRET)).publishes == ()


@pytest.mark.parametrize(("given", "rules"), [(SECRET, ["credential-without-publish"]), ("", [])])
def test_an_npm_secret_given_to_a_program_that_is_not_there_is_noted(given, rules):
    assert [problem.rule for problem in reading(program(None, given)).problems] == rules
    large = "//" + "x" * (1 << 18)
    assert [problem.rule for problem in reading(program(large, given)).problems] == rules


def test_an_npm_that_a_program_installs_may_not_be_there():
    source = "require('child_process').execSync('npm install -g npm@11.6.0');\n"
    worlds = run(program(source, "- run: npm publish\n")).runtimes

    assert isinstance(worlds, tuple)
    assert len(worlds) == 2
