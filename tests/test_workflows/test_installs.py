"""What an install runs of a project's own scripts, as the clients themselves were seen to do it.

Each script publishes under a tag that says whose it is and which.
"""

from __future__ import annotations

import pytest

from test_workflows.tree import reading, tree, workflow

NAMES = (
    *("pnpm:devPreinstall", "preinstall", "install", "postinstall", "prepublish"),
    *("preprepare", "prepare", "postprepare", "prepack", "prepublishOnly", "dependencies"),
)
PLAIN = ["preinstall", "install", "postinstall"]
PREPARE = ["preprepare", "prepare", "postprepare"]
NPM, NPM_MEMBER = [*PLAIN, "prepublish", *PREPARE], ["preinstall", "prepare", *PLAIN[1:]]
PNPM, PNPM_MEMBER = ["pnpm:devPreinstall", *PLAIN, *PREPARE], [*PLAIN, *PREPARE]
CLASSIC = [*PLAIN, "prepublish", "prepare"]
REBUILT = [*PLAIN, "prepublish", "prepare"]
BUN, BUN_MEMBER = [*PLAIN, *PREPARE], [*PLAIN, "prepare"]


def manifest(name: str, **others: object) -> dict[str, object]:
    scripts = {
        script: f"npm publish --ignore-scripts --tag {name}.{script.replace(':', '.')}"
        for script in NAMES
    }
    return {"name": f"@acme/{name}", "version": "1.0.0", "scripts": scripts, **others}


def of(name: str, scripts: list[str]) -> list[str]:
    return [f"{name}.{script.replace(':', '.')}" for script in scripts]


def tags(command: str, *, job: str = "", **root: object) -> list[str]:
    """The tags of what a command publishes in a repository with two workspaces, in order."""
    content = {
        ".github/workflows/release.yml": workflow(f"- run: {command}", job=job),
        "package.json": manifest("root", workspaces=["packages/*"], **root),
        "pnpm-workspace.yaml": "packages: [packages/*]\n",
        "packages/a/package.json": manifest("a"),
        "packages/b/package.json": manifest("b"),
    }
    runs = [run for one in reading(tree(content)).publishes for run in one.runs]
    return [str(run.options.tag) for run in runs]


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("npm ci", [*of("a", NPM_MEMBER), *of("b", NPM_MEMBER), *of("root", NPM)]),
        ("npm install -w a", [*of("a", NPM_MEMBER), *of("root", NPM)]),
        ("cd packages/a && npm i", [*of("a", NPM_MEMBER), *of("root", NPM)]),
        ("npm i --prefix packages/a", of("a", NPM)),
        ("npm install --package-lock-only", of("root", NPM)),
        ("npm cit", [*of("a", NPM_MEMBER), *of("b", NPM_MEMBER), *of("root", NPM)]),
        ("npm install left-pad", []),
        ("npm in left-pad", []),
        ("pnpm i", [*of("root", PNPM), *of("a", PNPM_MEMBER), *of("b", PNPM_MEMBER)]),
        ("pnpm install --frozen-lockfile --filter b", [*of("root", PNPM), *of("b", PNPM_MEMBER)]),
        (
            "pnpm -C packages/a install",
            [*of("root", PNPM), *of("a", PNPM_MEMBER), *of("b", PNPM_MEMBER)],
        ),
        ("cd packages/a && pnpm i --ignore-workspace", of("a", PNPM)),
        ("pnpm install --lockfile-only", []),
        ("pnpm fetch", []),
        ("pnpm add -w left-pad", of("root", PNPM)),
        ("pnpm i left-pad", of("root", PNPM)),
        ("pnpm -C packages/a add left-pad", [*of("root", PNPM), *of("a", PNPM_MEMBER)]),
        ("pnpm --filter a add left-pad", [*of("root", PNPM), *of("a", PNPM_MEMBER)]),
        ("cd packages/a && pnpm update", [*of("root", PNPM), *of("a", PNPM_MEMBER)]),
        ("pnpm update --filter a", [*of("root", PNPM), *of("a", PNPM_MEMBER)]),
        ("pnpm -r update", [*of("root", PNPM), *of("a", PNPM_MEMBER), *of("b", PNPM_MEMBER)]),
        ("cd packages/a && pnpm rebuild", of("a", REBUILT)),
        ("pnpm rebuild --filter a", of("a", REBUILT)),
        ("pnpm rebuild -r", [*of("root", REBUILT), *of("a", REBUILT), *of("b", REBUILT)]),
        ("pnpm rebuild esbuild", []),
        ("npm update", [*of("a", NPM_MEMBER), *of("b", NPM_MEMBER)]),
        ("npm update left-pad", [*of("a", NPM_MEMBER), *of("b", NPM_MEMBER)]),
        ("npm update -w a", of("a", NPM_MEMBER)),
        ("cd packages/a && npm dedupe", of("a", NPM_MEMBER)),
        ("npm dedupe", [*of("a", NPM_MEMBER), *of("b", NPM_MEMBER)]),
        ("npm dedupe --dry-run", []),
        ("npm find-dupes", []),
        ("npm prune --omit=dev", [*of("a", NPM_MEMBER), *of("b", NPM_MEMBER)]),
        ("npm uninstall left-pad", [*of("a", NPM_MEMBER), *of("b", NPM_MEMBER)]),
        ("npm rebuild", [*of("root", PLAIN), *of("a", NPM_MEMBER), *of("b", NPM_MEMBER)]),
        (
            "cd packages/a && npm rebuild",
            [*of("root", PLAIN), *of("a", NPM_MEMBER), *of("b", NPM_MEMBER)],
        ),
        ("npm rb -w a", [*of("root", PLAIN), *of("a", NPM_MEMBER), *of("b", NPM_MEMBER)]),
        ("npm rebuild esbuild", []),
        ("pnpm update", of("root", PNPM)),
        ("pnpm up --latest", of("root", PNPM)),
        ("pnpm rebuild", of("root", [*PLAIN, "prepublish", "prepare"])),
        ("pnpm dedupe", [*of("root", PNPM), *of("a", PNPM_MEMBER), *of("b", PNPM_MEMBER)]),
        ("pnpm dlx cowsay", []),
        ("pnpm add -g cowsay", []),
        ("bun i", [*of("a", BUN_MEMBER), *of("b", BUN_MEMBER), *of("root", BUN)]),
        ("bun ci", [*of("a", BUN_MEMBER), *of("b", BUN_MEMBER), *of("root", BUN)]),
        ("bun add left-pad", [*of("a", BUN_MEMBER), *of("b", BUN_MEMBER), *of("root", BUN)]),
        ("bun update", [*of("a", BUN_MEMBER), *of("b", BUN_MEMBER), *of("root", BUN)]),
        ("bun install --filter a", of("a", BUN_MEMBER)),
        ("bun install --dry-run", []),
    ],
)
def test_an_install_runs_the_scripts_of_the_project_and_of_its_workspaces(command, found):
    assert tags(command) == found


@pytest.mark.parametrize(
    ("version", "below", "above"),
    [
        ("10.34.5", ["root", "a"], ["root"]),
        ("11.28.0", ["root", "a", "b"], ["root", "a", "b"]),
    ],
)
def test_pnpm_11_prunes_all_workspaces_and_older_ones_a_folder(version, below, above):
    asked = {"packageManager": f"pnpm@{version}"}

    def all_of(names: list[str]) -> list[str]:
        return [tag for name in names for tag in of(name, PNPM if name == "root" else PNPM_MEMBER)]

    assert tags("pnpm prune", **asked) == all_of(above)
    assert tags("cd packages/a && pnpm prune --prod", **asked) == all_of(below)


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("yarn", [*of("root", CLASSIC), *of("a", PLAIN), *of("b", PLAIN)]),
        ("yarn --frozen-lockfile", [*of("root", CLASSIC), *of("a", PLAIN), *of("b", PLAIN)]),
        ("yarn add -W x", [*of("root", CLASSIC), *of("a", PLAIN), *of("b", PLAIN)]),
        ("cd packages/a && yarn", [*of("a", CLASSIC), *of("a", PLAIN), *of("b", PLAIN)]),
        ("yarn workspace a install", [*of("a", CLASSIC), *of("a", PLAIN), *of("b", PLAIN)]),
        ("yarn -v", []),
        ("yarn --version", []),
    ],
)
def test_yarn_1_prepares_the_folder_that_it_is_started_in(command, found):
    assert tags(command, packageManager="yarn@1.22.22") == list(dict.fromkeys(found))


@pytest.mark.parametrize(
    "command",
    ["yarn", "yarn install --immutable", "cd packages/a && yarn", "yarn workspace a install"],
)
def test_yarn_from_version_2_on_prepares_nothing(command):
    found = [*of("root", PLAIN), *of("a", PLAIN), *of("b", PLAIN)]

    assert tags(command, packageManager="yarn@4.10.3") == found


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("yarn workspaces focus a", of("a", PLAIN)),
        ("yarn workspaces focus a b --production", [*of("a", PLAIN), *of("b", PLAIN)]),
        ("yarn workspaces focus", of("root", PLAIN)),
        ("cd packages/a && yarn workspaces focus", of("a", PLAIN)),
        ("yarn workspaces focus --all", [*of("root", PLAIN), *of("a", PLAIN), *of("b", PLAIN)]),
        ("yarn add left-pad", [*of("root", PLAIN), *of("a", PLAIN), *of("b", PLAIN)]),
    ],
)
def test_yarn_runs_the_scripts_of_the_workspaces_that_it_is_told_to_install(command, found):
    assert tags(command, packageManager="yarn@4.10.3") == found


def test_a_yarn_that_builds_nothing_runs_no_script():
    assert tags("yarn install --mode=skip-build", packageManager="yarn@4.10.3") == []


@pytest.mark.parametrize("client", ["npm ci", "pnpm i", "bun i", "yarn --frozen-lockfile"])
def test_what_an_install_is_told_to_ignore_publishes_nothing(client):
    assert tags(f"{client} --ignore-scripts") == []


def test_an_install_is_followed_in_a_job_without_a_word_about_a_publish():
    release = workflow("- run: npm ci").replace("registry-url: https://registry.npmjs.org", "")
    manifest = {
        "name": "a",
        "version": "1.0.0",
        "scripts": {"prepare": "npm publish --ignore-scripts"},
    }

    assert len(reading(release, **{"package.json": manifest}).publishes) == 1


def test_where_the_version_of_yarn_is_not_known_a_script_of_one_is_not_sure():
    scripts = {"prepare": "npm publish --ignore-scripts"}
    package = {"name": "a", "version": "1.0.0", "scripts": scripts}
    release = workflow("- run: yarn").replace("registry-url: https://registry.npmjs.org", "")
    (found,) = reading(
        release, **{"package.json": package, ".yarnrc.yml": "nodeLinker: node-modules\n"}
    ).publishes

    assert "the version of yarn decides" in str(found.runs[0].token)


def test_pnpm_has_the_workspaces_of_its_own_file_alone():
    package = {"name": "r", "version": "1.0.0", "workspaces": ["packages/*"]}
    member = {
        "name": "a",
        "version": "1.0.0",
        "scripts": {"postinstall": "npm publish --ignore-scripts"},
    }
    content = {"package.json": package, "packages/a/package.json": member}

    assert reading(workflow("- run: pnpm i"), **content).publishes == ()
    assert len(reading(workflow("- run: npm i"), **content).publishes) == 1
