"""What a variable is after `if`, `case`, `&&` and `||`, when only a run knows which way it went."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, Registry, Run, TokenState, Unknown
from checker.workflows.shell.script import Shell
from checker.workflows.text import Text, text
from test_workflows.tree import one, run, workflow

TOKEN = "\n  env:\n    A: ${{ secrets.A }}\n    B: ${{ secrets.B }}\n    NODE_AUTH_TOKEN: {}"


def script(source: str, token: str = "${{ secrets.NPM_TOKEN }}") -> str:
    body = "".join(f"\n    {row}" for row in source.splitlines())
    return workflow(f"- run: |{body}{TOKEN.replace('{}', token)}")


def after(source: str, name: str = "X") -> Text | None:
    shell = Shell({})
    list(shell.run(source, text))
    return shell.value(name)


PRETENDS = [
    "if $pretend; then DRY=--dry-run; fi",
    "DRY=\nif $pretend; then DRY=--dry-run; fi",
    "if $real; then DRY=; else DRY=--dry-run; fi",
    "if $real; then DRY=; elif $pretend; then DRY=--dry-run; else DRY=; fi",
    "DRY=\n[ -n $pretend ] && DRY=--dry-run",
    "[ -n $real ] && DRY= || DRY=--dry-run",
    "case $mode in real) DRY=;; *) DRY=--dry-run;; esac",
    "case $mode in pretend) DRY=--dry-run;; esac",
]


@pytest.mark.parametrize("setting", PRETENDS)
def test_a_dry_run_on_one_way_leaves_the_publish_of_the_other(setting):
    publish = one(script(f"{setting}\nnpm publish $DRY"))

    assert not publish.dry_run
    assert publish.runs[0].options.provenance is None


@pytest.mark.parametrize("flag", ["--dry-run=${{ inputs.dry }}", "--dry-run=$DRY"])
def test_a_dry_run_that_a_run_decides_is_a_publish(flag):
    on = "{workflow_dispatch: {inputs: {dry: {type: boolean}}}}"
    source = f"if $pretend; then DRY=true; else DRY=false; fi\n    npm publish {flag}"

    assert not one(workflow(f"- run: |\n    {source}", on=on)).dry_run


def test_every_way_a_dry_run_is_one():
    assert one(
        script("if $x; then DRY=--dry-run; else DRY=--dry-run; fi\nnpm publish $DRY")
    ).dry_run


@pytest.mark.parametrize(
    "setting",
    [
        "if $x; then export NODE_AUTH_TOKEN=; fi",
        "if $x; then unset NODE_AUTH_TOKEN; fi",
        "[ -n $x ] && unset NODE_AUTH_TOKEN",
        "case $x in a) NODE_AUTH_TOKEN=;; esac",
    ],
)
def test_a_token_that_one_way_takes_away_may_not_be_there(setting):
    assert isinstance(run(script(f"{setting}\nnpm publish")).token, Unknown)


def test_a_token_that_only_one_way_gives_may_not_be_there():
    source = "if $x; then export NODE_AUTH_TOKEN=$A; fi\nnpm publish"

    assert isinstance(run(script(source, "''")).token, Unknown)


def test_either_way_gives_a_token_of_its_own():
    source = "if $x; then NODE_AUTH_TOKEN=$A; else NODE_AUTH_TOKEN=$B; fi\nnpm publish"
    token = run(script(source)).token

    assert isinstance(token, GivenToken)
    assert (token.state, token.secret_names) == (TokenState.SECRET, ("A", "B"))


def test_the_way_on_which_the_script_ends_leaves_nothing_behind():
    found = run(script("if $x; then NODE_AUTH_TOKEN=; exit 1; fi\nnpm publish"))

    assert isinstance(found.token, GivenToken)


def test_a_registry_of_one_way_is_not_that_of_the_other():
    source = "URL=https://registry.npmjs.org\nif $x; then URL=https://npm.pkg.github.com; fi\n"

    assert one(script(f"{source}npm publish --registry $URL")).registry is Registry.UNKNOWN


def tag(found: Run) -> object:
    return found.options.tag


def test_a_tag_of_its_own_on_either_way_is_a_tag():
    source = "[ -n $x ] && TAG=next || TAG=latest\nnpm publish --tag $TAG"

    assert tag(run(script(source))) == "next"


@pytest.mark.parametrize(
    "source",
    [
        "if $x; then TAG='--tag next'; fi\nnpm publish $TAG",
        "if $x; then TAG=1.x; else TAG=latest; fi\nnpm publish --tag $TAG",
        "TAG=\nif $x; then TAG=next; fi\nnpm publish --tag=$TAG",
    ],
)
def test_a_tag_that_npm_may_not_get_or_not_take_is_unknown(source):
    assert isinstance(tag(run(script(source))), Unknown)


def test_the_other_way_starts_in_the_folder_before_the_branch():
    shell = Shell({})
    found = list(shell.run("if x; then cd a; else npm publish; fi", text))

    assert [c.folder for c in found if c.words[0].literal == "npm"] == [""]
    assert shell.folder is None


def test_a_folder_that_every_way_goes_to_is_known():
    shell = Shell({})
    list(shell.run("if x; then cd a; else cd ./a; fi", text))

    assert shell.folder == "a"


def test_a_way_of_a_way_is_one_more_way():
    found = after("if x; then X=1; elif y; then if z; then X=2; fi; else X=3; fi")

    assert found is not None
    assert set(found.holes[0].choices) == {"1", "2", "", "3"}


def test_an_array_is_the_words_that_it_holds():
    assert one(script('CMD=(npm publish)\nCMD+=(--tag "next")\n"${CMD[@]}"')).runs[
        0
    ].options.tag == ("next")


def test_an_array_of_one_way_hides_what_it_holds():
    source = 'A=(--access public)\nif $x; then A+=(--dry-run); fi\nnpm publish "${A[@]}"'

    assert not one(script(source)).dry_run
