"""What npm checks of a provenance bundle that comes with a version.

The bundle is a real client's; the certificate in it is `sigstore.Sigstore`'s, which stands in for
the public one. Signatures of the statement itself are not checked: the client made them.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from registry import answer, jwt
from registry.sigstore import CERTIFICATES_KEY

if TYPE_CHECKING:
    from registry.answer import Answer
    from registry.publishing import Upload


def refused(upload: Upload) -> Answer | None:
    """Why the bundle is not accepted; None where there is none or it is good."""
    if upload.bundle is None:
        return None
    try:
        bundle: dict[str, Any] = json.loads(upload.bundle)
        claims = jwt.claims_of(_certificate(bundle), CERTIFICATES_KEY)
        statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    except (ValueError, KeyError, IndexError, TypeError):
        return answer.bad_provenance("The bundle cannot be read.")
    text = _wrong_source(claims) or _wrong_subject(statement, upload) or _wrong_url(claims, upload)
    return answer.bad_provenance(text) if text else None


def _certificate(bundle: dict[str, Any]) -> str:
    material = bundle["verificationMaterial"]
    if "certificate" in material:
        raw = material["certificate"]["rawBytes"]
    else:
        raw = material["x509CertificateChain"]["certificates"][0]["rawBytes"]
    return base64.b64decode(raw).decode()


def _wrong_source(claims: dict[str, Any]) -> str | None:
    if claims["repository_visibility"] != "public":
        return (
            "Unsupported GitHub Actions source repository visibility:"
            f' "{claims["repository_visibility"]}". Only public source repositories are supported'
            " when publishing with provenance."
        )
    if claims["runner_environment"] != "github-hosted":
        return (
            f'Unsupported GitHub Actions runner environment: "{claims["runner_environment"]}".'
            ' Only "github-hosted" runners are supported when publishing with provenance.'
        )
    return None


def _wrong_subject(statement: dict[str, Any], upload: Upload) -> str | None:
    name = upload.package.replace("@", "%40", 1)
    if statement["subject"][0]["name"] != f"pkg:npm/{name}@{upload.version}":
        return "The subject of the statement is another package."
    digest = bytes.fromhex(statement["subject"][0]["digest"]["sha512"])
    if f"sha512-{base64.b64encode(digest).decode()}" != upload.integrity:
        return "The subject of the statement is another tarball."
    return None


def _wrong_url(claims: dict[str, Any], upload: Upload) -> str | None:
    repository = upload.manifest.get("repository")
    url = str(repository.get("url", "")) if isinstance(repository, dict) else ""
    expected = f"https://github.com/{claims['repository']}"
    if url.removeprefix("git+").removesuffix(".git") == expected:
        return None
    return (
        f'Failed to validate repository information: package.json: "repository.url" is "{url}",'
        f' expected to match "{expected}" from provenance'
    )


def attested(upload: Upload) -> dict[str, str] | None:
    """What the attestation of a taken version says of its run."""
    if upload.bundle is None:
        return None
    claims = jwt.claims_of(_certificate(json.loads(upload.bundle)), CERTIFICATES_KEY)
    ref = str(claims["workflow_ref"])
    return {
        "repository": f"https://github.com/{claims['repository']}",
        "path": ref.partition("@")[0].removeprefix(f"{claims['repository']}/"),
        "ref": ref.partition("@")[2],
        "event": str(claims["event_name"]),
    }
