"""Whatever stands in a config file, the answer is settings or bad input, and never a token."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from settings_world import TOKEN, load_from

from checker.settings import CONFIG_PATH, OPTIONS, BadInput, declared

KEYS = [*OPTIONS, "token", "tokens", "trusted-publishers", "packages", "type", "expires", "exists"]
KEYS += ["repository", "workflow", "allow", "created", "provider", "permission", "NPM_TOKEN", "<<"]
WORDS = ["granular", "true", "all", "2027-01-20", "publish", "a/b", "c.yml", "unknown", "", "@a/*"]

values = st.recursive(
    st.sampled_from(WORDS) | st.text(max_size=8) | st.none() | st.integers() | st.just(TOKEN),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def answer(config: str | bytes) -> str:
    """All that a user gets to see."""
    try:
        found = load_from(config)
    except BadInput as error:
        bad = error
    else:
        assert declared(found)
        return ""
    assert bad.faults
    assert all(fault.path == CONFIG_PATH and fault.line for fault in bad.faults)
    return str(bad)


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_settings_or_bad_input(data: bytes) -> None:
    answer(data)


@given(st.text(alphabet="ab:-[]{}&*!|>#'\"%@?, \n\t", max_size=80))
@settings(max_examples=250, deadline=None)
def test_any_yaml_like_text_is_settings_or_bad_input(text: str) -> None:
    answer(text)


@given(st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=4))
@settings(max_examples=250, deadline=None)
def test_any_tree_of_known_words_is_settings_or_bad_input_without_a_token(
    tree: dict[str, object],
) -> None:
    assert TOKEN not in answer(json.dumps(tree))
