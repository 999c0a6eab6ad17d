"""When npm stops because of `devEngines`: as npm-install-checks has it, by what the job runs."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from ready import READY, with_run

from checker.facts import Demand, DevEngines, Options, Runtime, Unknown
from checker.judgement import settle
from checker.report import Verdict

PNPM = (Demand("packageManager", (("pnpm", None),)),)
NPM_11 = (Demand("packageManager", (("npm", "^11.5.1"),)),)
NODE_24 = (Demand("runtime", (("bun", None), ("node", ">=24.10"))),)


def answer(demands, *runtimes, **facts):
    asked = DevEngines("package.json", 1, demands)
    return settle(with_run(READY, dev_engines=asked, runtimes=runtimes, **facts)).verdict


@pytest.mark.parametrize(
    ("demands", "node", "npm", "verdict"),
    [
        (PNPM, "24.18.0", "11.16.0", Verdict.REFUSED),
        (NPM_11, "24.18.0", "11.16.0", Verdict.ACCEPTED),
        (NPM_11, "24.18.0", "12.0.0", Verdict.REFUSED),
        (NODE_24, "24.18.0", "11.16.0", Verdict.ACCEPTED),
        (NODE_24, "22.22.0", "11.16.0", Verdict.REFUSED),
        ((Demand("packageManager", (("npm", "latest"),)),), "24.18.0", "11.16.0", Verdict.REFUSED),
        ((Demand("os", (("linux", None),)),), "24.18.0", "11.16.0", Verdict.ACCEPTED),
        ((Demand("os", (("darwin", None),)),), "24.18.0", "11.16.0", Verdict.REFUSED),
        ((Demand("os", (("linux", ">=6"),)),), "24.18.0", "11.16.0", Verdict.UNKNOWN),
        ((Demand("cpu", (("x64", None),)),), "24.18.0", "11.16.0", Verdict.UNKNOWN),
    ],
)
def test_npm_stops_where_nothing_of_a_demand_is_there(demands, node, npm, verdict):
    assert answer(demands, Runtime(node, npm)) is verdict


def test_an_npm_before_10_9_does_not_ask():
    by_token = {"id_token": True}
    old, new = Runtime("24.18.0", "10.8.3"), Runtime("24.18.0", "10.9.0")

    assert answer(PNPM, old, **by_token) is answer((), old, **by_token)
    assert answer(PNPM, new, **by_token) is Verdict.REFUSED


def test_where_one_npm_of_several_stops_it_cannot_be_told():
    both = (Runtime("24.18.0", "11.16.0"), Runtime("24.18.0", "12.0.0"))

    assert answer(NPM_11, *both) is Verdict.UNKNOWN


def test_force_passes_over_a_demand_and_not_over_what_npm_cannot_read():
    force = Options(force=True)
    broken = DevEngines("package.json", 1, (), "`devEngines` is no object")

    assert answer(PNPM, Runtime("24.18.0", "11.16.0"), options=force) is Verdict.ACCEPTED
    assert settle(with_run(READY, dev_engines=broken, options=force)).verdict is Verdict.REFUSED


def test_an_npm_that_nobody_knows_may_stop():
    why = Unknown("node", "no step installs Node")
    case = with_run(READY, dev_engines=DevEngines("package.json", 1, PNPM), runtimes=why)

    assert settle(case).verdict is not Verdict.ACCEPTED


def test_of_the_npm_that_a_tool_brings_only_the_name_is_known():
    case = replace(READY, publish=replace(READY.publish, tool="semantic-release"))
    own = {"runtimes": (Runtime("24.18.0", None),), "tool_versions": ("25.0.0",)}

    def verdict(demands):
        return settle(
            with_run(case, dev_engines=DevEngines("package.json", 1, demands), **own)
        ).verdict

    assert verdict(NPM_11) is Verdict.ACCEPTED
    assert verdict(PNPM) is Verdict.UNKNOWN
