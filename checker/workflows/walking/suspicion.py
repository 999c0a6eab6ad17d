"""Commands that could publish and cannot be read, though their words speak of a release.

Only with an npm credential at hand do they matter, and only when it reaches no publish elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from checker.knowledge.limits import NPM_REGISTRY_HOST
from checker.workflows import credentials
from checker.workflows.command_lines import arguments
from checker.workflows.shell import prefixes
from checker.workflows.state import JobState
from checker.workflows.text import Text, text

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
    wait cosign mcp-publisher web-ext gradle gradlew mvn mvnw sbt mix dart flutter melos oras skopeo
    ko nerdctl skaffold serverless sls sst cdk amplify apify mkdocs mike hugo jekyll bundle
    mdbook buf rover zapier shopify pn pnx pnpx bunx eslint prettier jest vitest mocha tsc rimraf
    tsup rollup vite webpack esbuild typedoc storybook playwright cypress biome oxlint publint attw
    @arethetypeswrong/cli zip tar unzip ls find chmod chown touch sh bash export-env sleep head tail
    yalc
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


_WORD = re.compile(
    r"(?:--)?(?://[\w./@-]*:|\.?#|[\w-]*[:+-])?(?P<verb>publish|release|deploy|ship)(?:[:-][\w:-]*)?(?:=true)?",
    re.IGNORECASE,
)
# Programs in languages that nothing here reads.
_PROGRAM = re.compile(
    r"(?P<name>[\w.-]+)\.(?:raku|p6|pl|pm|rb|php|lua|tcl|jl|ps1|kts?|scala|exs?|clj)"
)
_NOT = re.compile(
    r"--(?:no|skip)-?(?:npm-?)?(?:publish|release)|publish[= ]false|--?dry-?run|--help|--version"
)
_RUNNERS = {
    "npx": (), "pnpx": (), "pnx": (), "bunx": (), "npm": ("exec", "x"), "bun": ("x",),
    "pnpm": ("dlx", "exec"), "pn": ("dlx", "exec"), "yarn": ("dlx", "exec"), "bundle": ("exec",),
}  # fmt: skip


def program(words: tuple[Text, ...]) -> tuple[Text, ...]:
    """The command that npx and its kin start; the words themselves where there is none."""
    rest = prefixes.unwrapped(list(words))
    name = (rest[0].literal or "").rpartition("/")[2] if rest else ""
    if name not in _RUNNERS:
        return tuple(rest)
    inner = rest[1:]
    if _RUNNERS[name]:
        if not inner or inner[0].literal not in _RUNNERS[name]:
            return tuple(rest)
        inner = inner[1:]
    while inner and inner[0].start.startswith("-"):
        inner = inner[2:] if inner[0].literal in {"-p", "--package"} else inner[1:]
    known = arguments.name_and_version(inner[0]) if inner else None
    return (text(known[0]), *inner[1:]) if known is not None else tuple(rest)


# They run what a file of their own says, which is not read, or not in all.
_TASK_RUNNERS_TEXT = """
    just task go-task wireit nps moon earthly act mage gulp grunt mise hereby rake jake cake invoke
    inv poe doit pixi bazel bazelisk
"""
_TASK_RUNNERS = frozenset(_TASK_RUNNERS_TEXT.split())


def runs_tasks(words: tuple[Text, ...]) -> bool:
    """Whether a command runs tasks that a file of its runner gives their names."""
    name = ((words[0].literal or "") if words else "").rpartition("/")[2].removesuffix(".cmd")
    return name in _TASK_RUNNERS or _is_cargos(name, words)


def _is_cargos(name: str, words: tuple[Text, ...]) -> bool:
    """Whether cargo runs tasks of the project's own, and not its own commands."""
    return name == "cargo" and [word.literal for word in words[1:2]] in (["xtask"], ["make"])


def arguments_of(words: tuple[Text, ...], name: str) -> tuple[Text, ...]:
    """What stands behind the word `name`."""
    place = next((n for n, word in enumerate(words) if word.literal == name), len(words))
    return words[place + 1 :]


def may_publish(words: tuple[Text, ...]) -> str:
    """`publish` or `release` where an unknown command says that by its own words; else ""."""
    if not words:
        return ""
    first = words[0]
    if first.literal is None:
        return "release" if any(speaks(hidden.why) for hidden in first.holes) else ""
    name = first.literal.rpartition("/")[2].removesuffix(".cmd")
    if not name or name in _ELSEWHERE or first.literal in _ELSEWHERE:
        if _is_cargos(name, words) and not _NOT.search(" ".join(word.shown for word in words)):
            return "release" if any(map(_verb_of, words[1:])) else ""
        return ""
    if _NOT.search(" ".join(word.shown for word in words)):
        return ""
    said = [verb for word in words[1:] if (verb := _verb_of(word))]
    said += _SPEAKS.findall(name) + _SPEAKS.findall(_program_of(words[1:]))
    if any(verb.lower() == "publish" for verb in said):
        return "publish"
    return "release" if said else ""


def _verb_of(word: Text) -> str:
    match = _WORD.fullmatch(word.shown)
    return match["verb"] if match else ""


def _program_of(words: tuple[Text, ...]) -> str:
    """The name of the program that an interpreter is given: `publish` of `tools/publish.raku`."""
    first = next((word.shown for word in words if not word.shown.startswith("-")), "")
    found = _PROGRAM.fullmatch(first.rpartition("/")[2])
    return found["name"] if found else ""


def is_for_others(path: str) -> bool:
    """Whether a program's name is one that never publishes to npm."""
    return path.rpartition("/")[2] in _ELSEWHERE


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
