"""What npm lists of an account's tokens and a package's trusted publishers: JSON to values. Pure.

Of a token npm shows the first eight and last four characters; no more of it is ever held here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from msgspec import Struct

from checker.facts import Allow, TokenPermission

_VISIBLE = re.compile(r"(?P<first>[!-~]{1,12}?)(?:\.{2,3}|…)(?P<last>[!-~]{1,8})?")
_LONGEST = 256


class ListedToken(Struct, frozen=True):
    """One granular token, as `npm token list --json` and the registry's list show it.

    Sessions are in no list. None where the list does not say, or says what is not understood.
    name: as its owner called it. visible: what npm shows of it, `npm_aBcD...7890`. key: npm's id.
    expires: its last day (UTC). packages: names and `@scope/*`, `("*",)` for all.
    """

    name: str | None
    key: str | None
    visible: str | None
    revoked: bool
    expires: date | None
    bypass_2fa: bool | None
    permission: TokenPermission | None
    packages: tuple[str, ...] | None

    def shows(self, token: str) -> bool:
        """Whether what is visible of it fits the whole token."""
        parts = _VISIBLE.fullmatch(self.visible or "")
        if parts is None or not parts["last"] or len(parts["first"]) < 8:
            return False
        return token.startswith(parts["first"]) and token.endswith(parts["last"])


class ListedPublisher(Struct, frozen=True):
    """One trusted publisher, as `npm trust list --json` and the registry's answer show it.

    provider: npm's own word. repository, workflow: None where the provider has another form.
    allow: None where the list does not say.
    """

    provider: str
    repository: str | None
    workflow: str | None
    environment: str | None
    allow: frozenset[Allow] | None


def page_of_tokens(document: object) -> tuple[tuple[ListedToken, ...], bool]:
    """The tokens of one page of the registry's list, and whether another page follows."""
    root = _object(document)
    objects = root.get("objects")
    tokens = tuple(map(token, objects)) if isinstance(objects, list) else ()
    return tokens, bool(tokens) and bool(_object(root.get("urls")).get("next"))


def is_token(value: object) -> bool:
    """Whether the value is an entry of a list of tokens."""
    entry = _object(value)
    return "token" in entry and ("key" in entry or "created" in entry)


def is_publisher(value: object) -> bool:
    """Whether the value is an entry of a list of trusted publishers."""
    entry = _object(value)
    return isinstance(entry.get("type"), str) and "token" not in entry


def token(value: object) -> ListedToken:
    """One entry of a list of tokens. https://github.com/npm/api-documentation, token.yaml."""
    entry = _object(value)
    bypass = entry.get("bypass_2fa")
    visible = _text(entry.get("token"))
    return ListedToken(
        name=_text(entry.get("name")),
        key=_text(entry.get("key")),
        # A list that shows a whole token is none of npm's; it goes no further.
        visible=visible if visible and _VISIBLE.fullmatch(visible) else None,
        revoked=bool(entry.get("revoked")),
        expires=_day(entry.get("expiry")),
        bypass_2fa=bypass if isinstance(bypass, bool) else None,
        permission=_permission(entry),
        packages=_packages(entry.get("scopes")),
    )


def _permission(entry: Mapping[str, object]) -> TokenPermission | None:
    if entry.get("readonly") is True:
        return TokenPermission.READ_ONLY
    listed = entry.get("permissions")
    if not isinstance(listed, list) or not listed:
        return None
    actions = {
        str(_object(one).get("action")) for one in listed if _object(one).get("name") == "package"
    }
    if not actions:
        return TokenPermission.NO_ACCESS  # what it may do with organizations publishes nothing
    if any("stage" in action for action in actions):
        return TokenPermission.STAGE_ONLY
    if actions <= {"write", "read-write", "read"}:
        return TokenPermission.READ_ONLY if actions == {"read"} else TokenPermission.READ_WRITE
    return None


def _packages(value: object) -> tuple[str, ...] | None:
    covered: list[str] = []
    for scope in value if isinstance(value, list) else ():
        kind, name = _object(scope).get("type"), _text(_object(scope).get("name"))
        if kind in ("org", "organization"):
            continue
        if kind not in ("package", "scope") or name is None:
            return None
        covered.append(_covered(name, is_scope=kind == "scope"))
    return tuple(dict.fromkeys(covered)) or None


def _covered(name: str, *, is_scope: bool) -> str:
    if name == "*":
        return "*"
    if is_scope or (name.startswith("@") and "/" not in name):
        scope = name.removesuffix("/*").removeprefix("@")
        return f"@{scope}/*"
    return name


def publisher(value: object) -> ListedPublisher:
    """One entry of a list of trusted publishers; both npm's output and the registry's form.

    https://github.com/npm/api-documentation, trust.yaml.
    """
    entry = _object(value)
    claims = _object(entry.get("claims")) or entry
    file = _object(claims.get("workflow_ref")).get("file") or claims.get("file")
    repository = claims.get("repository") or claims.get("project_path") or claims.get("project")
    listed = entry.get("permissions")
    return ListedPublisher(
        provider=_text(entry.get("type")) or "",
        repository=_text(repository),
        workflow=_text(file or _object(claims.get("ci_config_ref_uri")).get("file")),
        environment=_text(claims.get("environment")),
        allow=_allow(listed) if isinstance(listed, list) and listed else None,
    )


def _allow(listed: list[object]) -> frozenset[Allow]:
    words = {"createPackage": Allow.PUBLISH, "createStagedPackage": Allow.STAGE}
    return frozenset(words[one] for one in listed if isinstance(one, str) and one in words)


def _day(value: object) -> date | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None:
            return None
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str | None:
    shown = isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()
    return str(value) if shown else None


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
