"""What npm lists, as keys of the config file. Pure; no file's text is looked at here."""

from __future__ import annotations

from checker.importing.config_edits import Value
from checker.importing.problems import CannotImport, WhichToken
from checker.knowledge.token_shape import looks_like_secret
from checker.manifests.npm_lists import ListedPublisher, ListedToken

_SHORTEST_KEY = 6
_UNSTATED = "unstated"  # of a provider that has no such field, and matches no run of GitHub


def chosen(tokens: tuple[ListedToken, ...], wanted: str | None) -> ListedToken:
    """The token that is meant by its name, npm's id of it, or what npm shows of it.

    A revoked one only when it is named. Raises `WhichToken` and `CannotImport`.
    """
    if wanted is None:
        alive = tuple(token for token in tokens if not token.revoked)
        if len(alive) == 1:
            return alive[0]
        if not alive:
            raise CannotImport("Every token that npm lists is revoked.")
        raise WhichToken(tuple(_called(token) for token in alive))
    found = tuple(token for token in tokens if _is_meant(token, wanted))
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"`{_called(token)}`" for token in found or tokens)
    if found:
        raise CannotImport(f"Several tokens are called so: {names}. Name one by npm's id of it.")
    raise CannotImport(f"npm lists no such token. It lists {names}.")


def _is_meant(token: ListedToken, wanted: str) -> bool:
    by_key = len(wanted) >= _SHORTEST_KEY and (token.key or "").startswith(wanted)
    return by_key or wanted in (token.name, token.visible)


def _called(token: ListedToken) -> str:
    for name in (token.name, token.visible, token.key):
        if name and (name is not token.name or not looks_like_secret(name)):
            return name
    return "a token without a name"


def of_token(token: ListedToken) -> dict[str, Value]:
    """The facts of a token, under their keys in `token:`. What npm does not say is left out."""
    facts: dict[str, Value] = {"type": "granular"}
    if token.bypass_2fa is not None:
        facts["bypass-2fa"] = token.bypass_2fa
    if token.permission is not None:
        facts["permission"] = token.permission.value
    if token.expires is not None:
        facts["expires"] = token.expires
    if token.packages is not None:
        facts["packages"] = "all" if "*" in token.packages else list[Value](token.packages)
    return _shown(facts)


def of_publisher(publisher: ListedPublisher) -> dict[str, Value]:
    """One entry of `trusted-publishers:`."""
    entry: dict[str, Value] = {}
    if publisher.provider != "github":
        entry["provider"] = publisher.provider
    entry["repository"] = publisher.repository or _UNSTATED
    entry["workflow"] = publisher.workflow or _UNSTATED
    if publisher.environment is not None:
        entry["environment"] = publisher.environment
    if publisher.allow:
        entry["allow"] = list[Value](sorted(allow.value for allow in publisher.allow))
    return _shown(entry)


def _shown(facts: dict[str, Value]) -> dict[str, Value]:
    """The same facts. Raises `CannotImport` where one could be a secret in a place of a name."""
    for key, value in facts.items():
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and looks_like_secret(text):
                raise CannotImport(f"What npm lists as `{key}` has the shape of a token.")
    return facts
