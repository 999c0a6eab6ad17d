"""`devEngines` of a package.json, read as npm reads it.

https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines, and npm-install-checks
(lib/dev-engines.js) as npm 11.21.2 brings it.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.facts import Demand, DevEngines
from checker.manifests.json_lines import Json, printable

_ENGINES = ("packageManager", "runtime", "cpu", "libc", "os")
_PROPERTIES = ("name", "version", "onFail")
_ERRORS = ("error", "download")
_PASSES = ("warn", "ignore")
# What npm says that it is, whatever runs it.
_NAMES = {"packageManager": "npm", "runtime": "node"}


class _Defect(Exception):
    """npm cannot read it. The text is a sentence without a final stop."""


def read(written: Json, path: str, line: int) -> DevEngines:
    """What the value of `devEngines` asks for; a value that npm cannot read has a `defect`."""
    try:
        return DevEngines(path, line, tuple(_demands(written)))
    except _Defect as error:
        return DevEngines(path, line, (), str(error))


def _demands(written: Json) -> Iterator[Demand]:
    for engine, asked in _object(written, "devEngines").items():
        if engine not in _ENGINES:
            raise _Defect(f"npm does not know `devEngines.{_short(engine)}`")
        listed = asked if isinstance(asked, list) else [asked]
        choices = tuple(_choice(one, engine) for one in listed)
        if listed and _object(listed[-1], engine).get("onFail", "error") in _ERRORS:
            yield Demand(engine, choices)


def _choice(written: Json, engine: str) -> tuple[str, str | None]:
    wanted = _object(written, engine)
    for key in wanted:
        if key not in _PROPERTIES:
            raise _Defect(f"npm does not know `{_short(key)}` in `devEngines.{engine}`")
    name, version = wanted.get("name"), wanted.get("version")
    if not isinstance(name, str):
        raise _Defect(f"`devEngines.{engine}` has no `name`")
    if "onFail" in wanted and wanted["onFail"] not in (*_ERRORS, *_PASSES):
        raise _Defect(f"npm does not know the `onFail` of `devEngines.{engine}`")
    if isinstance(version, str):
        return _short(name), _short(version)
    if "version" in wanted and name == _NAMES.get(engine, name):
        raise _Defect(f"the `version` of `devEngines.{engine}` is no text")
    return _short(name), None


def _object(value: Json, name: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise _Defect(f"`{name}` is no object")
    return value


def _short(text: str) -> str:
    return printable(text)[:80]
