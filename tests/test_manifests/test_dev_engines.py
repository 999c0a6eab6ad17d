"""`devEngines` as npm 11.21.2 reads it: what is asked for, and what npm cannot read."""

from __future__ import annotations

import pytest

from checker.facts import Demand
from checker.manifests import dev_engines


@pytest.mark.parametrize(
    ("written", "demands"),
    [
        ({}, ()),
        ({"packageManager": {"name": "pnpm"}}, (Demand("packageManager", (("pnpm", None),)),)),
        (
            {"runtime": [{"name": "bun"}, {"name": "node", "version": ">=24", "onFail": "error"}]},
            (Demand("runtime", (("bun", None), ("node", ">=24"))),),
        ),
        ({"os": {"name": "linux", "onFail": "download"}}, (Demand("os", (("linux", None),)),)),
        ({"cpu": {"name": "x64", "onFail": "warn"}}, ()),
        ({"cpu": {"name": "x64", "onFail": "ignore"}}, ()),
        # The last one of a list says what a failure is.
        ({"runtime": [{"name": "bun"}, {"name": "deno", "onFail": "warn"}]}, ()),
        ({"runtime": []}, ()),
        # Its version counts only where the name is right.
        (
            {"packageManager": {"name": "pnpm", "version": 10}},
            (Demand("packageManager", (("pnpm", None),)),),
        ),
    ],
)
def test_an_entry_asks_for_its_choices_unless_a_failure_is_no_error(written, demands):
    found = dev_engines.read(written, "package.json", 3)

    assert (found.demands, found.defect, found.line) == (demands, None, 3)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (None, "`devEngines` is no object"),
        ([], "`devEngines` is no object"),
        ({"node": {"name": "node"}}, "npm does not know `devEngines.node`"),
        ({"runtime": "node"}, "`runtime` is no object"),
        ({"runtime": {"version": ">=24"}}, "`devEngines.runtime` has no `name`"),
        ({"runtime": {"name": 1}}, "`devEngines.runtime` has no `name`"),
        ({"runtime": {"name": "node", "range": "1"}}, "npm does not know `range`"),
        ({"runtime": {"name": "node", "onFail": ""}}, "npm does not know the `onFail`"),
        ({"runtime": {"name": "node", "onFail": ["warn"]}}, "npm does not know the `onFail`"),
        ({"runtime": {"name": "node", "version": 24}}, "the `version` of `devEngines.runtime`"),
    ],
)
def test_npm_stops_at_what_it_cannot_read(written, why):
    found = dev_engines.read(written, "package.json", 1)

    assert (found.defect or "").startswith(why)
    assert found.demands == ()
