"""Releases that look ready and that npm, its client or GitHub would refuse: never `accepted`.

Every case here was once called accepted. `None` where that way of publishing is not touched.
"""

from __future__ import annotations

import pytest

from hostile.release import SECRET, SETUP, files, judge, step, verdicts, workflow

PUBLISH = step("npm publish")


def test_the_release_that_is_spoilt_below_is_accepted_either_way():
    assert verdicts(workflow(PUBLISH)) == ("accepted", "accepted")


@pytest.mark.parametrize(
    "value",
    ["$NPM_TOKEN", "'${NPM_TOKEN}'", "secrets.NPM_TOKEN", "'{{ secrets.NPM_TOKEN }}'", "123",
     "'${{ secrets.NPM_TOKEN'", "true", "'Bearer ${{ secrets.NPM_TOKEN }}'"],
)  # fmt: skip
def test_a_text_that_no_token_is_stands_where_the_token_should(value):
    answer = judge(files(workflow(step("npm publish", f"NODE_AUTH_TOKEN: {value}"))))

    assert (answer.verdict, answer.errors) == ("refused", ("token-malformed",))


def test_a_token_written_as_quoted_text_into_npmrc_is_still_a_token():
    script = 'echo "//registry.npmjs.org/:_authToken=\\"$NPM_TOKEN\\"" > ~/.npmrc\nnpm publish'
    env = "NPM_TOKEN: '${{ secrets.NPM_TOKEN }}', NPM_CONFIG_USERCONFIG: /home/runner/.npmrc"

    assert judge(files(workflow(step(script, env)))).verdict == "accepted"


@pytest.mark.parametrize(
    "address",
    ["http://registry.npmjs.org", "https://registry.npmjs.org/npm/", "https://registry.npmjs.org:8443",
     "https://someone@registry.npmjs.org/", "https://[", "https://registry.npmjs.org:x/"],
)  # fmt: skip
def test_an_address_that_is_no_known_door_of_npms_is_not_taken_for_npm(address):
    found = verdicts(workflow(step(f"npm publish --registry '{address}'")))

    assert found == ("unknown", "unknown")


@pytest.mark.parametrize("line", ["registry=[", "registry=https://[", "registry=//x:y:z"])
def test_an_npmrc_whose_address_is_none_stops_nothing(line):
    found = judge({**files(workflow(PUBLISH)), ".npmrc": line.encode()})

    assert found.verdict == "unknown"


def test_a_checkout_into_a_folder_leaves_no_package_where_npm_looks():
    setup = SETUP.replace("checkout@v4\n", "checkout@v4\n  with: {path: source}\n")

    assert verdicts(workflow(PUBLISH, setup=setup)) == ("unknown", "unknown")


# --- configuration that is taken away, hidden or not handed on ----------------------------------

USER = '"$NPM_CONFIG_USERCONFIG"'


@pytest.mark.parametrize(
    "script",
    [f"rm -f {USER}", "rm $RUNNER_TEMP/.npmrc", f": > {USER}", f"> {USER}", "npm logout",
     "npm config delete //registry.npmjs.org/:_authToken", f"mv {USER} elsewhere",
     "unset NODE_AUTH_TOKEN", "export NODE_AUTH_TOKEN=''"],
)  # fmt: skip
def test_a_token_that_a_command_took_away_is_not_given(script):
    by_token, by_publisher = verdicts(workflow(step(f"{script}\nnpm publish")))

    assert (by_token, by_publisher) == ("refused", "accepted")


@pytest.mark.parametrize(
    "script",
    [f"sed -i s/a/b/ {USER}", f"perl -pi -e s/a/b/ {USER}", "make-npmrc > .npmrc",
     "python3 - <<'X'\nopen('.npmrc', 'w').write('')\nX",
     "node <<'X'\nrequire('fs').rmSync('.npmrc')\nX",
     "node -e \"require('fs').writeFileSync('.npmrc', '')\"",
     "python3 -c \"open('.npmrc', 'w').write('')\""],
)  # fmt: skip
def test_a_configuration_that_a_command_changes_unseen_is_not_known(script):
    by_token, _ = verdicts(workflow(step(f"{script}\nnpm publish")))

    assert by_token == "unknown"


@pytest.mark.parametrize(
    "script", ["cat .npmrc", f"chmod 600 {USER}", f"test -f {USER}", "ls ~/.npmrc"]
)
def test_a_configuration_that_is_only_looked_at_stays_known(script):
    assert verdicts(workflow(step(f"{script}\nnpm publish"))) == ("accepted", "accepted")


def test_a_user_file_whose_path_is_hidden_is_not_known():
    env = f"{SECRET}, NPM_CONFIG_USERCONFIG: '${{{{ vars.NPMRC }}}}'"

    assert verdicts(workflow(step("npm publish", env)))[0] == "unknown"


@pytest.mark.parametrize(
    ("script", "expected"),
    [("env -i npm publish", ("refused", "refused")),
     ("env -u NODE_AUTH_TOKEN npm publish", ("refused", "accepted")),
     ("env NODE_AUTH_TOKEN=nothing npm publish", ("refused", "accepted")),
     ("sudo npm publish", ("unknown", "unknown")),
     ("sudo -E npm publish", ("accepted", "accepted")),
     ("ACTIONS_ID_TOKEN_REQUEST_URL= npm publish", ("accepted", "refused")),
     ("cross-env npm_config_registry=https://registry.example npm publish",
      ("nothing-to-publish", "nothing-to-publish"))],
)  # fmt: skip
def test_a_word_before_the_command_changes_what_it_is_given(script, expected):
    assert verdicts(workflow(step(script))) == expected


# --- the command itself -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script", ["npm version prerelease", "npm version premajor --preid x", "npm version 2.0.0-rc.1"]
)
def test_a_prerelease_that_the_job_makes_needs_a_tag(script):
    spoilt = judge(files(workflow(step(f"{script}\nnpm publish"))))
    tagged = judge(files(workflow(step(f"{script}\nnpm publish --tag next"))))

    assert (spoilt.verdict, spoilt.errors) == ("refused", ("prerelease-without-tag",))
    assert tagged.verdict == "accepted"


@pytest.mark.parametrize("verb", ["pu", "publ", "publi", "publis"])
def test_a_command_cut_short_is_the_publish_that_npm_takes_it_for(verb):
    without = SETUP.replace(", registry-url: 'https://registry.npmjs.org'", "")

    assert verdicts(workflow(step(f"npm {verb}"), setup=without))[0] == "refused"


def test_a_publish_that_a_variable_makes_a_dry_run_is_not_judged():
    assert (
        verdicts(workflow(step("npm_config_dry_run=true npm publish")))[0] == "nothing-to-publish"
    )


# --- files that GitHub refuses as a whole -------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [("runs-on: ubuntu-latest", "name: x"), ("  publish:\n", "  'pub lish':\n"),
     ("runs-on: ubuntu-latest", "runs-on: ubuntu-latest\n    needs: nothing"),
     ("runs-on: ubuntu-latest", "runs-on: ubuntu-latest\n    needs: publish"),
     ("runs-on: ubuntu-latest", "runs-on: ubuntu-latest\n    if: github.ref =="),
     ("contents: read", "contents: reed"), ("{contents: read, id-token: write}", "[id-token]"),
     ("- uses: actions/checkout@v4", "- uses: actions/checkout@v4\n        run: true"),
     ("- uses: actions/checkout@v4", "- name: nothing\n      - uses: actions/checkout@v4"),
     ("name: Release", "name: ${{ github.ref"), ("name: Release", "run-name: ${{ a b }}")],
)  # fmt: skip
def test_a_file_that_github_does_not_take_publishes_nothing(old, new):
    release = workflow(PUBLISH)
    assert old in release

    answer = judge(files(release.replace(old, new, 1)))

    assert answer.verdict == "unknown"
    assert [f.rule for f in answer.report.findings if f.rule == "workflow-unreadable"]


def test_a_fault_in_a_workflow_that_publishes_nothing_changes_no_verdict():
    other = "on: push\njobs: {test: {steps: [{run: true}]}}\n"
    tree = {**files(workflow(PUBLISH)), ".github/workflows/test.yml": other.encode()}

    assert judge(tree).verdict == "accepted"


# --- commands in other clothes ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [("bash <<'X'\nexport NODE_AUTH_TOKEN=\nnpm publish\nX", ("refused", "accepted")),
     ("echo 'npm publish' | sh", ("accepted", "accepted")),
     ("npm exec --package=npm@6 -- npm publish", ("accepted", "refused")),
     ("npm publish --reg https://registry.example", ("nothing-to-publish", "nothing-to-publish")),
     ("rm package.json\nnpm publish", ("unknown", "unknown")),
     ("mv package.json elsewhere.json\nnpm publish", ("unknown", "unknown"))],
)  # fmt: skip
def test_a_publish_is_seen_in_whatever_clothes_it_comes(script, expected):
    assert verdicts(workflow(step(script))) == expected


@pytest.mark.parametrize(
    ("shell", "script", "expected"),
    [("pwsh", "$env:NODE_AUTH_TOKEN = ''", ("refused", "accepted")),
     ("powershell", "$env:npm_config_registry='https://registry.example';",
      ("nothing-to-publish", "nothing-to-publish")),
     ("cmd", "set NODE_AUTH_TOKEN=", ("refused", "accepted")),
     ("cmd", '@set "npm_config_registry=https://registry.example"',
      ("nothing-to-publish", "nothing-to-publish")),
     ("pwsh", "$env:UNRELATED = $env:OTHER + ' x'", ("accepted", "accepted"))],
)  # fmt: skip
def test_the_shells_of_windows_set_variables_too(shell, script, expected):
    one = step(f"{script}\nnpm publish").replace("- run: |", f"- shell: {shell}\n  run: |")

    assert verdicts(workflow(one)) == expected


def test_a_variable_that_nothing_seen_sets_may_be_empty():
    env = "NODE_AUTH_TOKEN: '${{ env.NPM_TOKEN }}'"
    plain = workflow(step("npm publish", env))
    given = workflow(step("npm publish", env), top="env: {NPM_TOKEN: '${{ secrets.NPM_TOKEN }}'}\n")

    assert verdicts(plain)[0] == "unknown"
    assert verdicts(given)[0] == "accepted"


@pytest.mark.parametrize("shell", ["' '", "''", "'\t'"])
def test_a_shell_without_a_name_stops_nothing(shell):
    one = PUBLISH.replace("- run: |", f"- shell: {shell}\n  run: |")

    assert verdicts(workflow(one))[0] in {"accepted", "unknown"}


def test_a_job_that_brings_no_files_has_no_package_to_publish():
    without = SETUP.partition("\n")[2]
    artifact = "- uses: actions/download-artifact@v5\n"
    cloned = step("git clone https://github.com/acme/widget .")

    assert verdicts(workflow(PUBLISH, setup=without)) == ("unknown", "unknown")
    assert verdicts(workflow(PUBLISH, setup=artifact + without)) == ("accepted", "accepted")
    assert verdicts(workflow(cloned + PUBLISH, setup=without)) == ("accepted", "accepted")


def test_a_job_that_brings_no_files_is_refused_for_what_refuses_it_anyway():
    without = SETUP.partition("\n")[2]
    no_token = step("npm publish", "NODE_AUTH_TOKEN: 123")

    assert verdicts(workflow(no_token, setup=without))[0] == "refused"
