"""What holds of every tree: no text stops the reader, and no wrapping hides a publish."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.files import MemoryFiles
from checker.workflows.publishes import read
from test_workflows.tree import TODAY, WIDGET, reading, tree, workflow

COMMANDS = st.sampled_from(
    [
        "npm publish", "npm publish --tag next", "npm stage publish",
        "pnpm publish --no-git-checks", "npx semantic-release", "yarn npm publish",
        "bun publish", "npx lerna publish --yes",
        "npx changeset publish", "FOO=1 npm publish --access public",
    ]
)  # fmt: skip
WRAPPINGS = st.lists(
    st.sampled_from(
        ["script", "file", "make", "composite", "called", "bash", "function", "branch", "env"]
    ),
    max_size=4,
)


class Wrapped:
    """A command under layers of indirection; files grow with each layer."""

    def __init__(self, command: str) -> None:
        self.line = command
        self.files: dict[str, object] = {}
        self.scripts: dict[str, str] = {}
        self.steps = False
        self.job: str | None = None

    def wrap(self, kind: str, number: int) -> None:
        if kind == "called":
            self._call(number)
        elif self.job is None:
            getattr(self, f"_{kind}")(number)

    def _script(self, number: int) -> None:
        if not self.steps:
            self.scripts[f"s{number}"] = self.line
            self.line = f"npm run s{number}"

    def _file(self, number: int) -> None:
        if not self.steps:
            self.files[f"bin/f{number}.sh"] = f"#!/bin/bash\nset -e\n{self.line}\n"
            self.line = f"bash bin/f{number}.sh"

    def _make(self, number: int) -> None:
        if not self.steps and "Makefile" not in self.files:
            self.files["Makefile"] = f"all:\n\ttrue\nm{number}:\n\t{self.line}\n"
            self.line = f"make m{number}"

    def _bash(self, number: int) -> None:
        if not self.steps and "'" not in self.line:
            self.line = f"bash -c '{self.line}'"

    def _function(self, number: int) -> None:
        if not self.steps:
            self.line = f"f{number}() {{ {self.line}; }}; f{number}"

    def _branch(self, number: int) -> None:
        if not self.steps:
            self.line = f"if test -n x; then {self.line}; fi"

    def _env(self, number: int) -> None:
        if not self.steps and "'" not in self.line:
            self.files[f"bin/e{number}.sh"] = self.line
            self.line = f"export E{number}=bin/e{number}.sh; bash $E{number}"

    def _composite(self, number: int) -> None:
        body = indent(self._step("  shell: bash\n"), "    ")
        action = f"runs:\n  using: composite\n  steps:\n{body}"
        self.files[f"a{number}/action.yml"] = action
        self.line, self.steps = f"- uses: ./a{number}\n", True

    def _call(self, number: int) -> None:
        path = f".github/workflows/c{number}.yml"
        self.files[path] = self._workflow("workflow_call")
        self.job = f"    uses: ./{path}\n    secrets: inherit\n"

    def _step(self, extra: str = "") -> str:
        if self.steps:
            return self.line
        return f"- run: |\n    {self.line}\n{extra}"

    def _workflow(self, event: str) -> str:
        job = self.job
        if job is None:
            steps = indent(self._step(), "      ")
            job = f"    runs-on: ubuntu-latest\n    steps:\n{steps}"
        return f"on: {event}\njobs:\n  j:\n{job}"

    def tree(self) -> MemoryFiles:
        content = {
            **self.files,
            "package.json": {**WIDGET, "scripts": self.scripts},
            ".github/workflows/release.yml": self._workflow("push"),
        }
        return tree(content)


@settings(deadline=None, max_examples=150)
@given(COMMANDS, WRAPPINGS)
def test_wrapping_a_publish_never_loses_it(command, wrappings):
    plain, wrapped = Wrapped(command), Wrapped(command)
    for number, kind in enumerate(wrappings):
        wrapped.wrap(kind, number)

    expected = [(p.tool, p.command, p.dry_run) for p in reading(plain.tree()).publishes]
    found = [(p.tool, p.command, p.dry_run) for p in reading(wrapped.tree()).publishes]
    assert found == expected
    assert len(found) == 1


STEPS = [
    "- run: npm ci",
    "- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}",
    "- run: |\n    npm test\n    npm publish --tag next",
    "- uses: changesets/action@v1\n  with:\n    publish: npx changeset publish",
]


@settings(deadline=None)
@given(st.sampled_from(STEPS), st.lists(st.integers(0, 12), max_size=3))
def test_a_comment_changes_nothing_but_lines(step, rows):
    text = workflow(step)
    lines = text.splitlines()
    for row in sorted(rows, reverse=True):
        inside = min(row, len(lines))
        if not any("run: |" in line for line in lines[:inside]):
            lines.insert(inside, "# npm publish")

    def facts(source: str) -> list[object]:
        return [
            (p.tool, p.command, p.registry, p.via, r.token and r.token.state, r.npm, r.options)
            for p in reading(source).publishes
            for r in p.runs
        ]

    assert facts("\n".join(lines) + "\n") == facts(text)


@settings(deadline=None)
@given(
    st.permutations(
        ["run: npm publish --tag next", "env: {NODE_AUTH_TOKEN: x}", "name: Go", "if: true"]
    )
)
def test_the_order_of_keys_changes_nothing(keys):
    step = "- " + "\n  ".join(keys)
    found = reading(workflow(step)).publishes

    assert [(p.runs[0].options.tag, p.runs[0].token.state) for p in found] == [
        ("next", "malformed")
    ]


def _shapes() -> Iterator[st.SearchStrategy[str]]:
    yield st.text(max_size=200)
    yield st.text(alphabet="abonjrsu:{}[]-'\"|>&*$ \n", max_size=200)
    yield st.lists(
        st.sampled_from(
            ["on:", " push", "\n", "jobs:", "\n  a:", "\n    ", "steps:", "runs-on: x", "- run: ",
             "npm publish", "${{ ", " }}", "matrix.x", "uses: ./", "strategy:", "[", "]", "{", "}",
             "matrix: ", "include: ", "if: ", "env: ", "with: ", "needs: ", "a", "''", "|", "&a ",
             "*a", "permissions: ", "secrets: inherit", "environment: ", "container: ", "\t"]
        ),
        max_size=40,
    ).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(*_shapes()))
def test_no_workflow_text_stops_the_reader(source):
    found = reading(tree({".github/workflows/a.yml": source}))

    assert all(p.place.line >= 1 for p in found.problems)


@settings(deadline=None, max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from(["package.json", ".npmrc", ".yarnrc.yml", "Makefile", "go.sh", "go.js",
                         "x/action.yml", ".releaserc", "pnpm-workspace.yaml", "lerna.json"]),
        st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)),
    )
)  # fmt: skip
def test_no_other_file_stops_the_reader(files):
    steps = (
        "- run: |\n    npm run x\n    bash go.sh\n    node go.js\n    make\n"
        "    npx semantic-release\n    pnpm -r publish\n    yarn npm publish\n    npm publish\n"
        "- uses: ./x"
    )
    content = {".github/workflows/release.yml": workflow(steps).encode(), **files}

    assert read(MemoryFiles(content), today=TODAY, repository=None).publishes


class Guarded:
    """A tree that notes every path that is asked for."""

    def __init__(self, content: MemoryFiles) -> None:
        self.content = content
        self.asked: list[str] = []

    def list(self, folder: str) -> tuple[str, ...]:
        self.asked.append(folder)
        return self.content.list(folder)

    def folders(self, folder: str) -> tuple[str, ...]:
        self.asked.append(folder)
        return self.content.folders(folder)

    def read(self, path: str) -> bytes | None:
        self.asked.append(path)
        return self.content.read(path)


PATHS = st.sampled_from(
    ["../x", "/etc/passwd", "~/.npmrc", "../../a/b.sh", "$HOME/x.sh", "a/../../b.sh", "./x", "//x",
     "${{ github.workspace }}/../x.sh", ".", "..", "packages/*/../.."]
)  # fmt: skip


@settings(deadline=None)
@given(PATHS, PATHS)
def test_nothing_outside_the_tree_is_asked_for(first, second):
    steps = (
        f"- uses: ./{first}\n"
        f"- run: |\n    cd {first}\n    bash {second}\n    npm publish {second}\n"
        f"- run: node {first} && npm --prefix {second} run x && make -C {first} -f {second}\n"
        f"- uses: actions/setup-node@v6\n  with:\n    node-version-file: {second}\n"
        f"- run: npm publish\n  working-directory: {first}"
    )
    content = tree({".github/workflows/release.yml": workflow(steps), "package.json": WIDGET})
    guarded = Guarded(content)
    read(guarded, today=TODAY, repository="acme/widget")

    assert not [p for p in guarded.asked if p.startswith("/") or ".." in p.split("/")]
