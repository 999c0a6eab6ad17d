"""The fix of one repository at a time: which lines change, what stays, what is left to a person."""

from __future__ import annotations

import json
from unittest.mock import Mock

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from checker.facts import Place, RunningJob, Setting, Unknown
from checker.files import MemoryFiles
from checker.remedies import grants, move
from checker.remedies.model import Fixes, Tree
from checker.remedies.sites import job_at
from test_remedies.repositories import Known, changed, small

RELEASE = ".github/workflows/release.yml"
PACKAGE = {
    "name": "@acme/widget",
    "version": "1.2.0",
    "repository": {"type": "git", "url": "git+https://github.com/acme/widget.git"},
}
PERMISSIONS = "    permissions:\n      contents: read\n      id-token: write\n"
SETUP = """\
      - uses: actions/setup-node@v6
        with:
          node-version: 24.18.0
          registry-url: https://registry.npmjs.org
"""
PUBLISH = """\
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
"""


def release(*, top: str = "", job: str = "", setup: str = SETUP, steps: str = PUBLISH) -> str:
    return (
        f"on: push\n{top}jobs:\n  publish:\n    runs-on: ubuntu-latest\n{job}"
        f"    steps:\n      - uses: actions/checkout@v6\n{setup}{steps}"
    )


def repository(workflow: str, **others: object) -> Known:
    files = {name.replace("__", "/"): content for name, content in others.items()}
    return small({RELEASE: workflow, "package.json": PACKAGE, **files})


def result(known: Known, *, stage: bool = False) -> tuple[str, Fixes]:
    """The release workflow afterwards."""
    fixes = known.fix(stage=stage)
    return changed(known, fixes, RELEASE), fixes


def refusal(known: Known, *, stage: bool = False) -> str:
    """Why nothing was changed."""
    fixes = known.fix(stage=stage)
    assert fixes.changes == ()
    assert len(fixes.refusals) == 1
    return fixes.refusals[0].why


# --- permissions ------------------------------------------------------------------------------


def test_a_job_without_permissions_gets_a_block_and_loses_its_token() -> None:
    text, fixes = result(repository(release()))
    assert text == release(job=PERMISSIONS, steps="      - run: npm publish\n")
    assert (fixes.refusals, fixes.notes) == ((), ())


def test_what_the_workflow_grants_is_copied_to_the_job() -> None:
    top = "permissions:\n  contents: write # to tag\n  issues: read\n  packages: none\n"
    text, _ = result(repository(release(top=top)))
    block = "    permissions:\n      contents: write\n      issues: read\n      id-token: write\n"
    assert text == release(top=top, job=block, steps="      - run: npm publish\n")


def test_a_workflow_that_grants_nothing_gives_the_job_nothing_but_the_id_token() -> None:
    text, _ = result(repository(release(top="permissions: {}\n")))
    assert "    permissions:\n      id-token: write\n" in text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    permissions: { contents: write }\n", "{ contents: write, id-token: write }"),
        ("    permissions:\n      contents: write # c\n", "write # c\n      id-token: write\n"),
        ("    permissions:\n      id-token: none\n      a: read\n", "id-token: write\n      a"),
        ("    permissions: {}\n", "permissions: { id-token: write }\n"),
    ],
)
def test_a_block_that_is_there_is_kept_and_completed(before: str, after: str) -> None:
    text, _ = result(repository(release(job=before.replace("a: read", "actions: read"))))
    assert after.replace("      a", "      actions") in text


def test_a_tool_that_writes_to_github_keeps_what_it_needs() -> None:
    steps = """\
      - uses: changesets/action@v1
        with:
          publish: npx changeset publish
        env:
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
"""
    lock = {
        "lockfileVersion": 3,
        "packages": {"node_modules/@changesets/cli": {"version": "2.29.0"}},
    }
    package = {**PACKAGE, "devDependencies": {"@changesets/cli": "^2.29.0"}}
    known = small(
        {RELEASE: release(steps=steps), "package.json": package, "package-lock.json": lock}
    )
    text, _ = result(known)
    assert "contents: write\n      pull-requests: write\n      id-token: write\n" in text
    assert "GITHUB_TOKEN" in text
    assert "NPM_TOKEN" not in text


@pytest.mark.parametrize("script", ["git push --follow-tags", "gh release create v1"])
def test_a_job_that_pushes_may_still_push(script: str) -> None:
    text, _ = result(repository(release(steps=PUBLISH + f"      - run: {script}\n")))
    assert "      contents: write\n" in text


def test_a_job_whose_script_file_pushes_may_still_push() -> None:
    known = repository(
        release(steps=PUBLISH + "      - run: ./tools/tag.sh\n"),
        **{"tools__tag.sh": "git tag x\ngit push origin x\n"},
    )
    assert "      contents: write\n" in result(known)[0]


def test_packages_that_come_from_github_may_still_be_read() -> None:
    install = """\
      - run: npm ci
        env:
          NODE_AUTH_TOKEN: ${{ secrets.GITHUB_TOKEN }}
"""
    assert "      packages: read\n" in result(repository(release(steps=install + PUBLISH)))[0]


@pytest.mark.parametrize(
    "step",
    [
        "      - uses: some/action@v1\n",
        "      - run: gh pr comment 1\n",
        "      - run: node notify.js\n        env:\n          TOKEN: ${{ github.token }}\n",
        "      - uses: ./missing\n",
    ],
)
def test_a_job_whose_needs_do_not_show_is_left_alone(step: str) -> None:
    known = repository(release(steps=PUBLISH + step))
    assert "`id-token: write`" in refusal(known)
    assert "```yaml" in known.fix().refusals[0].by_hand


def test_a_called_workflow_and_its_caller_are_both_given_the_permission() -> None:
    called = release(job="    permissions:\n      contents: read\n").replace(
        "on: push", "on: workflow_call"
    )
    caller = (
        "on: push\njobs:\n  npm:\n    uses: ./.github/workflows/npm.yml\n    secrets: inherit\n"
    )
    npm = ".github/workflows/npm.yml"
    known = small({RELEASE: caller, npm: called, "package.json": PACKAGE})
    text, fixes = result(known)
    assert text == caller.replace("npm.yml\n", "npm.yml\n" + PERMISSIONS)
    assert "      contents: read\n      id-token: write\n" in changed(known, fixes, npm)


NPM = ".github/workflows/npm.yml"


def test_callers_beside_each_other_are_given_the_permission_in_one_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called = release().replace("on: push", "on: workflow_call")
    caller = "on: push\njobs:\n" + "".join(
        f"  j{event}:\n    if: github.ref == 'refs/heads/{event}'\n"
        "    uses: ./.github/workflows/npm.yml\n    secrets: inherit\n"
        for event in ("main", "next", "beta", "alpha")
    )
    known = small({RELEASE: caller, NPM: called, "package.json": PACKAGE})
    readings = Mock(side_effect=move.read)
    monkeypatch.setattr(move, "read", readings)
    text, fixes = result(known)
    assert fixes.refusals == ()
    assert text.count("id-token: write") == 4
    # Before the first edit, after the permission, after the token.
    assert readings.call_count == 3


def test_what_many_ways_lead_to_is_looked_into_once_at_every_depth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = "on: workflow_call\njobs:\n" + "".join(
        f"  j{n}:\n    uses: ./.github/workflows/l{{}}.yml\n" for n in range(4)
    )
    files = {f".github/workflows/l{n}.yml": calls.replace("{}", str(n + 1)) for n in range(4)}
    files[".github/workflows/l4.yml"] = release()
    tree = Tree(MemoryFiles({path: text.encode() for path, text in files.items()}), {})
    looked_into = Mock(side_effect=grants.workflow)
    monkeypatch.setattr(grants, "workflow", looked_into)
    site = job_at(tree, Place(".github/workflows/l0.yml", 3, 3))
    assert grants.needed(tree, site, ()) == {"contents": "read"}
    assert looked_into.call_count == 4
    assert grants.asked(tree, site.job) == {}
    assert looked_into.call_count == 8


def called_by(grants: str, *, top: str = "", job: str) -> Known:
    """A workflow that publishes, and the one that calls it with `grants`."""
    called = release(top=top, job=job).replace("on: push", "on: workflow_call")
    caller = (
        f"on: push\npermissions: {{}}\njobs:\n  npm:\n    uses: ./{NPM}\n"
        f"    secrets: inherit\n{grants}"
    )
    return small({RELEASE: caller, NPM: called, "package.json": PACKAGE})


@pytest.mark.parametrize(
    ("grants", "granted"),
    [
        ("", "{contents: write, id-token: write}"),
        ("    permissions: {}\n", "{contents: write, id-token: write}"),
        ("    permissions: {issues: read}\n", "{issues: read, contents: write, id-token: write}"),
        ("    permissions:\n      contents: read\n", "{contents: write, id-token: write}"),
    ],
)
def test_a_caller_grants_all_that_the_called_jobs_ask_for(grants: str, granted: str) -> None:
    known = called_by(grants, job="    permissions: {contents: write}\n")
    text, fixes = result(known)
    assert fixes.refusals == ()
    assert yaml.safe_load(text)["jobs"]["npm"]["permissions"] == yaml.safe_load(granted)


@pytest.mark.parametrize("grants", ["", "    permissions: {}\n"])
def test_a_caller_of_a_job_that_may_read_all_grants_the_same_by_name(grants: str) -> None:
    known = called_by(grants, job="    permissions: read-all\n")
    text, fixes = result(known)
    job = yaml.safe_load(changed(known, fixes, NPM))["jobs"]["publish"]
    assert yaml.safe_load(text)["jobs"]["npm"]["permissions"] == job["permissions"]
    assert job["permissions"]["id-token"] == "write"
    assert job["permissions"]["actions"] == "read"


@pytest.mark.parametrize("grants", ["", "    permissions: {}\n", "    permissions: read-all\n"])
def test_what_a_called_file_asks_for_as_a_whole_no_list_of_its_caller_covers(grants: str) -> None:
    known = called_by(grants, top="permissions: read-all\n", job="")
    assert "asks for `read-all`, and no list covers that" in refusal(known)
    assert "`permissions: read-all`, by name" in known.fix().refusals[0].by_hand


def test_a_secret_that_callers_still_hand_over_for_nothing_is_told() -> None:
    on = "on:\n  workflow_call:\n    secrets:\n      npm-token:\n        required: true\n"
    called = release().replace("on: push\n", on).replace("secrets.NPM_TOKEN", "secrets.npm-token")
    caller = (
        "on: push\njobs:\n  npm:\n    uses: ./.github/workflows/npm.yml\n"
        "    secrets:\n      npm-token: ${{ secrets.NPM_TOKEN }}\n"
    )
    npm = ".github/workflows/npm.yml"
    known = small({RELEASE: caller, npm: called, "package.json": PACKAGE})
    fixes = known.fix()
    assert "secrets.npm-token" not in changed(known, fixes, npm)
    assert "`npm-token`, which nothing reads by now" in fixes.notes[0].text


# --- Node and npm -----------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["22", "'20'", '"18.x"', "v22.14.0", "lts/jod"])
def test_a_node_that_is_written_out_becomes_24(written: str) -> None:
    old = SETUP.replace("24.18.0", f"{written} # ours")
    quote = written[0] if written[0] in "'\"" else ""
    new = SETUP.replace("24.18.0", f"{quote}24{quote} # ours")
    text, _ = result(repository(release(setup=old)))
    assert new in text


@pytest.mark.parametrize("given", ["node-version: ${{ matrix.node }}", "node-version-file: .nvmrc"])
def test_a_node_from_elsewhere_stays_and_npm_is_raised(given: str) -> None:
    setup = SETUP.replace("node-version: 24.18.0", given)
    job = "    strategy:\n      matrix:\n        node: [22]\n"
    known = repository(release(job=job, setup=setup), **{".nvmrc": "22.14.0\n"})
    assert f"{setup}      - run: npm install -g npm@11\n" in result(known)[0]


def test_an_npm_that_is_installed_already_is_raised_in_its_own_step() -> None:
    steps = "      - run: npm i -g npm@10 # pinned\n" + PUBLISH
    text, _ = result(repository(release(steps=steps)))
    assert "      - run: npm i -g npm@11 # pinned\n" in text
    assert text.count("npm@") == 1


def _beside(setup: str) -> str:
    """Steps as those of a `parallel` group."""
    return "      - parallel:\n" + "".join(f"    {row}\n" for row in setup.splitlines())


def test_node_is_raised_inside_a_group_of_steps_that_run_beside_each_other() -> None:
    setup = _beside("      - run: docker pull db\n" + SETUP.replace("24.18.0", "22"))
    text, _ = result(repository(release(setup=setup)))
    assert _beside("      - run: docker pull db\n" + SETUP.replace("24.18.0", "24")) in text
    assert "secrets.NPM_TOKEN" not in text


def test_npm_is_raised_behind_the_whole_group_that_sets_node_up() -> None:
    from_file = SETUP.replace("node-version: 24.18.0", "node-version-file: .nvmrc")
    setup = _beside(from_file + "      - run: docker pull db\n") + "      - wait-all:\n"
    text, _ = result(repository(release(setup=setup), **{".nvmrc": "22.14.0\n"}))
    assert "docker pull db\n      - run: npm install -g npm@11\n      - wait-all:\n" in text


def test_no_npm_is_installed_beside_the_publish_that_needs_it() -> None:
    from_file = SETUP.replace("node-version: 24.18.0", "node-version-file: .nvmrc")
    publish = PUBLISH.replace("npm publish", "npm publish\n        if: always()")
    steps = _beside("      - run: npm run docs\n" + publish)
    known = repository(release(setup=from_file, steps=steps), **{".nvmrc": "22.14.0\n"})
    assert refusal(known)


def test_a_leg_whose_node_runs_no_such_npm_is_refused() -> None:
    setup = SETUP.replace("24.18.0", "${{ matrix.node }}")
    job = "    strategy:\n      matrix:\n        node: [18, 24]\n"
    known = repository(release(job=job, setup=setup))
    assert refusal(known)
    assert "job of its own" in known.fix().refusals[0].by_hand


def test_before_a_conditional_publish_npm_is_raised_on_the_same_condition() -> None:
    # On the leg with Node 18 the installation of npm 11 would fail, and with it the build.
    job = "    strategy:\n      matrix:\n        node: [18, 20]\n"
    setup = SETUP.replace("24.18.0", "${{ matrix.node }}")
    condition = "        if: matrix.node == 20 && github.ref == 'refs/heads/main' # ours\n"
    test = "      - run: npm test\n"
    publish = "      - run: npm publish\n" + condition
    text, fixes = result(repository(release(job=job, setup=setup, steps=test + publish)))
    upgrade = "      - run: npm install -g npm@11\n" + condition.replace(" # ours", "")
    assert f"{test}{upgrade}{publish}" in text
    assert fixes.refusals == ()


ACTION = ".github/actions/publish/action.yml"
OWN_ACTION = """\
name: Publish
description: to npm
runs:
  using: composite
  steps:
    - uses: actions/setup-node@v6
      with: { node-version: 22 } # ours
    - run: npm publish
      shell: bash
"""
USES_ACTION = release(setup="", steps="      - uses: ./.github/actions/publish\n")


def test_where_a_local_action_publishes_its_own_node_is_raised() -> None:
    known = small({RELEASE: USES_ACTION, ACTION: OWN_ACTION, "package.json": PACKAGE})
    text, fixes = result(known)
    assert changed(known, fixes, ACTION) == OWN_ACTION.replace("22", "24")
    assert text == USES_ACTION.replace("    steps:", f"{PERMISSIONS}    steps:")


def test_where_a_local_action_takes_its_node_from_elsewhere_npm_is_installed_in_it() -> None:
    own = OWN_ACTION.replace("{ node-version: 22 }", "{ node-version-file: .nvmrc }")
    known = repository(USES_ACTION, **{ACTION: own, ".nvmrc": "22.14.0\n"})
    upgrade = "    - run: npm install -g npm@11\n      shell: bash\n"
    assert upgrade in changed(known, known.fix(), ACTION)


def test_a_local_action_of_several_publishes_is_left_and_npm_is_named() -> None:
    both = OWN_ACTION + "    - run: npm publish ./b\n      shell: bash\n"
    files = {RELEASE: USES_ACTION, ACTION: both, "package.json": PACKAGE}
    known = small({**files, "b/package.json": {**PACKAGE, "name": "b"}})
    fixes = known.fix()
    assert fixes.changes == ()
    assert all("npm 10" in one.why for one in fixes.refusals)


def test_a_token_that_might_do_hides_no_npm_that_is_too_old() -> None:
    setup = SETUP.replace("24.18.0", "18").replace("setup-node@v6", "setup-node@v6 # 18 it is")
    setup = setup.replace("node-version: 18", "node-version-file: .nvmrc")
    why = refusal(repository(release(setup=setup), **{".nvmrc": "18.20.0\n"}))
    assert "Node 18" in why


def test_no_registry_url_is_added_where_trusted_publishing_needs_none() -> None:
    setup = SETUP.replace("          registry-url: https://registry.npmjs.org\n", "")
    assert "registry-url" not in result(repository(release(setup=setup)))[0]


# --- the token --------------------------------------------------------------------------------


PRIVATE = {**PACKAGE, "dependencies": {"@acme/secret": "^1.0.0"}}
JOB_TOKEN = "    env:\n      NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n"


def test_a_token_of_the_whole_job_stays_where_private_packages_may_be_installed() -> None:
    steps = "      - run: npm ci\n      - run: npm publish\n"
    known = repository(release(job=JOB_TOKEN, steps=steps))
    text, fixes = result(
        known.with_files(small({**known.files.content, "package.json": PRIVATE}).files)
    )
    assert JOB_TOKEN in text
    assert "read-only" in fixes.notes[0].text
    assert "`NPM_TOKEN`" in fixes.notes[0].text


def test_a_token_of_the_whole_job_goes_where_every_package_is_public() -> None:
    steps = "      - run: npm ci\n      - run: npm publish\n"
    text, fixes = result(repository(release(job=JOB_TOKEN, steps=steps)))
    assert "NODE_AUTH_TOKEN" not in text
    assert fixes.notes == ()


def test_the_token_of_the_install_step_stays() -> None:
    install = """\
      - run: npm ci
        env:
          NODE_AUTH_TOKEN: ${{ secrets.READ_TOKEN }}
"""
    text, _ = result(repository(release(steps=install + PUBLISH)))
    assert install in text
    assert "NPM_TOKEN" not in text


INSTALL = """\
      - run: npm ci
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
"""


def test_an_install_step_that_keeps_the_secret_is_told_before_its_token_is_revoked() -> None:
    known = repository(release(steps=INSTALL + PUBLISH))
    text, fixes = result(known)
    assert INSTALL in text
    assert [note.text for note in fixes.notes] == [
        "`NODE_AUTH_TOKEN` still installs packages with secret `NPM_TOKEN`: before you revoke its"
        " token, store a read-only granular one in the secret, or take the entry out if all"
        " packages are public."
    ]
    shown = release(steps=INSTALL + PUBLISH).splitlines()[fixes.notes[0].place.line - 1]
    assert "NODE_AUTH_TOKEN" in shown
    assert known.after(fixes).fix().notes == ()


def test_a_publish_that_installs_too_and_is_fixed_itself_is_no_such_step() -> None:
    steps = PUBLISH.replace("npm publish", "npx npm publish ./one")
    others = {"one__package.json": {**PACKAGE, "name": "@acme/one"}}
    text, fixes = result(repository(release(steps=steps + PUBLISH), **others))
    assert "NPM_TOKEN" not in text
    assert fixes.notes == ()


def test_a_variable_that_the_script_names_stays_with_a_note() -> None:
    steps = """\
      - run: |
          echo "//registry.npmjs.org/:_authToken=$TOKEN" > .npmrc
          npm publish
        env:
          TOKEN: ${{ secrets.NPM_TOKEN }}
"""
    text, fixes = result(repository(release(steps=steps)))
    assert steps in text
    assert "script" in fixes.notes[0].text


def test_a_variable_that_a_script_file_reads_stays_with_a_note() -> None:
    steps = (
        "      - run: bash release.sh\n        env:\n          TOKEN: ${{ secrets.NPM_TOKEN }}\n"
    )
    script = 'set -eu\necho "//registry.npmjs.org/:_authToken=$TOKEN" > .npmrc\nnpm publish\n'
    text, fixes = result(repository(release(steps=steps), **{"release.sh": script}))
    assert steps in text
    assert "`release.sh`" in fixes.notes[0].text


SEMANTIC = """\
      - run: npx semantic-release
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
"""


def semantic_release(**others: object) -> Known:
    package = {**PACKAGE, "devDependencies": {"semantic-release": "25.0.2", "@acme/x": "1.0.0"}}
    lock = {
        "lockfileVersion": 3,
        "packages": {"node_modules/semantic-release": {"version": "25.0.2"}},
    }
    return small(
        {
            RELEASE: release(steps=SEMANTIC),
            "package.json": package,
            "package-lock.json": lock,
            **others,
        }
    )


def test_a_variable_that_no_installation_reads_goes() -> None:
    text, fixes = result(semantic_release())
    assert "NPM_TOKEN" not in text
    assert (fixes.refusals, fixes.notes) == ((), ())


def test_a_variable_that_an_installation_reads_stays_with_a_note() -> None:
    npmrc = "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"
    text, fixes = result(semantic_release(**{".npmrc": npmrc}))
    assert SEMANTIC in text
    assert "read-only" in fixes.notes[0].text


def test_a_token_that_stays_is_shown_where_it_stood() -> None:
    steps = "      - run: npm ci\n      - run: npm publish\n"
    workflow = release(job=JOB_TOKEN, steps=steps)
    _, fixes = result(small({RELEASE: workflow, "package.json": PRIVATE}))
    shown = fixes.notes[0].place
    assert "NODE_AUTH_TOKEN" in workflow.splitlines()[shown.line - 1]


def test_another_secret_of_the_publish_step_stays() -> None:
    steps = PUBLISH + "          SIGNING_KEY: ${{ secrets.SIGNING_KEY }}\n"
    text, _ = result(repository(release(steps=steps)))
    assert "        env:\n          SIGNING_KEY: ${{ secrets.SIGNING_KEY }}\n" in text


# --- provenance, manifests --------------------------------------------------------------------


def test_provenance_is_no_longer_asked_for_where_the_repository_may_be_private() -> None:
    steps = PUBLISH.replace("npm publish", "npm publish --provenance --access public")
    files = {RELEASE: release(steps=steps), "package.json": PACKAGE}
    hidden = Unknown("visibility", "nothing says it")
    for visibility in ("private", hidden):
        text, fixes = result(small(files, visibility=visibility))
        assert "      - run: npm publish --access public\n" in text
        assert "Provenance" in fixes.notes[0].text
    assert "--provenance" in result(small(files))[0]


def test_where_nothing_asks_for_provenance_a_hidden_repository_is_what_is_told() -> None:
    known = small(
        {RELEASE: release(), "package.json": PACKAGE},
        visibility=Unknown("visibility", "nothing says it"),
    )
    running = replace(known.facts.running, repository=None)
    unplaced = replace(known, facts=replace(known.facts, running=running))

    assert refusal(unplaced).startswith("After every edit it is not certain")


def test_the_repository_is_written_into_every_manifest_that_lacks_it() -> None:
    bare = {"name": "@acme/widget", "version": "1.2.0", "license": "MIT"}
    known = small({RELEASE: release(), "package.json": bare})
    fixes = known.fix()
    written = json.loads(changed(known, fixes, "package.json"))
    assert list(written) == ["name", "version", "repository", "license"]
    assert written["repository"] == PACKAGE["repository"]


def test_a_private_repository_needs_no_repository_in_the_manifest() -> None:
    bare = {"name": "@acme/widget", "version": "1.2.0"}
    known = small({RELEASE: release(), "package.json": bare}, visibility="private")
    assert [change.path for change in known.fix().changes] == [RELEASE]


def test_without_a_known_repository_no_manifest_is_changed() -> None:
    bare = {"name": "@acme/widget", "version": "1.2.0"}
    known = small({RELEASE: release(), "package.json": bare}, repository=None)
    assert "package.json" not in [change.path for change in known.fix().changes]


ELSEWHERE = {**PACKAGE, "repository": "upstream/widget"}


def test_the_name_of_a_fork_is_not_put_in_place_of_another_one() -> None:
    known = small({RELEASE: release(), "package.json": ELSEWHERE})
    assert "another repository" in refusal(known)
    assert "acme/widget" in known.fix().refusals[0].by_hand


def test_in_a_run_the_name_is_certain_and_is_written() -> None:
    known = small({RELEASE: release(), "package.json": ELSEWHERE})
    running = RunningJob(Setting.ACTIONS, repository="acme/widget")
    there = replace(known, facts=replace(known.facts, running=running))
    assert "acme/widget" in changed(there, there.fix(), "package.json")


def test_a_git_remote_in_another_case_changes_no_manifest_and_is_told() -> None:
    known = small({RELEASE: release(), "package.json": PACKAGE}, repository="ACME/Widget")
    fixes = known.fix()
    assert [change.path for change in fixes.changes] == [RELEASE]
    assert "`acme/widget`, the git remote `ACME/Widget`" in fixes.notes[0].text


def test_without_provenance_no_repository_is_compared_and_none_is_written() -> None:
    steps = "      - run: npm publish --no-provenance\n"
    known = small({RELEASE: release(job=PERMISSIONS, steps=steps), "package.json": ELSEWHERE})
    fixes = known.fix()
    assert (fixes.changes, fixes.refusals, fixes.notes) == ((), (), ())


# --- staging ----------------------------------------------------------------------------------


def test_a_publish_becomes_a_stage_with_an_npm_that_can() -> None:
    steps = "      - run: |\n          npm ci\n          npm publish --tag next # go\n"
    setup = SETUP.replace("24.18.0", "24.10.0")
    text, fixes = result(repository(release(setup=setup, steps=steps)), stage=True)
    assert "          npm stage publish --tag next # go\n" in text
    assert "node-version: 24\n" in text
    assert fixes.refusals == ()


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("      - run: npx lerna publish from-package --yes\n", "no command that stages"),
        ("      - run: npm run ship\n", "does not stand in the step"),
        ("      - run: npm publish && npm publish ./b\n", "not the only one"),
    ],
)
def test_what_cannot_stage_is_refused(steps: str, why: str) -> None:
    package = {**PACKAGE, "scripts": {"ship": "npm publish"}}
    known = small(
        {
            RELEASE: release(steps=steps),
            "package.json": package,
            "b/package.json": {**PACKAGE, "name": "b"},
            "lerna.json": {"version": "1.2.0", "packages": ["."]},
        }
    )
    fixes = known.fix(stage=True)
    assert any(why in one.why for one in fixes.refusals)


# --- where it would rather not ----------------------------------------------------------------


def test_a_tool_that_is_too_old_is_named_with_what_raises_it() -> None:
    package = {**PACKAGE, "devDependencies": {"lerna": "8.2.4"}}
    lock = {"lockfileVersion": 3, "packages": {"node_modules/lerna": {"version": "8.2.4"}}}
    known = small(
        {
            RELEASE: release(steps="      - run: npx lerna publish from-package --yes\n"),
            "package.json": package,
            "package-lock.json": lock,
            "lerna.json": {"version": "1.2.0", "packages": ["."]},
        }
    )
    assert "lerna 8.2.4" in refusal(known)
    # Whichever package manager the repository has.
    assert known.fix().refusals[0].by_hand == (
        'Raise the tool: `"lerna": "^9.0.0"` in package.json, then install,'
        " and commit the lockfile too."
    )


def test_a_package_that_is_not_on_npm_yet_is_refused() -> None:
    known = small({RELEASE: release(), "package.json": PACKAGE}, exists=False)
    assert "does not exist" in refusal(known)


def test_lines_that_an_alias_repeats_are_refused() -> None:
    text = release().replace("  publish:\n", "  publish: &job\n") + "  again: *job\n"
    fixes = repository(text).fix()
    assert fixes.changes == ()
    assert all("alias" in one.why for one in fixes.refusals)


def test_anchors_beside_the_edit_stay() -> None:
    steps = PUBLISH.replace("npm publish", "&go npm publish") + "      - run: *go\n"
    text, _ = result(repository(release(steps=steps)))
    assert "      - run: &go npm publish\n      - run: *go\n" in text


def test_one_publish_is_fixed_where_its_neighbour_is_refused() -> None:
    steps = (
        PUBLISH
        + "      - run: bun publish\n        env:\n          NPM_CONFIG_TOKEN: ${{ secrets.BUN }}\n"
    )
    text, fixes = result(repository(release(steps=steps)))
    assert "NODE_AUTH_TOKEN" not in text
    assert "NPM_CONFIG_TOKEN" in text
    assert [one.place.line for one in fixes.refusals] == [14]


def test_a_token_that_a_neighbour_needs_stays_for_both() -> None:
    job = "    env:\n      NPM_CONFIG_TOKEN: ${{ secrets.NPM_TOKEN }}\n"
    steps = PUBLISH.replace("NODE_AUTH_TOKEN", "NPM_CONFIG_TOKEN") + "      - run: bun publish\n"
    text, fixes = result(repository(release(job=job, steps=steps)))
    assert job in text
    assert [one.place.line for one in fixes.refusals] == [16]


def test_a_token_of_another_registry_in_the_same_job_stays() -> None:
    steps = (
        "      - run: npm publish\n      - run: npm publish --registry https://npm.example.org\n"
    )
    npmrc = "//npm.example.org/:_authToken=${NODE_AUTH_TOKEN}\n"
    text, fixes = result(repository(release(job=JOB_TOKEN, steps=steps), **{".npmrc": npmrc}))
    assert JOB_TOKEN in text
    assert fixes.notes != ()


def test_a_publish_to_another_registry_is_left_alone() -> None:
    setup = SETUP.replace("https://registry.npmjs.org", "https://npm.pkg.github.com")
    fixes = repository(release(setup=setup)).fix()
    assert (fixes.changes, fixes.refusals) == ((), ())


def test_a_job_for_github_packages_that_goes_to_npm_is_not_moved() -> None:
    # Without a scope the package does not follow setup-node's registry-url.
    setup = SETUP.replace("https://registry.npmjs.org", "https://npm.pkg.github.com")
    steps = PUBLISH.replace("secrets.NPM_TOKEN", "secrets.GITHUB_TOKEN")
    known = small(
        {RELEASE: release(setup=setup, steps=steps), "package.json": {**PACKAGE, "name": "widget"}}
    )
    assert "GitHub Packages" in refusal(known)
    assert "scope" in known.fix().refusals[0].by_hand


def test_a_publish_to_github_packages_beside_it_keeps_its_right() -> None:
    steps = (
        PUBLISH
        + "      - run: npm publish --registry https://npm.pkg.github.com\n"
        + "        env:\n          NODE_AUTH_TOKEN: ${{ secrets.GITHUB_TOKEN }}\n"
    )
    assert "      packages: write\n" in result(repository(release(steps=steps)))[0]


def test_what_is_good_already_is_not_touched() -> None:
    good = release(job=PERMISSIONS, steps="      - run: npm publish\n")
    fixes = repository(good).fix()
    assert (fixes.changes, fixes.refusals, fixes.notes) == ((), (), ())


# --- whatever stands in the files -------------------------------------------------------------

NAMES = st.text(
    alphabet=st.sampled_from("ab-_.;'\"$(){}`|&<>#%:\n\t\x1b\u202e é"), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(job=NAMES, key=NAMES, value=NAMES)
def test_odd_names_are_carried_over_or_refused_and_never_become_something_else(
    job: str, key: str, value: str
) -> None:
    quoted = [json.dumps(name, ensure_ascii=True) for name in (job, key, value)]
    text = release(top=f"permissions:\n  contents: read\n  {quoted[1]}: {quoted[2]}\n")
    text = text.replace("  publish:\n", f"  {quoted[0]}:\n")
    known = repository(text)
    fixes = known.fix()
    again = known.after(fixes).fix()
    assert again.changes == ()
    for change in fixes.changes:
        assert quoted[0].encode() in change.after


def test_a_repository_with_very_many_publishes_is_not_worked_on_without_end() -> None:
    steps = "".join(f"      - run: bun publish ./p{number}.tgz\n" for number in range(120))
    refusals = repository(release(steps=steps)).fix().refusals
    assert "in one go" in refusals[-1].why
    assert "by hand" in refusals[-1].by_hand


def test_a_publish_that_very_many_calls_lead_to_is_not_read_again_for_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = "".join(f"  a{number}:\n    uses: ./{NPM}\n" for number in range(50))
    called = release().replace("on: push", "on: workflow_call")
    known = small({RELEASE: f"on: push\njobs:\n{calls}", NPM: called, "package.json": PACKAGE})
    readings = []
    read = move.read
    monkeypatch.setattr(move, "read", lambda *a, **k: readings.append(a) or read(*a, **k))
    assert "Too many jobs" in refusal(known)
    assert len(readings) < 6
