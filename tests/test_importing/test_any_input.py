"""Whatever comes on stdin and however the file is written: an answer or a reason, nothing else."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.importing import CannotImport, import_facts
from checker.settings import BadInput

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=12)
KEYS = st.sampled_from(
    ("token", "key", "name", "type", "permissions", "scopes", "expiry", "action", "revoked", "file")
) | st.sampled_from(("claims", "repository", "workflow_ref", "environment", "objects", "error"))
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6)
)

COMMENT = st.sampled_from(("", "", "  # why", " # it's: {so}"))
LINE = st.sampled_from(("", "", "# between\n", "\n", "  # deeper\n"))
TOKEN = st.sampled_from(
    (
        "token:{0}\n  type: granular{0}\n{1}  expires: 2026-12-01{0}\n",
        "token: {{type: granular, packages: [a]}}{0}\n",
        "token-type: granular{0}\n{1}bypass-2fa: false{0}\n",
        "tokens:\n  NPM_TOKEN:{0}\n    packages:\n    - a{0}\n{1}    - b\n",
        'tokens: {{NPM_TOKEN: {{type: "granular"}}}}{0}\n',
        "",
    )
)
PUBLISHERS = st.sampled_from(
    (
        "trusted-publishers:{0}\n- repository: a/b{0}\n  workflow: c.yml\n{1}",
        "trusted-publishers:\n{1}  - repository: a/b\n    workflow: c.yml{0}\n    allow:\n"
        "    - publish{0}\n  - {{repository: a/b, workflow: d.yml}}{0}\n",
        "trusted-publishers: [{{repository: a/b, workflow: d.yml}}]{0}\n",
        "trusted-publishers: []{0}\n",
        "trusted-publishers: unknown{0}\n",
        "",
    )
)
OTHER = st.sampled_from(("fail-on: never{0}\n", "packages:\n  x:{0}\n    exists: true\n{1}", ""))

STDIN = json.dumps(
    [
        {
            "token": "npm_aaaa...zzzz",
            "key": "k1",
            "bypass_2fa": True,
            "expiry": "2027-01-20T00:00:00Z",
            "scopes": [{"type": "package", "name": "b"}, {"type": "package", "name": "c"}],
        },
        {"type": "github", "repository": "a/b", "file": "c.yml", "permissions": ["createPackage"]},
    ]
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_any_json_is_imported_or_refused(value: object) -> None:
    assert outcome(json.dumps(value), None)


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_file_is_edited_or_refused(existing: str) -> None:
    assert outcome(STDIN, existing)


def outcome(stdin: str, existing: str | None) -> str:
    """The file's text, or why there is none."""
    try:
        return import_facts(stdin, existing, rules=())
    except (CannotImport, BadInput) as reason:
        return str(reason)


@given(
    st.permutations((TOKEN, PUBLISHERS, OTHER)).flatmap(lambda order: st.tuples(*order)),
    COMMENT,
    LINE,
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_a_file_of_ordinary_form_is_edited_and_keeps_its_comments(
    pieces: tuple[str, ...], comment: str, line: str, open_end: bool
) -> None:
    existing = "".join(piece.format(comment, line) for piece in pieces)
    existing = existing.rstrip("\n") if open_end else existing + line
    text = import_facts(STDIN, existing, rules=())
    assert "2027-01-20" in text
    assert text.count("# between") == existing.count("# between")
    assert import_facts(STDIN, text, rules=()) == text
