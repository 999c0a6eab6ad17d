"""Release tools, publishing actions, and code that cannot be read."""

from __future__ import annotations

import pytest

from checker.facts import TokenState, Unknown
from test_workflows.tree import WIDGET, one, reading, run, tree, workflow

TOKEN = "\n  env:\n    NPM_TOKEN: ${{ secrets.NPM_TOKEN }}"
NOT_TO_NPM = '{"plugins": [["@semantic-release/npm", {"npmPublish": false}]]}'
NO_REGISTRY = "          registry-url: https://registry.npmjs.org\n"


def plain(steps: str, **keys: str) -> str:
    return workflow(steps, **keys).replace(NO_REGISTRY, "")


@pytest.mark.parametrize(
    ("files", "publishes"),
    [
        ({}, True),
        ({".releaserc": '{"plugins": ["@semantic-release/npm"]}'}, True),
        ({".releaserc": '{"plugins": ["@semantic-release/github"]}'}, False),
        ({".releaserc.yml": "plugins:\n  - '@semantic-release/git'\n"}, False),
        (
            {".releaserc.json": NOT_TO_NPM},
            False,
        ),
        ({".releaserc.json": '{"branches": ["main"]}'}, True),
        ({"release.config.js": "module.exports = {plugins: ['@semantic-release/npm']}"}, True),
        ({"release.config.js": "module.exports = {plugins: ['@semantic-release/git']}"}, False),
        ({"release.config.cjs": "x = ['@semantic-release/npm', {npmPublish: false}]"}, False),
        ({"package.json": {**WIDGET, "release": {"plugins": ["@semantic-release/exec"]}}}, False),
        ({"package.json": {**WIDGET, "private": True}}, False),
    ],
)
def test_semantic_release_publishes_where_its_npm_plugin_does(files, publishes):
    found = reading(plain(f"- run: npx semantic-release{TOKEN}"), **files).publishes

    assert [p.tool for p in found] == ["semantic-release"] * publishes


PART = {"name": "@acme/part", "version": "1.0.0"}
FROM_PART = '["@semantic-release/npm", {"pkgRoot": "part"}]'
NOT_HERE = '["@semantic-release/npm", {"npmPublish": false}]'


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({".releaserc": f'{{"plugins": [{FROM_PART}]}}'}, ["@acme/part"]),
        ({".releaserc": f'{{"plugins": [{NOT_HERE}, {FROM_PART}]}}'}, ["@acme/part"]),
        ({".releaserc": f'{{"plugins": [{FROM_PART}, {NOT_HERE}]}}'}, ["@acme/part"]),
        ({".releaserc": '{"pkgRoot": "./part/"}'}, ["@acme/part"]),
        ({".releaserc": '{"pkgRoot": ".", "branches": ["main"]}'}, ["@acme/widget"]),
        ({"release.config.js": f"module.exports = {{plugins: [{FROM_PART}]}}"}, ["@acme/part"]),
        (
            {"release.config.js": f"x = {{plugins: [{NOT_HERE}, {FROM_PART}]}}"},
            ["@acme/part"],
        ),
        (
            {
                "package.json": {**WIDGET, "private": True},
                ".releaserc": f'{{"plugins": [{FROM_PART}]}}',
            },
            ["@acme/part"],
        ),
    ],
)
def test_semantic_release_publishes_the_folder_of_its_pkg_root(files, names):
    found = run(
        plain(f"- run: npx semantic-release{TOKEN}"), **{"part/package.json": PART, **files}
    )

    assert isinstance(found.packages, tuple)
    assert [package.name for package in found.packages] == names


@pytest.mark.parametrize(
    "files",
    [
        {".releaserc": f'{{"plugins": ["@semantic-release/npm", {FROM_PART}]}}'},
        {".releaserc": '{"pkgRoot": "dist"}'},
        {".releaserc": '{"pkgRoot": "/elsewhere"}'},
        {"release.config.js": "x = ['@semantic-release/npm', {pkgRoot: process.env.ROOT}]"},
        {"release.config.js": f"x = {{plugins: ['@semantic-release/npm', {FROM_PART}]}}"},
    ],
)
def test_a_pkg_root_of_the_build_of_a_program_or_one_of_several_is_an_unknown_package(files):
    content = {"part/package.json": PART, **files}

    assert isinstance(
        run(plain(f"- run: npx semantic-release{TOKEN}"), **content).packages, Unknown
    )


def test_semantic_release_does_not_publish_a_private_pkg_root():
    content = {
        ".releaserc": f'{{"plugins": [{FROM_PART}]}}',
        "part/package.json": {**PART, "private": True},
    }

    assert reading(plain(f"- run: npx semantic-release{TOKEN}"), **content).publishes == ()


@pytest.mark.parametrize(
    ("files", "flags", "publishes"),
    [
        ({}, "", True),
        ({".release-it.json": '{"npm": false}'}, "", False),
        ({".release-it.json": '{"npm": {"publish": false}}'}, "", False),
        ({".release-it.yaml": "npm:\n  publish: true\n"}, "", True),
        ({".release-it.cjs": "module.exports = { npm: { publish: false } }"}, "", False),
        ({".release-it.toml": "[npm]\npublish = false\n"}, "", False),
        ({".release-it.toml": "[npm\n"}, "", True),
        ({"ci/it.json": '{"npm": {"publish": false}}'}, " --config ci/it.json", False),
        ({".release-it.json": '{"npm": false}', "it.json": "{}"}, " --config=./it.json", True),
        ({"package.json": {**WIDGET, "release-it": {"npm": {"publish": False}}}}, "", False),
        ({"package.json": {**WIDGET, "private": True}}, "", False),
        ({}, " --no-npm", False),
        ({}, " --npm.publish=false", False),
        ({}, " --no-npm.publish", False),
    ],
)
def test_release_it_publishes_unless_its_settings_say_no(files, flags, publishes):
    found = reading(plain(f"- run: npx release-it --ci{flags}"), **files).publishes

    assert [p.tool for p in found] == ["release-it"] * publishes


@pytest.mark.parametrize(
    "files",
    [
        {".release-it.json": '{"npm": {"publishPath": "part"}}'},
        {".release-it.toml": '[npm]\npublishPath = "part"\n'},
        {".release-it.cjs": "module.exports = { npm: { publishPath: './part' } }"},
    ],
)
def test_release_it_publishes_the_folder_of_its_publish_path(files):
    found = run(plain("- run: npx release-it --ci"), **{"part/package.json": PART, **files})

    assert isinstance(found.packages, tuple)
    assert [package.name for package in found.packages] == ["@acme/part"]


def test_a_tools_own_variable_gives_it_the_token():
    found = run(plain(f"- run: npx semantic-release@25{TOKEN}"))

    assert found.token.secret_names == ("NPM_TOKEN",)
    assert found.token.place.line == 12
    assert found.unread_secrets == ()


def test_npm_does_not_read_another_tools_variable():
    found = run(plain(f"- run: npm publish{TOKEN}"))

    assert (found.token, found.unread_secrets) == (None, ("NPM_TOKEN",))


@pytest.mark.parametrize(
    ("lockfile", "manager"),
    [("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("package-lock.json", "npm")],
)
def test_the_repositorys_manager_uploads_for_changesets(lockfile, manager):
    found = run(plain("- run: npx @changesets/cli@3 publish"), **{lockfile: "{}"})

    assert found.uploader == manager


def test_a_tools_version_comes_from_the_command_the_manager_or_the_lockfile():
    manager = {"package.json": {**WIDGET, "packageManager": "pnpm@10.34.5+sha512.abc"}}
    lock = {
        "package.json": {**WIDGET, "devDependencies": {"lerna": "^8.0.0"}},
        "package-lock.json": {
            "lockfileVersion": 3,
            "packages": {"node_modules/lerna": {"version": "8.1.2"}},
        },
    }

    assert run(plain("- run: pnpm publish"), **manager).tool_versions == ("10.34.5",)
    assert run(plain("- run: npx lerna publish"), **lock).tool_versions == ("8.1.2",)
    assert run(plain("- run: npx lerna@9.0.1 publish")).tool_versions == ("9.0.1",)
    assert isinstance(run(plain("- run: pnpm publish")).tool_versions, Unknown)


def test_pnpm_is_installed_by_its_action_in_a_version():
    steps = "- uses: pnpm/action-setup@v4\n  with:\n    version: 11.4.0\n- run: pnpm publish"

    assert run(plain(steps)).tool_versions == ("11.4.0",)


TOKEN_NAME = ("NPM_TOKEN",)


@pytest.mark.parametrize(
    ("rc", "names"),
    [
        ("npmAuthToken: ${NPM_TOKEN}\n", ("NPM_TOKEN",)),
        ('npmAuthToken: "${NPM_TOKEN:-}"\n', ("NPM_TOKEN",)),
        ("npmScopes:\n  acme:\n    npmAuthToken: ${NPM_TOKEN}\n", ("NPM_TOKEN",)),
        (
            "npmRegistries:\n  //registry.npmjs.org:\n    npmAuthToken: ${NPM_TOKEN}\n",
            ("NPM_TOKEN",),
        ),
    ],
)
def test_yarn_reads_its_own_file(rc, names):
    package = {**WIDGET, "packageManager": "yarn@4.10.3"}
    found = run(
        plain(f"- run: yarn npm publish{TOKEN}"), **{"package.json": package, ".yarnrc.yml": rc}
    )

    assert found.token.secret_names == names


def test_yarn_berry_does_not_read_an_npmrc():
    package = {**WIDGET, "packageManager": "yarn@4.10.3"}
    line = "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"
    found = run(
        plain(f"- run: yarn npm publish{TOKEN}"), **{"package.json": package, ".npmrc": line}
    )

    assert found.token is None


@pytest.mark.parametrize(
    ("uses", "inputs", "tool"),
    [
        ("changesets/action@v1", "publish: npx changeset publish", "changesets"),
        ("changesets/action@v1", "publish: npm publish", "npm"),
        ("changesets/action/publish@v2", "x: y", "changesets"),
        ("JS-DevTools/npm-publish@v4", "package: .", "js-devtools/npm-publish"),
        ("JS-DevTools/npm-publish@v3", "token: ${{ secrets.T }}", "js-devtools/npm-publish"),
        ("cycjimmy/semantic-release-action@v4", "branch: main", "semantic-release"),
        ("bcomnes/npm-bump@v2", "newversion: patch", "npm"),
        ("acme/npm-publish@v1", "token: ${{ secrets.NPM_TOKEN }}", "unknown"),
        ("acme/release@v1", "npm-token: ${{ secrets.X }}", "unknown"),
        ("docker://acme/npm-publish", "npm-token: ${{ secrets.X }}", "unknown"),
    ],
)
def test_publishing_actions_are_entries_at_their_uses(uses, inputs, tool):
    publish = one(plain(f"- uses: {uses}\n  with:\n    {inputs}"))

    assert (publish.tool, publish.via[0], publish.place.line) == (tool, "uses", 10)


@pytest.mark.parametrize(
    ("uses", "inputs"),
    [
        ("changesets/action@v1", "version: npx changeset version"),
        ("changesets/action/version@v2", "script: x"),
        ("googleapis/release-please-action@v4", "token: ${{ secrets.NPM_TOKEN }}"),
        ("softprops/action-gh-release@v2", "token: ${{ secrets.NPM_TOKEN }}"),
        ("acme/setup-node@v1", "npm-token: ${{ secrets.NPM_TOKEN }}"),
        ("bahmutov/npm-install@v1", "token: ${{ secrets.NPM_TOKEN }}"),
        ("peaceiris/actions-gh-pages@v4", "publish_dir: ./dist"),
        ("docker/build-push-action@v6", "push: true"),
        ("pypa/gh-action-pypi-publish@release/v1", "x: y"),
        ("HaaLeo/publish-vscode-extension@v2", "pat: ${{ secrets.VSCE }}"),
        ("acme/npm-publish@v1", "dry: x"),
    ],
)
def test_other_actions_are_silent(uses, inputs):
    found = reading(plain(f"- uses: {uses}\n  with:\n    {inputs}"))

    assert (found.publishes, found.problems) == ((), ())


def test_an_id_token_makes_an_npm_publishing_action_an_entry():
    job = "permissions:\n  id-token: write"

    assert one(plain("- uses: acme/npm-publish@v1", job=job)).tool == "unknown"
    assert reading(plain("- uses: acme/pypi-publish@v1", job=job)).publishes == ()
    assert reading(plain("- uses: acme/deploy-site@v1", job=job)).publishes == ()


def test_a_token_input_is_the_token():
    steps = "- uses: JS-DevTools/npm-publish@v3\n  with:\n    token: ${{ secrets.T }}"

    assert run(plain(steps)).token.secret_names == ("T",)


@pytest.mark.parametrize(
    ("uses", "keys", "expected"),
    [
        ("acme/shared/.github/workflows/npm-publish.yml@v1", "secrets: inherit", 1),
        (
            "acme/shared/.github/workflows/release.yml@v1",
            "secrets:\n  NPM_TOKEN: ${{ secrets.N }}",
            1,
        ),
        ("acme/shared/.github/workflows/npm-release.yml@v1", "permissions: write-all", 1),
        ("acme/shared/.github/workflows/ci.yml@v1", "secrets: inherit", 0),
        ("acme/shared/.github/workflows/release.yml@v1", "secrets: inherit", 0),
        ("acme/shared/.github/workflows/npm-test.yml@v1", "secrets: inherit", 0),
        ("acme/shared/.github/workflows/npm-publish.yml@v1", "with:\n  a: b", 0),
    ],
)
def test_a_remote_workflow_is_an_entry_only_where_npm_is_its_subject(uses, keys, expected):
    body = "".join(f"    {row}\n" for row in keys.splitlines())
    text = f"on: push\njobs:\n  go:\n    uses: {uses}\n{body}"
    found = reading(tree({".github/workflows/a.yml": text})).publishes

    assert [(p.tool, p.via, p.place.line) for p in found] == [
        ("unknown", ("reusable",), 4)
    ] * expected


@pytest.mark.parametrize(
    ("given", "package", "expected"),
    [
        ("publish: true", {"name": "@acme/widget"}, 1),
        ("npm-publish: ${{ github.ref_type == 'tag' }}", {"name": "@acme/widget"}, 1),
        ("publish: false", {"name": "@acme/widget"}, 0),
        ("build: true", {"name": "@acme/widget"}, 0),
        ("publish: true", {"name": "@acme/widget", "private": True}, 0),
    ],
)
def test_a_remote_release_that_is_told_to_publish_may_publish_the_package_here(
    given, package, expected
):
    uses = "acme/shared/.github/workflows/release.yml@v1"
    job = f"    uses: {uses}\n    with:\n      {given}\n"
    text = f"on: push\npermissions:\n  id-token: write\njobs:\n  go:\n{job}"
    found = reading(tree({".github/workflows/a.yml": text, "package.json": package})).publishes

    assert [p.tool for p in found] == ["unknown"] * expected


@pytest.mark.parametrize(
    ("file", "problems"),
    [("package-npm.yml", [("credential-without-publish", 5)]), ("ci.yml", [])],
)
def test_an_npm_secret_for_a_remote_workflow_of_npm_is_a_problem_where_none_publishes(
    file, problems
):
    uses = f"acme/shared/.github/workflows/{file}@v1"
    job = f"    uses: {uses}\n    secrets:\n      NODE_AUTH_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}\n"
    found = reading(tree({".github/workflows/a.yml": f"on: push\njobs:\n  go:\n{job}"}))

    assert found.publishes == ()
    assert [(p.rule, p.place.line) for p in found.problems] == problems


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("node scripts/release.js", {"scripts/release.js": "require('./lib').release()"}),
        ("npx tsx scripts/publish.ts", {"scripts/publish.ts": "import {go} from 'x'; go()"}),
        ("node dist/publish.js", {}),
        ("./gradlew publish", {}),
    ],
)
def test_a_release_program_with_an_npm_secret_is_never_clean(command, files):
    assert one(plain(f"- run: {command}{TOKEN}"), **files).tool == "unknown"


def test_a_program_beside_a_publish_of_the_same_job_is_no_entry():
    steps = f"- run: node scripts/release-notes.js{TOKEN}\n- run: npm publish"

    assert one(workflow(steps), **{"scripts/release-notes.js": "notes()"}).tool == "npm"


@pytest.mark.parametrize(
    "command",
    [
        "acme-release publish",
        "npx acme publish",
        "npx acme@2 --yes --publish",
        "yarn acme publish --yes",
        "pnpm exec acme publish",
        "vp pm publish -r",
        "raku packaging/publish.raku --target=npm",
        "perl -w tools/npm-publish.pl",
    ],
)
def test_an_unknown_command_that_says_publish_and_has_an_npm_secret_is_an_unknown_tool(command):
    found = one(plain(f"- run: |\n    npm ci\n    {command}{TOKEN}"))

    assert (found.tool, found.place.line) == ("unknown", 12)
    assert found.runs[0].token.secret_names == ("NPM_TOKEN",)


@pytest.mark.parametrize("command", ["npx acme publish", "yarn acme publish"])
def test_an_unknown_command_that_says_publish_is_one_where_npm_is_ready_for_the_id_token(command):
    allowed = "permissions:\n  id-token: write"

    assert one(workflow(f"- run: {command}", job=allowed)).tool == "unknown"
    assert reading(plain(f"- run: {command}", job=allowed)).publishes == ()
    assert reading(workflow(f"- run: {command}")).publishes == ()


@pytest.mark.parametrize(
    "command",
    [
        "yarn acme release",
        "docker run --rm -e NPM_TOKEN acme/toolbox all",
        "docker run -e TOKEN=x -e NODE_AUTH_TOKEN=$NPM_TOKEN acme/toolbox all",
        "./tools/pier",
    ],
)
def test_an_npm_secret_for_what_cannot_be_read_is_a_problem_at_its_line(command):
    found = reading(plain(f"- run: |\n    npm ci\n    {command}{TOKEN}"))

    assert [(p.rule, p.place.line) for p in found.problems] == [("credential-without-publish", 12)]


@pytest.mark.parametrize(
    "steps",
    [
        f"- run: npm ci{TOKEN}",
        f"- run: npx pkg-pr-new publish{TOKEN}",
        f"- run: npm run deploy{TOKEN}",
        f"- run: gh release create v1{TOKEN}",
        f"- run: npx vsce publish{TOKEN}",
        f"- run: npx acme publish --dry-run{TOKEN}",
        f"- run: npx acme --no-publish{TOKEN}",
        f"- run: npx eslint src/publish.js publish{TOKEN}",
        f"- run: npx acme lint src/publish.js{TOKEN}",
        f"- run: acme upload publish.json release.tar.gz{TOKEN}",
        f"- run: docker build --build-arg NPM_TOKEN .{TOKEN}",
        "- run: acme-release publish\n  env:\n    NPM_TOKEN: ${{ secrets.NPM_READ_TOKEN }}",
        f"- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}\n"
        f"- run: acme-release publish{TOKEN}",
    ],
)
def test_an_npm_secret_with_harmless_commands_is_no_problem(steps):
    package = {**WIDGET, "scripts": {"deploy": "gh-pages -d dist"}}
    found = reading(workflow(steps), **{"package.json": package})

    assert found.problems == ()
    assert {publish.tool for publish in found.publishes} <= {"npm"}


def test_a_written_token_is_a_problem_and_never_repeated():
    token = "npm_" + "a1B2" * 9
    step = f"- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: {token}"
    found = reading(workflow(step), **{".npmrc": f"//registry.npmjs.org/:_authToken={token}\n"})

    assert {(p.rule, p.place.path) for p in found.problems} == {
        ("token-in-repository", ".github/workflows/release.yml"),
        ("token-in-repository", ".npmrc"),
    }
    assert found.publishes[0].runs[0].token.state is TokenState.LITERAL
    assert token not in repr(found)
