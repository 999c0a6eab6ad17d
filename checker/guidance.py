"""The ways out, in words ready to paste: trusted publishing, a proper token, staged publishing.

Shared by the rules, so that the same way out is said in the same words. Pure text from raw facts;
nothing here decides.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import date

from checker.cases.world import Case
from checker.facts import Command, Package, Taken, TokenState, Unknown
from checker.knowledge import policy
from checker.knowledge.policy import SUNSET
from checker.knowledge.tools import Tool, rows
from checker.manifests.repository_url import canonical
from checker.problems import Words
from checker.report import PROVEN, Evidence

_GITHUB = "https://github.com/"

# Private-use characters stand for the packages of a finding until all of them are known.
_NAMES, _EACH, _CHOSEN, _MANIFESTS, _FOLDER = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_SHOWN = 5


def job(case: Case) -> str:
    """The subject of most messages: "Job `publish`"."""
    return f"Job `{case.publish.job}`"


def the_job(case: Case) -> str:
    """The same within a sentence: "job `publish`"."""
    return f"job `{case.publish.job}`"


def command(case: Case) -> str:
    """The command as a person names it: "`npm stage publish`"."""
    stage = " stage" if case.publish.command is Command.STAGE else ""
    return f"`{case.publish.tool}{stage} publish`"


def tool(case: Case, row: Tool, does: Callable[[Tool], bool]) -> str:
    """The tool that publishes; with the versions of its row where not all of them do so."""
    name = case.publish.tool
    return name if all(map(does, rows(name))) else f"{name} (`{row.versions}`)"


def secret(case: Case) -> str:
    """The token as its owner knows it: "The token in secret `NPM_TOKEN`"."""
    token = case.run.token
    names = token.secret_names if token is not None and not isinstance(token, Unknown) else ()
    if not names:
        return "The token"
    return f"The token in secret {' or '.join(f'`{name}`' for name in names)}"


def package_name(case: Case) -> str:
    """A mark for the package; "the package" where the files do not show it.

    One cause has one text for all its packages: `with_packages` puts their names in.
    """
    return "the package" if isinstance(case.package, Unknown) else _NAMES


def manifest(case: Case) -> str:
    """A mark for the paths of the manifests, which `with_packages` puts in as it does the names."""
    return "package.json" if isinstance(case.package, Unknown) else _MANIFESTS


def in_publish_config(case: Case, key: str, value: str) -> str:
    """Where to write a key of `publishConfig`, to paste: the end of a sentence."""
    pasted = f'```json\n"publishConfig": {{ "{key}": "{value}" }}\n```'
    return f"{manifest(case)}, beside what `publishConfig` holds already:\n\n{pasted}"


def with_packages(text: str, names: tuple[str, ...], paths: Mapping[str, str] | None = None) -> str:
    """The text with the names of a finding's packages in place of the marks.

    paths: of their package.json files, by name.
    """
    shown = _listed(names)
    files = _listed(tuple(paths[name] for name in names if name in paths)) if paths else ""
    text = text.replace(_MANIFESTS, files or "package.json")
    lines = (
        _for_each(line, names, paths or {}) if _EACH in line or _FOLDER in line else line
        for line in text.split("\n")
    )
    shown = shown or "the package"
    return "\n".join(lines).replace(_CHOSEN, _chosen(shown, names)).replace(_NAMES, shown)


def _listed(words: tuple[str, ...]) -> str:
    more = len(words) - _SHOWN
    shown = ", ".join(f"`{word}`" for word in words[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def _chosen(shown: str, names: tuple[str, ...]) -> str:
    """What to choose in the form of a token: the packages, or their scope if all have one."""
    scopes = {name.partition("/")[0] if name.startswith("@") else "" for name in names}
    return (
        f"{shown} or the scope `{scopes.pop()}`" if len(scopes) == 1 and "" not in scopes else shown
    )


def _for_each(line: str, names: tuple[str, ...], paths: Mapping[str, str]) -> str:
    """A command line once for each package, quoted so that pasting it is safe."""
    lines = [
        line.replace(_EACH, shlex.quote(name)).replace(_FOLDER, _folder(paths.get(name, "")))
        for name in names[:_SHOWN]
    ]
    if len(names) > _SHOWN:
        lines.append(f"# and the same for {len(names) - _SHOWN} more")
    return "\n".join(lines)


def _folder(path: str) -> str:
    """The folder of a package.json as an argument; nothing for the root, where a person is."""
    folder = path.rpartition("/")[0]
    return f" {shlex.quote(f'./{folder}')}" if folder else ""


def publish_by_hand(case: Case, access: str) -> str:
    """The command that creates a package, from the repository's root; pnpm's where pnpm is used."""
    client = "pnpm" if case.publish.tool == "pnpm" else "npm"
    folder = "" if isinstance(case.package, Unknown) else _FOLDER
    return f"```sh\n{client} publish{folder} --access {access}\n```"


def is_new(case: Case) -> bool:
    """Whether npm is known to have no such package yet."""
    return case.declared.exists is False or (
        case.observed is not None and case.observed.exists is False
    )


def workflow_file(case: Case) -> str:
    """The entry workflow's file name, the only part that npm compares."""
    return case.run.entry_workflow.rsplit("/", 1)[-1]


def repository(case: Case) -> str:
    """`owner/name` as GitHub spells it; else as package.json does, else a stand-in."""
    if case.running.repository is not None:
        return case.running.repository
    written = None if isinstance(case.package, Unknown) else case.package.repository
    address = canonical(written) if written is not None else None
    if address is None or not address.startswith(_GITHUB):
        return "OWNER/REPOSITORY"
    return address.removeprefix(_GITHUB)


def npm_trust(case: Case) -> str:
    """The `npm trust github` line that registers this run (npm 11.15 or newer)."""
    allow = "--allow-stage-publish" if case.publish.command is Command.STAGE else "--allow-publish"
    name = _EACH if isinstance(case.package, Package) else "PACKAGE"
    words = ["--repo", repository(case), "--file", workflow_file(case)]
    if isinstance(case.run.environment, str):
        words.append(f"--env={case.run.environment}")
    return f"npm trust github {name} {shlex.join([*words, allow])} -y"


def fields(case: Case) -> str:
    """The fields of the form on npmjs.com, filled in for this run."""
    owner, _, name = repository(case).partition("/")
    environment = case.run.environment
    shown = f"`{environment}`" if isinstance(environment, str) else "(leave empty)"
    if isinstance(environment, Unknown):
        shown = "(the job's environment)"
    action = "npm stage publish" if case.publish.command is Command.STAGE else "npm publish"
    return "\n".join(
        (
            f"- Organization or user: `{owner}`",
            f"- Repository: `{name}`",
            f"- Workflow filename: `{workflow_file(case)}`",
            f"- Environment name: {shown}",
            f"- Allowed actions: tick `{action}`",
        )
    )


def register(case: Case) -> str:
    """How to register this run as a trusted publisher, by form or by command."""
    hours = policy.era(case.today).unvalidated_hours
    return paragraphs(
        f"Register this run as a trusted publisher of {package_name(case)}: on npmjs.com under"
        " Settings → Trusted publishing → GitHub Actions enter\n\n"
        f"{fields(case)}\n\n"
        "or, logged in with 2FA and npm 11.15 or newer, run\n\n"
        f"```sh\n{npm_trust(case)}\n```",
        f"Publish once within {hours} hours: until its first publish a new configuration expires"
        " then."
        if hours is not None
        else "",
    )


def wish_for_provenance(case: Case) -> str:
    """What asks for provenance, as far as it is known, in words that follow "remove".

    npm's own order: a flag, then a variable, then .npmrc; `publishConfig` where none of these is.
    """
    option, package = case.run.options.provenance, case.package
    by_manifest = not isinstance(package, Unknown) and package.provenance is True
    in_manifest = f'`"provenance": true` from `publishConfig` in {manifest(case)}'
    if option is None and by_manifest:
        return in_manifest
    by_option = (
        "`--provenance` from the command, `NPM_CONFIG_PROVENANCE` from `env` or `provenance=true`"
        " from `.npmrc`, whichever is there"
    )
    return f"{by_option}, and {in_manifest}" if by_manifest else by_option


def exactly(case: Case) -> str:
    """What npm compares, and which runs it trusts whatever is registered."""
    events = tuple(event for event, evidence in policy.era(case.today).events if evidence in PROVEN)
    refused = " or ".join(f"`{event}`" for event in events)
    return "npm compares every field exactly, upper and lower case included" + (
        f", and takes no id-token of a run on {refused}." if refused else "."
    )


PERMISSIONS = "```yaml\npermissions:\n  contents: read\n  id-token: write\n```"

NEW_NPM = (
    "Set `node-version: 24` in the setup-node step (24.5.0 is the first with npm 11.5.1), or add a"
    " step `npm install -g npm@11` after it"
)


def move_to_trusted_publishing(case: Case) -> str:
    """The whole way to trusted publishing for this job, as far as it has not gone it."""
    lacks_permission = case.run.id_token is not True
    once = " once the package exists" if is_new(case) else ""
    return paragraphs(
        f"Move to trusted publishing{once}: it needs no token. {register(case)}",
        f"Then give job `{case.publish.job}` the permission `id-token: write`, beside what it needs"
        f" already\n\n{PERMISSIONS}"
        if lacks_permission
        else "",
        "Use npm 11.5.1 or newer"
        + (", and remove the token from the publish step." if _has_token(case) else "."),
    )


def _has_token(case: Case) -> bool:
    """Whether the step is given something that can be taken out: a placeholder cannot."""
    token = case.run.token
    if case.run.unread_secrets:
        return True
    nothing = (TokenState.PLACEHOLDER, TokenState.UNSET_VARIABLE, TokenState.EMPTY)
    return isinstance(token, Unknown) or (token is not None and token.state not in nothing)


def proper_token(case: Case) -> str:
    """Which boxes a granular token needs, and how long it will help; nothing where it does not."""
    staging = case.publish.command is Command.STAGE
    permission = _permission(case, "stage only" if staging else "publish and stage")
    form = "Or make a proper token: on npmjs.com → Access Tokens → Generate New Token, choose"
    form += f" permission {permission}, select {_to_select(case)},"
    store = "set an expiry of at most 90 days, and store it in the secret."
    if staging:
        return f"{form} {store}"
    if case.today >= SUNSET:
        return ""
    return (
        f"{form} tick *Bypass two-factor authentication*, {store} It publishes"
        f" until about {SUNSET:%B %Y}, when npm ends direct publishing by token."
    )


def _permission(case: Case, which: str) -> str:
    """The permission as npmjs.com labels it on that day."""
    since = policy.era(case.today).stage_only_tokens
    return f"*Read and write ({which})*" if since else "*Read and write*"


def _to_select(case: Case) -> str:
    """What to select in the form of a token, where a name that is new cannot be."""
    if isinstance(case.package, Unknown):
        return "the package"
    if not is_new(case):
        return _CHOSEN
    scope, slash, _ = case.package.name.partition("/")
    if slash:
        return f"the scope `{scope}` (a new name cannot be selected by itself)"
    return "*All packages* (a new name without a scope cannot be selected)"


def or_stage(case: Case) -> str:
    """Staged publishing as the way for a token that cannot bypass 2FA."""
    if case.publish.command is Command.STAGE:
        return ""
    return (
        "Or stage instead: `npm stage publish` (npm 11.15 or newer) takes any token that may write,"
        " and a maintainer approves the version with 2FA."
    )


def evidence_of(case: Case) -> Evidence:
    """How sure it is that npm refuses this command: of two at one time it refuses the later."""
    side_by_side = case.taken is not None and not case.taken.comes_first
    return Evidence.REPORTED if side_by_side else Evidence.DOCUMENTED


def published_twice(case: Case, taken: Taken) -> Words:
    """A version that two commands of one run take: which they are, and how to keep to one."""
    version = None if isinstance(case.package, Unknown) else case.package.version
    done, at = "staged" if taken.command is Command.STAGE else "published", taken.place
    fix = "Leave one of the two out, or let their conditions exclude each other."
    if taken.comes_first:
        said = f"is {done} by `{at.path}:{at.line}` already when this command runs"
    elif at == taken.here:
        said = f"is {done} by another leg of the matrix as well, and the later one is refused"
        fix = "Publish in one leg alone: `if: strategy.job-index == 0`, or a job without a matrix."
    else:
        said = f"is {done} by `{at.path}:{at.line}` of the same run as well, and the later one is"
        said += " refused"
    return Words(
        f"{package_name(case)} {version or 'in this version'} {said}: npm takes no version twice,"
        " whatever its dist-tag.",
        paragraphs(fix, _second_tag(case, version)),
        taken.here,
    )


def _second_tag(case: Case, version: str | None) -> str:
    tag = case.run.options.tag
    if not isinstance(tag, str):
        return ""
    named = f"{_EACH}@{version or 'VERSION'} {shlex.quote(tag)}"
    return f"A second dist-tag is set, with a token, by\n\n```sh\nnpm dist-tag add {named}\n```"


def paragraphs(*parts: str) -> str:
    """The parts that are not empty, a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def in_days(today: date, day: date) -> str:
    """`2027-01-01 (in 38 days)`."""
    days = (day - today).days
    if days == 0:
        return f"{day} (today)"
    if days < 0:
        return f"{day} ({-days} day{'' if days == -1 else 's'} ago)"
    return f"{day} (in {days} day{'' if days == 1 else 's'})"


_CONFIG = "`.github/npm-publish-preflight.yml`"

SETTLE: dict[str, str] = {
    "publishing-access": "Look at Settings → Publishing access of the package on npmjs.com and"
    f" declare it in {_CONFIG}: `publishing-access: 2fa-or-bypass-token` or"
    " `publishing-access: 2fa-disallow-tokens`.",
    "account-2fa": f"Declare the 2FA mode of the token's account in {_CONFIG}:"
    " `account-2fa: auth-and-writes` (`npm profile get` shows it).",
    "token-type": f"Declare the token in {_CONFIG}: `token:` with `type: granular`, `bypass-2fa`,"
    " `permission`, `expires` and `packages`, as npmjs.com → Access Tokens shows them.",
    "bypass-2fa": f"Declare in {_CONFIG} whether the token bypasses 2FA: `bypass-2fa: true` or"
    " `false` (npmjs.com → Access Tokens shows it).",
    "token-permission": f"Declare the token's permission in {_CONFIG}: `permission: read-write`.",
    "token-expires": f"Declare the token's expiry day in {_CONFIG}: `expires: 2027-01-20`.",
    "token-packages": f"Declare what the token covers in {_CONFIG}: `packages: all`, or a list of"
    " names and `@scope/*`.",
    "trusted-publishers": "Look at Settings → Trusted publishing of the package on npmjs.com and"
    f" declare what stands there in {_CONFIG} under `trusted-publishers:`, each with `repository`,"
    " `workflow`, `environment`, `allow`, and `created` or `published: true`; `[]` for none.",
    "node": "Name an exact `node-version` in the setup-node step, or say what the job really has:"
    " `node-version` and `npm-version` of this check.",
    "npm": "Name an exact npm version, or say what the job really has: `npm-version` of this"
    " check.",
    "runs_on": "Write the runner's label into `runs-on`, so that it can be read.",
    "environment": "Write the environment's name into the job, and the same name into the trusted"
    " publisher.",
    "version": "Let the conditions of the two publishes exclude each other, or leave one of them"
    " out: npm takes a version once.",
    "visibility": "Run this check in GitHub Actions, where the event says whether the repository"
    " is public.",
    "packages": "Run this check after the step that makes the package, or name the package"
    " directory in the publish command.",
    "repository": "Run this check in GitHub Actions or in a checkout with a git remote.",
    "id_token_write": "Write `permissions:` with `id-token: write` into the job.",
    "registry": "Write the registry's address where this check can read it, or leave it out for"
    " npm's public registry.",
    "tool": "Publish with a tool that this check knows, or run `npm publish` yourself.",
    "tool_version": "Pin the tool's version in package.json's `packageManager` or in a lockfile.",
}


def how_to_settle(fact: str) -> str:
    """What the reader does to make the fact known."""
    return SETTLE.get(fact, f"Write the value of `{fact}` where this check can read it.")
