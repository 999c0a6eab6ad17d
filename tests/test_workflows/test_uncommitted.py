"""Which files a job surely changes and does not commit, before pnpm looks at the working tree."""

from __future__ import annotations

import pytest

from checker.workflows.repository import Repository
from checker.workflows.walking import ignored
from test_workflows.tree import TODAY, reading, tree, workflow

PNPM = {"name": "@acme/widget", "version": "1.2.0", "packageManager": "pnpm@10.34.9"}
LEAF = {"name": "@acme/leaf", "version": "1.2.0"}


def uncommitted(
    script: str, *, job: str = "", publish: str = "pnpm publish", **others: object
) -> str | None:
    rows = "".join(f"    {row}\n" for row in script.splitlines())
    steps = f"- run: |\n{rows}- run: {publish}\n"
    others = {"package.json": PNPM, "README.md": "Widget\n", **others}
    (found,) = reading(workflow(steps, job=job), **others).publishes
    return found.runs[0].options.uncommitted


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ("npm version 1.4.0 --no-git-tag-version", "package.json"),
        ("npm version 1.4.0 --git-tag-version=false", "package.json"),
        ("npm_config_git_tag_version=false npm version minor", "package.json"),
        ("pnpm version patch --no-git-tag-version", "package.json"),
        ('npm version "$GITHUB_REF_NAME" --no-git-tag-version', "package.json"),
        ("npm pkg set version=1.4.0", "package.json"),
        ("npm pkg set private=false", "package.json"),
        ("echo key=1 > .npmrc", ".npmrc"),
        ("pnpm config set --location project key 1", ".npmrc"),
        ("touch notes.txt", "notes.txt"),
        ("echo more >> README.md", "README.md"),
        ("echo a | tee notes.txt", "notes.txt"),
        ("cp README.md docs.md", "docs.md"),
        ("rm -f README.md", "README.md"),
        ("sed -i 's/1.2.0/1.4.0/' package.json", "package.json"),
        ("""sed -i 's/"version": ".*"/"version": "1.4.0"/' package.json""", "package.json"),
        ("echo a > notes.txt\ngit add notes.txt\ngit status", "notes.txt"),
        ("npm pkg set version=1.4.0\ngit config user.name Robin\ngit push", "package.json"),
        ("npm pkg set version=1.4.0\necho released the version", "package.json"),
        ("npm pkg set version=1.4.0\npnpm install\npnpm run build", "package.json"),
    ],
)
def test_a_file_that_git_sees_is_surely_changed(script: str, path: str) -> None:
    found = uncommitted(script, **{"package.json": {**PNPM, "scripts": {"build": "tsc -b"}}})
    assert found == path


@pytest.mark.parametrize(
    "script",
    [
        "npm version 1.4.0",
        "npm version 1.2.0 --no-git-tag-version --allow-same-version",
        'npm version "$GITHUB_REF_NAME" --no-git-tag-version --allow-same-version',
        "npm version 1.4.0 --no-git-tag-version || true",
        'npm pkg set "version=$GITHUB_REF_NAME"',
        "npm pkg set version=1.2.0",
        "pnpm install\npnpm build",
        "echo a > /tmp/notes.txt",
        "echo key=1 > ~/.npmrc",
        'echo a=b >> "$GITHUB_OUTPUT"',
        "echo Widget > README.md",
        "echo a > dist/notes.txt",
        "sed -i 's/0.0.0/1.4.0/' package.json",
        "sed -i 's/1.2.0/1.2.0/' package.json",
        "sed -i 's/1.2+/1.4.0/' package.json",
        "sed 's/1.2.0/1.4.0/' package.json",
        """sed -i "s/1.2.0/$NEXT/" package.json""",
        'if [ -n "$NEXT" ]; then echo a > notes.txt; fi',
        "npm pkg set version=1.4.0\ngit commit -am release",
        "npm pkg set version=1.4.0\ngit checkout package.json",
        "npm pkg set version=1.4.0\ngit stash",
        "npm pkg set version=1.4.0\nnpx standard-version",
        "npm pkg set version=1.4.0\n./release.sh",
        "git update-index --assume-unchanged package.json\nnpm pkg set version=1.4.0",
        "git config status.showUntrackedFiles no\necho a > notes.txt",
        "rm -rf .git\necho a > notes.txt",
        "echo notes.txt >> .git/info/exclude\necho a > notes.txt",
        "echo a > notes.txt\nrm notes.txt",
        "echo a > notes.txt\nrm -f *.txt",
        "docker run -v .:/src node touch notes.txt",
    ],
)
def test_what_may_be_unchanged_ignored_or_committed_is_no_change(script: str) -> None:
    assert uncommitted(script, **{".gitignore": "/dist/\nnode_modules\n"}) is None


def test_a_version_is_committed_where_the_folder_has_a_git_of_its_own_alone() -> None:
    script = "cd packages/leaf\nnpm version 1.4.0"
    leaf = {"packages/leaf/package.json": LEAF}
    assert uncommitted(script, **leaf) == "packages/leaf/package.json"


def test_a_placeholder_is_surely_another_version_than_the_one_that_is_set() -> None:
    manifest = {"package.json": {**PNPM, "version": "0.0.0-development"}}
    assert uncommitted('npm pkg set "version=$GITHUB_REF_NAME"', **manifest) == "package.json"


def test_npm_may_be_told_by_a_file_to_make_no_commit() -> None:
    told = {".npmrc": "git-tag-version=false\n"}
    assert uncommitted("npm version minor", **told) == "package.json"


@pytest.mark.parametrize(
    ("publish", "job"),
    [
        ("pnpm publish --no-git-checks", ""),
        ("npm publish", ""),
        ("pnpm publish", "container: node:24"),
        ("pnpm publish", "env:\n  npm_config_git_checks: 'false'"),
    ],
)
def test_nobody_asks_git_where_pnpm_makes_no_checks(publish: str, job: str) -> None:
    assert uncommitted("npm pkg set version=1.4.0", publish=publish, job=job) is None


def test_what_the_package_s_own_scripts_write_comes_after_the_checks() -> None:
    manifest = {**PNPM, "scripts": {"prepublishOnly": "echo a > notes.txt"}}
    assert uncommitted("true", **{"package.json": manifest}) is None


def test_a_publish_in_the_same_branch_finds_the_change() -> None:
    script = 'if [ -n "$NEXT" ]; then\n  npm pkg set version=1.4.0\n  pnpm publish\nfi'
    steps = "- run: |\n" + "".join(f"    {row}\n" for row in script.splitlines())
    (found,) = reading(workflow(steps), **{"package.json": PNPM}).publishes
    assert found.runs[0].options.uncommitted == "package.json"


@pytest.mark.parametrize(
    ("uses", "path"),
    [
        ("stefanzweifel/git-auto-commit-action@v5", None),
        ("actions/checkout@v4", None),
        ("actions/cache@v4", "package.json"),
        ("pnpm/action-setup@v4", "package.json"),
    ],
)
def test_an_action_may_commit_unless_it_only_makes_tools_ready(uses: str, path: str | None) -> None:
    steps = f"- run: npm pkg set version=1.4.0\n- uses: {uses}\n- run: pnpm publish"
    (found,) = reading(workflow(steps), **{"package.json": PNPM}).publishes
    assert found.runs[0].options.uncommitted == path


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({".gitignore": "node_modules\n"}, "packages/a/node_modules/x.js"),
        ({".gitignore": "/dist/\n"}, "dist/x.js"),
        ({".gitignore": "**/*.tgz\n"}, "x.tgz"),
        ({".gitignore": "packages/*/lib\n"}, "packages/a/lib/x.js"),
        ({"packages/a/.gitignore": "lib\n"}, "packages/a/lib/x.js"),
        ({".gitignore": "\\#odd\n"}, "x.js"),
    ],
)
def test_a_file_may_be_one_that_gitignore_names(rules: dict[str, object], path: str) -> None:
    assert ignored.may_be(Repository(tree(rules), TODAY), path)


@pytest.mark.parametrize("rules", ["", "# x.js\n", "!x.js\n", "dist/\n", "/lib/x.js\n"])
def test_any_other_file_git_sees(rules: str) -> None:
    assert not ignored.may_be(Repository(tree({".gitignore": rules}), TODAY), "x.js")
