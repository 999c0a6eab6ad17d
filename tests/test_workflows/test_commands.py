"""Command lines to what they do: every tool that publishes, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.facts import Command as PublishCommand
from checker.workflows.command_lines.commands import effects
from checker.workflows.command_lines.effects import (
    Effect,
    Installs,
    Publishes,
    RunsScript,
    RunsText,
    SetsConfig,
)
from checker.workflows.shell.script import Shell
from checker.workflows.text import Text
from test_workflows.tree import one, workflow


def of(line: str) -> list[Effect]:
    commands = Shell({}).run(line, lambda _: Text(()))
    return [effect for command in commands for effect in effects(command)]


def publishes(line: str) -> list[Publishes]:
    found: list[Publishes] = []
    for effect in of(line):
        if isinstance(effect, Publishes):
            found.append(effect)
        if isinstance(effect, RunsScript):
            found += [other for other in effect.otherwise if isinstance(other, Publishes)]
    return found


@pytest.mark.parametrize(
    ("line", "tool"),
    [
        ("npm publish", "npm"),
        ("npm --loglevel verbose publish", "npm"),
        ("npm publish --access public --tag next", "npm"),
        ("npm -w a publish", "npm"),
        ("npm stage publish", "npm"),
        ("sudo -E npm publish", "npm"),
        ("env A=b npm publish", "npm"),
        ("time npm publish", "npm"),
        ("timeout 60 npm publish", "npm"),
        ("npx npm@11 publish", "npm"),
        ("npx -y npm@latest publish", "npm"),
        ("npm exec -- npm@11 publish", "npm"),
        ("command npm publish", "npm"),
        ("/usr/local/bin/npm publish", "npm"),
        ("ls *.tgz | xargs npm publish", "npm"),
        ("find . -name '*.tgz' -exec npm publish {} \\;", "npm"),
        ("find . -name '*.tgz' -exec npm publish {} +", "npm"),
        ("cross-env CI=1 npm publish", "npm"),
        ("op run -- npm publish", "npm"),
        ("volta run npm publish", "npm"),
        ("npm.cmd publish", "npm"),
        ("pnpm publish", "pnpm"),
        ("pnpm -r publish --no-git-checks", "pnpm"),
        ("pnpm --filter ./a publish", "pnpm"),
        ("pnpm recursive publish", "pnpm"),
        ("pnpm stage publish", "pnpm"),
        ("corepack pnpm publish", "pnpm"),
        ("yarn publish", "yarn"),
        ("yarn npm publish", "yarn"),
        ("yarn workspace a npm publish", "yarn"),
        ("yarn workspaces foreach -A npm publish", "yarn"),
        ("bun publish", "bun"),
        ("npx lerna publish from-package --yes", "lerna"),
        ("yarn lerna publish", "lerna"),
        ("npx @lerna-lite/cli publish", "lerna-lite"),
        ("npx changeset publish", "changesets"),
        ("npx @changesets/cli publish", "changesets"),
        ("pnpm changeset publish", "changesets"),
        ("pnpm exec changeset publish", "changesets"),
        ("yarn dlx @changesets/cli publish", "changesets"),
        ("./node_modules/.bin/changeset publish", "changesets"),
        ("npx semantic-release", "semantic-release"),
        ("npx -p semantic-release@25 -p x semantic-release", "semantic-release"),
        ("bunx semantic-release@24", "semantic-release"),
        ("npx release-it --ci", "release-it"),
        ("npx nx release publish", "nx"),
        ("npx nx release", "nx"),
        ("npx auto shipit", "auto"),
        ("npx np --no-cleanup", "np"),
        ("rush publish --publish --include-all", "rush"),
        ("npx beachball publish", "beachball"),
        ("napi prepublish -t npm", "napi"),
        ("npx -p publib publib-npm", "publib"),
        ("wasm-pack publish", "wasm-pack"),
        ("npx release-plan publish", "release-plan"),
        ("$PM publish", "unknown"),
    ],
)
def test_every_publishing_command_is_recognised(line, tool):
    assert [found.tool for found in publishes(line)] == [tool]


@pytest.mark.parametrize(
    "line",
    [
        "npm ci", "npm install", "npm pack", "npm version 1.2.3", "npm dist-tag add a@1 latest",
        "npm deprecate a x", "npm unpublish a", "npm view a", "npm stage list", "npm whoami",
        "npm run publish:docs", "npm access public", "npm token list", "npm config set registry x",
        "echo npm publish", "git commit -m 'npm publish'", "grep -r 'npm publish' .",
        "npx pkg-pr-new publish './packages/*'", "pnpm dlx pkg-pr-new publish", "npx jsr publish",
        "pnpm dlx jsr publish", "deno publish", "npx vsce publish", "npx @vscode/vsce publish",
        "npx ovsx publish", "cargo publish", "twine upload x", "poetry publish", "docker push x",
        "helm push x", "gradle publish", "dotnet nuget push x", "gem push x", "lerna version",
        "npx lerna version --yes", "changeset version", "npx changeset tag", "npx changeset status",
        "npx projen release", "npx nx release version", "npx nx release changelog",
        "npx auto changelog", "rush build", "rush publish --apply", "wasm-pack build",
        "napi build", "npx semantic-release --help", "gh workflow run publish.yml",
        "gh release create v1", "curl -X POST https://api/publish", "npx gh-pages -d dist",
        "npx chromatic", "aws s3 sync . s3://x", "npx firebase deploy", "npm publish-please",
        "docker run x npm-publish", "yarn install", "yarn pack", "yarn version", "bun install",
        "yarn npm tag add a latest", "yarn npm info a", "pnpm pack", "pnpm install",
        "npx standard-version", "npx release-please release-pr", "npx conventional-changelog -p x",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_publish_is_none(line):
    assert publishes(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "npm publish --dry-run", "npm --dry-run publish", "npm publish --dry-run=true",
        "pnpm publish --dry-run", "bun publish --dry-run", "npx semantic-release --dry-run",
        "npx semantic-release -d", "npx nx release publish --dry-run", "npx nx release -d",
        "npx np --preview", "yarn npm publish --dry-run", "npx release-it --dry-run",
    ],
)  # fmt: skip
def test_a_dry_run_is_told_by_each_tools_own_spelling(line):
    assert [found.dry_run for found in publishes(line)] == [True]


@pytest.mark.parametrize(
    "line",
    [
        "npm publish --dry-run=false", "npm publish --no-dry-run",
        'pnpm semantic-release --dry-run "$DRY_RUN"', "npx semantic-release --dry-run false",
        'pnpm exec nx release publish --dry-run="$DRY_RUN"',
        "npm publish --dry-run false", "npm publish --dry-run $DRY", "npm publish --dry-run $TRY",
    ],
)  # fmt: skip
def test_a_dry_run_that_is_switched_off_or_may_be_is_none(line):
    assert [found.dry_run for found in publishes(line)] == [False]


@pytest.mark.parametrize("line", ["yarn publish --dry-run", "npx changeset publish --dry-run"])
def test_a_tool_that_knows_no_dry_run_publishes_whatever_it_is_told(line):
    # Both were seen: yarn 1.22.22, and changesets 2.27.1; 2.31.1 ends at the flag.
    assert [found.dry_run for found in publishes(line)] == [False]


def test_a_word_behind_a_dry_run_that_may_be_a_folder_leaves_open_what_is_published():
    assert [found.target is None for found in publishes("npm publish --dry-run $TRY")] == [False]
    assert [found.target is None for found in publishes("npm publish --dry-run $DRY")] == [True]


def test_an_input_behind_a_dry_run_may_switch_it_off():
    source = workflow(
        "- run: npm publish --dry-run ${{ inputs.dry }}",
        on="{workflow_dispatch: {inputs: {dry: {type: boolean}}}}",
    )

    assert one(source).dry_run is False


def test_the_folder_behind_a_dry_run_is_no_value_of_it():
    assert [found.dry_run for found in publishes("npm publish --dry-run $FOLDER")] == [True]


@pytest.mark.parametrize(
    "runner",
    [
        "npx", "pnpx", "bunx", "pnpm exec", "pnpm dlx", "pnpm", "yarn", "yarn run", "yarn exec",
        "yarn dlx", "bun", "bun x", "npm exec --",
    ],
)  # fmt: skip
def test_a_tool_keeps_its_own_flags_behind_whatever_runs_it(runner):
    line = f"{runner} lerna publish --dist-tag next --registry https://npm.acme.example"
    flags = [found.flags for found in publishes(line)]

    assert [{key: value.literal for key, value in given.items()} for given in flags] == [
        {"dist-tag": "next", "registry": "https://npm.acme.example"}
    ]


@pytest.mark.parametrize("runner", ["pnpm exec", "pnpm dlx", "bun x", "yarn dlx", "bun run"])
def test_a_dry_run_behind_a_runner_is_one(runner):
    assert [found.dry_run for found in publishes(f"{runner} semantic-release --dry-run")] == [True]


@pytest.mark.parametrize("line", ["npm stage publish", "pnpm stage publish", "npx np --stage"])
def test_a_stage_is_told_from_a_publish(line):
    assert [found.command for found in publishes(line)] == [PublishCommand.STAGE]


@pytest.mark.parametrize(
    ("line", "tool", "spec"),
    [
        ("npm i -g npm@11", "npm", "11"),
        ("npm install --global npm@^11.5.1", "npm", "^11.5.1"),
        ("npm install -g npm", "npm", ""),
        ("sudo npm install -g npm@latest", "npm", "latest"),
        ("npm install npm@11 --location=global", "npm", "11"),
        ("npm update -g npm", "npm", ""),
        ("pnpm add -g npm@11.6.0", "npm", "11.6.0"),
        ("yarn global add npm@11", "npm", "11"),
        ("corepack prepare npm@11.6.0 --activate", "npm", "11.6.0"),
        ("corepack install -g pnpm@11", "pnpm", "11"),
        ("npm i -g @scope/tool@2", "@scope/tool", "2"),
    ],
)
def test_an_installed_tool_is_told_with_its_range(line, tool, spec):
    installs = [effect for effect in of(line) if isinstance(effect, Installs)]

    assert [(found.tool, found.spec.literal) for found in installs] == [(tool, spec)]


@pytest.mark.parametrize(
    "line",
    [
        "npm config set //registry.npmjs.org/:_authToken x",
        "npm config set //registry.npmjs.org/:_authToken=x",
        "npm set //registry.npmjs.org/:_authToken x",
        "npm config set '//registry.npmjs.org/:_authToken' \"x\" --location=project",
        "pnpm config set //registry.npmjs.org/:_authToken x",
        "npm config -g set //registry.npmjs.org/:_authToken x",
    ],
)
def test_a_setting_is_told_in_every_spelling(line):
    found = [effect for effect in of(line) if isinstance(effect, SetsConfig)]

    assert [(e.key.literal, e.value.literal) for e in found] == [
        ("//registry.npmjs.org/:_authToken", "x")
    ]


@pytest.mark.parametrize(
    ("line", "script", "workspaces", "every"),
    [
        ("npm run release", "release", [], False),
        ("npm run-script release -- --x", "release", [], False),
        ("npm run release -w a -w b", "release", ["a", "b"], False),
        ("npm run release --workspaces --if-present", "release", [], True),
        ("npm test", "test", [], False),
        ("pnpm release", "release", [], False),
        ("pnpm --filter a run release", "release", ["a"], False),
        ("pnpm -r release", "release", [], True),
        ("yarn release", "release", [], False),
        ("yarn workspace a release", "release", ["a"], False),
        ("yarn workspaces foreach -A run release", "release", [], True),
        ("bun run release", "release", [], False),
        ("npx turbo run release", "release", [], True),
        ("npx run-s release", "release", [], False),
        ("npx concurrently npm:release", "release", [], False),
        ("npx nx run-many -t release", "release", [], True),
        ("npx nx run a:release", "release", ["a"], False),
    ],
)
def test_package_scripts_are_told_with_their_workspaces(line, script, workspaces, every):
    found = [effect for effect in of(line) if isinstance(effect, RunsScript)]

    assert [(e.script, [w.literal for w in e.workspaces], e.every) for e in found] == [
        (script, workspaces, every)
    ]


@given(st.lists(st.sampled_from(["npm", "npx", "-y", "--", "-p", "yarn", "publish", "", "a@1", "@",
                                 "=", "run", "exec", "workspaces", "foreach", "xargs", "env", "A=b",
                                 "bash", "-c", "$X", "make", "-C", "node", "config", "set"]),
                min_size=1, max_size=7))  # fmt: skip
def test_no_command_line_makes_the_reader_stumble(words):
    line = " ".join(f"'{word}'" for word in words)

    assert all(effect is not None for effect in of(line))


@pytest.mark.parametrize(
    ("line", "text", "elsewhere"),
    [
        ("find a -name package.json -execdir npm publish \\;", "npm publish", True),
        ("trap 'npm publish' EXIT", "npm publish", False),
    ],
)
def test_a_command_for_later_or_for_what_is_found_is_text_for_a_shell(line, text, elsewhere):
    (effect,) = of(line)

    assert isinstance(effect, RunsText)
    assert (effect.source.literal, effect.elsewhere) == (text, elsewhere)


def test_what_find_finds_is_no_name():
    (publish,) = publishes("find . -name '*.tgz' -exec npm publish {} \\;")

    assert publish.target is not None
    assert publish.target.literal is None
