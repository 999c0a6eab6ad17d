"""Which `runs-on` labels are GitHub's own hosted runners, and which are other companies'.

Only labels are judged here; what a runner *group* holds cannot be told from its name.
"""

from __future__ import annotations

import re

from msgspec import Struct

from checker.facts import Unknown


class Labels(Struct, frozen=True):
    """Labels of one kind of runner: whole labels that match `pattern`, in lower case.

    hosted: whether the job's id-token says `runner_environment: github-hosted`.
    source: where the spelling is known from.
    """

    pattern: str
    hosted: bool
    source: str


_GITHUB = "https://docs.github.com/en/actions/reference/runners/"

LABELS: tuple[Labels, ...] = (
    Labels(r"ubuntu-(latest|slim|\d\d\.\d\d)(-arm)?", True, _GITHUB + "github-hosted-runners"),
    Labels(
        r"windows-(latest|20\d\d(-vs20\d\d)?|\d\d(-vs20\d\d)?-arm)",
        True,
        "https://github.com/actions/runner-images",
    ),
    # The names of larger macOS runners are GitHub's; those of other larger runners are the owner's.
    Labels(
        r"macos-(latest|\d\d(\.\d\d)?)(-intel|-large|-xlarge|-xl)?",
        True,
        _GITHUB + "larger-runners",
    ),
    Labels(r"xcode-\d\d(-xlarge)?", True, "https://github.com/actions/runner-images"),
    Labels(r"self-hosted", False, _GITHUB + "self-hosted-runners"),
    Labels(r"actuated(-.+)?", False, "https://docs.actuated.com"),
    Labels(r"blacksmith(-.+)?", False, "https://docs.blacksmith.sh"),
    Labels(r"buildjet-.+", False, "https://buildjet.com/for-github-actions/docs"),
    Labels(r"cirun(-.+)?", False, "https://docs.cirun.io"),
    Labels(r"codebuild-.+", False, "https://docs.aws.amazon.com/codebuild"),
    Labels(r"depot-.+", False, "https://depot.dev/docs/github-actions"),
    Labels(r"ghcr\.io/cirruslabs/.+", False, "https://cirrus-runners.app"),
    Labels(r"(namespace-profile|nscloud)-.+", False, "https://namespace.so/docs"),
    Labels(r"puzl-.+", False, "https://docs.puzl.cloud/services/run-my-job/github-actions"),
    Labels(r"runs-on([=,/].*)?", False, "https://runs-on.com/configuration/job-labels/"),
    Labels(r"tenki(-.+)?", False, "https://tenki.cloud"),
    Labels(r"ubicloud(-.+)?", False, "https://www.ubicloud.com/docs/github-actions-integration"),
    Labels(r"warp-.+", False, "https://docs.warpbuild.com"),
)

_PATTERNS = tuple((re.compile(row.pattern, re.ASCII | re.DOTALL), row.hosted) for row in LABELS)


def hosted(labels: tuple[str, ...]) -> bool | Unknown:
    """Whether a job with these `runs-on` labels runs on a GitHub-hosted runner.

    A job runs where *all* its labels are, so one label of another company's decides. A name of the
    owner's own may be a larger runner of GitHub's or a machine of theirs: Unknown.
    """
    kinds = {label: _kind(label) for label in labels}
    if False in kinds.values():
        return False
    custom = [label for label, kind in kinds.items() if kind is None]
    if custom or not kinds:
        named = f"`{_short(custom[0])}`" if custom else "no label"
        return Unknown("runs_on", f"`runs-on` is {named}, which may be anyone's runner")
    return True


def _kind(label: str) -> bool | None:
    lower = label.strip().lower()
    return next((kind for pattern, kind in _PATTERNS if pattern.fullmatch(lower)), None)


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 60 else f"{one_line[:59]}…"
