"""Which packages a command publishes."""

from __future__ import annotations

import pytest

from checker.facts import Unknown
from checker.knowledge.versions import is_prerelease
from test_workflows.tree import WIDGET, one, reading, run, workflow

MONOREPO = {
    "package.json": {"name": "root", "private": True, "workspaces": ["packages/*"]},
    "packages/a/package.json": {"name": "a", "version": "1.0.0"},
    "packages/b/package.json": {"name": "@acme/b"},
    "packages/c/package.json": {"name": "c", "private": True},
}
PNPM = {
    **MONOREPO,
    "package.json": {"name": "root", "private": True, "packageManager": "pnpm@11.4.0"},
    "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
}


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("npm publish --workspaces", ["a", "@acme/b"]),
        ("npm publish -ws --access public", ["a", "@acme/b"]),
        ("npm publish -w a", ["a"]),
        ("npm publish --workspace=packages/b", ["@acme/b"]),
        ("npm publish -w a -w @acme/b", ["a", "@acme/b"]),
        ("npm publish --workspace packages", ["a", "@acme/b"]),
        ("npm publish ./packages/a", ["a"]),
        ("npm publish packages/a/", None),
        ("npm publish", ["root"]),
        ("cd packages/c && npm publish", ["c"]),
        ("for d in packages/*/; do (cd $d && npm publish); done", ["a", "@acme/b", "c"]),
        ("for d in packages/*; do cd $d; npm publish; cd -; done", ["a", "@acme/b", "c"]),
        (
            "for d in packages/*; do grep -q private $d/package.json && continue\n"
            "    cd $d; npm publish; cd -; done",
            ["a", "@acme/b"],
        ),
        (
            "for d in packages/*; do if ./ready $d\n    then (cd $d; npm publish)\n    fi; done",
            ["a", "@acme/b"],
        ),
        ("for d in a b; do npm publish ./packages/$d; done", ["a", "@acme/b"]),
        ("npx lerna publish from-package", ["a", "@acme/b"]),
        ("npx changeset publish", ["a", "@acme/b"]),
        ("npx nx release publish", ["a", "@acme/b"]),
        ("yarn workspaces foreach -A --no-private npm publish", ["a", "@acme/b"]),
        ("yarn workspace a npm publish", ["a"]),
        ("npm publish $(cat target)", None),
        ("npm publish *.tgz", None),
        ("npm publish ./dist", None),
        ("cd $X && npm publish", None),
        ("cd /tmp && npm publish", None),
    ],
)
def test_the_packages_of_a_command(command, names):
    release = workflow(f"- run: |\n    {command}")
    runs = [r for p in reading(release, **MONOREPO).publishes for r in p.runs]

    if names is None:
        assert all(isinstance(r.packages, Unknown) for r in runs)
        assert runs
    else:
        assert [package.name for r in runs for package in r.packages] == names


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("pnpm -r publish", ["a", "@acme/b"]),
        ("pnpm publish -r --filter a", ["a"]),
        ("pnpm --filter './packages/*' publish", ["a", "@acme/b"]),
        ("pnpm --filter @acme/* publish", ["@acme/b"]),
        ("pnpm publish packages/a", ["a"]),
        ("pnpm --filter a... publish", None),
        ("pnpm --dir packages/a publish", ["a"]),
    ],
)
def test_the_packages_of_a_pnpm_command(command, names):
    found = run(workflow(f"- run: {command}"), **PNPM)

    if names is None:
        assert isinstance(found.packages, Unknown)
    else:
        assert [package.name for package in found.packages] == names


def test_a_workspace_that_the_build_makes_leaves_the_packages_unknown():
    root = {"name": "root", "private": True, "workspaces": ["dist", "packages/*"]}
    content = {**MONOREPO, "package.json": root}

    assert isinstance(run(workflow("- run: npm publish -ws"), **content).packages, Unknown)


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("pnpm -r exec npm publish", ["a", "@acme/b"]),
        ("pnpm --filter a exec npm publish", ["a"]),
        ("npx lerna exec -- npm publish", ["a", "@acme/b"]),
        ('yarn workspace a exec "npm publish"', ["a"]),
        ('yarn workspace root exec "npm publish ./packages/a"', ["a"]),
        ('npm exec --workspaces -c "npm publish"', ["a", "@acme/b"]),
        ('npm exec -w @acme/b -c "npm publish"', ["@acme/b"]),
        ('npm exec --workspaces -c "cd dist && npm publish"', None),
    ],
)
def test_a_command_run_in_workspaces_publishes_those(command, names):
    found = run(workflow(f"- run: {command}"), **MONOREPO)

    if names is None:
        assert isinstance(found.packages, Unknown)
    else:
        assert [package.name for package in found.packages] == names


def test_arguments_that_do_not_show_may_name_the_workspaces_of_a_private_root():
    program = (
        'import { execSync } from "node:child_process";\n'
        'const workspaceArgs = names.map((n) => `--workspace=${n}`).join(" ");\n'
        "execSync(`npm publish --tag ${tag} ${workspaceArgs}`);\n"
    )
    content = {**MONOREPO, "scripts/publish.mjs": program}

    assert isinstance(run(workflow("- run: node scripts/publish.mjs"), **content).packages, Unknown)
    assert isinstance(run(workflow("- run: npm publish $ARGS"), **MONOREPO).packages, Unknown)


def test_flags_that_do_not_show_leave_a_public_package_what_it_is():
    found = run(workflow("- run: npm publish $PUBLISH_FLAGS"))

    assert [package.name for package in found.packages] == ["@acme/widget"]


def test_a_private_package_by_itself_stays():
    found = run(workflow("- run: npm publish"), **{"package.json": {**WIDGET, "private": True}})

    assert [(p.name, p.private) for p in found.packages] == [("@acme/widget", True)]


def test_workspaces_that_are_all_private_publish_nothing():
    content = {**MONOREPO, "packages/a/package.json": {}, "packages/b/package.json": {}}

    assert reading(workflow("- run: npm publish -ws"), **content).publishes == ()


@pytest.mark.parametrize(
    "step",
    [
        "npm version 2.0.0 --no-git-tag-version",
        "npm pkg set version=2.0.0",
        "sed -i 's/0.0.0/2.0.0/' package.json  # version",
        "sed -i 's/\"version\": .*/x/' package.json",
        "yarn version --new-version 2.0.0",
    ],
)
def test_a_version_that_a_step_changes_is_not_the_manifests(step):
    found = run(workflow(f"- run: |\n    {step}\n    npm publish"))

    if isinstance(found.packages, tuple):
        assert [package.version for package in found.packages] == [None]


@pytest.mark.parametrize(
    "step", ["npm version 3.0.0-canary.$GITHUB_SHA", "npm pkg set version=3.0.0-0.$(date +%s)"]
)
def test_a_prerelease_shows_before_its_hidden_end(step):
    (package,) = run(workflow(f"- run: {step}\n- run: npm publish")).packages
    (left,) = run(workflow(f"- run: {step}\n  if: vars.CANARY\n- run: npm publish")).packages

    assert is_prerelease(package.version)
    assert left.version is None


@pytest.mark.parametrize("asked", ["$V", "3.0.$PATCH", "3.0.0+$BUILD"])
def test_a_version_that_may_be_a_release_is_not_known(asked):
    (package,) = run(workflow(f"- run: npm version {asked}\n- run: npm publish")).packages

    assert package.version is None


@pytest.mark.parametrize("test", ["", "grep -q private $d/package.json && continue\n"])
def test_what_a_loop_of_another_file_passes_over_is_not_looked_for(test):
    loop = f"for d in packages/*; do\n{test}(cd $d && npm publish)\ndone\n"
    found = run(workflow("- run: bash publish.sh"), **{**MONOREPO, "publish.sh": loop})

    assert isinstance(found.packages, tuple)
    assert [package.name for package in found.packages] == ["a", "@acme/b"]


@pytest.mark.parametrize(
    ("step", "version"),
    [
        ("npm pkg set version=2.0.0-rc.1", "2.0.0-rc.1"),
        ("npm pkg set version=1.0.0 version=2.0.0-rc.1", "2.0.0-rc.1"),
        ('npm pkg set "version=2.0.0-rc.$GITHUB_RUN_NUMBER"', "2.0.0-rc.x+hidden"),
        ("npm pkg set version=2.0.0", None),
        ("npm pkg delete version", None),
    ],
)
def test_a_prerelease_that_npm_pkg_writes_is_the_version_that_is_published(step, version):
    found = run(workflow(f"- run: |\n    {step}\n    npm publish"))

    assert isinstance(found.packages, tuple)
    assert [package.version for package in found.packages] == [version]


@pytest.mark.parametrize(
    "step",
    ["jq '.name = \"x\"' package.json > t && mv t package.json", "npm pkg set name=x",
     "echo '{}' > package.json", "cp ci/package.json package.json"],
)  # fmt: skip
def test_a_manifest_that_a_step_writes_is_an_unknown_package(step):
    found = run(workflow(f"- run: |\n    {step}\n    npm publish"))

    assert isinstance(found.packages, Unknown)


def test_another_repositorys_checkout_holds_no_package_of_ours():
    steps = (
        "- uses: actions/checkout@v5\n  with:\n    repository: other/x\n    path: x\n"
        "- run: npm publish\n  working-directory: x"
    )

    assert isinstance(run(workflow(steps)).packages, Unknown)


def test_all_packages_of_the_tree_are_listed():
    assert {p.name for p in reading(workflow("- run: npm publish"), **MONOREPO).packages} == {
        "root", "a", "@acme/b", "c",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "there"),
    [
        ("npm version 1.4.0 --no-git-tag-version", True),
        ("npm pkg set version=1.4.0", True),
        ("node scripts/set-version.js", True),
        ("npm ci", False),
        ("npm run build", False),
    ],
)
def test_a_version_that_the_manifest_leaves_out_is_there_once_a_step_may_have_set_it(
    step: str, there: bool
) -> None:
    manifest = {key: value for key, value in WIDGET.items() if key != "version"}
    found = run(workflow(f"- run: {step}\n- run: npm publish"), **{"package.json": manifest})

    assert [("version" in dict(p.lines), p.version) for p in found.packages] == [(there, None)]


@pytest.mark.parametrize(
    ("manager", "command", "known"),
    [
        ("yarn@4.18.1", "yarn npm publish", True),
        ("yarn@4.18.1", "yarn publish", False),
        ("yarn@4.18.1", "yarn npm publish ./dist", False),
        ("yarn@4.18.1", "yarn npm publish --tag next --access public --otp 1", True),
        ("yarn@4.18.1", "yarn npm publish --json --provenance", True),
        ("yarn@4.18.1", "yarn npm publish --non-interactive", False),
        ("yarn@4.18.1", "yarn npm publish --new-version 1.4.0", False),
        ("yarn@4.8.1", "yarn npm publish --provenance", False),
        ("yarn@3.8.7", "yarn npm publish --tolerate-republish", True),
        ("yarn@3.8.7", "yarn npm publish --json", False),
        ("yarn@1.22.22", "yarn publish ./dist", True),
        ("yarn@1.22.22", "yarn publish --non-interactive", True),
        ("npm@11.19.0", "npm publish ./dist", True),
        ("npm@11.19.0", "npm publish . ./dist", False),
        ("pnpm@10.34.9", "pnpm publish ./dist", True),
        ("pnpm@10.34.9", "pnpm publish . ./dist", False),
        ("pnpm@11.28.11", "pnpm publish . ./dist", True),
        ("bun@1.4.5", "bun publish", True),
        ("bun@1.4.5", "bun publish ./dist", False),
    ],
)
def test_a_command_line_that_its_tool_does_not_take_publishes_nothing_that_is_known(
    manager: str, command: str, known: bool
) -> None:
    files = {
        "package.json": {**WIDGET, "packageManager": manager},
        "dist/package.json": {"name": "built", "version": "1.0.0"},
    }
    found = run(workflow(f"- run: {command}"), **files)

    assert isinstance(found.packages, Unknown) is not known


@pytest.mark.parametrize(("flag", "pretends"), [("-n", True), ("--dry-run", True), ("", False)])
def test_yarn_4_has_a_short_flag_for_a_dry_run(flag: str, pretends: bool) -> None:
    manifest = {**WIDGET, "packageManager": "yarn@4.18.1"}
    found = one(workflow(f"- run: yarn npm publish {flag}"), **{"package.json": manifest})

    assert found.dry_run is pretends
