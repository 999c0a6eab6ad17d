"""Commands that could publish and cannot be read, though their words speak of a release.

Only with an npm credential at hand do they matter, and only when it reaches no publish elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from checker.knowledge.limits import NPM_REGISTRY_HOST
from checker.workflows import credentials
from checker.workflows.shell import Command
from checker.workflows.state import JobState
from checker.workflows.text import Text

_SPEAKS = re.compile(r"publish|release|deploy", re.IGNORECASE)
# These publish elsewhere, or nothing at all.
_ELSEWHERE_TEXT = """
    git gh glab hub echo printf cat curl wget jq sed awk grep cd mkdir rm cp mv test [ [[ true exit
    set export source docker podman buildx crane helm kubectl terraform pulumi aws az gcloud gsutil
    wrangler vercel netlify firebase flyctl fly heroku surge gh-pages angular-cli-ghpages np-pages
    cargo twine poetry uv hatch flit python -m pip dotnet nuget gem swift pod go goreleaser
    vsce ovsx @vscode/vsce pkg-pr-new jsr deno standard-version commit-and-tag-version
    release-please conventional-github-releaser conventional-changelog auto-changelog git-cliff
    semver sentry-cli @sentry/cli npm npx pnpm yarn bun lerna changeset lerna-lite turbo nx
    eas expo fastlane electron-builder electron-forge tauri xcodebuild apt apt-get brew choco
    snapcraft chromatic storybook-to-ghpages codecov actions-tagger knope release-drafter sleep
    wait cosign
"""
_ELSEWHERE = frozenset(_ELSEWHERE_TEXT.split())
_READ_ONLY = re.compile(r"READ|INSTALL|PULL|FETCH|DOWNLOAD", re.IGNORECASE)


def speaks(words: str) -> bool:
    """Whether a text speaks of a release."""
    return bool(_SPEAKS.search(words))


def says_publish(words: str) -> bool:
    """Whether a text says that it publishes."""
    return "publish" in words.lower()


def is_ready(state: JobState) -> bool:
    """Whether the job has made npm ready to publish: a registry for it, or a newer npm."""
    lines = (line for written in state.npmrc.values() for line in written)
    return bool(state.upgrades) or any(
        line.key == f"//{NPM_REGISTRY_HOST}/:_authToken" for line in lines
    )


def is_opaque(command: Command) -> bool:
    """Whether an unknown command may publish, by its own words."""
    first = command.words[0]
    if first.literal is None:
        return any(speaks(hidden.why) for hidden in first.holes)
    name = first.literal.rpartition("/")[2].removesuffix(".cmd")
    if not name or name in _ELSEWHERE:
        return False
    return speaks(" ".join(word.shown for word in command.words if word.start[:1] != "-"))


def npm_secrets(env: Mapping[str, Text]) -> tuple[str, ...]:
    """Secrets that variables named after npm hand over, unless they are for reading alone."""
    found = [
        secret
        for name, value in env.items()
        if credentials.is_npm_variable(name)
        for secret in value.secrets
        if secret != "GITHUB_TOKEN" and not _READ_ONLY.search(secret)
    ]
    return tuple(dict.fromkeys(found))
