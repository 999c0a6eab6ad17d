"""A publish command on one path to a `Run`: packages, registry, token, runtime, permissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import (
    Command,
    GivenToken,
    Options,
    Package,
    Registry,
    Run,
    Runtime,
    TokenState,
    Unknown,
)
from checker.knowledge import tools
from checker.knowledge import versions as versions_of
from checker.knowledge.limits import NPM_REGISTRY
from checker.knowledge.ranges import is_range
from checker.knowledge.tools import Exchange, Tool
from checker.knowledge.versions import at_least
from checker.workflows import credentials
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.config import (
    NPM_WITH_OPTIONAL_VARIABLES,
    Config,
    Filling,
    given,
    registry_kind,
)
from checker.workflows.publishing import (
    bunfig,
    configuration,
    git_checks,
    packages,
    projects,
    runtime,
    tool_versions,
    uploaders,
    usage,
)
from checker.workflows.publishing.packages import Chosen
from checker.workflows.publishing.runtime import Resolved
from checker.workflows.publishing.situation import JobPath, Situation
from checker.workflows.publishing.uploaders import Uploader
from checker.workflows.repository import Repository
from checker.workflows.shell import prefixes
from checker.workflows.state import JobState
from checker.workflows.text import Text


class FoundRun(Struct, frozen=True):
    """A `Run` and what tells the entry that it belongs to."""

    tool: str
    command: Command
    dry_run: bool
    registry: Registry
    run: Run


def runs(
    repository: Repository,
    state: JobState,
    job: JobPath,
    publish: Publishes,
    situation: Situation,
) -> Iterator[FoundRun]:
    """One run for each registry that the packages of `publish` go to."""
    picked = packages.chosen(
        repository, state, publish, situation.folder, tests=_may_pass_over(situation)
    )
    if isinstance(picked, tuple) and not picked:
        return
    resolved = runtime.resolve(
        repository,
        state.node,
        tuple(state.upgrades),
        job.runs_on,
        job.hosted,
        _run_with(publish),
    )
    if isinstance(publish.npm, Unknown) and _run_with(publish) is None and repository.npm is None:
        resolved = replace(resolved, npm=publish.npm, runtimes=publish.npm)
    if publish.tool == "npm":
        versions = _npm_versions(resolved)
    else:
        versions = tool_versions.of(repository, state, publish, situation.folder)
    picked = usage.fault(publish, versions) or picked
    tree = state.in_tree(situation.folder) if situation.folder is not None else None
    own = tools.tool_rows(publish.tool, versions)
    uploader = uploaders.of(repository, state, publish, own, tree or "")
    rows = uploaders.rows(publish.tool, versions, uploader)
    config = configuration.of_publish(
        repository,
        state,
        publish,
        situation,
        by_berry=_by_berry(publish, versions, uploader),
        filling=_filling(publish.tool, versions),
    )
    config = bunfig.with_it(config, repository, state, publish, situation, rows, picked)
    dry_run = publish.dry_run or _told_to_pretend(own, situation.env) or _pretends(publish, config)
    groups: dict[tuple[Text, Registry], list[Package] | Unknown] = {}
    if isinstance(picked, Unknown):
        address = config.registry("")
        groups[address, _kind_of_unseen(publish, config, address)] = picked
    else:
        for one in picked:
            address = config.registry(one.package.name, _manifest_settings(one))
            found = groups.setdefault((address, registry_kind(address)), [])
            if isinstance(found, list):
                changed = "new-version" in publish.flags or state.version_changed
                changed = changed or one.package.path in state.written
                # One that is not written yet is for the very program that may write it.
                changed = changed or (one.package.version is None and bool(state.history))
                found.append(_as_changed(one.package, state) if changed else one.package)
    branches, uncommitted = git_checks.checked(repository, state, publish, situation, config)
    for (address, kind), group in groups.items():
        run = _run(job, publish, situation, config, versions, resolved, address, rows)
        if uploader is not None:
            run = replace(run, uploader=uploader.name, uploader_versions=uploader.versions)
        options = replace(run.options, publish_branches=branches, uncommitted=uncommitted)
        run = replace(run, options=options)
        chosen = group if isinstance(group, Unknown) else tuple(group)
        run = replace(run, packages=chosen)
        if tree is not None and projects.runs_npm(publish.tool, run.uploader):
            known = chosen if isinstance(chosen, tuple) else ()
            asked = projects.dev_engines(repository, publish.tool, tree, known)
            run = replace(run, dev_engines=asked)
        yield FoundRun(publish.tool, publish.command, dry_run, kind, run)


def _may_pass_over(situation: Situation) -> bool:
    """Whether a loop over folders may pass over some; not seen where it stands in another file."""
    loop, words = situation.folder or "", situation.words
    tests = any(word in words for word in ("continue", "private"))
    return bool(situation.way) or tests or loop not in words


def _run_with(publish: Publishes) -> str | None:
    """The npm that the command itself brings in place of the job's."""
    if publish.tool == "npm" and publish.version:
        return publish.version
    return publish.npm if isinstance(publish.npm, str) else None


def _as_changed(package: Package, state: JobState) -> Package:
    """The package after a step has changed its version, as far as that makes a prerelease of it."""
    if package.version is None:
        # The rules find it among the keys: it is there by then, though what it is nobody knows.
        package = replace(package, lines=(*package.lines, ("version", 1)))
    if state.version is None or package.path in state.written:
        return replace(package, version=None)
    return replace(package, version=versions_of.prerelease_after(package.version, state.version))


def _by_berry(
    publish: Publishes, versions: tuple[str, ...] | Unknown, uploader: Uploader | None
) -> bool:
    if uploader is not None:
        return uploader.name == "yarn" and tool_versions.is_berry(uploader.versions)
    return publish.tool == "yarn" and (publish.berry or tool_versions.is_berry(versions))


def _told_to_pretend(rows: tuple[Tool, ...], env: Mapping[str, Text]) -> bool:
    names = {name for row in rows for name in row.dry_run_variables}
    return any(env[name].literal in {"true", "1"} for name in names if name in env)


def _pretends(publish: Publishes, config: Config) -> bool:
    """Whether npm's configuration, a variable or an .npmrc, makes every publish a dry run."""
    return publish.tool in {"npm", "pnpm"} and config.is_on("dry-run")


def _kind_of_unseen(publish: Publishes, config: Config, address: Text) -> Registry:
    """Of packages that are not known the scope's registry is not known either."""
    kind = registry_kind(address)
    scoped = {
        registry_kind(line.value)
        for layer in config.layers
        for line in layer
        if line.key.startswith("@") and line.key.endswith(":registry")
    }
    if "registry" in publish.flags or not scoped or scoped == {kind}:
        return kind
    # With setup-node's `scope` the workflow names one registry, and means it.
    return (
        scoped.pop() if len(scoped) == 1 and address.literal == NPM_REGISTRY else Registry.UNKNOWN
    )


def _manifest_settings(one: Chosen) -> dict[str, str]:
    settings = {f"{scope}:registry": url for scope, url in one.manifest.scope_registries}
    settings = {(k if k.startswith("@") else f"@{k}"): v for k, v in settings.items()}
    if one.package.registry is not None:
        settings["registry"] = one.package.registry
    return settings


def _npm_versions(resolved: Resolved) -> tuple[str, ...] | Unknown:
    if isinstance(resolved.runtimes, Unknown):
        return resolved.runtimes
    return tuple(dict.fromkeys(world.npm for world in resolved.runtimes if world.npm))


def _run(
    job: JobPath,
    publish: Publishes,
    situation: Situation,
    config: Config,
    versions: tuple[str, ...] | Unknown,
    resolved: Resolved,
    address: Text,
    rows: tuple[Tool, ...],
) -> Run:
    token: GivenToken | Unknown | None
    if publish.token is not None:
        token = given(publish.token, (), situation.place)
    else:
        token = credentials.token(rows, config, address, situation.env_places, situation.place)
    if publish.tool == "unknown" and publish.token is None:
        token = _any_token(situation) or token
    if publish.unsure and _is_nothing(token) and job.id_token is not True:
        # A job without a credential says that its program does not come to the publish.
        token = Unknown("tool", f"{publish.unsure} whether it publishes")
    read = set(config.read_variables()).union(*(row.token_variables for row in rows))
    unread = credentials.unread(situation.env, token, read, situation.words)
    if publish.tool == "unknown":
        unread = ()
    needs_npm = not rows or any(
        row.name == "npm" or row.exchange in {Exchange.NPM, Exchange.UNKNOWN} for row in rows
    )
    worlds = resolved.runtimes
    npm: tuple[str, ...] | Unknown = resolved.npm
    if not needs_npm:
        npm = ()
        if isinstance(worlds, tuple):
            bare = (Runtime(w.node, None, w.failed_upgrade) for w in worlds)
            worlds = tuple(dict.fromkeys(bare))
        else:
            worlds = (Runtime(None, None),)
    return Run(
        entry_workflow=job.entry_workflow,
        event=job.event,
        matrix=job.matrix,
        id_token=_id_token(job, situation),
        permissions_place=job.permissions_place,
        environment=job.environment,
        runs_on=job.runs_on,
        hosted=job.hosted,
        node=resolved.node,
        npm=npm,
        runtimes=worlds,
        runtime_place=resolved.place,
        tool_versions=versions,
        token=token,
        unread_secrets=unread,
        packages=(),
        options=_options(publish, config),
        exceeds_caller=job.exceeds_caller,
    )


def _is_nothing(token: GivenToken | Unknown | None) -> bool:
    given = (TokenState.SECRET, TokenState.LITERAL, TokenState.MALFORMED)
    return token is None or (isinstance(token, GivenToken) and token.state not in given)


def _id_token(job: JobPath, situation: Situation) -> bool | Unknown:
    """Whether the command may ask for an id-token: the job may, and its variables are there."""
    for name in prefixes.ID_TOKEN_VARIABLES:
        value = situation.env.get(name)
        if value is not None and value.literal is None and job.id_token is not False:
            return Unknown("id_token_write", f"{value.why} is not known")
        if value is not None and not value.parts:
            return False
    return job.id_token


def _any_token(situation: Situation) -> GivenToken | None:
    """The npm secret among the variables, whichever of them the code reads."""
    names = [
        secret
        for name, value in situation.env.items()
        if credentials.is_npm_variable(name)
        for secret in value.secrets
    ]
    if not names:
        return None
    return GivenToken(TokenState.SECRET, tuple(dict.fromkeys(names)), situation.place)


def _options(publish: Publishes, config: Config) -> Options:
    unseen = publish.unseen
    # The client that a release tool runs finds npm's configuration; the tool gives it the others.
    inherited = "provenance" if publish.tool not in _OF_THEIR_OWN else None

    def option(key: str, *spellings: str) -> str | Unknown | None:
        value = next((publish.flags[s] for s in (key, *spellings) if s in publish.flags), None)
        if value is None and (publish.tool in {"npm", "pnpm"} or key == inherited):
            value = config.setting(key)
        if value is None:
            return Unknown(key, f"{unseen} may set it") if unseen else None
        if value.literal is not None:
            return value.literal
        if key == "tag" and (names := _plain_tags(value)):
            return names[0]
        return Unknown(key, f"`--{key}` is {value.why}")

    asked = option("provenance")
    provenance: bool | Unknown | None = asked if isinstance(asked, Unknown) else None
    if isinstance(asked, str):
        provenance = asked.lower() not in {"false", "0"}
    otp = config.setting("otp")
    return Options(
        option("tag", "dist-tag"),
        option("access"),
        provenance,
        otp is not None and otp.literal != "",
        force=publish.tool == "npm" and config.is_on("force"),
        recursive=publish.recursive,
        skips_prechecks=publish.skips_prechecks,
        tolerates_published=publish.tool in _TOLERATING
        and "tolerate-republish" in publish.flags
        and publish.flags["tolerate-republish"].literal != "false",
    )


_OF_THEIR_OWN = frozenset({"yarn", "bun", "unknown"})
# https://yarnpkg.com/cli/npm/publish, https://bun.com/docs/pm/cli/publish
_TOLERATING = frozenset({"yarn", "bun"})


def _plain_tags(tag: Text) -> tuple[str, ...]:
    """The tags that it may be, where npm takes each of them; () otherwise.

    What npm's client asks of a tag it asks of all of them alike.
    """
    choices = tag.holes[0].choices if len(tag.parts) == 1 else ()
    return choices if all(one.strip() and not is_range(one.strip()) for one in choices) else ()


def _filling(tool: str, versions: tuple[str, ...] | Unknown) -> Filling:
    if tool == "npm":
        known = () if isinstance(versions, Unknown) else versions
        able = {at_least(version, NPM_WITH_OPTIONAL_VARIABLES) for version in known}
        return Filling(able.pop() if len(able) == 1 else None, defaults=False)
    # https://pnpm.io/npmrc: `${NAME:-text}`; before version 11 npm itself reads the file again.
    known = () if isinstance(versions, Unknown) or tool != "pnpm" else versions
    return Filling(defaults=True if known and all(at_least(v, "11.0.0") for v in known) else None)
