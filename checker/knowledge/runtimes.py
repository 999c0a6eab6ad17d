"""What a Node or npm version written in a workflow means on a day: exact releases, or Unknown.

The releases themselves stand in `node_releases`, `npm_releases` and `runner_images`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from checker.facts import Unknown
from checker.knowledge.limits import MOVING_VERSION_DAYS
from checker.knowledge.node_releases import LTS_LINES, NODE_RELEASES, LtsLine, NodeRelease
from checker.knowledge.npm_releases import COMPLETE_FROM_MAJOR, NPM_RELEASES, NpmRelease
from checker.knowledge.ranges import (
    LONGEST_TEXT,
    exact,
    is_range,
    newest,
    oldest_first,
    order,
    satisfies,
)
from checker.knowledge.runner_images import CACHED_NODES, IMAGE_NODES, LABEL_IMAGES

__all__ = [
    "LTS_LINES",
    "NODE_RELEASES",
    "NPM_RELEASES",
    "LtsLine",
    "NodeRelease",
    "NpmRelease",
    "bundled_npm",
    "image_node",
    "node_versions",
    "npm_floor",
    "npm_runs_on",
    "npm_versions",
]

# https://github.com/actions/setup-node/blob/main/src/distributions/official_builds/official_builds.ts
_LATEST = ("latest", "node", "current")

_NODES = {release.version: release for release in NODE_RELEASES}
_NPMS = {release.version: release for release in NPM_RELEASES}


def node_versions(
    spec: str, today: date, *, check_latest: bool = False, hosted: bool = True
) -> tuple[str, ...] | Unknown:
    """Every exact Node that setup-node's `node-version: spec` may give on `today`, oldest first.

    An exact version gives itself, known or not. A moving one gives, on a hosted runner, every
    release that was its newest match at some moment of the last 45 days (a runner's tool cache lags
    behind), with `check_latest` the newest only, on other runners every release that it allows.
    A range over several majors gives also the newest match in the tool cache, which setup-node
    prefers to newer majors.
    """
    wanted = spec.strip()
    plain = exact(wanted)
    if plain is not None:
        return (plain,)
    if not wanted or len(wanted) > LONGEST_TEXT:
        return Unknown("node", f"`{_short(wanted)}` is no version that setup-node understands")
    if wanted in _LATEST:
        return _moving(_any, today, check_latest=check_latest, hosted=True)
    if wanted.startswith("lts/"):
        return _long_term(wanted, today, check_latest=check_latest, hosted=hosted)
    if not is_range(wanted):
        return Unknown("node", f"`{_short(wanted)}` is no version that setup-node understands")

    def matches(release: NodeRelease) -> bool:
        return satisfies(release.version, wanted)

    found = _moving(matches, today, check_latest=check_latest, hosted=hosted)
    if not found:
        return Unknown("node", f"no release of Node known here satisfies `{_short(wanted)}`")
    if hosted and not check_latest:
        return oldest_first(found + _cached(matches, today))
    return found


def bundled_npm(node: str) -> str | Unknown:
    """The npm inside the exact Node version `node` (a leading `v` is allowed)."""
    release = _NODES.get(exact(node) or "")
    if release is None:
        return Unknown("npm", f"which npm is inside Node {_short(node)} is not known here")
    return release.npm


def npm_floor(node: str) -> str | None:
    """An npm that the one inside the exact Node `node` is not older than; None when none is known.

    For a release newer than the table: the npm of the newest known one of its major. In no major
    has a later release ever carried an older npm.
    """
    plain = exact(node)
    if plain is None:
        return None
    earlier = [
        release
        for release in NODE_RELEASES
        if order(release.version)[0][0] == order(plain)[0][0]
        and order(release.version) <= order(plain)
    ]
    return earlier[-1].npm if earlier else None


def npm_versions(spec: str, today: date, node: str) -> tuple[str, ...] | Unknown:
    """What `npm install -g npm@spec` installs on `today` under that Node; "" is a bare `npm`.

    A range or no version at all prefers a release that runs on that Node; `latest` and an exact
    version do not ask. Whether the npm then runs is `npm_runs_on`. Releases after the table's reach
    are not counted: of a range that is open upwards the real one may be newer.
    """
    wanted = spec.strip()
    plain = exact(wanted)
    if plain is not None:
        return (plain,)
    if len(wanted) > LONGEST_TEXT:
        return Unknown("npm", f"`{_short(wanted)}` is no version of npm")
    published = [release for release in NPM_RELEASES if release.day <= today]
    tagged = _tagged(wanted, published)
    if tagged is not None:
        return (tagged,)
    if not is_range(wanted):
        return Unknown("npm", f"what `npm@{_short(wanted)}` is on that day is not known here")
    allowed = [release for release in published if satisfies(release.version, wanted)]
    running = [release for release in allowed if satisfies(exact(node) or "", release.node)]
    found = newest(release.version for release in running or allowed)
    if found is None:
        return Unknown("npm", f"no release of npm known here satisfies `{_short(wanted)}`")
    return (found,)


def npm_runs_on(npm: str, node: str) -> bool | Unknown:
    """Whether `npm install -g npm@npm` succeeds under that Node: npm holds to its own engines."""
    engines = _engines(exact(npm) or "")
    plain = exact(node)
    if engines is None or plain is None:
        return Unknown("npm", f"which Node npm {_short(npm)} needs is not known here")
    return satisfies(plain, engines)


def image_node(label: str, today: date) -> tuple[str, ...] | Unknown:
    """The Node on PATH of a GitHub-hosted runner image without setup-node, oldest first."""
    images = {
        row.image
        for row in LABEL_IMAGES
        if row.label == _standard(label) and _overlaps(row.since, row.until, today)
    }
    majors = {major for image in images for major in _majors_of(image, today)}
    if not majors:
        return Unknown("node", f"which Node runners of `{_short(label)}` hold is not known here")
    found: list[str] = []
    for major in majors:
        versions = node_versions(str(major), today)
        found.extend(() if isinstance(versions, Unknown) else versions)
    return oldest_first(found)


# --- Node -------------------------------------------------------------------------------------


def _any(_: NodeRelease) -> bool:
    return True


def _moving(
    matches: Callable[[NodeRelease], bool], today: date, *, check_latest: bool, hosted: bool
) -> tuple[str, ...]:
    """The releases that a moving version may stand for; () when nothing matches by `today`."""
    allowed = [release for release in NODE_RELEASES if release.day <= today and matches(release)]
    if not hosted and not check_latest:
        return tuple(release.version for release in allowed)
    if check_latest:
        best = newest(release.version for release in allowed)
        return () if best is None else (best,)
    return _newest_ones(allowed, today)


def _newest_ones(releases: Iterable[NodeRelease], today: date) -> tuple[str, ...]:
    """The releases that were the newest at some moment of the last days, the last one included."""
    start = today - timedelta(days=MOVING_VERSION_DAYS)
    best: str | None = None
    seen: list[str] = []
    for release in sorted(releases, key=lambda row: (row.day, order(row.version))):
        if best is not None and order(release.version) <= order(best):
            continue
        if best is not None and release.day > start:
            seen.append(best)
        best = release.version
    return oldest_first([*seen, *(() if best is None else (best,))])


def _cached(matches: Callable[[NodeRelease], bool], today: date) -> tuple[str, ...]:
    """What the tool cache of the images gives: its highest major that has a match."""
    found: list[str] = []
    for majors in _cached_majors(today):
        for major in sorted(majors, reverse=True):

            def of_major(release: NodeRelease, major: int = major) -> bool:
                return order(release.version)[0][0] == major and matches(release)

            versions = _moving(of_major, today, check_latest=False, hosted=True)
            if versions:
                found.extend(versions)
                break
    return tuple(found)


def _cached_majors(today: date) -> tuple[tuple[int, ...], ...]:
    ends = [row.since for row in CACHED_NODES[1:]]
    return tuple(
        row.majors
        for row, until in zip(CACHED_NODES, [*ends, None], strict=True)
        if _overlaps(row.since, until, today)
    )


def _long_term(
    alias: str, today: date, *, check_latest: bool, hosted: bool
) -> tuple[str, ...] | Unknown:
    """`lts/*`, `lts/-1`, `lts/jod`: first a major, then as that major would be."""
    start = today - timedelta(days=MOVING_VERSION_DAYS)
    days = [today] if check_latest else [start, today]
    majors = {line.major for day in days for line in _lines(alias[len("lts/") :].lower(), day)}
    found: list[str] = []
    for major in majors:
        versions = node_versions(str(major), today, check_latest=check_latest, hosted=hosted)
        found.extend(() if isinstance(versions, Unknown) else versions)
    if not found:
        return Unknown("node", f"`{_short(alias)}` names no long-term line of Node known here")
    return oldest_first(found)


def _lines(alias: str, day: date) -> tuple[LtsLine, ...]:
    known = [line for line in LTS_LINES if line.since <= day]
    if alias == "*":
        return tuple(known[-1:])
    if alias.startswith("-") and alias[1:].isdecimal():
        back = int(alias[1:]) + 1
        return (known[-back],) if 1 < back <= len(known) else ()
    return tuple(line for line in known if line.name == alias)


# --- npm --------------------------------------------------------------------------------------


def _tagged(tag: str, published: list[NpmRelease]) -> str | None:
    """The version behind one of npm's own dist-tags: `latest`, `latest-10`, `next-11`."""
    name, _, major = tag.partition("-")
    if tag == "latest":
        return newest(release.version for release in published)
    if name not in ("latest", "next") or not major.isdecimal():
        return None
    return newest(
        release.version for release in published if release.version.startswith(f"{int(major)}.")
    )


def _engines(version: str) -> str | None:
    """npm's `engines.node`; of an unlisted release what every listed one of its major asks for."""
    if version in _NPMS:
        return _NPMS[version].node
    major, _, _ = version.partition(".")
    if not major.isdecimal() or int(major) < COMPLETE_FROM_MAJOR:
        return None
    same = {row.node for row in NPM_RELEASES if row.version.startswith(f"{major}.")}
    return same.pop() if len(same) == 1 else None


# --- runner images ----------------------------------------------------------------------------


def _standard(label: str) -> str:
    """The label of the image itself: GitHub's larger macOS runners hold the same image."""
    lower = label.lower()
    if lower.startswith("macos-"):
        return lower.removesuffix("-xlarge").removesuffix("-large")
    return lower


def _majors_of(image: str, today: date) -> tuple[int, ...]:
    rows = [row for row in IMAGE_NODES if row.image == image]
    ends = [row.since for row in rows[1:]]
    return tuple(
        row.major
        for row, until in zip(rows, [*ends, None], strict=bool(rows))
        if _overlaps(row.since, until, today)
    )


def _overlaps(since: date, until: date | None, today: date) -> bool:
    """Whether [since, until] reaches into the last days before `today`."""
    start = today - timedelta(days=MOVING_VERSION_DAYS)
    return since <= today and (until is None or until >= start)


def _short(text: str) -> str:
    """Text of a file for a sentence: one line, not long."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 40 else f"{one_line[:39]}…"
