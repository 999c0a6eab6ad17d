"""yarn's own name for npm's registry: what is published there, and who says so to whom."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, Registry, TokenState
from checker.knowledge.limits import YARN_REGISTRY, YARN_REGISTRY_HOST
from test_workflows.tree import WIDGET, one, run, workflow

TOKEN = "\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}"
CLASSIC = {**WIDGET, "name": "widget", "packageManager": "yarn@1.22.22"}
BERRY = {**CLASSIC, "packageManager": "yarn@4.10.3"}


def released(command: str, script: str, package: object = CLASSIC, **others: object) -> Registry:
    """The registry to which a package script publishes that a command runs."""
    content = {**package, "scripts": {"release": script}}  # type: ignore[dict-item]
    return one(workflow(f"- run: {command}{TOKEN}"), **{"package.json": content}, **others).registry


@pytest.mark.parametrize(
    "command",
    ["yarn release", "yarn run release", "yarn -s release", "corepack yarn release",
     "yarn release && true"],
)  # fmt: skip
@pytest.mark.parametrize(
    "script", ["npm publish", "npm run ship || npm publish", "pnpm publish", "yarn publish"]
)
def test_npm_in_a_script_of_yarn_1_is_told_another_registry(command, script):
    assert released(command, script) is Registry.UNKNOWN


def test_what_yarn_1_says_goes_before_npms_own_configuration():
    npmrc = {".npmrc": "registry=https://registry.npmjs.org/\n"}

    assert released("yarn release", "npm publish", **npmrc) is Registry.UNKNOWN


@pytest.mark.parametrize(
    ("command", "script"),
    [
        ("npm run release", "npm publish"),
        ("npm run release", "yarn publish"),
        ("yarn publish", "true"),
        ("pnpm release", "npm publish"),
        ("yarn release", "npm publish --registry https://registry.npmjs.org"),
        ("yarn release", "npm_config_registry=https://registry.npmjs.org npm publish"),
        ("yarn release", "lerna publish from-package"),
        ("yarn release", "changeset publish"),
        ("yarn release", "semantic-release"),
        ("YARN_REGISTRY=https://registry.npmjs.org/ yarn release", "npm publish"),
    ],
)
def test_a_registry_that_is_npms_all_the_same(command, script):
    assert released(command, script) is Registry.NPMJS


def test_the_settings_of_yarn_and_of_the_package_name_another():
    yarnrc = {".yarnrc": '# ours\nregistry "https://registry.npmjs.org/"\n'}
    package = {**CLASSIC, "publishConfig": {"registry": "https://registry.npmjs.org/"}}
    scoped = {**CLASSIC, "name": "@acme/widget"}
    npmrc = {".npmrc": "@acme:registry=https://registry.npmjs.org/\n"}

    assert released("yarn release", "npm publish", **yarnrc) is Registry.NPMJS
    assert released("yarn release", "npm publish", package) is Registry.NPMJS
    assert released("yarn release", "npm publish", scoped, **npmrc) is Registry.NPMJS


def test_yarn_from_version_2_on_tells_its_scripts_no_registry():
    assert released("yarn release", "npm publish", BERRY) is Registry.NPMJS


def test_a_tool_that_yarn_1_runs_is_told_so_too():
    found = one(workflow(f"- run: yarn release-it{TOKEN}"), **{"package.json": CLASSIC})

    assert found.registry is Registry.UNKNOWN


@pytest.mark.parametrize("files", [{"yarn.lock": ""}, {"package-lock.json": "{}"}, {}])
def test_np_hands_on_what_yarn_1_tells_it_whichever_manager_it_publishes_with(files):
    assert released("yarn np --no-2fa", "np", **files) is Registry.UNKNOWN
    assert released("yarn release", "np", **files) is Registry.UNKNOWN
    assert released("npm run release", "np", **files) is Registry.NPMJS
    assert released("yarn release", "np", BERRY, **files) is Registry.NPMJS


@pytest.mark.parametrize("command", ["yarn exec npm publish", "yarn -s exec -- npm publish"])
def test_what_yarn_1_executes_is_told_so_too(command):
    release = workflow(f"- run: {command}{TOKEN}")

    assert one(release, **{"package.json": CLASSIC}).registry is Registry.UNKNOWN
    assert one(release, **{"package.json": BERRY}).registry is Registry.NPMJS


@pytest.mark.parametrize("address", [YARN_REGISTRY, f"{YARN_REGISTRY}/"])
def test_yarn_from_version_2_on_publishes_to_npm_by_that_name(address):
    settings = f"npmRegistryServer: {address}\nnpmAuthToken: ${{NPM}}\n"
    env = "\n  env:\n    NPM: ${{ secrets.NPM_TOKEN }}"
    release = workflow(f"- run: yarn npm publish{env}")
    content = {"package.json": BERRY, ".yarnrc.yml": settings}
    token = run(release, **content).token

    assert one(release, **content).registry is Registry.NPMJS
    assert isinstance(token, GivenToken)
    assert (token.state, token.secret_names) == (TokenState.SECRET, ("NPM_TOKEN",))


def test_a_token_of_yarns_for_that_name_is_one_for_npm():
    settings = f'npmRegistries:\n  "//{YARN_REGISTRY_HOST}":\n    npmAuthToken: ${{NPM}}\n'
    env = "\n  env:\n    NPM: ${{ secrets.NPM_TOKEN }}"
    content = {"package.json": BERRY, ".yarnrc.yml": settings}
    token = run(workflow(f"- run: yarn npm publish{env}"), **content).token

    assert isinstance(token, GivenToken)
    assert token.state is TokenState.SECRET


def test_yarns_variable_may_name_it_too():
    env = f"\n  env:\n    YARN_NPM_REGISTRY_SERVER: {YARN_REGISTRY}"
    found = one(workflow(f"- run: yarn npm publish{env}"), **{"package.json": BERRY})

    assert found.registry is Registry.NPMJS


@pytest.mark.parametrize("tool", ["npm publish", "pnpm publish", "yarn publish"])
def test_what_others_publish_by_that_name_nobody_knows(tool):
    npmrc = {".npmrc": f"registry={YARN_REGISTRY}/\n"}

    assert one(workflow(f"- run: {tool}"), **npmrc).registry is Registry.UNKNOWN
