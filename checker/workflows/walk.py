"""Walks the steps of one job on one path, keeping its state, and lists what they publish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Command as PublishCommand
from checker.facts import Place, Unknown
from checker.workflows import (
    actions,
    commands,
    config,
    configuration_files,
    dist_tags,
    executables,
    indirection,
    node_choice,
    other_shells,
    paths,
    prefixes,
    publishing,
    suspicion,
    tool_settings,
    yarn_config,
)
from checker.workflows.document import Scalar
from checker.workflows.effects import (
    ChangesVersion,
    ChoosesNode,
    Copies,
    DropsConfig,
    Effect,
    Installs,
    Publishes,
    RunsFile,
    RunsMake,
    RunsScript,
    RunsText,
    SetsConfig,
    Writes,
)
from checker.workflows.expressions import condition
from checker.workflows.model import Step, child
from checker.workflows.publishing import FoundRun, JobPath, Situation
from checker.workflows.repository import Repository
from checker.workflows.scope import Scope
from checker.workflows.shell import Command, Shell
from checker.workflows.state import JobState, NodeChoice, Upgrade
from checker.workflows.text import Hidden, Text, hole, join, split, text

MAX_DEPTH = 12
MAX_STEPS = 2_000
MAX_EFFECTS = 5_000
MAX_COMMANDS = 200_000
# These run an installed command where no script has the name.
_RUN_BINARIES = frozenset({"yarn", "pnpm", "bun"})


# Commands that cannot put a package where there was none.
_BRING_NO_FILES = frozenset(
    {
        "npm",
        "pnpm",
        "yarn",
        "bun",
        "corepack",
        "node",
        "echo",
        "printf",
        "ls",
        "cat",
        "pwd",
        "set",
        ":",
    }
)


class Found(Struct, frozen=True):
    """One publish on one path. place: in the workflow file. step: the first line of its step."""

    place: Place
    step: int
    job: str
    via: tuple[str, ...]
    found: FoundRun


class Frame(Struct, frozen=True):
    """Where the walk is, and the way here.

    step: of the workflow file, which has the lines `place`. current: the step that is done, another
    one inside a composite action. words: the text of the current step, to look for names in.
    when: the conditions around it that only a run decides. own_env: the `env` of the steps that led
    here, which in a composite action's steps wins over what earlier steps wrote to `GITHUB_ENV`.
    """

    job: str
    step: Step
    current: Step
    place: Place
    via: tuple[str, ...]
    env: dict[str, Text]
    env_places: Mapping[str, Place]
    words: str
    when: tuple[str, ...] = ()
    depth: int = 0
    chain: tuple[str, ...] = ()
    spread: RunsText | None = None
    spread_from: str | None = None
    unsure: str | None = None
    dry_run: bool = False
    own_env: Mapping[str, Text] = msgspec.field(default_factory=dict)

    def enter(self, kind: str, name: str) -> Frame | None:
        """One level of indirection further in; None on a cycle or beyond the bound.

        kind: a word of `via`, "" for text handed to another shell, which is no way of its own.
        """
        if self.depth >= MAX_DEPTH or (kind and name in self.chain):
            return None
        via = (*self.via, kind) if kind else self.via
        return replace(self, via=via, depth=self.depth + 1, chain=(*self.chain, name))


@dataclass
class Walk:
    """One job on one path. found: in the order of the steps."""

    repository: Repository
    job: JobPath
    scope: Scope
    state: JobState
    workflow_env: dict[str, Text]
    env_places: dict[str, Place]
    base: tuple[str, ...] = ()
    found: list[Found] = field(default_factory=list)
    handed: dict[str, Place] = field(default_factory=dict)
    default_folder: Text | None = None
    default_shell: str = "bash"
    inner_scope: Scope | None = None
    first_node: NodeChoice = field(init=False)
    dist_tag_place: Place | None = None
    _found_before: int = field(init=False)
    _unread_found: list[Found] = field(default_factory=list)
    _steps: int = 0
    _effects: int = 0

    def __post_init__(self) -> None:
        self.first_node = self.state.node
        self._found_before = len(self.found)

    def steps(self, job: str, steps: tuple[Step, ...]) -> None:
        """Walks the steps of a job."""
        before = len(self.found)
        for step in steps:
            if self.state.path_under not in {None, self.state.node}:
                # A Node that is set up later comes first, with its npm.
                self.state.env.pop(executables.VARIABLE, None)
                self.state.path_under = None
            key = "run" if step.text("run") is not None else "uses"
            outer = Frame(job, step, step, step.place(key), self.base, {}, {}, "")
            self.step(outer, step)
        if len(self.found) == before:
            self.found += self._unread_found
        if self.dist_tag_place is not None:
            told = [_with_dist_tag(found, self.dist_tag_place) for found in self.found[before:]]
            self.found[before:] = told

    def step(self, outer: Frame, step: Step) -> None:
        """Does one step of the job, or of a composite action that the step `outer` uses."""
        around = {**self.workflow_env, **outer.env, **self.state.env, **outer.own_env}
        self.scope.env = around
        test = step.text("if")
        holds = condition(test, self.scope.names) if test else True
        if holds is False:
            return
        own = {key: self.scope.text(value) for key, value in step.pairs("env")}
        words = "\n".join((step.text("run") or "", *(value for _, value in step.pairs("with"))))
        frame = replace(
            outer,
            current=step,
            env={**around, **own},
            own_env={**outer.own_env, **own},
            env_places={**self.env_places, **outer.env_places, **env_places(step)},
            words=words,
            when=outer.when if holds or not test else (*outer.when, _bare(test)),
        )
        self.scope.env = frame.env
        self._do(frame, step)

    def _do(self, frame: Frame, step: Step) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            self.repository.limit(frame.place, f"a job runs more than {MAX_STEPS} steps")
            return
        source = step.text("run")
        if source is not None:
            self._run(frame, step, source)
        elif step.text("uses"):
            actions.use(self, frame, step)

    # run steps

    def _run(self, frame: Frame, step: Step, source: str) -> None:
        shell_name = step.text("shell") or self.default_shell
        folder = step.text("working-directory")
        where = self.scope.text(folder) if folder else self.default_folder
        start = paths.enter("", where) if where is not None else ""
        kind = next(iter(shell_name.split()), "bash").rpartition("/")[2]
        if kind in {"python", "python3", "node"}:
            language = "js" if kind == "node" else "py"
            from checker.workflows import spawning

            spawning.run_text(self, source, language, start, frame)
            return
        node = step.fields.get("run") if step is frame.step else None
        source = other_shells.as_bash(source, kind)
        shell = Shell(dict(frame.env), start)
        self.shell(shell, source, frame, node if isinstance(node, Scalar) else None)

    def shell(
        self,
        shell: Shell,
        source: str,
        frame: Frame,
        node: Scalar | None = None,
        *,
        expressions: bool = True,
    ) -> None:
        """Runs shell text. node: the scalar of the step's own `run`, which gives the lines.

        expressions: whether `${{ }}` means something in it, as it does in workflows alone.
        """
        for command in shell.run(source, self.fill if expressions else hidden_expression):
            own = frame
            if node is not None:
                first, last = node.lines(command.first, command.last)
                own = replace(frame, place=Place(frame.step.path, first, last))
            if not self._may_go_on(own.place):
                return
            command = _with_prefixes(command)
            self.state.brought |= (command.words[0].literal or "") not in _BRING_NO_FILES
            effects = tuple(commands.effects(command))
            for effect in effects:
                self.effect(effect, command, shell, own)
            published = len(self.found) > self._found_before
            if self.dist_tag_place is None and dist_tags.fails(
                self, command, own, published=published
            ):
                self.dist_tag_place = own.place
            if not effects:
                self._suspect(command, suspicion.program(command.words), own)
        if shell.limit_reached:
            self.repository.limit(frame.place, "the script is longer or deeper than is read")

    def enter(self, frame: Frame, kind: str, name: str) -> Frame | None:
        """One level of indirection further in; None on a cycle, and beyond the bound, noted."""
        if frame.depth >= MAX_DEPTH:
            why = f"commands stand behind more than {MAX_DEPTH} others"
            self.repository.limit(frame.place, why)
        return frame.enter(kind, name)

    def _may_go_on(self, place: Place) -> bool:
        """Counts a command, of the job and of the whole tree."""
        self._effects += 1
        if self._effects > MAX_EFFECTS:
            self.repository.limit(place, f"a job runs more than {MAX_EFFECTS} commands")
            return False
        self.repository.commands += 1
        if self.repository.commands > MAX_COMMANDS:
            self.repository.limit(place, f"the jobs run more than {MAX_COMMANDS} commands")
            return False
        return True

    def fill(self, source: str) -> Text:
        """The text of a `${{ }}` in a script."""
        return self.scope.text(source)

    def effect(self, effect: Effect, command: Command, shell: Shell | None, frame: Frame) -> None:
        """Applies one effect to the state, or follows it."""
        folder = command.folder
        if frame.spread is not None and isinstance(effect, Publishes | RunsScript):
            if folder != frame.spread_from:
                command, folder = replace(command, folder=None), None
            elif not (effect.workspaces or effect.every):
                workspaces, every = frame.spread.workspaces, frame.spread.every
                effect = replace(effect, workspaces=workspaces, every=every)
            frame = replace(frame, spread=None)
        if isinstance(effect, Publishes):
            env = {**command.exported, **command.env}
            self.publish(effect, replace(frame, env=env), folder)
        elif isinstance(effect, Writes):
            self._write(effect, folder, frame)
        elif isinstance(effect, SetsConfig):
            self._set(effect, folder, frame)
        elif isinstance(effect, Installs):
            self._install(effect, command, frame)
        elif isinstance(effect, ChoosesNode):
            node_choice.choose(self, effect.spec, folder, frame.place)
        elif isinstance(effect, DropsConfig):
            self._drop(effect, folder, frame)
        elif isinstance(effect, ChangesVersion):
            self.state.version_changed = True
            self.state.version = effect.to
        elif isinstance(effect, Copies):
            self._copy(effect, folder, frame)
        elif isinstance(effect, RunsText):
            inner = self.enter(frame, "", "text")
            if inner is not None and effect.source.shown:
                self._text(effect, command, inner)
        elif isinstance(effect, RunsScript | RunsFile | RunsMake):
            before = len(self.found)
            read = indirection.follow(self, effect, command, frame)
            program = isinstance(effect, RunsFile) and (not read or effect.language != "sh")
            if program and len(self.found) == before:
                self._unread(effect, command, frame)
            if not read and isinstance(effect, RunsFile):
                self._missing(effect, frame)
            elif not read and isinstance(effect, RunsScript) and effect.manager in _RUN_BINARIES:
                words = (text(effect.script), *suspicion.arguments_of(command.words, effect.script))
                self._suspect(command, words, frame)

    def _unread(
        self, effect: RunsScript | RunsFile | RunsMake, command: Command, frame: Frame
    ) -> None:
        """A program without a publish to see, though its words speak of one and npm is meant."""
        words = " ".join((frame.words, *(word.shown for word in command.words), *frame.chain))
        name = effect.path.shown if isinstance(effect, RunsFile) else ""
        if not suspicion.speaks(words):
            return
        inner = self.enter(frame, "script-file", f"unread:{name}")
        if inner is not None and self._is_meant(command, words):
            self._publish_unread(f"`{name[:80]}` shows no publish command", command, inner)

    def _is_meant(self, command: Command, words: str) -> bool:
        """Whether an npm secret is given to a command, or npm is ready and it says that it does."""
        if suspicion.npm_secrets({**command.exported, **command.env}):
            return True
        ready = self.job.id_token is True and suspicion.is_ready(self.state)
        return ready and suspicion.says_publish(words)

    def _publish_unread(self, why: str, command: Command, frame: Frame) -> None:
        unread = Publishes("unknown", PublishCommand.PUBLISH, unseen=why)
        env = {**command.exported, **command.env}
        shown = len(self.found)
        self.publish(unread, replace(frame, env=env), command.folder)
        # Where another step of the job publishes, that is what npm is ready for.
        self._unread_found += self.found[shown:]
        del self.found[shown:]

    def _suspect(self, command: Command, words: tuple[Text, ...], frame: Frame) -> None:
        """An unknown command that may publish, by its words and by what it is given."""
        env = {**command.exported, **command.env}
        secrets = suspicion.into_container(words, env)
        said = suspicion.may_publish(words)
        if said == "publish" and self._is_meant(command, said):
            name = words[0].shown or words[0].why
            self._publish_unread(f"what `{name[:80]}` does cannot be read", command, frame)
        elif said:
            secrets = suspicion.npm_secrets(env)
        for secret in secrets:
            self.handed.setdefault(secret, frame.place)

    def _missing(self, effect: RunsFile, frame: Frame) -> None:
        """A program of the tree that is not there is given an npm secret by its own step."""
        path = effect.path.literal or ""
        if not path or path.startswith(("/", "~", "-")) or suspicion.is_for_others(path):
            return
        own = {key: frame.env[key] for key, _ in frame.current.pairs("env") if key in frame.env}
        for secret in suspicion.npm_secrets(own):
            self.handed.setdefault(secret, frame.place)

    def _text(self, effect: RunsText, command: Command, frame: Frame) -> None:
        """Text for another shell or an interpreter."""
        folder = None if effect.elsewhere else command.folder
        env = {**command.exported, **command.env}
        if effect.local:
            env = executables.with_local_bins(env, folder)
        if effect.language != "sh":
            source = "".join(p if isinstance(p, str) else "0" for p in effect.source.parts)
            from checker.workflows import spawning

            spawning.run_text(self, source, effect.language, folder, replace(frame, env=env))
            return
        if effect.workspaces or effect.every:
            frame = replace(frame, spread=effect, spread_from=folder)
        inner = replace(command, exported=env, env={})
        self._inner(inner, effect.source, effect.arguments, frame, folder)

    def _inner(
        self,
        command: Command,
        source: Text,
        arguments: tuple[Text, ...],
        frame: Frame,
        folder: str | None,
    ) -> None:
        """Text for another shell: `bash -c "…"`."""
        inner = Shell({**command.exported, **command.env}, folder, arguments=arguments)
        names: dict[str, Text] = {}
        pieces: list[str] = []
        for number, part in enumerate(source.parts):
            if isinstance(part, Hidden):
                names[f"__{number}"] = hole(part)
                pieces.append(f"${{__{number}}}")
            else:
                pieces.append(part)
        inner.local.update(names)
        self.shell(inner, "".join(pieces), frame)

    def publish(self, effect: Publishes, frame: Frame, folder: str | None) -> None:
        """Notes a publish."""
        tree = self.state.in_tree(folder) if folder is not None else None
        settled = tool_settings.applied(self.repository, effect, tree or "")
        if settled is None:
            return
        if frame.unsure or frame.dry_run:
            settled = replace(
                settled, unsure=frame.unsure, dry_run=settled.dry_run or frame.dry_run
            )
        env = executables.with_local_bins(frame.env, folder) if effect.local else frame.env
        settled = replace(
            settled, npm=executables.npm(self.repository, self.state, settled, env, folder)
        )
        if isinstance(settled.npm, Unknown) and settled.npm.fact == "tool":
            settled = Publishes(
                "unknown",
                settled.command,
                settled.flags,
                unseen=settled.npm.why,
                dry_run=settled.dry_run,
            )
        situation = Situation(
            frame.env, frame.env_places, folder, frame.place, frame.words, frame.when
        )
        via = frame.via or ("uses" if frame.current.text("run") is None else "run",)
        for run in publishing.runs(self.repository, self.state, self.job, settled, situation):
            self.found.append(Found(frame.place, frame.step.fields.line, frame.job, via, run))

    # effects on the state

    def _write(self, effect: Writes, folder: str | None, frame: Frame) -> None:
        target = effect.path.literal
        if target is None:
            if "npmrc" in effect.path.shown.lower() or "USERCONFIG" in effect.path.why:
                self._write_lines(self.state.userconfig, effect, frame)
            elif "GITHUB_ENV" in effect.path.why:
                self._set_env(effect.content)
            elif "GITHUB_PATH" in effect.path.why:
                self._add_to_path(effect.content)
            return
        path = paths.resolve(folder, target)
        if path is None:
            return
        if path == paths.KNOWN_VARIABLES["GITHUB_ENV"]:
            self._set_env(effect.content)
        elif path == paths.KNOWN_VARIABLES["GITHUB_PATH"]:
            self._add_to_path(effect.content)
        elif path == paths.KNOWN_VARIABLES["GITHUB_OUTPUT"]:
            self._set_output(frame, effect.content)
        elif path.rpartition("/")[2].endswith("npmrc") or path == self.state.userconfig:
            self._write_lines(path, effect, frame)
        elif path.endswith("package.json"):
            self.state.written.add(path)

    def _copy(self, effect: Copies, folder: str | None, frame: Frame) -> None:
        source, target = effect.source.literal, effect.target.literal
        if source is None and effect.moves and configuration_files.is_one(effect.source):
            self.state.npmrc[self.state.userconfig] = ()
        if source is None or target is None:
            return
        here, there = paths.resolve(folder, source), paths.resolve(folder, target)
        if here is None or there is None:
            return
        name = here.rpartition("/")[2]
        if not there.endswith((".npmrc", "package.json")):
            there = f"{there}/{name}" if there else name
        if there.endswith("npmrc"):
            lines = publishing.file_lines(self.repository, self.state, here)
            self.state.npmrc[there] = lines or config.unknown_content("a copied file", frame.place)
        elif there.endswith("package.json"):
            self.state.written.add(there)
        if effect.moves and here.endswith("npmrc"):
            self.state.npmrc[here] = ()
        elif effect.moves and here.endswith("package.json"):
            self.state.written.add(here)

    def _write_lines(self, path: str, effect: Writes, frame: Frame) -> None:
        before = publishing.file_lines(self.repository, self.state, path) if effect.append else ()
        if effect.content is None:
            added = config.unknown_content("a command's output", frame.place)
        else:
            added = config.lines_of(effect.content, frame.place)
        self.state.npmrc[path] = (*before, *added)

    def _set_env(self, content: Text | None) -> None:
        for name, value in _assignments(content):
            self.state.env[name] = value

    def _add_to_path(self, content: Text | None) -> None:
        self.state.env[executables.VARIABLE] = executables.with_added(self.state.env, content)
        self.state.path_under = self.state.node

    def _set_output(self, frame: Frame, content: Text | None) -> None:
        name = frame.current.text("id")
        if name:
            self.scope.steps.setdefault(name, {}).update(dict(_assignments(content)))

    def _set(self, effect: SetsConfig, folder: str | None, frame: Frame) -> None:
        key = effect.key.literal
        if key is None:
            key = _registry_key(effect.key)
        if key is None:
            return
        if effect.manager == "yarn" and key.startswith("npm"):
            self.state.yarn.append((yarn_config.key_path(key), effect.value, frame.place))
            return
        path = self.state.userconfig
        if effect.project and folder is not None:
            path = f"{folder}/.npmrc" if folder else ".npmrc"
        before = publishing.file_lines(self.repository, self.state, path)
        kept = tuple(line for line in before if line.key != key)
        self.state.npmrc[path] = (*kept, config.Line(key, effect.value, frame.place))

    def _drop(self, effect: DropsConfig, folder: str | None, frame: Frame) -> None:
        path = self.state.userconfig
        if effect.project and folder is not None:
            path = f"{folder}/.npmrc" if folder else ".npmrc"
        before = publishing.file_lines(self.repository, self.state, path)
        self.state.npmrc[path] = tuple(line for line in before if not _is_dropped(line, effect.key))

    def _install(self, effect: Installs, command: Command, frame: Frame) -> None:
        if effect.tool == "npm":
            tolerated = command.tolerated or frame.current.text("continue-on-error") == "true"
            upgrade = Upgrade(effect.spec, not command.certain, frame.when, tolerated)
            self.state.upgrades.append(upgrade)
        else:
            self.state.tools[effect.tool] = effect.spec


def _with_prefixes(command: Command) -> Command:
    """The command with the variables that the words before it leave and give."""
    before = {**command.exported, **command.env}
    after = prefixes.environment(list(command.words), before)
    return command if after == before else replace(command, exported=after, env={})


def _is_dropped(line: config.Line, key: str) -> bool:
    return line.key == key if key else line.key.endswith(":_authToken")


def _with_dist_tag(found: Found, place: Place) -> Found:
    run = replace(found.found.run, dist_tag_place=place)
    return replace(found, found=replace(found.found, run=run))


def _bare(test: str) -> str:
    """A condition without the braces that it may be written in."""
    inner = test.strip()
    if inner.startswith("${{") and inner.endswith("}}"):
        inner = inner[3:-2]
    return " ".join(inner.split())


def hidden_expression(source: str) -> Text:
    """`${{ }}` outside a workflow: nothing fills it in."""
    return hole(Hidden(f"`{source[:40]}`"))


def _registry_key(key: Text) -> str | None:
    """`//$REGISTRY/:_authToken` with a hidden host cannot be matched; it is left out."""
    return None if key.holes else key.literal


def _assignments(content: Text | None) -> Iterator[tuple[str, Text]]:
    """`NAME=value` lines of a file command; a value of several lines is hidden."""
    if content is None:
        return
    rows = list(split(content, "\n"))
    while rows:
        row = rows.pop(0)
        if "<<" in row.start and "=" not in row.start.partition("<<")[0]:
            name, _, end = row.start.partition("<<")
            value: list[Text | str] = []
            while rows and (rows[0].literal or "") != end:
                value += ["\n", rows.pop(0)] if value else [rows.pop(0)]
            if rows:
                rows.pop(0)
            yield name.strip(), join(*value)
            continue
        key, *rest = split(row, "=", 1)
        if key.literal and rest:
            yield key.literal.strip(), rest[0]


def env_places(step: Step) -> dict[str, Place]:
    """The lines of each variable of a step's `env`."""
    env = child(step.fields, "env")
    if env is None:
        return {}
    return {
        key.value: Place(step.path, key.line, max(key.line, node.end_line))
        for key, node in env.entries
    }
