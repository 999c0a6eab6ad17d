"""Which runner labels are GitHub's own hosted runners, with sources; no workflow is read here."""

from __future__ import annotations

from checker.facts import Unknown


def hosted(labels: tuple[str, ...]) -> bool | Unknown:
    """Whether a job with these `runs-on` labels runs on a GitHub-hosted runner.

    False for `self-hosted` and for the labels of other companies' runners. A custom label may be a
    larger GitHub-hosted runner or a machine of the owner: Unknown.
    """
    raise NotImplementedError(labels, Unknown)
