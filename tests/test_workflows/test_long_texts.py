"""Texts that once took a regular expression minutes, or for ever: each is read in no time."""

from __future__ import annotations

import time

import pytest

from checker.workflows.shell import failing, other_shells
from checker.workflows.walking import program_text
from test_workflows.tree import WIDGET, reading, tree

SECONDS = 3
LONG = 200_000  # characters


@pytest.fixture(autouse=True)
def in_no_time():
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("row", ['"' + "${{a}}" * 25, '"' + "${{a" * (LONG // 4)])
def test_a_row_of_powershell_with_expressions_in_a_quote_that_nothing_closes(row):
    assert other_shells.as_bash(row, "pwsh") == row


def test_a_number_of_many_digits_that_is_none_for_an_input():
    called = (
        "on:\n  workflow_call:\n    inputs:\n      n: {type: number}\n"
        "jobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm publish\n"
    )
    calls = f"on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    with:\n      n: {'1' * LONG}x\n"  # noqa: E501
    content = {
        "package.json": WIDGET,
        ".github/workflows/a.yml": calls,
        ".github/workflows/b.yml": called,
    }

    assert "workflow-unreadable" in {problem.rule for problem in reading(tree(content)).problems}


@pytest.mark.parametrize(
    ("source", "always"),
    [("a\n" + "\n" * LONG + "b", False), ("a\n" + "\n" * LONG + "exit 1", True)],
)
def test_a_script_of_empty_lines(source, always):
    assert failing.always(source) is always


@pytest.mark.parametrize(
    "source",
    [
        "export default async function" + "\n" * LONG + "!",
        "export {\n" * (LONG // 9),
        "import" + "\t" * LONG,
        "import a " * (LONG // 9),
        "import " + "{" * LONG + " from './x'",
        "/* " * (LONG // 3),
        "package.json write(" + "a=" * (LONG // 2),
        "package.json write(" + "a" * LONG,
        "package.json write(" + "pkg" * (LONG // 3),
        "package.json write(" + "...pkg," * (LONG // 7),
        "{a}" + (" " * 900 + "require('./x')") * 200,
        "".join(f"function f{n}() {{ f{n + 1}() }}\n" for n in range(7_000)) + "f0()",
    ],
    ids=lambda source: source[:30].strip(),
)
def test_a_program(source):
    content = {"a.js": source.encode(), "x.js": b"ship = 1"}

    assert list(program_text.modules(content.get, "a.js", source, "js"))
    assert program_text.changes(source) == frozenset()


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("import './b.js'", "ship = 1"),
        ("import a, { ship }   from\n  './b.js'", "ship = 1"),
        ("export * from './b.js'", "ship = 1"),
        ("import x\nimport { ship } from './b.js'", "ship = 1"),
        ("import reimport, { either } from './b.js'", "ship = 1"),
        ("export const path = './b.js'", None),
    ],
)
def test_what_a_module_imports_is_found_all_the_same(written, taken):
    content = {"b.js": b"ship = 1"}
    found = list(program_text.modules(content.get, "a.js", written, "js"))

    assert [module.source for module in found[1:]] == ([taken] if taken else [])


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("x = { ...pkg, files: [1], name: 'b' }", {"name"}),
        ("x = { ...pkg, ...other, version }", {"version"}),
        ("x = { ...pkg, files: [1] }", set()),
        ("x = { name: 'b', ...other }", set()),
    ],
)
def test_what_an_object_adds_to_a_copied_manifest_is_a_change_of_it(written, changed):
    source = f"pkg = JSON.parse(read('package.json'))\n{written}\nwriteFileSync('package.json', x)"

    assert program_text.changes(source) == changed
