"""Texts made of texts: what doubles again and again becomes a value that is too long to be read."""

from __future__ import annotations

import json

import pytest

from checker.facts import Unknown
from checker.workflows.text import MAX_VALUE, Hidden, hole, join, joined, size, text
from test_workflows.tree import WIDGET, reading, run, workflow

TIMES = 40
DOUBLED = {
    "a variable": "A=next\n" + "A=$A$A\n" * TIMES + "npm publish --tag $A",
    "one that is not known": "A=$(date)\n" + "A=$A$A\n" * TIMES + "npm publish --tag $A",
    "what is added to it": "A=next\n" + "A+=$A\n" * TIMES + "npm publish --tag $A",
    "a list": "a=(x)\n" + 'a=("${a[@]}" "${a[@]}")\n' * TIMES + 'npm publish --tag "${a[@]}"',
    "arguments": "".join(f"f{at}() {{ f{at + 1} $* $* $* $*; }}\n" for at in range(12))
    + "f12() { npm publish --tag $1; }\nf0 a b",
    "an expression": "npm publish --tag ${{ "
    + "format('{0}{0}{0}{0}{0}{0}{0}{0}', " * 12
    + "'next'"
    + ")" * 12
    + " }}",
}


def step(script: str) -> str:
    return workflow(f"- run: {json.dumps(script)}")


@pytest.mark.parametrize("script", DOUBLED.values(), ids=DOUBLED)
def test_what_doubles_is_not_read_any_further(script):
    assert isinstance(run(step(script)).options.tag, Unknown)


def test_a_variable_that_doubles_from_step_to_step_is_not_read_any_further():
    doubling = '- run: echo "A=${{ env.A }}${{ env.A }}" >> $GITHUB_ENV\n' * TIMES
    found = run(workflow(f"{doubling}- run: npm publish --tag $A", top="env:\n  A: next\n"))

    assert isinstance(found.options.tag, Unknown)


def test_the_variables_of_a_taskfile_that_double_are_not_read_any_further():
    rows = "".join(f"  A{at + 1}: '{{{{.A{at}}}}}{{{{.A{at}}}}}'\n" for at in range(TIMES))
    tasks = f"tasks:\n  release: npm publish --tag {{{{.A{TIMES}}}}}\n"
    taskfile = f"version: '3'\nvars:\n  A0: next\n{rows}{tasks}"
    found = run(workflow("- run: task release"), **{"Taskfile.yml": taskfile})

    assert isinstance(found.options.tag, Unknown)


def test_many_short_values_are_read_to_the_end():
    script = "A=" + "x" * 100 + "\n" + "echo $A $A $A $A\n" * 2_000 + "npm publish --tag next"

    assert run(step(script)).options.tag == "next"


def test_what_is_too_long_still_names_its_secrets():
    secret = hole(Hidden("a secret", ("NPM_TOKEN",)))
    whole = joined([text("x" * MAX_VALUE), secret])

    assert (whole.literal, whole.secrets) == (None, ("NPM_TOKEN",))
    assert joined([text("a"), secret]) == join(text("a"), secret)
    assert size(whole) < MAX_VALUE


def test_a_publish_behind_a_script_that_grows_is_found():
    script = "A=next\n" + "A=$A$A\n" * TIMES + 'eval "$A"\nnpm publish'

    assert [p.command for p in reading(step(script), **{"package.json": WIDGET}).publishes]
