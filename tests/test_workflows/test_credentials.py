"""The token that reaches a publish: every way in which workflows hand one over."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, Registry, Run, TokenState, Unknown
from test_workflows.tree import WIDGET, one, run, workflow

ENV = "\n  env:\n    NPM_TOKEN: ${{ secrets.DEPLOY }}"
LINE = "//registry.npmjs.org/:_authToken="
NO_REGISTRY = "          registry-url: https://registry.npmjs.org\n"


def plain(steps: str, **keys: str) -> str:
    """A workflow whose setup-node has no `registry-url`."""
    return workflow(steps, **keys).replace(NO_REGISTRY, "")


def secret(found: Run) -> tuple[str, ...]:
    assert isinstance(found.token, GivenToken), found.token
    assert found.token.state is TokenState.SECRET
    return found.token.secret_names


@pytest.mark.parametrize(
    "script",
    [
        f'echo "{LINE}$NPM_TOKEN" > .npmrc',
        f'echo "{LINE}${{NPM_TOKEN}}" >> ~/.npmrc',
        f'echo "{LINE}${{NPM_TOKEN}}" >> "$HOME/.npmrc"',
        f"echo '{LINE}${{NPM_TOKEN}}' > .npmrc",
        f"printf '%s\\n' \"{LINE}$NPM_TOKEN\" > .npmrc",
        f'printf "{LINE}%s" "$NPM_TOKEN" > .npmrc',
        f'echo "{LINE}$NPM_TOKEN" | tee -a .npmrc > /dev/null',
        f"cat > .npmrc <<EOF\n    {LINE}$NPM_TOKEN\n    EOF",
        f"cat <<'EOF' > .npmrc\n    {LINE}${{NPM_TOKEN}}\n    EOF",
        f"npm config set {LINE[:-1]} $NPM_TOKEN",
        f"npm config set {LINE}$NPM_TOKEN",
        f"npm set {LINE[:-1]} $NPM_TOKEN",
        f'pnpm config set "{LINE[:-1]}" "${{NPM_TOKEN}}"',
        f'echo "{LINE}$NPM_TOKEN" > ci.npmrc\n    cp ci.npmrc .npmrc',
        f'echo "{LINE}$NPM_TOKEN" > x.npmrc\n    export NPM_CONFIG_USERCONFIG=$PWD/x.npmrc',
    ],
)
def test_a_step_writes_the_line_that_npm_reads(script):
    found = run(plain(f"- run: |\n    {script}\n    npm publish{ENV}"))

    assert secret(found) == ("DEPLOY",)
    assert found.unread_secrets == ()


def test_a_line_written_in_an_earlier_step_is_read_with_the_later_steps_variable():
    steps = f"- run: echo '{LINE}${{NPM_TOKEN}}' > .npmrc\n- run: npm publish{ENV}"

    assert secret(run(plain(steps))) == ("DEPLOY",)


def test_a_line_whose_variable_nothing_sets_is_an_unset_variable():
    steps = f"- run: echo '{LINE}${{NPM_TOKEN}}' > .npmrc\n- run: npm publish"

    assert run(plain(steps)).token.state is TokenState.UNSET_VARIABLE


@pytest.mark.parametrize(
    "write",
    [
        f'echo "{LINE}$NPM_TOKEN" > .npmrc',
        f"npm config set {LINE}$NPM_TOKEN",
        f"npm config set {LINE[:-1]} $NPM_TOKEN",
        f"cat > ~/.npmrc <<EOF\n    {LINE}${{NPM_TOKEN}}\n    EOF",
    ],
)
def test_a_line_that_the_shell_fills_from_a_variable_of_another_step_may_hold_no_token(write):
    steps = f"- run: |\n    {write}\n- run: npm publish{ENV}"

    token = run(plain(steps)).token

    assert isinstance(token, Unknown)
    assert token.why == "no step that can be read sets `$NPM_TOKEN`"


def test_the_home_npmrc_is_not_read_once_setup_node_names_another():
    steps = f'- run: |\n    echo "{LINE}$NPM_TOKEN" > ~/.npmrc\n    npm publish{ENV}'

    assert run(workflow(steps)).token.state is TokenState.PLACEHOLDER


def test_the_project_npmrc_comes_before_that_of_setup_node():
    steps = f'- run: |\n    echo "{LINE}$NPM_TOKEN" > .npmrc\n    npm publish{ENV}'

    assert secret(run(workflow(steps))) == ("DEPLOY",)


def test_a_file_of_unknown_content_leaves_the_token_unknown():
    steps = "- run: |\n    vault read npmrc > .npmrc\n    npm publish"

    assert isinstance(run(plain(steps)).token, Unknown)


def test_a_line_for_another_registry_is_none_for_this_one():
    line = "//npm.pkg.github.com/:_authToken=${NPM_TOKEN}\n"

    assert run(plain(f"- run: npm publish{ENV}"), **{".npmrc": line}).token is None


def test_a_line_without_a_registry_is_not_read():
    found = run(plain(f"- run: npm publish{ENV}"), **{".npmrc": "_authToken=${NPM_TOKEN}\n"})

    assert found.token is None


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("${{ secrets.A }}", ("A",)),
        ("${{ secrets['A'] }}", ("A",)),
        ("${{ secrets.a }}", ("A",)),
        ("${{ secrets.A || secrets.B }}", ("A", "B")),
        ("${{ format('{0}', secrets.A) }}", ("A",)),
        ("${{ vars.TOKEN }}", ()),
        ("${{ steps.vault.outputs.token }}", ()),
        ("${{ github.token }}", ("GITHUB_TOKEN",)),
    ],
)
def test_the_names_of_the_secrets_are_kept(value, names):
    text = workflow(f"- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: {value}")

    assert secret(run(text)) == names


def test_the_jobs_and_the_workflows_variables_reach_the_step():
    top = "env:\n  NODE_AUTH_TOKEN: ${{ secrets.A }}\n"
    job = "env:\n  NODE_AUTH_TOKEN: ${{ secrets.B }}"

    assert secret(run(workflow("- run: npm publish", top=top))) == ("A",)
    assert secret(run(workflow("- run: npm publish", top=top, job=job))) == ("B",)
    step = "- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ''"
    assert run(workflow(step, top=top, job=job)).token.state is TokenState.EMPTY


def test_a_variable_of_github_env_reaches_the_next_step():
    first = '- run: echo "NODE_AUTH_TOKEN=${{ secrets.A }}" >> "$GITHUB_ENV"\n'

    assert secret(run(workflow(first + "- run: npm publish"))) == ("A",)


def test_a_variable_before_the_command_is_the_last_word():
    step = '- run: NODE_AUTH_TOKEN="" npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.A }}'

    assert run(workflow(step)).token.state is TokenState.EMPTY


def test_a_token_in_setup_nodes_own_step_is_exported():
    text = workflow("- run: npm publish").replace(
        NO_REGISTRY, NO_REGISTRY + "        env:\n          NODE_AUTH_TOKEN: ${{ secrets.A }}\n"
    )

    assert secret(run(text)) == ("A",)


def test_a_token_that_only_some_runs_have_is_unknown():
    step = (
        "- run: npm publish\n  env:\n"
        "    NODE_AUTH_TOKEN: ${{ vars.OIDC != 'true' && secrets.NPM_TOKEN || '' }}"
    )

    assert isinstance(run(workflow(step)).token, Unknown)


@pytest.mark.parametrize(
    ("flag", "registry"),
    [
        ("", Registry.NPMJS),
        (" --registry https://registry.npmjs.org/", Registry.NPMJS),
        (" --registry=https://npm.pkg.github.com", Registry.GITHUB_PACKAGES),
        (" --registry http://localhost:4873", Registry.OTHER),
        (" --registry ${{ vars.REGISTRY }}", Registry.UNKNOWN),
    ],
)
def test_the_registry_of_the_command_line(flag, registry):
    assert one(plain(f"- run: npm publish{flag}")).registry is registry


@pytest.mark.parametrize(
    ("lines", "registry"),
    [
        ("registry=https://npm.pkg.github.com\n", Registry.GITHUB_PACKAGES),
        ("@acme:registry=https://npm.pkg.github.com\n", Registry.GITHUB_PACKAGES),
        ("@other:registry=https://npm.pkg.github.com\n", Registry.NPMJS),
        ("# registry=https://npm.pkg.github.com\n", Registry.NPMJS),
    ],
)
def test_the_registry_of_an_npmrc(lines, registry):
    assert one(plain("- run: npm publish"), **{".npmrc": lines}).registry is registry


def test_a_scopes_registry_comes_before_a_flag():
    lines = "@acme:registry=https://npm.pkg.github.com\n"
    step = "- run: npm publish --registry https://registry.npmjs.org"

    assert one(plain(step), **{".npmrc": lines}).registry is Registry.GITHUB_PACKAGES


def test_a_registry_from_an_expression_keeps_its_token():
    text = workflow(f"- run: npm publish{ENV.replace('NPM_TOKEN', 'NODE_AUTH_TOKEN')}").replace(
        "registry-url: https://registry.npmjs.org", "registry-url: ${{ vars.REGISTRY }}"
    )

    assert one(text).registry is Registry.UNKNOWN
    assert secret(run(text)) == ("DEPLOY",)


def test_one_step_with_two_registries_is_two_entries():
    packages = {
        "package.json": {"name": "r", "private": True, "workspaces": ["p/*"]},
        "p/a/package.json": {"name": "a"},
        "p/b/package.json": {
            "name": "b",
            "publishConfig": {"registry": "https://npm.pkg.github.com"},
        },
    }
    from test_workflows.tree import reading

    found = reading(plain("- run: npm publish --workspaces"), **packages).publishes
    assert {(p.registry, p.runs[0].packages[0].name) for p in found} == {
        (Registry.NPMJS, "a"),
        (Registry.GITHUB_PACKAGES, "b"),
    }


NPM = (
    "- run: npm publish\n  env:\n    NPM_TOKEN: ${{ secrets.DEPLOY }}\n    HOST: registry.npmjs.org"
)


def checked_in(npmrc: str, command: str = "npm publish", node: str = "24.18.0") -> Run:
    """A publish that finds its token in a checked-in .npmrc alone."""
    release = plain(NPM.replace("npm publish", command)).replace("24.18.0", node)
    return run(release, **{".npmrc": npmrc})


@pytest.mark.parametrize(
    "npmrc",
    [
        f'"{LINE[:-1]}" = "${{NPM_TOKEN}}"',
        f"{LINE}${{NPM_TOKEN}} # of the bot",
        f"{LINE}${{NPM_TOKEN}};of the bot",
        f"\ufeff{LINE}${{NPM_TOKEN}}",
        f"a=b\r{LINE}${{NPM_TOKEN}}",
        f"{LINE}${{NPM_TOKEN}}\n[section]\nregistry=https://npm.pkg.github.com",
        "//${HOST}/:_authToken=${NPM_TOKEN}",
        f"{LINE}${{NPM_TOKEN?}}",
    ],
)
def test_npm_reads_a_token_line_however_it_is_written(npmrc):
    assert secret(checked_in(npmrc)) == ("DEPLOY",)


@pytest.mark.parametrize(
    "npmrc",
    [
        "//registry.npmjs.org:_authToken=${NPM_TOKEN}",
        "//registry.npmjs.org/:_authtoken=${NPM_TOKEN}",
        "//Registry.npmjs.org/:_authToken=${NPM_TOKEN}",
        f"[section]\n{LINE}${{NPM_TOKEN}}",
        f"# a\u2028{LINE}${{NPM_TOKEN}}",
        "//${OTHER}/:_authToken=${NPM_TOKEN}",
    ],
)
def test_npm_takes_the_key_of_a_token_to_the_letter(npmrc):
    assert checked_in(npmrc).token is None


@pytest.mark.parametrize("modifier", [":-", "-", ":-none"])
def test_npm_fills_in_no_default_and_sends_the_line_as_it_is(modifier):
    token = checked_in(f"{LINE}${{NPM_TOKEN{modifier}}}").token

    assert isinstance(token, GivenToken)
    assert token.state is TokenState.UNSET_VARIABLE


def test_pnpm_from_version_11_on_fills_in_a_default():
    npmrc = f"{LINE}${{NPM_TOKEN:-none}}"

    assert secret(checked_in(npmrc, "npx pnpm@11.28.11 publish")) == ("DEPLOY",)
    assert isinstance(checked_in(npmrc, "npx pnpm@10.34.5 publish").token, Unknown)
    assert isinstance(checked_in(npmrc, "bun publish").token, Unknown)


@pytest.mark.parametrize("node", ["22.14.0", "24.5.0"])
def test_npm_before_11_6_knows_no_question_mark(node):
    token = checked_in(f"{LINE}${{NPM_TOKEN?}}", node=node).token

    assert isinstance(token, GivenToken)
    assert token.state is TokenState.UNSET_VARIABLE


def test_a_line_without_the_slash_is_read_by_other_tools_perhaps():
    npmrc = "//registry.npmjs.org:_authToken=${NPM_TOKEN}"

    assert isinstance(checked_in(npmrc, "bun publish").token, Unknown)


@pytest.mark.parametrize("key", ["_auth", "_password"])
def test_a_name_and_password_are_no_token(key):
    assert isinstance(checked_in(LINE.replace("_authToken", key) + "${NPM_TOKEN}").token, Unknown)


def test_an_empty_variable_of_configuration_leaves_the_files_to_speak():
    env = "NPM_TOKEN: ${{ secrets.DEPLOY }}\n    npm_config_//registry.npmjs.org/:_authToken: ''"
    release = plain(f"- run: npm publish\n  env:\n    {env}")

    assert secret(run(release, **{".npmrc": f"{LINE}${{NPM_TOKEN}}"})) == ("DEPLOY",)


@pytest.mark.parametrize(
    ("value", "pretends"),
    [("yes", True), ("TRUE", True), ("1", True), ("0", False), ("null", False), ("", False)],
)
def test_npm_takes_any_word_but_two_for_a_dry_run(value, pretends):
    publish = one(workflow(f"- run: npm publish\n  env:\n    npm_config_dry_run: '{value}'"))

    assert publish.dry_run is pretends


@pytest.mark.parametrize(
    "value",
    [
        "secrets.DEPLOY || ''",
        "github.event_name == 'push' && secrets.DEPLOY || ''",
        "(secrets.DEPLOY || null)",
    ],
)
def test_nothing_in_place_of_a_secret_is_what_an_unset_secret_is(value):
    release = workflow(f"- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{{{ {value} }}}}")

    assert secret(run(release)) == ("DEPLOY",)


@pytest.mark.parametrize(
    "script",
    [
        f'{{ echo a=b; echo "{LINE}$NPM_TOKEN"; }} > .npmrc',
        f'(echo a=b; echo "{LINE}$NPM_TOKEN") > ~/.npmrc',
        f'{{ printf "{LINE}"; echo "$NPM_TOKEN"; }} >> .npmrc',
        '{ echo "A<<EOF"; echo "$NPM_TOKEN"; echo EOF; } >> $GITHUB_ENV\n    '
        f"echo '{LINE}${{A}}' > .npmrc",
    ],
)
def test_a_group_of_commands_writes_a_file_together(script):
    steps = f"- run: |\n    {script}{ENV}\n- run: npm publish"

    assert secret(run(plain(steps))) == ("DEPLOY",)


def test_a_group_of_which_not_all_is_seen_writes_what_is_not_known():
    steps = f"- run: |\n    {{ ./secrets; echo a=b; }} > .npmrc{ENV}\n- run: npm publish"

    assert isinstance(run(plain(steps)).token, Unknown)


@pytest.mark.parametrize(
    "use", ["npm publish --userconfig {}", "NPM_CONFIG_USERCONFIG={} npm publish"]
)
def test_a_user_configuration_may_have_any_name(use):
    script = f'echo "{LINE}$NPM_TOKEN" > ci.rc\n    {use.replace("{}", "ci.rc")}'

    assert secret(run(plain(f"- run: |\n    {script}{ENV}"))) == ("DEPLOY",)


@pytest.mark.parametrize("step", ["export HOME=/root\n    npm publish", "HOME=/tmp npm publish"])
def test_a_home_that_changes_after_its_npmrc_is_written_may_be_another_one(step):
    write = f'echo "{LINE}${{NPM_TOKEN}}" > ~/.npmrc'

    assert isinstance(run(plain(f"- run: |\n    {write}\n    {step}{ENV}")).token, Unknown)


def test_another_home_changes_nothing_where_no_npmrc_was_written():
    found = run(
        plain(f'- run: |\n    echo "{LINE}$NPM_TOKEN" > .npmrc\n    HOME=/x npm publish{ENV}')
    )

    assert secret(found) == ("DEPLOY",)


def _with_bun(version: str, between: str = "") -> str:
    given = f'  with: {{bun-version: "{version}"}}\n' if version else ""
    bun = f"- uses: oven-sh/setup-bun@v2\n{given}"
    step = "- run: bun publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}"
    return workflow(f"{bun}{between}{step}")


@pytest.mark.parametrize("version", ["1.4.4", "1.4.5", "latest", ""])
def test_bun_reads_the_file_that_setup_node_names_from_1_4_4_on(version):
    token = run(_with_bun(version)).token

    assert isinstance(token, GivenToken)
    assert token.state is TokenState.SECRET


@pytest.mark.parametrize("version", ["1.1.30", "1.2.23", "1.3.14", "1.4.3"])
def test_bun_before_1_4_4_reads_no_other_file_of_its_user_than_that_of_the_home(version):
    writes = "- run: echo '//registry.npmjs.org/:_authToken=${NODE_AUTH_TOKEN}' > ~/.npmrc\n"
    in_home = run(_with_bun(version, writes)).token
    elsewhere = "- run: echo HOME=/home/other >> $GITHUB_ENV\n"

    assert run(_with_bun(version)).token is None
    assert isinstance(in_home, GivenToken)
    assert in_home.state is TokenState.SECRET
    assert isinstance(run(_with_bun(version, writes + elsewhere)).token, Unknown)


def test_whether_a_bun_of_no_known_version_reads_setup_nodes_file_is_open():
    release = _with_bun("${{ vars.BUN }}")
    of_file = release.replace("bun-version:", "bun-version-file:")
    engines = {"package.json": {**WIDGET, "engines": {"bun": "^1.2.0"}}}

    assert isinstance(run(release).token, Unknown)
    assert isinstance(run(of_file).token, Unknown)
    assert isinstance(run(_with_bun(""), **engines).token, Unknown)
    assert isinstance(run(release.replace("setup-bun@v2", "other@v2")).token, Unknown)
