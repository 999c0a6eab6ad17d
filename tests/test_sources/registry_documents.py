"""Documents as npm's registry and GitHub write them, for tests that answer in their place."""

from __future__ import annotations

import base64
import json

SLSA = "https://slsa.dev/provenance/v1"


def packument(name: str, *versions: str, **more: object) -> dict[str, object]:
    """A package whose `versions` were published one a day, the last one as `latest`."""
    times = {version: f"2026-01-{day:02}T10:00:00.000Z" for day, version in enumerate(versions, 1)}
    return {
        "name": name,
        "dist-tags": {"latest": versions[-1]} if versions else {},
        "versions": {
            version: {"name": name, "version": version, "_npmUser": {"name": "ana"}}
            for version in versions
        },
        "time": {"created": "2026-01-01T09:00:00.000Z", "modified": "2026-02-01T09:00:00.000Z"}
        | times,
        "maintainers": [{"name": "ana", "email": "ana@example.org"}],
        **more,
    }


def by_trusted_publisher(document: dict[str, object], version: str) -> dict[str, object]:
    """The same document, `version` published from GitHub Actions and attested."""
    versions = document["versions"]
    assert isinstance(versions, dict)
    versions[version] |= {
        "_npmUser": {
            "name": "GitHub Actions",
            "trustedPublisher": {"id": "github", "oidcConfigId": "oidc:1"},
        },
        "dist": {"attestations": {"url": "https://elsewhere.example/never-asked"}},
    }
    return document


def attestations(
    repository: str = "https://github.com/acme/widget",
    path: str = ".github/workflows/release.yml",
    event: str = "push",
) -> dict[str, object]:
    """The attestations of one version, npm's own publish attestation first."""
    statement = {
        "predicateType": SLSA,
        "predicate": {
            "buildDefinition": {
                "externalParameters": {
                    "workflow": {"ref": "refs/heads/main", "repository": repository, "path": path}
                },
                "internalParameters": {"github": {"event_name": event}},
            }
        },
    }
    payload = base64.b64encode(json.dumps(statement).encode()).decode()
    return {
        "attestations": [
            {"predicateType": "https://github.com/npm/attestation/publish", "bundle": {}},
            {"predicateType": SLSA, "bundle": {"dsseEnvelope": {"payload": payload}}},
        ]
    }


def id_token(**claims: object) -> str:
    """A token of GitHub's form whose signature is worth nothing."""
    parts = ({"alg": "RS256", "typ": "JWT"}, {"aud": "npm:registry.npmjs.org", **claims})
    return ".".join((*map(_part, parts), "c2lnbmF0dXJl"))


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
