"""Walks the steps of one job on one path, keeping its state, and lists what they publish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Place, ReadingProblem, Unknown
from checker.workflows import paths, ways
from checker.workflows.command_lines import commands
from checker.workflows.command_lines.effects import (
    BuildsImage,
    Effect,
    InstallsProject,
    Publishes,
    RunsContained,
    RunsFile,
    RunsMake,
    RunsScript,
    RunsTask,
    RunsText,
)
from checker.workflows.frame import MAX_DEPTH, Frame, env_places
from checker.workflows.publishing import tool_settings
from checker.workflows.publishing.run import FoundRun, runs
from checker.workflows.publishing.situation import JobPath, Situation
from checker.workflows.repository import Repository
from checker.workflows.scope import Scope
from checker.workflows.shell import other_shells, prefixes, strictness
from checker.workflows.shell.command import Command
from checker.workflows.shell.script import Shell
from checker.workflows.state import JobState, NodeChoice
from checker.workflows.syntax.conditions import bare
from checker.workflows.syntax.document import Scalar
from checker.workflows.syntax.expressions import condition
from checker.workflows.syntax.model import Step
from checker.workflows.text import Hidden, Text, hole, text
from checker.workflows.walking import (
    actions,
    beside,
    dist_tags,
    executables,
    images,
    indirection,
    installs,
    lasting,
    moments,
    npm_settings,
    suspicion,
    task_files,
    uncommitted,
    unread,
    yarn_scripts,
)
from checker.workflows.walking.moments import Moment, Stand
from checker.workflows.ways import Turn, Way

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


# Shells of other languages, by the language whose way to spawn a command they share most with.
_LANGUAGES = {
    "python": "py", "python3": "py", "pypy3": "py", "perl": "py", "ruby": "py",
    "node": "js", "bun": "js", "deno": "js", "tsx": "js", "ts-node": "js", "zx": "js",
}  # fmt: skip
_IS_DONE = "whether a `parallel` or `background` step is done by then"


class Found(Struct, frozen=True):
    """One publish on one path. place: in the workflow file. step: the first line of its step.

    moment: when it is reached; None for what another repository does.
    """

    place: Place
    step: int
    job: str
    via: tuple[str, ...]
    found: FoundRun
    moment: Moment | None = None


@dataclass
class Walk:
    """One job on one path.

    found: in the order of the steps. unread: publishes of what cannot be read, found where the
    job has no other. stands: this job and those that called it, see `Moment`. begun: what a step
    has written to an environment file whose last value has no end yet, by file and step. failing:
    the steps so far that fail, so that no run comes to what the job publishes after them.
    """

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
    default_shell: str = ""
    inner_scope: Scope | None = None
    first_node: NodeChoice = field(init=False)
    dist_tag_place: Place | None = None
    unread: list[Found] = field(default_factory=list)
    stands: tuple[Stand, ...] = ()
    begun: dict[tuple[str, str, int], Text] = field(default_factory=dict)
    failing: list[ReadingProblem] = field(default_factory=list)
    _found_before: int = field(init=False)
    _beside: list[tuple[Step, Turn]] = field(default_factory=list)
    _steps: int = 0
    _effects: int = 0

    def __post_init__(self) -> None:
        self.first_node = self.state.node
        self._found_before = len(self.found)

    def steps(self, job: str, steps: tuple[Step, ...]) -> None:
        """Walks the steps of a job."""
        before = len(self.found)
        for step in _beside_each_other(steps):
            self._wait_before(step)
            if self.state.path_under not in {None, self.state.node}:
                # A Node that is set up later comes first, with its npm.
                self.state.forget(executables.VARIABLE)
                self.state.path_under = None
            key = "run" if step.text("run") is not None else "uses"
            way: Way = ()
            if step.is_background:
                turn = Turn(f"step:{step.at}", why=_IS_DONE)
                self._beside.append((step, turn))
                way = (turn,)
            outer = Frame(job, step, step, step.place(key), self.base, {}, {}, "", way)
            self.step(outer, step)
        if len(self.found) == before:
            self.found += self.unread
        if self.dist_tag_place is not None:
            told = [_with_dist_tag(found, self.dist_tag_place) for found in self.found[before:]]
            self.found[before:] = told

    def _wait_before(self, step: Step) -> None:
        """What steps in the background did is done for certain where a step waits for them."""
        if not self._beside:
            return
        done = [
            (earlier, turn)
            for earlier, turn in self._beside
            if (earlier.group and earlier.group != step.group)
            or "*" in step.waits
            or (earlier.text("id") or "*") in step.waits
        ]
        if done:
            turns = frozenset(turn.at for _, turn in done)
            self.state.settle(turns)
            self.scope.settle(turns)
            self._beside = [one for one in self._beside if one not in done]

    def step(self, outer: Frame, step: Step) -> None:
        """Does one step of the job, or of a composite action that the step `outer` uses."""
        way = outer.way
        around = self._variables(outer, way)
        for test in (*step.around, step.text("if")):
            holds = condition(test, self.scope.names) if test else True
            if holds is False:
                self._note_outcome(step, None)
                return
            if test and holds is None:
                way = (*way, *ways.of_condition(bare(test)))
                around = self._variables(outer, way)
        tolerated = self.is_tolerated(step)
        self._note_outcome(step, way, tolerated=tolerated)
        if tolerated:
            way = (*way, _of_success(step))
        own = {key: self.scope.text(value) for key, value in step.pairs("env")}
        words = "\n".join((step.text("run") or "", *(value for _, value in step.pairs("with"))))
        frame = replace(
            outer,
            current=step,
            env={**around, **own},
            own_env={**outer.own_env, **own},
            env_places={
                **self.env_places,
                **outer.env_places,
                **env_places(step.fields, step.path),
            },
            words=words,
            way=way,
            spot=(*outer.spot, step.fields.line),
        )
        self.scope.env = frame.env
        self._do(frame, step)

    def is_tolerated(self, step: Step) -> bool:
        """Whether the job may go on where the step fails."""
        written = step.text("continue-on-error") or "false"
        return self.scope.text(written).literal != "false"

    def _note_outcome(self, step: Step, way: Way | None, *, tolerated: bool = False) -> None:
        name = step.text("id")
        if name:
            self.scope.note_outcome(name, way, tolerated=tolerated)

    def _variables(self, outer: Frame, way: Way) -> dict[str, Text]:
        """The variables that a step finds on this way, which its expressions see too."""
        self.scope.way = way
        env = self.state.seen_from(way).env
        self.scope.env = {**self.workflow_env, **outer.env, **env, **outer.own_env}
        return self.scope.env

    def _do(self, frame: Frame, step: Step) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            self.repository.limit(frame.place, f"a job runs more than {MAX_STEPS} steps")
            return
        source = step.text("run")
        if source is not None:
            self._run(frame, step, source)
        elif uses := step.text("uses"):
            uncommitted.action(self, uses)
            actions.use(self, frame, step)

    # run steps

    def _run(self, frame: Frame, step: Step, source: str) -> None:
        shell_name = step.text("shell") or self.default_shell
        folder = step.text("working-directory")
        where = self.scope.text(folder) if folder else self.default_folder
        start = paths.enter("", where) if where is not None else ""
        kind = next(iter(shell_name.split()), "bash").rpartition("/")[2]
        language = _LANGUAGES.get(kind.removesuffix(".exe"))
        if language is not None:
            from checker.workflows.walking import spawning

            spawning.run_text(self, source, language, start, frame, self.fill)
            return
        node = step.fields.get("run") if step is frame.step else None
        source = other_shells.as_bash(source, kind)
        strict = strictness.of_step(shell_name)
        given = {**self.scope.of_run(), **frame.own_env}
        shell = Shell(dict(frame.env), start, fails_step=True, strict=strict, given=given)
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
        script = self._effects
        frame = replace(frame, asks=frame.asks or moments.asks(source))
        for command in shell.run(source, self.fill if expressions else hidden_expression):
            own = replace(frame, spot=(*frame.spot, command.start))
            if node is not None:
                first, last = node.lines(command.first, command.last)
                own = replace(own, place=Place(frame.step.path, first, last))
            if not self._may_go_on(own.place):
                return
            command = yarn_scripts.within(self, _with_prefixes(command))
            if command.way:
                # Another script has other branches.
                inside = (replace(turn, at=f"{script}:{turn.at}") for turn in command.way)
                command = replace(command, way=tuple(inside))
            self.state.brought |= (command.words[0].literal or "") not in _BRING_NO_FILES
            effects = tuple(commands.effects(command))
            change = moments.change(self.repository, command, effects)
            if change is not None:
                self.state.history += (change,)
            uncommitted.note(self, command, effects, own)
            for effect in effects:
                self.effect(effect, command, own)
            published = len(self.found) > self._found_before
            if self.dist_tag_place is None and dist_tags.fails(
                self, command, own, published=published
            ):
                self.dist_tag_place = own.place
            if not effects:
                unread.unknown(self, suspicion.program(command.words), command, own)
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

    def effect(self, effect: Effect, command: Command, frame: Frame) -> None:
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
            effect = npm_settings.of_publish(self, effect, replace(command, folder=folder), frame)
            env = {**command.exported, **command.env}
            frame = replace(frame, env=env, way=(*frame.way, *command.way))
            beside.publish(self, effect, frame, folder)
        elif isinstance(effect, InstallsProject):
            if not npm_settings.runs_scripts(self, effect, command, frame):
                return
            installs.follow(self, effect, command, replace(frame, way=(*frame.way, *command.way)))
        elif isinstance(effect, RunsScript | RunsFile | RunsMake | RunsText):
            inner = replace(frame, way=(*frame.way, *command.way)) if command.way else frame
            self._follow(effect, command, inner)
        elif isinstance(effect, RunsTask):
            task_files.follow(self, effect, command, replace(frame, way=(*frame.way, *command.way)))
        elif isinstance(effect, RunsContained | BuildsImage):
            inner = replace(frame, way=(*frame.way, *command.way))
            images.follow(self, effect, replace(command, way=()), inner)
        else:
            lasting.apply(self, effect, command, frame)

    def _follow(
        self, effect: RunsScript | RunsFile | RunsMake | RunsText, command: Command, frame: Frame
    ) -> None:
        if isinstance(effect, RunsScript):
            settled = npm_settings.of_script(self, effect, command, frame)
            if settled is None:
                return
            effect = settled
        before = len(self.found)
        read = indirection.follow(self, effect, command, frame)
        if isinstance(effect, RunsFile):
            whole = read and effect.language == "sh" and not suspicion.runs_tasks(command.words)
            if len(self.found) == before and not whole:
                unread.program(self, effect, command, frame)
            if not read:
                unread.missing(self, effect, frame)
        elif isinstance(effect, RunsScript) and not read and effect.manager in _RUN_BINARIES:
            words = (text(effect.script), *suspicion.arguments_of(command.words, effect.script))
            unread.unknown(self, words, command, frame)

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
        if not settled.dry_run:
            self.repository.note(self.failing)
        hidden = frame.contained
        if isinstance(settled.npm, Unknown) and settled.npm.fact == "tool":
            hidden = hidden or settled.npm.why
        if hidden is not None:
            settled = Publishes(
                "unknown",
                settled.command,
                settled.flags,
                unseen=hidden,
                dry_run=settled.dry_run,
            )
        situation = Situation(
            frame.env, frame.env_places, folder, frame.place, frame.words, frame.way
        )
        via = frame.via or ("uses" if frame.current.text("run") is None else "run",)
        state = self.state.seen_from(frame.way)
        for run in runs(self.repository, state, self.job, settled, situation):
            moment = moments.of(settled, frame, self.stands, self.state.history)
            line = frame.step.fields.line
            self.found.append(Found(frame.place, line, frame.job, via, run, moment))


def _beside_each_other(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The steps in their order; of a group those last that speak of a release.

    What the others of the group do may be done by then, wherever they stand in it.
    """
    if not any(step.group for step in steps):
        yield from steps
        return
    for _, group in groupby(steps, lambda step: step.group or step.at):
        yield from sorted(group, key=_speaks)


def _speaks(step: Step) -> bool:
    return suspicion.speaks(f"{step.text('run')} {step.text('uses')}")


def _with_prefixes(command: Command) -> Command:
    """The command with the variables that the words before it leave and give."""
    before = {**command.exported, **command.env}
    after = prefixes.environment(list(command.words), before)
    return command if after == before else replace(command, exported=after, env={})


def _with_dist_tag(found: Found, place: Place) -> Found:
    run = replace(found.found.run, dist_tag_place=place)
    return replace(found, found=replace(found.found, run=run))


def _of_success(step: Step) -> Turn:
    """The way of the runs in which a step succeeds, as a later `if` asks for it."""
    name = step.text("id")
    if name:
        return Turn(f"steps.{name}.outcome == 'success'", 1, 2, "whether a step fails that may")
    return Turn(f"fails:{step.path}:{step.fields.line}", why="whether a step fails that may")


def hidden_expression(source: str) -> Text:
    """`${{ }}` outside a workflow: nothing fills it in."""
    return hole(Hidden(f"`{source[:40]}`"))
