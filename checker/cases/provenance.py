"""Does this publish carry a provenance statement? npm's registry checks a statement strictly.

From npm's own client (libnpmpublish and lib/utils/oidc.js): a flag or configuration variable wins
over `publishConfig`; under a successful exchange from a public repository it is on by default, and
`publishConfig.provenance: false` does not switch that default off.
"""

from __future__ import annotations

from checker.cases.exchange import presented
from checker.cases.world import World
from checker.facts import Unknown
from checker.knowledge.tools import Exchange
from checker.knowledge.versions import at_least
from checker.report import Presented


def asked_for(world: World) -> bool:
    """Whether provenance is asked for by flag, variable or publishConfig."""
    if not _may_sign(world):
        return False
    option = world.case.run.options.provenance
    if isinstance(option, Unknown):
        return world.decide(option, "provenance", (True, False))
    if option is not None:
        return option
    package = world.case.package
    return not isinstance(package, Unknown) and package.provenance is True


def attached(world: World) -> bool:
    """Whether the publish carries a statement, asked for or by default."""
    if asked_for(world):
        return True
    if world.case.run.options.provenance is False or not _may_sign(world):
        return False
    if world.tool.row.name == "yarn":
        # It signs where it is asked to, and with no exchange by itself.
        return False
    return (
        presented(world) is Presented.OIDC
        and not _restricted(world)
        and world.visibility == "public"
    )


def _may_sign(world: World) -> bool:
    """Whether npm's client, or one that signs as it does, uploads."""
    use = world.tool
    if use.row.name in ("npm", "pnpm") or use.row.exchange is Exchange.NPM:
        return True
    since = use.row.provenance_since
    return since is not None and (use.version is None or at_least(use.version, since))


def _restricted(world: World) -> bool:
    return published_access(world) == "restricted"


def published_access(world: World) -> str | None:
    """`public` or `restricted` as flag or publishConfig say it; None when neither does."""
    option, package = world.case.run.options.access, world.case.package
    if isinstance(option, Unknown):
        return world.decide(option, "access-flag", ("public", "restricted"))
    if option is not None:
        return option
    return None if isinstance(package, Unknown) else package.access
