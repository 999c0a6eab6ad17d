"""One remote repository: what is read of it, with how many requests, and what comes out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from auditing_world import World
from github_api import git
from github_api.server import Fault, GitHub, Repository, of
from releases import TEST, declared, manifest, release

Serve = Callable[[GitHub], World]
NAME = "acme/widget"


def judged(world: World, *arguments: str, name: str = NAME) -> dict[str, Any]:
    """The audit's object for the one repository."""
    done = world.audit(name, "--format", "json", *arguments)
    assert done.returncode in (0, 1), done.stderr
    [one] = json.loads(done.stdout)["repositories"]
    assert one["repository"] == name
    return one


def of_files(world: Serve, files: dict[str, git.Content], **more: Any) -> World:
    return world(of(Repository(NAME, files, **more)))


def kinds(world: World) -> Counter[str]:
    """What was asked, by kind."""
    return Counter(
        "graphql" if method == "POST" else path.split("/")[-2]
        for method, path in world.github.requests
        if method == "POST" or "/git/" in path
    )


# --- verdicts ---------------------------------------------------------------------------------


def test_a_token_that_expires_is_accepted_today_and_refused_from_then_on(world: Serve) -> None:
    one = judged(of_files(world, release() | declared(expires="2027-01-20")))
    [package] = one["packages"]
    assert (one["verdict"], package["name"]) == ("accepted", "@acme/widget")
    assert package["credential"] == ["token"]
    assert package["changes"] == [
        {"on": "2027-01-01", "verdict": "unknown", "rule": "bypass-token-sunset"},
        {"on": "2027-01-21", "verdict": "refused", "rule": "token-expired"},
    ]
    assert package["refused_from"] == package["changes"][1]
    assert package["do"].startswith("Move to trusted publishing")


def test_a_token_without_bypass_is_refused_today_and_turns_no_more(world: Serve) -> None:
    one = judged(of_files(world, release() | declared(bypass=False)))
    [package] = one["packages"]
    assert (package["verdict"], package["refused_from"]) == ("refused", None)
    assert package["rules"] == ["token-needs-2fa"]
    assert [f["rule"] for f in one["findings"] if f["severity"] == "error"] == ["token-needs-2fa"]


def test_what_is_not_declared_is_unknown_and_says_what_to_declare(world: Serve) -> None:
    [package] = judged(of_files(world, release()))["packages"]
    assert package["verdict"] == "unknown"
    assert "token-type" in package["unknowns"]
    assert "Declare the token" in package["do"]


def test_every_package_of_a_monorepo_has_a_line(world: Serve) -> None:
    files = release("npm publish --workspaces") | declared()
    files["package.json"] = manifest("root", private=True, workspaces=["packages/*"])
    for name in ("one", "two"):
        files[f"packages/{name}/package.json"] = manifest(f"@acme/{name}")
    one = judged(of_files(world, files))
    assert [package["name"] for package in one["packages"]] == ["@acme/one", "@acme/two"]


def test_a_script_that_publishes_is_followed(world: Serve) -> None:
    files = release("npm run ship") | declared(bypass=False)
    files["package.json"] = manifest(scripts={"ship": "node tools/ship.mjs"})
    files["tools/ship.mjs"] = b"import { go } from './go.mjs'\ngo('npm publish')\n"
    files["tools/go.mjs"] = (
        b"import { execSync } from 'node:child_process'\n"
        b"export const go = () => execSync('npm publish')\n"
    )
    here = of_files(world, files)
    assert judged(here)["verdict"] == "refused"
    assert kinds(here) == {"trees": 1, "graphql": 3}


def test_a_workflow_behind_a_link_is_read(world: Serve) -> None:
    files = release() | declared(bypass=False)
    files["shared/release.yml"] = files[".github/workflows/release.yml"]
    files[".github/workflows/release.yml"] = git.Link("../../shared/release.yml")
    assert judged(of_files(world, files))["verdict"] == "refused"


def test_a_workflow_behind_a_link_out_of_the_repository_is_never_clean(world: Serve) -> None:
    files = release() | declared()
    files[".github/workflows/release.yml"] = git.Link("../../../../../etc/passwd")
    one = judged(of_files(world, files))
    assert one["verdict"] == "unknown"
    assert [finding["rule"] for finding in one["findings"]] == ["reading-limit-reached"]


def test_what_export_ignore_hides_from_a_tarball_is_seen(world: Serve) -> None:
    files = release() | declared(bypass=False)
    files[".gitattributes"] = b".github export-ignore\n"
    assert judged(of_files(world, files))["verdict"] == "refused"


PUBLISHERS = b"""\
trusted-publishers:
  - repository: acme/widget
    workflow: release.yml
    allow: [publish]
    published: true
"""


@pytest.mark.parametrize(
    ("server", "verdict"),
    [("https://github.com", "accepted"), ("https://git.acme.test", "refused")],
)
def test_npm_takes_id_tokens_of_github_com_alone(
    world: Serve, monkeypatch: pytest.MonkeyPatch, server: str, verdict: str
) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", server)
    files = release() | {".github/npm-publish-preflight.yml": PUBLISHERS}
    text = files[".github/workflows/release.yml"]
    assert isinstance(text, bytes)
    granted = text.partition(b"        env:")[0].replace(
        b"contents: read\n", b"contents: read\n  id-token: write\n"
    )
    files[".github/workflows/release.yml"] = granted
    files["package.json"] = manifest(repository="github:acme/widget")
    [package] = judged(of_files(world, files))["packages"]
    assert package["verdict"] == verdict
    assert ("unsupported-oidc-issuer" in package["rules"]) is (verdict == "refused")


# --- declared facts, and never options --------------------------------------------------------


def test_the_repositorys_options_are_not_taken(world: Serve) -> None:
    config = declared(bypass=False)[".github/npm-publish-preflight.yml"]
    assert isinstance(config, bytes)
    options = b"ignore:\n  - token-needs-2fa: we know\nworkflow: other.yml\nfail-on: never\n"
    files = release() | {".github/npm-publish-preflight.yml": config + options}
    here = of_files(world, files)
    one = judged(here)
    assert one["verdict"] == "refused"
    assert [f["severity"] for f in one["findings"] if f["rule"] == "token-needs-2fa"] == ["error"]
    assert here.audit(NAME).returncode == 1


def test_a_comment_in_the_repository_suppresses_nothing(world: Serve) -> None:
    files = release() | declared(bypass=False)
    text = files[".github/workflows/release.yml"]
    assert isinstance(text, bytes)
    mark = b"          # npm-publish-preflight: ignore[token-needs-2fa] we know\n"
    at = text.index(b"          NODE_AUTH_TOKEN")
    files[".github/workflows/release.yml"] = text[:at] + mark + text[at:]
    assert of_files(world, files).audit(NAME).returncode == 1


def test_the_auditors_flag_beats_what_the_repository_declares(world: Serve) -> None:
    here = of_files(world, release() | declared(bypass=True))
    assert judged(here)["verdict"] == "accepted"
    assert judged(here, "--bypass-2fa", "false")["verdict"] == "refused"


def test_the_auditors_file_fills_in_what_the_repository_leaves_open(
    world: Serve, tmp_path: Any
) -> None:
    config = tmp_path / "ours.yml"
    content = declared(bypass=False)[".github/npm-publish-preflight.yml"]
    assert isinstance(content, bytes)
    config.write_bytes(content)
    here = of_files(world, release())
    assert judged(here)["verdict"] == "unknown"
    assert judged(here, "--config", str(config))["verdict"] == "refused"


def test_a_config_file_that_lies_in_the_working_directory_is_not_the_auditors(
    world: Serve, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / ".github" / "npm-publish-preflight.yml"
    config.parent.mkdir()
    written = declared()[".github/npm-publish-preflight.yml"]
    assert isinstance(written, bytes)
    config.write_bytes(written)
    monkeypatch.chdir(tmp_path)
    assert judged(of_files(world, release()))["verdict"] == "unknown"


def test_a_configuration_that_is_not_valid_is_told_in_the_repositorys_line(world: Serve) -> None:
    files = release() | {".github/npm-publish-preflight.yml": b"publishing-acess: legacy-none\n"}
    one = judged(of_files(world, files))
    assert one["verdict"] == "unknown"
    assert "publishing-acess" in one["failure"]


# --- what it costs ----------------------------------------------------------------------------


def test_a_repository_without_workflows_costs_its_tree(world: Serve) -> None:
    here = of_files(world, {"package.json": manifest(), "src/index.js": b""})
    assert judged(here)["verdict"] == "nothing-to-publish"
    assert kinds(here) == {"trees": 1}


def test_a_release_costs_its_tree_and_one_query(world: Serve) -> None:
    files = release() | declared() | {f"src/{n}.js": b"x" for n in range(300)}
    here = of_files(world, files)
    judged(here)
    assert kinds(here) == {"trees": 1, "graphql": 1}


def test_a_monorepo_of_eighty_packages_costs_no_more(world: Serve) -> None:
    files = release("npm publish --workspaces") | declared()
    files["package.json"] = manifest("root", private=True, workspaces=["packages/*"])
    for number in range(80):
        files[f"packages/{number}/package.json"] = manifest(f"@acme/{number}")
    here = of_files(world, files)
    assert len(judged(here)["packages"]) == 80
    assert kinds(here) == {"trees": 1, "graphql": 1}


def test_where_nothing_changed_no_request_counts(world: Serve) -> None:
    here = of_files(world, release() | declared())
    first = judged(here)
    here.github.requests.clear()
    here.github.statuses.clear()
    assert judged(here) == first
    assert set(here.github.statuses) == {304}
    assert kinds(here) == {"trees": 1}


def test_of_what_changed_only_the_new_is_fetched(world: Serve) -> None:
    files = release() | declared()
    github = of(Repository(NAME, files))
    here = world(github)
    assert judged(here)["verdict"] == "accepted"
    changed = files | declared(bypass=False)
    github.names[NAME] = lambda: Repository(NAME, changed)
    github.forget()
    github.requests.clear()
    assert judged(here)["verdict"] == "refused"
    assert kinds(here) == {"trees": 1, "graphql": 1}
    assert here.github.queried[-1] == 1


def test_text_that_graphql_bends_comes_byte_for_byte_as_a_blob(world: Serve) -> None:
    files = release() | declared()
    files[".github/workflows/umlaut.yml"] = "# Größe\non: push\njobs: {}\n".encode("latin-1")
    here = of_files(world, files)
    judged(here)
    assert kinds(here) == {"trees": 1, "graphql": 1, "blobs": 1}


def test_without_graphql_everything_comes_as_blobs(world: Serve) -> None:
    here = world(of(Repository(NAME, release() | declared()), graphql=False))
    assert judged(here)["verdict"] == "accepted"
    assert kinds(here) == {"trees": 1, "graphql": 1, "blobs": 3}


def test_a_tree_that_github_cuts_is_read_folder_by_folder(world: Serve) -> None:
    files = release() | declared(bypass=False) | {f"src/{n}.js": b"x" for n in range(30)}
    here = world(of(Repository(NAME, files), truncated=frozenset({NAME})))
    assert judged(here)["verdict"] == "refused"
    assert kinds(here)["trees"] > 3


def test_a_cut_tree_of_too_many_folders_is_unknown_and_not_clean(world: Serve) -> None:
    files = release() | declared() | {f"f{n}/g/h.js": b"x" for n in range(400)}
    here = world(of(Repository(NAME, files), truncated=frozenset({NAME})))
    one = judged(here)
    assert one["verdict"] == "unknown"
    assert "folder by folder" in one["failure"]
    assert kinds(here)["trees"] < 20


def test_what_github_hands_out_is_held_to_its_hash(world: Serve) -> None:
    wrong = Fault(200, body={"encoding": "base64", "content": "ZXZpbA=="})
    here = world(
        of(Repository(NAME, release()), graphql=False, faults={"/git/blobs/": [wrong] * 9})
    )
    one = judged(here)
    assert one["verdict"] == "unknown"
    assert "does not hand out what the tree names" in json.dumps(one)


def test_a_repository_without_a_commit_publishes_nothing(world: Serve) -> None:
    here = world(of(Repository(NAME, None)))
    assert judged(here)["verdict"] == "nothing-to-publish"


def test_a_test_workflow_alone_publishes_nothing(world: Serve) -> None:
    files: dict[str, git.Content] = {"package.json": manifest(), ".github/workflows/t.yml": TEST}
    assert judged(of_files(world, files))["verdict"] == "nothing-to-publish"
