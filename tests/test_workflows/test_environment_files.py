"""What a step writes for those after it, in one piece or several, and what a job begins with."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, Unknown
from test_workflows.tree import CHECKOUT, WIDGET, run, tree, workflow

SECRET = "${{ secrets.NPM_TOKEN }}"


def secrets(release: str) -> tuple[str, ...]:
    token = run(release).token
    return token.secret_names if isinstance(token, GivenToken) else ()


def written(rows: str, then: str = "- run: npm publish") -> str:
    script = "".join(f"    {row}\n" for row in rows.splitlines())
    return workflow(f"- id: a\n  run: |\n{script}{then}")


@pytest.mark.parametrize(
    "rows",
    [
        f"echo 'NODE_AUTH_TOKEN={SECRET}' >> ${{{{ github.env }}}}",
        f"echo 'NODE_AUTH_TOKEN<<E' >> $GITHUB_ENV\necho '{SECRET}' >> $GITHUB_ENV\n"
        "echo E >> $GITHUB_ENV",
        f"echo 'NODE_AUTH_TOKEN<<E' >> $GITHUB_ENV\necho A=b >> $GITHUB_OUTPUT\n"
        f"printf '%s\\nE\\n' '{SECRET}' >> $GITHUB_ENV",
        f'M=$(uuidgen)\necho "NODE_AUTH_TOKEN<<$M" >> $GITHUB_ENV\n'
        f"echo '{SECRET}' >> $GITHUB_ENV\necho \"$M\" >> $GITHUB_ENV",
        f"{{ echo 'NODE_AUTH_TOKEN<<E'; echo '{SECRET}'; echo E; }} >> $GITHUB_ENV",
    ],
)
def test_a_variable_is_found_in_whatever_pieces_it_is_written(rows):
    assert secrets(written(rows)) == ("NPM_TOKEN",)


def test_an_output_of_several_lines_may_be_written_with_several_commands():
    rows = "\n".join(f"echo '{row}' >> $GITHUB_OUTPUT" for row in ("t<<E", SECRET, "E"))
    then = "- run: npm publish\n  env: {NODE_AUTH_TOKEN: '${{ steps.a.outputs.t }}'}"

    assert secrets(written(rows, then)) == ("NPM_TOKEN",)


def test_a_value_without_an_end_is_none_and_no_other_step_ends_it():
    rows = f"echo 'NODE_AUTH_TOKEN<<E' >> $GITHUB_ENV\necho '{SECRET}' >> $GITHUB_ENV"
    then = "- run: echo E >> $GITHUB_ENV\n- run: npm publish"

    assert secrets(written(rows, then)) == ()


NPMRC = "- run: echo '//registry.npmjs.org/:_authToken=${T}' > .npmrc\n- run: npm publish"


@pytest.mark.parametrize(
    ("job", "secret"),
    [
        ("container: {image: 'node:24', env: {T: '${{ secrets.A }}'}}", ("A",)),
        (
            "container: {image: 'node:24', env: {T: '${{ secrets.A }}'}}\n"
            "env: {T: '${{ secrets.B }}'}",
            ("B",),
        ),
        ("container: {image: 'node:24'}", ()),
    ],
)
def test_a_container_begins_with_variables_of_its_own_and_those_of_the_job_win(job, secret):
    release = workflow(NPMRC, job=job).replace("registry-url: https", "other: https")

    assert secrets(release) == secret


def test_a_version_file_is_not_there_before_the_checkout():
    content = {
        ".github/workflows/release.yml": workflow(f"- run: npm publish\n{CHECKOUT.strip()}")
        .replace(CHECKOUT, "", 1)
        .replace("node-version: 24.18.0", "node-version-file: .nvmrc"),
        ".nvmrc": "24.18.0",
        "package.json": WIDGET,
    }
    node = run(tree(content)).node

    assert isinstance(node, Unknown)
    assert "before anything is checked out" in node.why


@pytest.mark.parametrize(
    "steps",
    [
        "- run: npm config set prefix ~/a\n- run: npm i -g npm@11.6.0\n- run: npm publish",
        "- run: npm i -g npm@11.6.0\n  env: {NPM_CONFIG_PREFIX: /a}\n- run: npm publish",
    ],
)
def test_an_npm_that_is_installed_below_another_prefix_may_not_be_the_one_that_publishes(steps):
    assert isinstance(run(workflow(steps)).npm, Unknown)


def test_an_npm_that_is_installed_where_node_is_publishes():
    assert run(workflow("- run: npm i -g npm@11.6.0\n- run: npm publish")).npm == ("11.6.0",)
