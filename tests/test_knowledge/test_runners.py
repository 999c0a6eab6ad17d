"""Runner labels: GitHub's, other companies', and those that may be anyone's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.facts import Unknown
from checker.knowledge.runners import LABELS, hosted


@pytest.mark.parametrize(
    "label",
    [
        "ubuntu-latest",
        "Ubuntu-Latest",
        "ubuntu-22.04",
        "ubuntu-24.04-arm",
        "ubuntu-26.04",
        "ubuntu-slim",
        "windows-latest",
        "windows-2025-vs2026",
        "windows-11-arm",
        "macos-latest",
        "macos-15-intel",
        "macos-14-xlarge",
        "macos-latest-large",
        "macos-26",
    ],
)
def test_a_standard_label_of_github_is_a_hosted_runner(label: str) -> None:
    assert hosted((label,)) is True


@pytest.mark.parametrize(
    "label",
    [
        "self-hosted",
        "Self-Hosted",
        "blacksmith",
        "blacksmith-4vcpu-ubuntu-2404",
        "ubicloud-standard-2-arm",
        "depot-ubuntu-24.04-4",
        "namespace-profile-linux-amd64-4vcpu",
        "nscloud-ubuntu-22.04-amd64-4x16",
        "buildjet-4vcpu-ubuntu-2204",
        "warp-ubuntu-latest-x64-4x",
        "runs-on=123/runner=2cpu-linux-x64",
        "runs-on,runner=2cpu-linux-x64",
        "runs-on",
        "cirun-gpu--123",
        "codebuild-project-1-1",
        "actuated-arm64-4cpu-16gb",
        "ghcr.io/cirruslabs/macos-runner:sonoma",
        "tenki-standard-small-2c-4g",
    ],
)
def test_a_label_of_another_company_is_not_hosted_by_github(label: str) -> None:
    assert hosted((label,)) is False


@pytest.mark.parametrize(
    "label",
    [
        "ubuntu-latest-8-cores",
        "ubuntu-24.04-4core-16gb",
        "release-runner",
        "linux",
        "my-ubuntu-latest",
        "warped",
        "windows-latest-l",
        "",
    ],
)
def test_a_name_of_the_owner_may_be_anyone_s_runner(label: str) -> None:
    answer = hosted((label,))
    assert isinstance(answer, Unknown)
    assert answer.fact == "runs_on"


def test_no_label_at_all_tells_nothing() -> None:
    assert isinstance(hosted(()), Unknown)


def test_one_foreign_label_among_several_decides() -> None:
    assert hosted(("self-hosted", "linux", "x64")) is False
    assert hosted(("ubuntu-latest", "depot-ubuntu-latest")) is False


def test_a_custom_label_beside_github_s_leaves_it_open() -> None:
    assert isinstance(hosted(("ubuntu-latest", "release")), Unknown)


def test_every_row_names_its_source_and_stands_once() -> None:
    assert all(row.source.startswith("https://") for row in LABELS)
    assert len({row.pattern for row in LABELS}) == len(LABELS)


@given(st.lists(st.text(max_size=80), max_size=4))
def test_any_text_has_an_answer(labels: list[str]) -> None:
    answer = hosted(tuple(labels))
    assert answer is True or answer is False or answer.fact == "runs_on"
