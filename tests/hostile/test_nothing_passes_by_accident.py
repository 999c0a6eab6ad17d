"""Releases that look ready and that npm, its client or GitHub would refuse: never `accepted`.

Every case here was once called accepted. `None` where that way of publishing is not touched.
"""

from __future__ import annotations

import pytest

from hostile.release import SETUP, files, judge, step, verdicts, workflow

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
