"""Every bound of the reader: what goes beyond is named, the rest is still read, and it ends."""

from __future__ import annotations

import time

import pytest

from checker.files import MemoryFiles, Unreadable
from checker.workflows import publishes
from checker.workflows.publishes import read
from checker.workflows.shell import makefile
from checker.workflows.walking import program_text, spawned
from test_workflows.tree import TODAY, WIDGET, reading, tree, workflow

GOOD = workflow("- run: npm publish")
SECONDS = 20


def rules(content: dict[str, object]) -> set[str]:
    start = time.monotonic()
    found = reading(tree({"package.json": WIDGET, **content}))
    assert time.monotonic() - start < SECONDS
    return {problem.rule for problem in found.problems}


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("on: push\njobs: [", "workflow-unreadable"),
        ("on: push\non: push\njobs: {}\n", "workflow-unreadable"),
        ("jobs:\n  a: {}\n", "workflow-unreadable"),
        ("on: push\njobs: text\n", "workflow-unreadable"),
        ("on: push\njobs:\n  a: text\n", "workflow-unreadable"),
        ("on: push\njobs:\n  a:\n    steps: text\n", "workflow-unreadable"),
        ("on: push\njobs:\n  a:\n    <<: *x\n", "workflow-unreadable"),
        ("on: push\nx: " + "[" * 80 + "]" * 80, "reading-limit-reached"),
        ("#" * (1 << 20) + "\non: push\n", "reading-limit-reached"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(source, rule):
    found = reading(
        tree(
            {
                ".github/workflows/bad.yml": source,
                ".github/workflows/good.yml": GOOD,
                "package.json": WIDGET,
            }
        )
    )

    assert [(p.rule, p.place.path) for p in found.problems] == [(rule, ".github/workflows/bad.yml")]
    assert [p.place.path for p in found.publishes] == [".github/workflows/good.yml"]


def test_a_broken_file_is_named_at_the_line_of_its_fault():
    found = reading(tree({".github/workflows/a.yml": "on: push\njobs:\n  a: {}\n  a: {}\n"}))

    assert [(p.place.line, p.place.end_line) for p in found.problems] == [(4, 4)]


def test_a_broken_action_file_is_named():
    found = reading(workflow("- uses: ./x\n- run: npm publish"), **{"x/action.yml": "runs: ["})

    assert [(p.rule, p.place.path) for p in found.problems] == [
        ("workflow-unreadable", "x/action.yml")
    ]
    assert len(found.publishes) == 1


def test_a_link_out_of_the_tree_is_named():
    class Linked(MemoryFiles):
        def read(self, path: str) -> bytes | None:
            if path == "go.sh":
                raise Unreadable("`go.sh` is a link out of the tree")
            return super().read(path)

    content = {".github/workflows/a.yml": workflow("- run: bash go.sh").encode()}
    found = read(Linked(content), today=TODAY, repository=None)

    assert [(p.rule, p.place.path) for p in found.problems] == [("reading-limit-reached", "go.sh")]


TESTS = """\
  test:
    runs-on: {runner}
    steps:
      - uses: actions/checkout@v5
      - run: bash test.sh
        env:
          TOKEN: {token}
"""
PUBLISHES = workflow("- run: npm publish", top="permissions:\n  id-token: write\n")


def _with_tests(first: str, *, runner: str = "ubuntu-latest", token: str = "none") -> set[str]:
    jobs = TESTS.format(runner=runner, token=token)
    return rules(
        {
            ".github/workflows/release.yml": first,
            ".github/workflows/ci.yml": f"on: pull_request\njobs:\n{jobs}",
            "test.sh": "#" * (1 << 18) + "\nnpm publish\n",
        }
    )


@pytest.mark.parametrize("token", ["none", "${{ secrets.GITHUB_TOKEN }}"])
def test_a_limit_in_a_job_without_a_credential_is_none_for_who_publishes_in_another(token):
    assert _with_tests(PUBLISHES, token=token) == set()


@pytest.mark.parametrize(
    ("runner", "token"),
    [
        ("ubuntu-latest", "${{ secrets.NPM_TOKEN }}"),
        ("ubuntu-latest", "${{ secrets.GITHUB_TOKEN || secrets.OTHER }}"),
        ("ubuntu-latest", "${{ toJSON(secrets) }}"),
        ("ubuntu-latest", "${{ vars.TOKEN }}"),
        ("self-hosted", "none"),
    ],
)
def test_a_limit_counts_where_the_job_may_have_a_credential(runner, token):
    assert _with_tests(PUBLISHES, runner=runner, token=token) == {"reading-limit-reached"}


@pytest.mark.parametrize("first", [GOOD, workflow("- run: npm test")])
def test_a_limit_counts_where_no_other_job_publishes_with_a_credential(first):
    assert _with_tests(first) == {"reading-limit-reached"}


def test_a_limit_of_a_file_that_two_jobs_run_counts_for_the_one_with_a_credential():
    release = workflow("- run: npm publish\n- run: bash test.sh", top="permissions: write-all\n")

    assert _with_tests(release) == {"reading-limit-reached"}


def test_a_file_that_a_command_is_given_and_does_not_run_may_be_of_any_size():
    class Large(MemoryFiles):
        def read(self, path: str) -> bytes | None:
            if path == "dist/large.js":
                raise Unreadable("it is larger than 1 MiB")
            return super().read(path)

    steps = "- run: uglifyjs ./dist/large.js > ./dist/large.min.js"
    content = {".github/workflows/a.yml": workflow(steps).encode(), "dist/large.js": b""}

    assert read(Large(content), today=TODAY, repository=None).problems == ()


def test_a_makefile_that_every_leg_comes_back_to_is_parsed_once(monkeypatch):
    parsed = []
    parse = makefile.parse
    monkeypatch.setattr(makefile, "parse", lambda text: parsed.append(text) or parse(text))
    targets = "".join(f"t{n}:\n\t$(MAKE) t{n + 1}\n" for n in range(6))
    steps = "- run: make t0 RELEASE=${{ matrix.a }}\n- run: make t1\n"
    found = reading(
        workflow(steps, job="strategy:\n  matrix:\n    a: [1, 2, 3]"),
        Makefile=f"{targets}t6:\n\tnpm publish\n",
    )

    assert len(found.publishes) == 2
    assert len(parsed) == 1


def test_a_program_of_one_long_word_is_read_in_no_time():
    start = time.monotonic()

    assert spawned.calls(f"data = '{'a' * 200_000}'", "js") == ()
    assert time.monotonic() - start < SECONDS / 4


def test_a_module_of_spaces_is_looked_through_for_imports_in_no_time():
    content = {"a.js": b"const { ship } = require('./b.js'); ship()", "b.js": b"ship = 1"}
    start = time.monotonic()
    source = content["a.js"].decode() + " " * 20_000
    found = list(program_text.modules(content.get, "a.js", source, "js"))

    assert [module.path for module in found] == ["a.js", "b.js"]
    assert time.monotonic() - start < SECONDS / 4


def test_nested_loops_end():
    words = " ".join("abcdefghijklmnopqrstuvwxyz")
    loops = "".join(f"for v{n} in {words}; do " for n in range(8))
    script = f"npm publish; {loops}x=1; {'done; ' * 8}"

    assert "reading-limit-reached" in rules(
        {".github/workflows/a.yml": workflow(f"- run: {script!r}")}
    )


def test_scripts_that_double_at_each_step_end():
    scripts = {f"s{n}": f"npm run s{n + 1} && npm run s{n + 1}" for n in range(40)}
    scripts["s40"] = "npm publish"
    content = {
        "package.json": {**WIDGET, "scripts": scripts},
        ".github/workflows/a.yml": workflow("- run: npm run s0\n- run: npm publish"),
    }

    assert rules(content) == {"reading-limit-reached"}


def test_functions_that_double_at_each_step_end():
    functions = "; ".join(f"f{n}() {{ f{n + 1}; f{n + 1}; }}" for n in range(40))
    content = {".github/workflows/a.yml": workflow(f"- run: '{functions}; f0; npm publish'")}

    assert "reading-limit-reached" in rules(content)


def test_a_matrix_of_more_legs_than_github_makes_is_told():
    axes = "".join(f"    a{n}: [{', '.join(map(str, range(10)))}]\n" for n in range(4))
    job = f"strategy:\n  matrix:\n{axes}"
    found = reading(workflow("- run: npm publish", job=job))

    assert len(found.publishes[0].runs) == 1
    assert [problem.rule for problem in found.problems] == ["reading-limit-reached"]


def test_more_paths_than_are_walked_are_named():
    axes = f"a: [{', '.join(map(str, range(200)))}]"
    jobs = "".join(
        f"  j{n}:\n    runs-on: x\n    strategy:\n      matrix:\n        {axes}\n"
        "    steps:\n      - run: npm publish --tag ${{ github.ref_name }}\n"
        for n in range(12)
    )
    events = "[push, release, schedule, workflow_dispatch, create]"

    assert rules({".github/workflows/a.yml": f"on: {events}\njobs:\n{jobs}"}) == {
        "reading-limit-reached"
    }


def test_deep_expressions_end():
    deep = "(" * 500 + "1" + ")" * 500
    text = workflow(f"- run: npm publish\n  if: ${{{{ {deep} }}}}")

    assert len(reading(text).publishes) == 1


def test_deeply_nested_shell_text_ends():
    script = "npm publish; " + "$(" * 200 + "npm publish" + ")" * 200

    assert rules({".github/workflows/a.yml": workflow(f"- run: {script!r}")}) <= {
        "reading-limit-reached"
    }


@pytest.mark.parametrize(
    "source",
    ["on: push\n", "on: push\njobs:\n", "on: push\njobs: {}\n", "", "#on: push\n\n  # jobs:\n"],
)
def test_a_workflow_without_jobs_starts_nothing_and_hides_nothing(source):
    assert rules({".github/workflows/empty.yml": source}) == set()


def test_legs_that_ask_for_nothing_are_read_once():
    axes = "".join(f"        {name}: {list(range(16))}\n" for name in "ab")
    steps = "".join("      - run: echo publish && npm test\n" for _ in range(100))
    job = f"    runs-on: x\n    strategy:\n      matrix:\n{axes}    steps:\n{steps}"
    text = "on: push\njobs:\n" + "".join(f"  j{n}:\n{job}" for n in range(12))
    start = time.monotonic()

    assert reading(tree({".github/workflows/a.yml": text})).publishes == ()
    assert time.monotonic() - start < SECONDS / 4


def test_what_a_step_is_called_costs_nothing():
    steps = "".join(
        "      - name: Set up Node.js to publish\n        run: echo ${{ matrix.a }}; npm test\n"
        for _ in range(300)
    )
    axes = f"        a: {list(range(200))}\n"
    job = f"    runs-on: x\n    strategy:\n      matrix:\n{axes}    steps:\n{steps}"
    text = "on: push\njobs:\n" + "".join(f"  j{n}:\n{job}" for n in range(8))
    start = time.monotonic()

    assert reading(tree({".github/workflows/a.yml": text})).publishes == ()
    assert time.monotonic() - start < SECONDS / 4


def test_more_workflow_files_than_are_read_are_named(monkeypatch):
    monkeypatch.setattr(publishes, "MAX_WORKFLOWS", 3)
    found = reading(
        tree({**{f".github/workflows/{n}.yml": GOOD for n in range(4)}, "package.json": WIDGET})
    )

    assert [(p.rule, p.place.path) for p in found.problems] == [
        ("reading-limit-reached", ".github/workflows/3.yml")
    ]
    assert len(found.publishes) == 3


def test_more_bytes_of_workflow_files_than_are_read_are_named(monkeypatch):
    monkeypatch.setattr(publishes, "MAX_WORKFLOW_BYTES", 3 * len(GOOD))
    found = reading(
        tree({**{f".github/workflows/{n}.yml": GOOD for n in range(4)}, "package.json": WIDGET})
    )

    assert {problem.rule for problem in found.problems} == {"reading-limit-reached"}
    assert len(found.publishes) == 3
