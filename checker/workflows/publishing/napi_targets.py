"""The packages of napi, one a platform: what `napi create-npm-dirs` makes of the manifest."""

from __future__ import annotations

from msgspec.structs import replace

from checker.facts import Package
from checker.manifests.package_json import Manifest
from checker.workflows.syntax.document import Broken, Mapping, parse
from checker.workflows.syntax.model import child, string, strings

# https://github.com/napi-rs/napi-rs/blob/main/cli/src/utils/target.ts
_PLATFORMS = {"windows": "win32"}
_ARCHITECTURES = {
    "x86_64": "x64", "aarch64": "arm64", "i686": "ia32", "armv7": "arm", "riscv64gc": "riscv64",
    "powerpc64le": "ppc64",
}  # fmt: skip
_DEFAULT_TRIPLES = ("x86_64-apple-darwin", "x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc")


def packages(manifest: Manifest | None) -> tuple[Package, ...]:
    """The platforms' packages, copies of the manifest's but for the name; () where none is said."""
    own = manifest.package if manifest is not None else None
    written = manifest.configuration("napi") if manifest is not None else None
    if own is None or written is None:
        return ()
    try:
        settings = parse(written.encode())
    except Broken:
        return ()
    if not isinstance(settings, Mapping):
        return ()
    package = child(settings, "package")
    before = string(package.get("name")) if package is not None else None
    base = string(settings.get("packageName")) or before or own.name
    triples = dict.fromkeys(_triples(settings))
    return tuple(replace(own, name=f"{base}-{_platform(triple)}") for triple in triples)


def _triples(settings: Mapping) -> tuple[str, ...]:
    """`targets` since version 3, `triples` before it."""
    targets, triples = strings(settings.get("targets")), child(settings, "triples")
    if targets or triples is None:
        return targets
    defaults = () if string(triples.get("defaults")) == "false" else _DEFAULT_TRIPLES
    return (*defaults, *strings(triples.get("additional")))


def _platform(triple: str) -> str:
    """`linux-x64-gnu` of `x86_64-unknown-linux-gnu`."""
    if triple.startswith("wasm32-wasi"):
        return "wasm32-wasi"
    plain = f"{triple[:-4]}-eabi" if triple.endswith("eabi") else triple
    cpu, *rest = plain.split("-")
    system, *abi = rest[1:] or rest or [""]
    parts = (_PLATFORMS.get(system, system), _ARCHITECTURES.get(cpu, cpu), *abi[:1])
    return "-".join(parts)
