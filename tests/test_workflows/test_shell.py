"""Shell text to commands, in order, with their lines, variables and folders."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.workflows.shell.command import Command
from checker.workflows.shell.printed import output
from checker.workflows.shell.script import Shell
from checker.workflows.text import Hidden, Text, hole, text


def commands(source: str, env: dict[str, str] | None = None) -> list[Command]:
    shell = Shell({name: text(value) for name, value in (env or {}).items()})
    return list(shell.run(source, lambda code: hole(Hidden(code))))


def words(source: str, env: dict[str, str] | None = None) -> list[str]:
    return [" ".join(word.shown for word in c.words) for c in commands(source, env)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("npm ci && npm publish", ["npm ci", "npm publish"]),
        ("npm publish || true; npm pack", ["npm publish", "true", "npm pack"]),
        ("if npm publish; then a; elif b; then c; else d; fi", ["npm publish", "a", "b", "c", "d"]),
        ("case $x in a) npm publish;; *) b;; esac", ["npm publish", "b"]),
        ("while read -r x; do npm publish; done < f", ["read -r x", "npm publish"]),
        ("(cd a && npm publish)", ["npm publish"]),
        ("! npm publish", ["npm publish"]),
        ("{ npm publish; } 2>&1 | tee log", ["npm publish", "tee log"]),
        ("x=$(npm publish)", ["npm publish"]),
        ('echo "$(npm publish)"', ["npm publish", "echo "]),
        ("diff <(npm publish) x", ["npm publish", "diff  x"]),
        ("f() { npm publish $1; }\nf --tag", ["npm publish --tag"]),
        ("npm publish &", ["npm publish"]),
        ("npm publish \\\n  --tag x", ["npm publish --tag x"]),
        ("# npm publish", []),
        ("cat <<EOF\nnpm publish\nEOF\n", ["cat"]),
        ("cat <<'EOF' > x\nnpm publish\nEOF\nnpm pack", ["cat", "npm pack"]),
        ('npm "publish" \'--tag\' a"b"c', ["npm publish --tag abc"]),
        (
            "for t in a b; do npm publish --tag $t; done",
            ["npm publish --tag a", "npm publish --tag b"],
        ),
        ("A='npm publish'\n$A --x", ["npm publish --x"]),
        ("npm publish --tag ${TAG:-latest}", ["npm publish --tag latest"]),
        (
            "set -euo pipefail\nexport A=b\nnpm publish --tag $A",
            ["set -euo pipefail", "npm publish --tag b"],
        ),
        ("[[ -n $x ]] && npm publish", ["npm publish"]),
        ("time npm publish", ["time npm publish"]),
    ],
)
def test_every_command_that_may_run_is_listed_in_order(source, expected):
    assert words(source) == expected


def test_a_command_has_its_own_lines():
    first, second = commands("npm ci\n\nnpm publish \\\n  --tag x\n")

    assert (first.first, first.last) == (0, 0)
    assert (second.first, second.last) == (2, 3)


@pytest.mark.parametrize(
    ("source", "folder"),
    [
        ("cd packages/a\nnpm publish", "packages/a"),
        ("cd a && cd ../b && npm publish", "b"),
        ("(cd a)\nnpm publish", ""),
        ("cd a/\ncd -\nnpm publish", None),
        ("cd $GITHUB_WORKSPACE/a\nnpm publish", "a"),
        ("cd ~\nnpm publish", "/home/runner"),
        ("cd $UNKNOWN\nnpm publish", None),
        ("if x; then cd a; fi\nnpm publish", None),
        ("pushd a\npopd\nnpm publish", None),
        ("cd ..\nnpm publish", "/github"),
    ],
)
def test_the_folder_of_a_command_follows_cd(source, folder):
    assert commands(source)[-1].folder == folder


def test_variables_before_a_command_are_its_own():
    found = commands("A=1 npm publish\nnpm pack")

    assert found[0].env == {"A": text("1")}
    assert found[1].env == {}


def test_an_expression_of_any_width_keeps_the_words_around_it():
    found = commands('npm publish --tag "${{ inputs.té }}" --access public')[0]

    assert [w.literal for w in found.words] == [
        "npm",
        "publish",
        "--tag",
        None,
        "--access",
        "public",
    ]


@pytest.mark.parametrize("script", ["a && b > f", "a || b > f", "a && b <<< x", "[ x ] && b > f"])
def test_a_redirection_behind_a_list_is_of_its_last_command(script):
    first, *_, last = commands(f"z; {script}")

    assert not first.writes
    assert last.writes or last.input is not None


def test_unset_takes_a_variable_away():
    found = commands("unset TOKEN\nnpm publish", {"TOKEN": "x"})

    assert "TOKEN" not in found[0].exported


def test_branches_are_not_certain_and_chains_are():
    assert [c.certain for c in commands("make && make x && b")] == [True, True, True]
    assert [c.certain for c in commands("make && a && make x && b")] == [True, True, False, False]
    assert [c.certain for c in commands("if a; then b; fi")] == [False, False]
    assert [c.certain for c in commands("[ -n x ] && b")] == [False]
    assert [c.tolerated for c in commands("a || b")] == [True, False]


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ('echo "a=b"', "a=b\n"),
        ("printf '%s=%s\\n' a b", "a=b\n"),
        ("cat <<EOF\na=b\nEOF\n", "a=b\n"),
        ("echo -n a b", "a b\n"),
    ],
)
def test_what_a_printing_command_prints_is_known(source, printed):
    found = output(commands(source)[-1])

    assert found is not None
    assert found.literal == printed


def test_a_long_loop_of_functions_ends():
    shell = Shell({})
    list(shell.run("f() { f; g; }\ng() { f; }\nf\n" + "npm ci;" * 12_000, lambda _: Text(())))

    assert shell.limit_reached


def test_characters_beyond_ascii_do_not_end_the_process():
    found = commands(
        "echo '\U0001f680 \u4f60' # \U0010ffff\n\U0001f680\u2003npm publish \U0001f680é"
    )

    assert found[-1].words[-1].literal == "\U0001f680é"


@settings(max_examples=150)
@given(st.text(max_size=100))
def test_any_text_is_read_to_the_end(source):
    assert all(command.words for command in commands(source))


@settings(max_examples=200)
@given(st.text(alphabet="npm $(){}[]<>|&;'\"`\\\n#=if donefor", max_size=100))
def test_any_text_of_shell_signs_is_read_to_the_end(source):
    assert all(command.first <= command.last for command in commands(source))


def test_a_quoted_part_keeps_its_blanks_in_its_word():
    (found,) = commands("""echo --notes='a b' c"d e" $'f g'""")

    assert [word.literal for word in found.words[1:]] == ["--notes=a b", "cd e", "f g"]


def test_an_alias_is_expanded_where_the_script_asks_for_it():
    asks = "shopt -s expand_aliases\nalias ship='npm publish'\nship --tag a"

    assert [[word.literal for word in c.words] for c in commands(asks)] == [
        ["npm", "publish", "--tag", "a"]
    ]


def test_an_alias_that_is_not_asked_for_leaves_open_what_runs():
    assert [c.words[0].literal for c in commands("alias npm='npm stage'\nnpm publish")] == [None]
