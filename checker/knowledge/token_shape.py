"""What a token's text gives away: faults that no registry forgives, and what must not be shown.

Pure functions of a string. Whether a well-formed token is alive is not decided here.
"""

from __future__ import annotations

import re

# https://github.com/npm/api-documentation, token.yaml: `npm_` and 36 letters and digits
_NPM_PREFIX = "npm_"
_NPM_LENGTH = 40

CLASSIC = "has the form of a classic token (a UUID), and npm revoked all of those"
_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_GITHUB = r"(?:gh[oprsu]_[0-9A-Za-z]{16,}|github_pat_\w{16,})"

_QUOTES = "\"'`"

_SECRET = re.compile(
    "|".join(
        (
            r"npm_[0-9A-Za-z]{12}",
            _GITHUB,
            _UUID,
            r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}",  # a JSON web token
            r"(?i:_auth(?:Token)?\s{0,9}[=:]|bearer\s|://[^/\s:]{0,99}:[^/\s@]{0,99}@)",
            # A long run of both letters and digits; names and versions have `-`, `.`, `_` in them.
            r"(?<![0-9A-Za-z])(?=[0-9]*[A-Za-z])(?=[A-Za-z]*[0-9])[0-9A-Za-z]{24,}",
        )
    )
)


def looks_like_secret(text: str) -> bool:
    """Whether some part of `text` has the shape of a credential, so that it must not be shown.

    Errs on the side of hiding: a harmless long identifier counts too.
    """
    return _SECRET.search(text) is not None


def may_be_token(text: str) -> bool:
    """Whether npm may ever have given out `text` as a token, alive or revoked."""
    return re.fullmatch(rf"{_NPM_PREFIX}[0-9A-Za-z]{{20,}}|{_UUID}", text) is not None


def fault(token: str) -> str | None:
    """Why npm cannot take `token`, as a predicate: "ends with a line break"; None when it may.

    Only what makes it useless for certain; never a part of the token. A UUID is a token from
    before 2021, and all of those were revoked on 2025-12-09:
    https://github.blog/changelog/2025-12-09-npm-classic-tokens-revoked-session-based-auth-and-cli-token-management-now-available/
    """
    if "\n" in token or "\r" in token:
        ends = not set(token.strip("\r\n")) & {"\n", "\r"}
        return "begins or ends with a line break" if ends else "holds more than one line"
    if token[:1] in _QUOTES or token[-1:] in _QUOTES:
        return "is wrapped in quotes"
    if re.search(r"_auth(Token)?\s*=", token):
        return "is a whole line of an `.npmrc`, not the token alone"
    if re.search(r"\s", token):
        return "holds white space"
    if not token.isascii():
        return "holds a character that no token has"
    if re.fullmatch(_UUID, token):
        return CLASSIC
    if re.fullmatch(_GITHUB, token):
        return "is a token of GitHub, not of npm"
    if token.startswith(_NPM_PREFIX) and len(token) < _NPM_LENGTH:
        return f"is cut short: {len(token)} characters instead of {_NPM_LENGTH}"
    return None
