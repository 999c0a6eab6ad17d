"""What a release rests on: one version, an action that is pinned, a tag that is made once."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from sample_reports import SAMPLES

from checker import __version__
from checker.reporters import sarif
from checker.settings.generated import action_yml
from checker.sources.registry.session import OWN_USER_AGENT

ROOT = Path(__file__).parents[1]
DIGEST = "sha256:" + "0123456789abcdef" * 4
IMAGE = f"ghcr.io/npm-publish-preflight/npm-publish-preflight@{DIGEST}"
CHANGELOG = "# Changelog\n\n## [1.2.3] - 2027-01-05\n\n- new\n\n## [1.2.2] - 2027-01-04\n\n- old\n"
PACKAGE = '"""Says."""\n\n__version__ = "1.2.3"\n'


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", ROOT / ".ci" / "release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


release = loaded()


# --- the version ------------------------------------------------------------------------------


def test_the_version_stands_in_one_place_and_everything_else_follows_it() -> None:
    package = (ROOT / "checker" / "__init__.py").read_text(encoding="utf-8")
    assert release.version(package) == __version__
    driver = json.loads(sarif.render(next(iter(SAMPLES.values()))))["runs"][0]["tool"]["driver"]
    assert driver["version"] == __version__
    assert OWN_USER_AGENT.endswith(f"npm-publish-preflight/{__version__}")
    said = subprocess.run(
        [sys.executable, "-m", "checker", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == f"npm-publish-preflight {__version__}\n"


def test_what_is_written_by_hand_names_that_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[(.+?)\]", changelog, re.MULTILINE)[0] == __version__
    major = __version__.partition(".")[0]
    texts = [
        path.read_text(encoding="utf-8")
        for pattern in ("*.md", "docs/*.yml", "docs/*.md", "examples/**/*.yml", "examples/*.md")
        for path in ROOT.glob(pattern)
    ]
    used = re.findall(r"npm-publish-preflight(?:/native)?@v([\d.]+)", "\n".join(texts))
    assert used
    assert set(used) == {major}
    assert set(re.findall(r"rev: v(\S+)", "\n".join(texts))) == {__version__}


def test_a_release_is_ready_where_code_and_changelog_are_of_its_version() -> None:
    found = release.ready("1.2.3", PACKAGE, CHANGELOG)
    assert found == {"version": "1.2.3", "tag": "v1.2.3", "major": "v1"}


@pytest.mark.parametrize(
    ("asked", "package", "changelog", "why"),
    [
        ("1.2.4", PACKAGE, CHANGELOG, "checker/__init__.py says 1.2.3"),
        ("v1.2.3", PACKAGE, CHANGELOG, "checker/__init__.py says 1.2.3"),
        ("1.2", PACKAGE.replace("1.2.3", "1.2"), CHANGELOG, "no version of the form 1.2.3"),
        ("1.2.3", PACKAGE + PACKAGE, CHANGELOG, "or several"),
        ("1.2.3", PACKAGE, CHANGELOG.replace("[1.2.3]", "[1.3.0]"), "newest section"),
        ("1.2.3", PACKAGE, CHANGELOG.replace("2027-01-05", "not released yet"), "no day for 1.2.3"),
        ("1.2.3", PACKAGE, CHANGELOG.replace("- new\n", ""), "says nothing of 1.2.3"),
    ],
)
def test_it_is_not_ready_where_they_disagree(
    asked: str, package: str, changelog: str, why: str
) -> None:
    with pytest.raises(release.NotReady, match=re.escape(why)):
        release.ready(asked, package, changelog)


def test_the_notes_are_the_newest_section_alone() -> None:
    assert release.notes("1.2.3", CHANGELOG) == "- new\n"


def test_ci_runs_the_tests_on_every_python_that_is_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = {
        found[1]
        for line in project["classifiers"]
        if (found := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line))
    }
    ci = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    matrix = ci["jobs"]["check"]["strategy"]["matrix"]
    tested = {leg["python"] for leg in matrix["include"] if leg["part"] == "tests"}
    assert tested | set(matrix["python"]) == promised
    assert f">={min(promised, key=lambda name: int(name[2:]))}" == project["requires-python"]


# --- the action at the tag --------------------------------------------------------------------


def test_at_the_tag_the_action_runs_the_image_by_its_digest_and_nothing_else_changes() -> None:
    here, pinned = yaml.safe_load(action_yml()), yaml.safe_load(release.pin(action_yml(), IMAGE))
    assert pinned["runs"] == {"using": "docker", "image": f"docker://{IMAGE}"}
    assert {**pinned, "runs": here["runs"]} == here


@pytest.mark.parametrize(
    "image",
    [
        IMAGE.partition("@")[0],
        IMAGE.partition("@")[0] + ":1.2.3",
        IMAGE[:-1],
        IMAGE.replace("sha256", "sha512"),
        IMAGE + "\n    args: [x]",
        IMAGE.replace("ghcr.io", "example.org"),
    ],
)
def test_nothing_but_a_whole_digest_is_pinned(image: str) -> None:
    with pytest.raises(release.NotReady):
        release.pin(action_yml(), image)


def test_an_action_that_is_pinned_already_is_not_pinned_again() -> None:
    with pytest.raises(release.NotReady, match="image: Dockerfile"):
        release.pin(release.pin(action_yml(), IMAGE), IMAGE)


def test_the_command_writes_and_says_why_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "checker").mkdir()
    (tmp_path / "checker" / "__init__.py").write_text(PACKAGE)
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / "action.yml").write_text(action_yml())
    assert release.main(["ready", "1.2.3"], tmp_path) == 0
    assert release.main(["notes", "1.2.3"], tmp_path) == 0
    assert capsys.readouterr().out == "version=1.2.3\ntag=v1.2.3\nmajor=v1\n- new\n"
    assert release.main(["pin", IMAGE], tmp_path) == 0
    assert f"image: docker://{IMAGE}\n" in (tmp_path / "action.yml").read_text()
    assert release.main(["ready", "9.9.9"], tmp_path) == 1
    assert "Not ready: 9.9.9 is asked for" in capsys.readouterr().err


# --- the tag ----------------------------------------------------------------------------------

# A GitHub that keeps refs and commits in a file: what the script asks of the API, and nothing more.
GH = """#!{python}
import json, os, sys
path, store = sys.argv[2:], os.environ["STORE"]
known = json.load(open(store)) if os.path.exists(store) else {{"refs": {{}}, "asked": []}}
given = dict(w.split("=", 1) for f, w in zip(path, path[1:]) if f in ("-f", "-F"))
[url] = [word.partition("/git/")[2] for word in path if word.startswith("repos/acme/widget/git/")]
method = "PATCH" if "PATCH" in path else "POST" if given else "GET"
known["asked"].append([method, url, given])
answer = ""
if url.startswith("ref/"):
    answer = known["refs"].get("refs/" + url.removeprefix("ref/"), "")
    code = 0 if answer else 1
elif url == "refs":
    code = 1 if given["ref"] in known["refs"] else 0
    known["refs"].setdefault(given["ref"], given["sha"])
elif url.startswith("refs/"):
    code = 0
    known["refs"][url] = given["sha"]
else:
    code = 0
    tree = os.environ.get("TREE", "t1")
    answer = {{"blobs": "b1", "trees": tree, "commits": "c1"}}.get(url, "t1")
json.dump(known, open(store, "w"))
if answer and "--silent" not in path:
    print(answer)
sys.exit(code)
"""


def tagged(tmp_path: Path, **more: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """The script's end, and the refs that there are afterwards."""
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir(exist_ok=True)
    gh.write_text(GH.format(python=sys.executable))
    gh.chmod(0o755)
    done = subprocess.run(
        ["bash", str(ROOT / ".ci" / "tag"), "v1.2.3", "v1"],
        env={
            "PATH": f"{gh.parent}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_REPOSITORY": "acme/widget",
            "GITHUB_SHA": "c0",
            "STORE": str(tmp_path / "store"),
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done, json.loads((tmp_path / "store").read_text())


def test_the_tag_is_a_child_of_the_released_commit_with_another_action_yml(tmp_path: Path) -> None:
    done, github = tagged(tmp_path)
    assert done.returncode == 0, done.stderr
    assert github["refs"] == {"refs/tags/v1.2.3": "c1", "refs/tags/v1": "c1"}
    sent = {url: given for method, url, given in github["asked"] if method == "POST"}
    assert base64.b64decode(sent["blobs"]["content"]) == (ROOT / "action.yml").read_bytes()
    assert sent["trees"]["base_tree"] == sent["commits"]["parents[]"] == "c0"
    assert (sent["trees"]["tree[][path]"], sent["trees"]["tree[][sha]"]) == ("action.yml", "b1")
    assert sent["commits"]["tree"] == "t1"


def test_a_later_release_moves_the_major_tag(tmp_path: Path) -> None:
    (tmp_path / "store").write_text(json.dumps({"refs": {"refs/tags/v1": "old"}, "asked": []}))
    _, github = tagged(tmp_path)
    assert github["refs"]["refs/tags/v1"] == "c1"


def test_a_run_that_broke_off_can_be_done_again(tmp_path: Path) -> None:
    tagged(tmp_path)
    done, github = tagged(tmp_path)
    assert done.returncode == 0, done.stderr
    made = [url for method, url, _ in github["asked"] if (method, url) == ("POST", "commits")]
    assert made == ["commits"]


def test_a_tag_is_never_moved_to_something_else(tmp_path: Path) -> None:
    tagged(tmp_path)
    done, github = tagged(tmp_path, TREE="t2")
    assert done.returncode == 1
    assert "v1.2.3 is there and is something else" in done.stderr
    assert github["refs"]["refs/tags/v1.2.3"] == "c1"
