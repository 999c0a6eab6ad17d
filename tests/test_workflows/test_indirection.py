"""Publishes that hide: in scripts, programs, Makefiles and local actions."""

from __future__ import annotations

from textwrap import indent

import pytest

from checker.facts import Registry, Unknown
from test_workflows.tree import WIDGET, one, reading, run, workflow

TOKEN = "\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}"
# Without it yarn 1 would tell npm another registry.
TO_NPM = {"publishConfig": {"registry": "https://registry.npmjs.org"}}
RELEASE = {**WIDGET, **TO_NPM, "scripts": {"release": "npm publish --tag next"}}
WORKSPACES = {
    "package.json": {"name": "root", "private": True, "workspaces": ["packages/*"]},
    "packages/a/package.json": {"name": "a", "scripts": {"release": "npm publish"}},
    "packages/b/package.json": {"name": "b", "private": True},
    "packages/c/package.json": {"name": "c"},
}


def action(steps: str) -> str:
    top = "inputs:\n  token: {}\n  tag: {default: next}\nruns:\n  using: composite\n  steps:\n"
    return top + indent(steps, "    ")


PUBLISHING_ACTION = action(
    "- run: npm publish --tag ${{ inputs.tag }}\n"
    "  shell: bash\n"
    "  env:\n"
    "    NODE_AUTH_TOKEN: ${{ inputs.token }}\n"
)


@pytest.mark.parametrize(
    "command",
    [
        "npm run release", "npm run-script release", "pnpm release", "pnpm run release",
        "yarn release", "yarn run release", "bun run release", "npx run-s release",
        "npx npm-run-all release", "npm run release --silent", "npm --prefix . run release",
        "npm -C . run release", "if npm run release; then true; fi", "bash -c 'npm run release'",
        "npx -c 'npm publish --tag next'", "npx concurrently npm:release",
        "bash -euo pipefail -c 'npm publish --tag next'", "bash +o posix -c 'npm run release'",
        "npx concurrently 'npm publish --tag next'", "sh -ec 'npm publish --tag next'",
        "bash -euo pipefail <<< 'npm publish --tag next'", "bash -s a <<< 'npm publish --tag next'",
        "bash --norc <<< 'npm run release'",
        "yarn turbo run release", "pnpm turbo run release", "bun run run-s release",
        "pnpm exec turbo run release", "yarn concurrently 'npm publish --tag next'",
        "eval 'npm publish --tag next'", "npx turbo run release", "npx turbo run '//#release'",
        "npx turbo build //#release",
    ],
)  # fmt: skip
def test_a_package_script_is_followed(command):
    found = run(workflow(f"- run: {command}{TOKEN}"), **{"package.json": RELEASE})

    assert found.options.tag == "next"
    assert [p.name for p in found.packages] == ["@acme/widget"]
    assert found.token.secret_names == ("NPM_TOKEN",)


@pytest.mark.parametrize("script", ["postinstall", "prepare", "preinstall", "prepublish"])
@pytest.mark.parametrize("command", ["npm ci", "npm install", "npm i --no-audit", "npm ci -d"])
def test_an_install_runs_the_scripts_of_its_own_package(command, script):
    package = {**WIDGET, "scripts": {script: "npm run release", **RELEASE["scripts"]}}
    found = one(workflow(f"- run: {command}{TOKEN}"), **{"package.json": package})

    assert found.via == ("package-script", "package-script")
    assert found.runs[0].options.tag == "next"
    assert found.runs[0].token.secret_names == ("NPM_TOKEN",)


@pytest.mark.parametrize(
    ("command", "script"),
    [
        ("npm ci --ignore-scripts", "postinstall"),
        ("npm install --ignore-scripts", "prepare"),
        ("npm install left-pad", "postinstall"),
        ("npm install -g npm@11", "postinstall"),
        ("npm ci", "prepublishOnly"),
        ("npm ci", "postpublish"),
        ("npm ls", "postinstall"),
    ],
)
def test_a_script_that_an_install_does_not_run_publishes_nothing(command, script):
    package = {**WIDGET, "scripts": {script: "npm publish"}}

    assert reading(workflow(f"- run: {command}"), **{"package.json": package}).publishes == ()


def test_the_way_through_scripts_is_listed():
    scripts = {"release": "npm run ship", "ship": "bash ship.sh"}
    package = {**WIDGET, "scripts": scripts}
    found = one(
        workflow("- run: npm run release"), **{"package.json": package, "ship.sh": "npm publish"}
    )

    assert found.via == ("package-script", "package-script", "script-file")
    assert found.place.line == 11


@pytest.mark.parametrize(
    ("scripts", "command"),
    [
        ({"prerelease": "npm publish", "release": "true"}, "npm run release"),
        ({"release": "true", "postrelease": "npm publish"}, "npm run release"),
        ({"postversion": "npm publish"}, "npm version patch"),
        ({"release:npm": "npm publish"}, "npx run-s release:*"),
        ({"test": "npm publish"}, "npm test"),
    ],
)
def test_lifecycle_names_and_patterns_are_followed(scripts, command):
    package = {**WIDGET, "scripts": scripts}

    assert one(workflow(f"- run: {command}"), **{"package.json": package}).tool == "npm"


def test_arguments_and_flags_reach_the_script():
    package = {**WIDGET, "scripts": {"release": "npm publish"}}
    found = run(workflow("- run: npm run release -- --tag beta"), **{"package.json": package})
    flagged = run(workflow("- run: npm run release --tag=beta"), **{"package.json": package})

    assert found.options.tag == "beta"
    assert flagged.options.tag == "beta"


@pytest.mark.parametrize(
    "command",
    ["npm run release -w a", "npm run release --workspace=packages/a", "npm run release -ws",
     "npm run release --workspaces --if-present", "cd packages/a && npm run release",
     "npm run release --prefix packages/a", "yarn workspace a release", "pnpm --filter a release",
     "yarn workspaces foreach -A run release", "npx turbo run release", "pnpm -r release",
     "npx nx run-many -t release", "npx lerna run release || npx nx run a:release",
     "npx turbo run a#release"],
)  # fmt: skip
def test_the_script_of_the_right_workspace_is_followed(command):
    found = run(workflow(f"- run: {command}"), **WORKSPACES)

    assert [p.name for p in found.packages] == ["a"]


@pytest.mark.parametrize("command", ["npx turbo test '**'", "npx turbo run 'b#rel*'"])
def test_the_tasks_of_turbo_are_no_patterns(command):
    assert reading(workflow(f"- run: {command}"), **WORKSPACES).publishes == ()


def test_scripts_that_call_each_other_end():
    scripts = {"a": "npm run b", "b": "npm run a && npm publish"}

    assert one(workflow("- run: npm run a"), **{"package.json": {**WIDGET, "scripts": scripts}})


@pytest.mark.parametrize(
    ("path", "source", "command"),
    [
        ("go.sh", "#!/bin/sh\nset -e\nnpm publish\n", "./go.sh"),
        ("go.sh", "npm publish\n", "bash go.sh"),
        ("go.sh", "npm publish\n", "bash -eux ./go.sh"),
        ("go.sh", "npm publish\n", "source go.sh"),
        ("bin/go", "#!/usr/bin/env bash\nnpm publish\n", "bin/go"),
        ("bin/go", "#!/usr/bin/env node\nexecSync('npm publish')\n", "./bin/go"),
        ("go.js", "execSync('npm publish')", "node go.js"),
        ("go.js", "execSync('npm publish')", "node go"),
        ("go.mjs", "await $`npm publish`", "npx zx go.mjs"),
        ("go.ts", "spawnSync('npm', ['publish'])", "npx tsx go.ts"),
        ("go.ts", "await execa('npm', ['publish', '--tag', tag])", "bun go.ts"),
        ("go.js", "const args = ['publish']; spawn('npm', args)", "node go.js"),
        ("go.js", "run(`npm publish --tag ${tag}`)", "node --no-warnings go.js"),
        ("go.js", "exec('cd x && npm publish')", "node go.js"),
        ("go.py", "subprocess.run(['npm', 'publish'], check=True)", "python3 go.py"),
        ("go.py", "os.system('npm publish')", "python go.py"),
        ("go.py", "run(f'npm publish --tag {tag}')", "python go.py"),
        ("Makefile", "release: build\n\t@npm publish\nbuild:\n\ttsc\n", "make release"),
        ("Makefile", "NPM := npm\nall: ship\nship:\n\t$(NPM) publish\n", "make"),
        ("Makefile", "ship:\n\t$(MAKE) up\nup:\n\tnpm publish\n", "make ship"),
        ("sub/Makefile", "up:\n\tcd .. && npm publish\n", "make -C sub up"),
    ],
)
def test_a_script_file_is_followed(path, source, command):
    found = one(workflow(f"- run: {command}{TOKEN}"), **{path: source})

    assert (found.tool, set(found.via)) == ("npm", {"script-file"})
    assert found.runs[0].token.secret_names == ("NPM_TOKEN",)


@pytest.mark.parametrize(
    ("path", "source", "command"),
    [
        ("go.js", "console.log('npm publish')", "node go.js"),
        ("go.js", "// npm publish\n/* npm publish */", "node go.js"),
        ("go.js", "throw new Error('npm publish failed')", "node go.js"),
        ("go.py", "# npm publish\nprint('npm publish')", "python go.py"),
        ("go.sh", "# npm publish\necho npm publish", "bash go.sh"),
        ("go.js", "execSync('npm publish --dry-run')", "node other.js"),
        ("Makefile", "ship:\n\tnpm publish\ntest:\n\ttrue\n", "make test"),
    ],
)
def test_a_file_that_only_speaks_of_publishing_is_silent(path, source, command):
    assert reading(workflow(f"- run: {command}"), **{path: source}).publishes == ()


def test_a_programs_other_folder_leaves_the_packages_unknown():
    source = "spawn('npm', ['publish'], {cwd: folder})"
    found = run(workflow("- run: node go.js"), **{"go.js": source})

    assert isinstance(found.packages, Unknown)


@pytest.mark.parametrize(
    ("folder", "uses"),
    [(".github/actions/ship", "./.github/actions/ship"), ("ship", "./ship/"), ("ship", "$/ship")],
)
def test_a_local_composite_action_is_followed(folder, uses):
    steps = f"- uses: {uses}\n  with:\n    token: ${{{{ secrets.NPM_TOKEN }}}}"
    publish = one(workflow(steps), **{f"{folder}/action.yml": PUBLISHING_ACTION})
    found = publish.runs[0]

    assert publish.via == ("composite",)
    assert (publish.place.path, publish.place.line) == (".github/workflows/release.yml", 11)
    assert found.options.tag == "next"
    assert found.token.secret_names == ("NPM_TOKEN",)


def test_a_composite_action_is_found_under_a_checkouts_prefix():
    steps = (
        "- uses: actions/checkout@v5\n  with:\n    path: src\n"
        "- uses: ./src/ship\n- run: npm publish --tag x\n  working-directory: src"
    )
    found = reading(workflow(steps), **{"ship/action.yaml": PUBLISHING_ACTION}).publishes

    assert [p.via for p in found] == [("composite",), ("run",)]
    assert [p.name for p in found[1].runs[0].packages] == ["@acme/widget"]


def test_nested_composite_actions_and_their_outputs_are_followed():
    outer = action("- uses: ./inner\n  id: x\n- run: ${{ steps.x.outputs.line }}\n  shell: bash\n")
    inner = action(
        '- run: echo "cmd=npm publish" >> "$GITHUB_OUTPUT"\n  id: y\n  shell: bash\n'
    ).replace("runs:", "outputs:\n  line: {value: '${{ steps.y.outputs.cmd }}'}\nruns:")
    found = one(
        workflow("- uses: ./outer"), **{"outer/action.yml": outer, "inner/action.yml": inner}
    )

    assert found.via == ("composite",)


def test_a_composite_action_that_uses_itself_ends_with_a_problem():
    loop = action("- uses: ./ship\n- run: npm publish\n  shell: bash\n")
    found = reading(workflow("- uses: ./ship"), **{"ship/action.yml": loop})

    assert [p.rule for p in found.problems] == ["reading-limit-reached"]


def test_setup_in_a_composite_action_is_the_jobs():
    setup = action(
        "- uses: actions/setup-node@v6\n  with:\n    node-version: 20.20.2\n"
        "- run: npm i -g npm@11.6.0\n  shell: bash\n"
    )
    found = run(workflow("- uses: ./setup\n- run: npm publish"), **{"setup/action.yml": setup})

    assert (found.node, found.npm) == (("20.20.2",), ("11.6.0",))


@pytest.mark.parametrize(
    "steps",
    [
        '- run: echo "CMD=npm publish" >> $GITHUB_ENV\n- run: $CMD',
        '- run: echo "CMD=npm publish" >> $GITHUB_ENV\n- run: ${{ env.CMD }}',
        "- run: $CMD\n  env:\n    CMD: npm publish",
        "- run: ${{ format('{0} {1}', 'npm', 'publish') }}",
        "- run: npm ${{ 'publish' }}",
        "- run: ${{ vars.X && 'npm publish' || 'npm publish --tag x' }}",
        '- id: c\n  run: echo "x=npm publish" >> $GITHUB_OUTPUT\n- run: ${{ steps.c.outputs.x }}',
        "- uses: nick-fields/retry@v3\n  with:\n    command: npm publish",
        "- uses: actions/github-script@v8\n  with:\n    script: await exec.exec('npm publish')",
        "- shell: python\n  run: |\n    import os\n    os.system('npm publish')",
        "- shell: pwsh\n  run: npm publish",
        "- shell: cmd\n  run: call npm publish",
    ],
)
def test_command_text_from_elsewhere_is_a_publish(steps):
    assert reading(workflow(steps)).publishes[0].tool == "npm"


@pytest.mark.parametrize("manager", ["pnpm run", "pnpm", "yarn", "yarn run", "bun run"])
def test_a_script_is_given_the_flags_behind_its_name(manager):
    manifest = {**WIDGET, "scripts": {"ship": "lerna publish from-package"}}
    step = f"- run: {manager} ship --registry https://npm.acme.example --yes"
    found = one(workflow(step), **{"package.json": manifest})

    assert found.registry is Registry.OTHER
