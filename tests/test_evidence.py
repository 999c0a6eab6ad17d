"""How sure each rule is of what it says: documented, unless npm was only seen or said to do it."""

from __future__ import annotations

from pathlib import Path

import pytest
import repo_case
from repo_case import RepoCase

# What npm documents nowhere, and was seen to do: by us, or in the source of the client.
OBSERVED = {
    "declared-disagrees-with-observed",
    "dev-engines-not-met",
    "exchange-refused",
    "npm-upgrade-unsupported",
    "provenance-from-private-repository",
    "token-left-over",
    "token-not-read",
    "token-shadows-trusted-publishing",
    "tool-unsupported-by-node",
    "tool-without-trusted-publishing",
    "unsupported-oidc-issuer",
}
# What users report, and nobody has confirmed: it warns, and refuses nothing.
REPORTED = {
    "immutable-subject",
    "scoped-first-publish-not-public",
    "too-many-new-packages",
    "tool-prechecks-whoami",
}
# By the day asked about, or by what of it npm documents.
EITHER = {
    "bypass-token-sunset": {"announced", "documented"},
    "first-publish": {"documented", "reported"},
    "self-hosted-runner": {"documented", "observed"},
    "token-needs-2fa": {"documented", "reported"},
    "trusted-publisher-mismatch": {"documented", "reported"},
    "version-already-published": {"documented", "reported"},
}
FIRING = tuple(case for case in repo_case.cases() if case.fires)
# The first and the last of each rule.
CHOSEN = tuple(
    case
    for before, case, after in zip((None, *FIRING), FIRING, (*FIRING[1:], None), strict=False)
    if not before or not after or {before.rule, after.rule} != {case.rule}
)


@pytest.mark.parametrize("case", CHOSEN, ids=lambda case: f"{case.rule}/{case.name}")
def test_a_rule_is_as_sure_as_npms_words_are(case: RepoCase, tmp_path: Path) -> None:
    found = repo_case.answer(case, tmp_path)["findings"]
    mine = {one["evidence"] for one in found if one["rule"] == case.rule}
    sure = "observed" if case.rule in OBSERVED else "reported" if case.rule in REPORTED else None

    assert mine <= ({sure} if sure else EITHER.get(case.rule, {"documented"}))


@pytest.mark.parametrize("rule", sorted(REPORTED))
def test_what_is_only_reported_is_no_error(rule: str, tmp_path: Path) -> None:
    case = next(case for case in FIRING if case.rule == rule)
    found = repo_case.answer(case, tmp_path)["findings"]

    assert {one["severity"] for one in found if one["rule"] == rule} <= {"warning", "note"}
