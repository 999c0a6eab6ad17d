"""Which commands before `&&` are presumed to succeed: those that do something, as builds are.

Others ask a question by their exit status (`grep -q`, `npm view`), or are not known to do neither:
what stands behind them is done on one way of two. As the manuals had it on 2026-11-24:
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/contents.html
https://docs.npmjs.com/cli/commands  https://git-scm.com/docs  https://cli.github.com/manual
"""

from __future__ import annotations

from checker.workflows.shell import prefixes
from checker.workflows.text import Text


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


# What does its work and fails only where something is wrong.
_DOES = _words("""
    cd pushd popd export set unset alias shopt umask ulimit trap wait source . : true
    echo printf cat tee sleep date pwd mkdir rmdir cp mv rm touch ln chmod chown find install rsync
    sed awk tr sort uniq cut head tail wc tar zip unzip gzip gunzip base64 envsubst sponge
    jq yq json make gmake cmake apt-get apt apk brew choco pip pip3 pipx gem cargo go docker
    corepack nvm fnm n nvs volta mise asdf
    tsc tsup rollup vite webpack esbuild babel swc parcel gulp grunt ng nest ncc unbuild tsdown
    rimraf del-cli cpy copyfiles shx mkdirp
    jest vitest mocha ava tap eslint prettier stylelint biome tsd
    lerna lerna-lite nx turbo changeset changesets semantic-release release-it np auto
    standard-version napi wasm-pack publib beachball rush run-s run-p npm-run-all
""")
_RUNS_OTHERS = _words("npx bunx pnpx")
_EXECUTES = _words("exec x dlx")
# What of a tool only asks, by its first word or its second one.
_REGISTRY = _words("""
    view info show v whoami ping outdated audit ls list la ll search access owner profile token
    get why explain doctor diff query
""")
_ASKS = {
    "npm": _REGISTRY,
    "pnpm": _REGISTRY,
    "yarn": _REGISTRY,
    "bun": _REGISTRY,
    "git": _words("""
        diff diff-index diff-files diff-tree show-ref rev-parse rev-list merge-base ls-remote
        ls-files cat-file grep check-ignore check-attr describe show log status name-rev shortlog
        show-branch for-each-ref verify-commit verify-tag symbolic-ref ls-tree blame
    """),
    "gh": _words("view list api search status checks get"),
}
# What has nothing to fail for, so that a `||` behind it is a habit and no doubt.
_CANNOT_FAIL = _words("echo printf export true :")
_EXIT_STATUS = _words("-e --exit-status")


def succeeds(command: list[Text]) -> bool:
    """Whether a simple command is presumed to succeed."""
    words = [word.literal or "" for word in prefixes.unwrapped(command)]
    name = words[0] if words else ""
    if "/" in name:
        if "node_modules/.bin/" not in name:
            return False
        name = name.rpartition("/")[2]
    plain = [word for word in words[1:] if not word.startswith("-")]
    if name in _RUNS_OTHERS:
        return _package_succeeds(plain)
    if name in _ASKS:
        if name not in {"git", "gh"} and plain[:1] and plain[0] in _EXECUTES:
            return _package_succeeds(plain[1:])
        return not _ASKS[name].intersection(plain[:1] if name == "git" else plain[:2])
    asks = name in {"jq", "yq"} and not _EXIT_STATUS.isdisjoint(words)
    return name in _DOES and not asks


def cannot_fail(command: list[Text]) -> bool:
    """Whether a simple command has nothing to fail for: it prints, or sets a line of a file."""
    words = [word.literal or "" for word in prefixes.unwrapped(command)]
    sets = words[:1] in (["npm"], ["pnpm"]) and words[1:3] == ["config", "set"]
    return sets or (bool(words) and words[0] in _CANNOT_FAIL)


def _package_succeeds(words: list[str]) -> bool:
    """Whether the command that npx runs, by its package's name, is presumed to succeed."""
    if not words:
        return False
    name = words[0][:1] + words[0][1:].partition("@")[0]
    return name.rpartition("/")[2] in _DOES or name in {"@changesets/cli"}
