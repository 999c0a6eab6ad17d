"""Stands in for the public Fulcio and Rekor, so that a real npm can sign provenance offline.

npm's signing code knows one address only. A proxy that answers in its place needs nothing but
variables that npm heeds anyway: `HTTPS_PROXY` and `NODE_EXTRA_CA_CERTS`.
"""

from __future__ import annotations

import base64
import json
import shutil
import ssl
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from registry import jwt
from registry.loopback import JsonHandler, Loopback

# A "certificate" is the run's claims, signed with this: npm's client only carries it along.
CERTIFICATES_KEY = b"the certificate authority of the tests"
HOSTS = ("fulcio.sigstore.dev", "rekor.sigstore.dev")


class Unavailable(Exception):
    """The machine has no `openssl` to make a certificate with."""


class Sigstore(Loopback):
    """The proxy on a loopback port, while it is entered.

    folder: for its certificate. key: of the issuer that it believes. signed: the repository of
    every certificate given out.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self.key = key
        self.signed: list[str] = []
        self.certificate = folder / "sigstore.pem"
        self.context = _tls(folder, self.certificate)

    def environment(self) -> dict[str, str]:
        """With these npm signs here."""
        return {
            "HTTPS_PROXY": self.url.rstrip("/"),
            "NO_PROXY": "127.0.0.1",
            "NODE_EXTRA_CA_CERTS": str(self.certificate),
        }

    def handler(self) -> type[JsonHandler]:
        """A proxy that is itself at the other end of every tunnel."""
        sigstore = self

        class Handler(JsonHandler):
            def do_CONNECT(self) -> None:  # noqa: N802  http.server's name
                if self.path.partition(":")[0] not in HOSTS:
                    self.send_error(403)
                    return
                self.send_response(200)
                self.end_headers()
                self.connection = sigstore.context.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb", -1)
                self.wfile = self.connection.makefile("wb", 0)
                self.close_connection = False

            def do_POST(self) -> None:  # noqa: N802  http.server's name
                sent = json.loads(self.body())
                if urlsplit(self.path).path == "/api/v2/signingCert":
                    self.say(*_certify(sigstore, sent))
                else:
                    self.say(201, _logged(sent))

        return Handler


def _tls(folder: Path, certificate: Path) -> ssl.SSLContext:
    openssl = shutil.which("openssl")
    if openssl is None:
        raise Unavailable("openssl is missing")
    key = folder / "sigstore.key"
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "3650", "-subj", "/CN=sigstore of the tests"),
            *("-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _certify(sigstore: Sigstore, body: dict[str, dict[str, str]]) -> tuple[int, object]:
    try:
        claims = jwt.claims_of(body["credentials"]["oidcIdentityToken"], sigstore.key)
    except (KeyError, jwt.Forged):
        return 401, {"message": "the identity token is not the issuer's"}
    if claims.get("aud") != "sigstore":
        return 401, {"message": "the identity token is for another audience"}
    sigstore.signed.append(str(claims["repository"]))
    content = base64.encodebytes(jwt.sign(claims, CERTIFICATES_KEY).encode()).decode()
    pem = f"-----BEGIN CERTIFICATE-----\n{content}-----END CERTIFICATE-----\n"
    return 200, {"signedCertificateEmbeddedSct": {"chain": {"certificates": [pem]}}}


def _logged(entry: dict[str, object]) -> object:
    said = {"kind": entry["kind"], "apiVersion": entry["apiVersion"]}
    return {
        "0" * 64: {
            "logIndex": 1,
            "logID": "00" * 32,
            "integratedTime": 1,
            "body": base64.b64encode(json.dumps(said).encode()).decode(),
            "verification": {"signedEntryTimestamp": base64.b64encode(b"promise").decode()},
        }
    }
