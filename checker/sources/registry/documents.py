"""What npm's public documents of a package say: JSON values to facts. Pure.

Signatures are not verified: this is what the registry shows, and no more is said of it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator

from msgspec import Struct

from checker.knowledge.ranges import exact, newest
from checker.knowledge.versions import is_prerelease

# npm publishes it by itself when a package's first version is staged.
# https://docs.npmjs.com/staged-publishing
PLACEHOLDER_VERSION = "0.0.0-stage"

_SLSA = "https://slsa.dev/provenance/v1"
_LONGEST = 256
_MOST_MAINTAINERS = 1000
_REPOSITORY = re.compile(r"https://github\.com/([A-Za-z0-9._-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?")
_EVENT = re.compile(r"(\w+)", re.ASCII)
_WORKFLOW = re.compile(r"\.github/workflows/([^/\x00-\x1f\x7f]+)")


class Strange(Exception):
    """The document is not one of npm's, or of another package."""


class Packument(Struct, frozen=True):
    """The public record of one package.

    versions: every one ever published, deleted ones too, oldest first; of a package that was
        deleted as a whole there is no `living` one. tags: (dist-tag, version).
    newest: the living version that was published last, but for npm's placeholder; None without.
    highest: the highest living release that is not deprecated, as npm's client looks for it.
    by_trusted_publisher, attested: of `newest`; None where the record does not say who it was, as
        a mirror's may not.
    """

    versions: tuple[str, ...]
    living: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    maintainers: tuple[str, ...]
    newest: str | None
    by_trusted_publisher: bool | None
    attested: bool
    highest: str | None


def packument(document: object, name: str) -> Packument:
    """The record of the package `name`, spelled exactly so. Raises `Strange`."""
    root = _object(document)
    if root.get("name") != name:
        raise Strange
    versions, times = _object(root.get("versions")), _object(root.get("time"))
    if not versions and "unpublished" not in times:
        raise Strange
    living = tuple(v for v in versions if _short(v))
    last = _newest(living, times, root)
    manifest = _object(versions.get(last)) if last else {}
    user = _object(manifest.get("_npmUser"))
    return Packument(
        versions=tuple(dict.fromkeys((*_once_published(times), *living))),
        living=living,
        tags=_tags(root.get("dist-tags")),
        maintainers=tuple(_maintainers(root.get("maintainers"))),
        newest=last,
        by_trusted_publisher=bool(user.get("trustedPublisher")) if user else None,
        attested=bool(_at(manifest, "dist", "attestations")),
        highest=_highest(living, versions),
    )


def _once_published(times: dict[str, object]) -> Iterator[str]:
    for key in times:
        if key not in ("created", "modified", "unpublished") and _short(key):
            yield key
    deleted = _at(times, "unpublished", "versions")
    if isinstance(deleted, list):
        yield from (v for v in deleted if isinstance(v, str) and _short(v))


def _highest(living: tuple[str, ...], versions: dict[str, object]) -> str | None:
    releases = (
        v for v in living if not is_prerelease(v) and not _object(versions.get(v)).get("deprecated")
    )
    return newest(v for v in releases if exact(v) == v)


def _newest(
    living: tuple[str, ...], times: dict[str, object], root: dict[str, object]
) -> str | None:
    real = [v for v in living if v != PLACEHOLDER_VERSION]
    dated = [(when, at, v) for at, v in enumerate(real) if isinstance(when := times.get(v), str)]
    if dated:
        return max(dated)[2]  # ISO timestamps in UTC sort as text
    latest = _at(root, "dist-tags", "latest")
    if isinstance(latest, str) and latest in real:
        return latest
    return real[-1] if real else None


def _tags(value: object) -> tuple[tuple[str, str], ...]:
    return tuple(
        (tag, version)
        for tag, version in _object(value).items()
        if _short(tag) and isinstance(version, str) and _short(version)
    )


def _maintainers(value: object) -> Iterator[str]:
    # Names only: an address of a person has no place in a report.
    for entry in value[:_MOST_MAINTAINERS] if isinstance(value, list) else ():
        name = _object(entry).get("name")
        if isinstance(name, str) and _short(name):
            yield name


class Provenance(Struct, frozen=True):
    """The run that built a version: `owner/name`, the entry workflow's file name, the event."""

    repository: str | None
    workflow: str | None
    event: str | None


def provenance(document: object) -> Provenance | None:
    """What the attestations of a version say of its build on GitHub; None where nothing does.

    https://slsa.dev/spec/v1.0/provenance, in the form that npm's client writes.
    """
    attestations = _object(document).get("attestations")
    for attestation in attestations if isinstance(attestations, list) else ():
        if _object(attestation).get("predicateType") != _SLSA:
            continue
        build = _at(
            _payload(_at(attestation, "bundle", "dsseEnvelope")), "predicate", "buildDefinition"
        )
        workflow = _at(build, "externalParameters", "workflow")
        return Provenance(
            _matched(_REPOSITORY, _at(workflow, "repository")),
            _matched(_WORKFLOW, _at(workflow, "path")),
            _matched(_EVENT, _at(build, "internalParameters", "github", "event_name")),
        )
    return None


def _payload(envelope: object) -> object:
    encoded = _at(envelope, "payload")
    try:
        text = base64.b64decode(encoded) if isinstance(encoded, str) else b""
        return json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        return None


def _matched(pattern: re.Pattern[str], value: object) -> str | None:
    found = pattern.fullmatch(value) if isinstance(value, str) and _short(value) else None
    return found[1] if found else None


def _short(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and text.isprintable()


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _at(value: object, *path: str) -> object:
    for key in path:
        value = _object(value).get(key)
    return value
