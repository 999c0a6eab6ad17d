"""What `bun publish` finds in bunfig.toml, as bun itself was seen to."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, Place, Registry, TokenState, Unknown
from test_workflows.tree import one, run, workflow

TOKEN = '[install.registry]\nurl = "https://registry.npmjs.org/"\ntoken = "$BUN_AUTH_TOKEN"\n'
SCOPE = '[install.scopes]\nacme = { url = "https://registry.npmjs.org", token = "$SCOPES" }\n'
OTHER_SCOPE = SCOPE.replace("acme", '"@other"')
NPMRC = {".npmrc": "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"}
PLAIN = {"package.json": {"name": "widget", "version": "1.2.0"}}


def publishing(
    *names: str,
    version: str = "1.4.5",
    before: str = "",
    publish: str = "bun publish",
    top: str = "",
) -> str:
    env = "".join(f"    {name}: ${{{{ secrets.{name} }}}}\n" for name in names)
    env = f"  env:\n{env}" if env else ""
    setup = f'- uses: oven-sh/setup-bun@v2\n  with: {{bun-version: "{version}"{top}}}\n'
    written = workflow(f"{setup}{before}- run: {publish}\n{env}")
    return written.replace("          registry-url: https://registry.npmjs.org\n", "")


def secret(release: str, **others: object) -> str | None:
    """The secret that is the token; None where there is no token, or one that is none."""
    token = run(release, **others).token
    assert not isinstance(token, Unknown), token.why
    if token is None or token.state is not TokenState.SECRET:
        return None
    return "+".join(token.secret_names)


BOTH = pytest.mark.parametrize("version", ["1.2.23", "1.3.14", "1.4.0", "1.4.5"])


@BOTH
@pytest.mark.parametrize(
    "bunfig",
    [
        TOKEN,
        '[install]\nregistry = { url = "https://registry.npmjs.org", token = "$BUN_AUTH_TOKEN" }\n',
        "install.registry.token = '$BUN_AUTH_TOKEN'\n",
    ],
)
def test_a_token_of_bunfig_is_found_however_toml_has_it(version, bunfig):
    release = publishing("BUN_AUTH_TOKEN", version=version)

    assert secret(release, **{"bunfig.toml": bunfig}) == "BUN_AUTH_TOKEN"
    assert secret(release, **{"bunfig.toml": "[run]\nbun = true\n"}) is None


@BOTH
def test_a_variable_that_nothing_sets_gives_no_token(version):
    assert secret(publishing(version=version), **{"bunfig.toml": TOKEN}) is None


def test_a_variable_is_filled_in_where_it_is_the_whole_value_and_has_no_braces():
    for written in ("${BUN_AUTH_TOKEN}", "x$BUN_AUTH_TOKEN"):
        bunfig = TOKEN.replace("$BUN_AUTH_TOKEN", written)
        token = run(publishing("BUN_AUTH_TOKEN"), **{"bunfig.toml": bunfig}).token
        assert not (isinstance(token, GivenToken) and token.state is TokenState.SECRET)


def test_the_token_of_a_scope_is_for_packages_of_that_scope_alone():
    release = publishing("SCOPES")

    assert secret(release, **{"bunfig.toml": SCOPE}) == "SCOPES"
    assert secret(release, **{"bunfig.toml": SCOPE}, **PLAIN) is None
    assert secret(release, **{"bunfig.toml": OTHER_SCOPE}) is None


def test_a_scope_with_a_registry_takes_no_token_from_the_default_nor_from_a_variable():
    bare = '[install.scopes]\nacme = "https://registry.npmjs.org/"\n'
    release = publishing("BUN_AUTH_TOKEN", "NPM_CONFIG_TOKEN", "SCOPES")

    assert secret(release, **{"bunfig.toml": bare + TOKEN}) is None
    assert secret(release, **{"bunfig.toml": SCOPE + TOKEN}) == "SCOPES"
    assert secret(release, **{"bunfig.toml": OTHER_SCOPE + TOKEN}) == "NPM_CONFIG_TOKEN"
    npmrc = {".npmrc": "@acme:registry=https://registry.npmjs.org/\n"}
    assert secret(release, **npmrc) is None
    assert secret(release, **npmrc, **PLAIN) == "NPM_CONFIG_TOKEN"


@pytest.mark.parametrize(
    ("version", "first"),
    [("1.2.23", "NPM_TOKEN"), ("1.3.14", "NPM_TOKEN"), ("1.4.0", "BUN_AUTH_TOKEN"),
     ("1.4.5", "BUN_AUTH_TOKEN")],
)  # fmt: skip
def test_bun_1_4_reads_bunfig_before_npmrc_and_older_ones_after(version, first):
    files = {"bunfig.toml": TOKEN, **NPMRC}

    assert secret(publishing("BUN_AUTH_TOKEN", "NPM_TOKEN", version=version), **files) == first


def test_a_variable_of_buns_own_comes_before_bunfig():
    release = publishing("BUN_AUTH_TOKEN", "NPM_CONFIG_TOKEN")

    assert secret(release, **{"bunfig.toml": TOKEN}) == "NPM_CONFIG_TOKEN"


def test_which_of_two_tokens_a_bun_of_no_known_version_takes_is_open():
    release = publishing("BUN_AUTH_TOKEN", "NPM_TOKEN", version="${{ vars.BUN }}")

    assert isinstance(run(release, **{"bunfig.toml": TOKEN}, **NPMRC).token, Unknown)
    assert secret(release, **{"bunfig.toml": TOKEN}) == "BUN_AUTH_TOKEN"


@pytest.mark.parametrize(
    ("version", "root", "own"),
    [("1.3.14", None, "BUN_AUTH_TOKEN"), ("1.4.5", "BUN_AUTH_TOKEN", None)],
)
def test_bun_1_4_reads_the_file_of_the_workspaces_root_and_older_ones_that_of_the_folder(
    version, root, own
):
    files: dict[str, object] = {
        "package.json": {"name": "root", "private": True, "workspaces": ["packages/*"]},
        "packages/a/package.json": {"name": "a", "version": "1.0.0"},
    }
    release = publishing("BUN_AUTH_TOKEN", version=version, publish="cd packages/a && bun publish")

    assert secret(release, **files, **{"bunfig.toml": TOKEN}) == root
    assert secret(release, **files, **{"packages/a/bunfig.toml": TOKEN}) == own


def test_a_registry_of_bunfig_is_where_the_package_goes():
    other = TOKEN.replace("registry.npmjs.org", "npm.acme.example")

    assert one(publishing("BUN_AUTH_TOKEN"), **{"bunfig.toml": other}).registry is Registry.OTHER


def test_a_registry_with_a_name_and_a_password_may_be_one_with_a_token():
    bunfig = '[install]\nregistry = "https://{}@registry.npmjs.org/"\n'
    of_two = run(publishing(), **{"bunfig.toml": bunfig.format("me:pass")}).token
    of_one = run(publishing(), **{"bunfig.toml": bunfig.format(":npm_" + "a" * 36)}).token

    assert isinstance(of_two, Unknown)
    assert isinstance(of_one, GivenToken)
    assert of_one.state is TokenState.LITERAL


WRITTEN = """\
- run: |
    cat > bunfig.toml <<'END'
    [install.registry]
    token = "$BUN_AUTH_TOKEN"
    END
"""


def test_a_bunfig_that_a_step_writes_is_read():
    assert secret(publishing("BUN_AUTH_TOKEN", before=WRITTEN)) == "BUN_AUTH_TOKEN"
    cleaned = WRITTEN + "- run: git clean -fdx\n"
    assert secret(publishing("BUN_AUTH_TOKEN", before=cleaned)) is None


def test_a_secret_that_a_step_writes_into_it_is_the_token():
    value = WRITTEN.replace("'END'", "END").replace("$BUN_AUTH_TOKEN", "${{ secrets.MINE }}")

    assert secret(publishing(before=value)) == "MINE"


def test_what_a_program_writes_into_it_is_not_known():
    before = "- run: ./render > bunfig.toml\n"

    token = run(publishing(before=before)).token
    assert isinstance(token, Unknown)
    assert token.why == "what `bunfig.toml` says is not known"


def test_a_bunfig_that_is_no_toml_is_not_known():
    assert isinstance(run(publishing(), **{"bunfig.toml": "[[[ token"}).token, Unknown)


def test_the_file_of_the_home_is_looked_for_where_a_runner_may_have_another_folder_for_it():
    before = "- run: echo 'install.registry.token = \"$BUN_AUTH_TOKEN\"' > ~/.bunfig.toml\n"
    release = publishing("BUN_AUTH_TOKEN", before=before)

    assert isinstance(run(release).token, Unknown)
    project = {"bunfig.toml": '[install]\nregistry = "https://registry.npmjs.org"\n'}
    assert secret(release, **project) is None


def test_the_line_of_the_token_is_named():
    token = run(publishing(), **{"bunfig.toml": TOKEN}).token

    assert isinstance(token, GivenToken)
    assert token.place == Place("bunfig.toml", 3, 3)


def set_up(*inputs: str, ref: str = "v2", secrets: tuple[str, ...] = ("BUN_AUTH_TOKEN",)) -> str:
    """A workflow that publishes after setup-bun was given these inputs."""
    rows = "".join(f"    {row}\n" for row in ('bun-version: "1.4.5"', *inputs))
    before = f"- uses: oven-sh/setup-bun@{ref}\n  with:\n{rows}"
    return publishing(*secrets, before=before)


URL = "registry-url: https://registry.npmjs.org/"


@pytest.mark.parametrize("ref", ["v2", "v2.1.0", "v2.2.0"])
def test_setup_bun_writes_its_variable_for_a_registry_and_for_a_scope(ref):
    assert secret(set_up(URL, ref=ref)) == "BUN_AUTH_TOKEN"
    assert secret(set_up(URL, "scope: acme", ref=ref)) == "BUN_AUTH_TOKEN"
    assert secret(set_up(URL, "scope: '@other'", ref=ref)) is None
    assert secret(set_up(ref=ref)) is None


@pytest.mark.parametrize("ref", ["v1", "v2.0.2"])
def test_setup_bun_before_2_1_0_writes_its_variable_for_a_scope_alone(ref):
    assert secret(set_up(URL, ref=ref)) is None
    assert secret(set_up(URL, "scope: '@acme'", ref=ref)) == "BUN_AUTH_TOKEN"


@pytest.mark.parametrize(
    ("row", "token"),
    [
        ("https://registry.npmjs.org/|$BUN_AUTH_TOKEN", "BUN_AUTH_TOKEN"),
        ("https://registry.npmjs.org/|${{ secrets.MINE }}", "MINE"),
        ("'@acme:https://registry.npmjs.org/|$BUN_AUTH_TOKEN'", "BUN_AUTH_TOKEN"),
        ("'@other:https://registry.npmjs.org/|$BUN_AUTH_TOKEN'", None),
        ("https://registry.npmjs.org/", None),
    ],
)
def test_setup_bun_takes_a_list_of_registries(row, token):
    assert secret(set_up(f"registries: {row}")) == token


def test_setup_bun_keeps_what_the_file_says_of_other_registries():
    assert secret(set_up(URL), **{"bunfig.toml": SCOPE}) is None
    release = set_up(URL, secrets=("BUN_AUTH_TOKEN", "SCOPES"))
    assert secret(release, **{"bunfig.toml": SCOPE}) == "SCOPES"


def test_what_a_setup_bun_of_no_known_version_writes_is_not_known():
    assert isinstance(run(set_up(URL, ref="main")).token, Unknown)
    assert secret(set_up(URL, "scope: acme", ref="main")) == "BUN_AUTH_TOKEN"
    assert run(set_up(ref="main")).token is None
