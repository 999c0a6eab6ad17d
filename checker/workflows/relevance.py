"""Which jobs can publish at all: their words, and those of the scripts and files they name.

It only spares work: a job that this lets through is read in full, one that it holds back has no
word in it by which any known way of publishing could begin.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from checker.knowledge import install_scripts
from checker.workflows.repository import Repository
from checker.workflows.shell import justfile, taskfile
from checker.workflows.syntax.document import Mapping, Node, Scalar, Sequence
from checker.workflows.syntax.model import Job, Step, Workflow

# Plain words first: they are quick to look for, and the patterns are not.
_WORDS_TEXT = """
    publish semantic-release release-it merge-release release-plan shipit beachball publib jsii
    changeset oddish npm-bump node_auth _authtoken npm-release npm_token npm-token
    npm_auth npm-auth npmrc base64 bumpp deploy-npm
"""
_WORDS = tuple(_WORDS_TEXT.split())
_TRIGGER = re.compile(
    r"\b(?:np|eval)\b|npm\W+(?:pub?|publ|publi|publis|stage)\b|release\S{0,40}npm"
    r"|\bnx\b[^\n;&|]{0,80}?\brelease\b|\bauto\b[^\n;&|]{0,60}?\b(?:latest|next|canary)\b"
    r"|(?:node|package)\S{0,40}release"
    r"|\b(?:just|task|nps|moon|earthly|act|mage|gulp|grunt|mise|hereby|rake|jake|cake|inv|invoke|poe"
    r"|doit|pixi|bazel|bazelisk|xtask|cargo\s+make)\b"
    r"[^\n;&|]{0,80}?(?:release|deploy|\bship)"
    r"|\$\{\{\s*(?:inputs|vars|needs|steps)\.\S{0,80}(?:cmd|command|script)"
)
_TOKEN = re.compile(r"[\w@./:*$-]+")
_FILE = re.compile(r"^(?:\.{1,2}/|.*\.(?:sh|bash|js|mjs|cjs|ts|mts|cts|py)$)")
_MOVES = re.compile(r"working-directory|\bcd\s|\bpushd\s")
_MAKE = frozenset({"make", "gmake"})
_TASK_FILES = {"just": justfile.NAMES, "task": taskfile.NAMES, "go-task": taskfile.NAMES}
_READ_BY_THE_WALK = frozenset({"nx", "wireit", "nps"})
_INCLUDES = re.compile(r"^(?:import|mod|includes)\b", re.MULTILINE)
MAX_ROUNDS = 6


_GIVEN = re.compile(
    r"\$\{\{(?:(?!\}\}).)*\b(?:vars|secrets)\b(?!\s*\.\s*github_token\b)", re.IGNORECASE | re.DOTALL
)


# GitHub takes the names of contexts and functions in any case.
_SEES_EVENT = re.compile(r"github[._]|inputs|uses:\./|uses:\$/|tojson|\[")


def _sees_event(text: str) -> bool:
    lower = text.lower()
    may = "${{" in lower or "github" in lower or lower.startswith("uses:")
    return may and _SEES_EVENT.search(lower) is not None


def sees_event(part: Job | Step) -> bool:
    """Whether the condition of a job or step, which needs no braces, may ask for the event."""
    test = part.fields.get("if")
    lower = test.value.lower() if isinstance(test, Scalar) else ""
    return "github" in lower or "inputs" in lower


class _Source(Struct, frozen=True):
    """A text and the folder it is run in. is_program: of another language than the shell's."""

    text: str
    folder: str
    is_program: bool = False


class Relevance:
    """Answers for the jobs of one repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._scripts: dict[str, list[_Source]] | None = None
        self._answers: dict[tuple[str, str, str], bool] = {}
        self._names: dict[str, frozenset[str] | None] = {}
        self._blind: dict[tuple[str, str], bool] = {}
        self._may: dict[str, bool] = {}
        self._leaves: dict[str, bool] = {}

    def of(self, workflow: Workflow, job: Job, given: str) -> bool:
        """Whether the job may publish. given: texts that callers hand in."""
        key = (job.path, job.id, given)
        if key not in self._answers:
            env = _texts(workflow.fields.get("env"))
            self._answers[key] = self._reaches("\n".join((*_texts(job.fields), *env, given)))
        return self._answers[key]

    def is_blind(self, workflow: Workflow, job: Job) -> bool:
        """Whether the job is the same on every event: nothing in it asks for one."""
        key = (job.path, job.id)
        if key not in self._blind:
            texts = (*_texts(job.fields), *_texts(workflow.fields.get("env")))
            used = (text[5:] for text in texts if text.startswith("uses:"))
            self._blind[key] = not (
                any(map(_sees_event, texts))
                or sees_event(job)
                or any(map(sees_event, job.steps))
                or any(map(self._repository.own, used))
            )
        return self._blind[key]

    def is_given_nothing(self, workflow: Workflow, job: Job) -> bool:
        """Whether no secret or variable of the settings is named, but for GitHub's own token."""
        texts = (*_texts(job.fields), *_texts(workflow.fields.get("env")))
        return not any(_GIVEN.search(text) for text in texts)

    def _reaches(self, words: str) -> bool:
        seen: set[tuple[str, str]] = set()
        queue = [_Source(words, "")]
        for _ in range(MAX_ROUNDS):
            following: list[_Source] = []
            for source in queue:
                names = self._names_in(source.text)
                if names is None:
                    return True
                for token in names:
                    if (token, source.folder) in seen:
                        continue
                    seen.add((token, source.folder))
                    found = self._behind(token, source)
                    if found is None:
                        return True
                    following += found
            if not following:
                return False
            queue = following
        return True

    def _names_in(self, text: str) -> frozenset[str] | None:
        """The words of a text that may stand for another; None where it speaks of a publish."""
        if text not in self._names:
            lower = text.lower()
            speaks = any(word in lower for word in _WORDS) or _TRIGGER.search(lower)
            tokens = frozenset() if speaks else frozenset(_TOKEN.findall(text))
            self._names[text] = None if speaks else frozenset(filter(self._may_name, tokens))
        return self._names[text]

    def _may_name(self, token: str) -> bool:
        """Whether a word may stand for a text at all; most do not, and this is quick."""
        if token not in self._may:
            known = token in self._all_scripts() or token in _MAKE or token in _READ_BY_THE_WALK
            known = known or token in _TASK_FILES
            self._may[token] = known or ":" in token or _FILE.match(token) is not None
        return self._may[token]

    def _behind(self, token: str, source: _Source) -> list[_Source] | None:
        """The texts that a word names; None for a file that is not where it is looked for."""
        scripts = self._all_scripts()
        found = list(scripts.get(token, ()))
        if "*" in token and ":" in token:
            found += [each for sources in scripts.values() for each in sources]
        if ":" in token and "nx" in source.text:
            # nx names a target behind its project: `nx run web:deploy`.
            for part in token.split(":")[1:]:
                found += scripts.get(part, ())
        if token.startswith(("uses:./", "uses:$/")):
            action = self._action(token[7:].rstrip("/"))
            return None if action is None else [*found, _Source(action, "")]
        own = self._repository.own(token[5:]) if token.startswith("uses:") else None
        if own is not None:
            action = self._action(own[0])
            return None if action is None else [*found, _Source(action, "")]
        if token == "nx":
            from checker.workflows.walking import nx_targets

            found += [_Source(target, "") for target in nx_targets.texts(self._repository)]
        if token == "nps":
            # The name of its script may stand where the package script is called.
            return None
        if token == "wireit":
            found += self._configured("wireit")
        if token in _TASK_FILES:
            tasks = self._task_file(token, source)
            return None if tasks is None else [*found, *tasks]
        if token in _MAKE:
            makefile = self._repository.glance("Makefile")
            return None if makefile is None else [*found, _Source(makefile, "")]
        if _FILE.match(token) and not source.is_program:
            path = _beside(source.folder, token)
            text = self._repository.glance(path) if path is not None else None
            if "*" in token:
                # No one program: what the shell makes of it is not followed either.
                return found
            if path is None or text is None or self._moves(source.text):
                # A folder (`./dist`) is no program; a program that is not here may do anything.
                return found if "." not in token.rpartition("/")[2] else None
            is_program = not path.endswith("sh")
            if is_program:
                from checker.workflows.walking import program_text

                modules = program_text.modules(self._repository.peek, path, text, "js")
                text = "\n".join((text, *(module.source for module in modules)))
            found.append(_Source(text, source.folder, is_program))
        return found

    def _configured(self, tool: str) -> Iterator[_Source]:
        """The package.json files that have settings of a tool."""
        for manifest in self._repository.packages().manifests:
            content = self._repository.peek(manifest.path) or b""
            if f'"{tool}"'.encode() in content:
                yield _Source(content.decode(errors="replace"), manifest.folder)

    def _task_file(self, runner: str, source: _Source) -> list[_Source] | None:
        """The texts of a runner's file; None where it may be another, or has others in it."""
        if self._moves(source.text):
            return None
        found: list[_Source] = []
        for folder in dict.fromkeys((source.folder, "")):
            for name in _TASK_FILES[runner]:
                text = self._repository.glance(f"{folder}/{name}" if folder else name)
                if text is not None:
                    found.append(_Source(text, folder))
        return None if any(_INCLUDES.search(each.text) for each in found) else found

    def _moves(self, text: str) -> bool:
        """Whether a script may leave the folder that it starts in."""
        if text not in self._leaves:
            self._leaves[text] = _MOVES.search(text) is not None
        return self._leaves[text]

    def _action(self, folder: str) -> str | None:
        """The texts of a local action; None where it is not in the tree or is a program."""
        action = self._repository.action(folder)
        if action is None or action.using != "composite":
            return None
        return "\n".join(_texts(action.fields))

    def _all_scripts(self) -> dict[str, list[_Source]]:
        """Every package script of the repository by name, with those before and after it.

        Those that an install runs stand by the words for one too.
        """
        if self._scripts is None:
            found: dict[str, list[_Source]] = {}
            for manifest in self._repository.packages().manifests:
                for name, script in manifest.scripts:
                    plain = name
                    for prefix in ("pre", "post"):
                        if name.startswith(prefix):
                            plain = name[len(prefix) :]
                    installs = install_scripts.VERBS | {"yarn"}
                    keys = installs if name in install_scripts.NAMES else frozenset[str]()
                    for key in keys | {name, plain}:
                        found.setdefault(key, []).append(_Source(script, manifest.folder))
            self._scripts = found
        return self._scripts


def _beside(folder: str, token: str) -> str | None:
    """The path of a file named in a text that is run in `folder`."""
    path = posixpath.normpath(posixpath.join(folder, token))
    return None if path.startswith(("..", "/")) else path


def _texts(node: Node | None) -> list[str]:
    """Every text below a node, in the order of the file."""
    found: list[str] = []
    queue: list[Node | str] = [] if node is None else [node]
    while queue:
        here = queue.pop()
        if isinstance(here, str):
            found.append(here)
        elif isinstance(here, Scalar):
            found.append(here.value)
        elif isinstance(here, Sequence):
            queue += here.items[::-1]
        else:
            told = _told(here)
            for key, (_, value) in reversed(here.by_key.items()):
                if key in told:
                    continue
                if key == "uses" and isinstance(value, Scalar):
                    queue.append(f"uses:{value.value}")
                else:
                    queue += (value, key)
    return found


# What a mapping must have besides, so that its `name` is a title and no input of an action.
_TITLED = frozenset({"run", "uses", "steps", "runs-on", "runs", "on"})


def _told(node: Mapping) -> tuple[str, ...]:
    """The keys whose texts are for people: nothing in them runs."""
    titled = not _TITLED.isdisjoint(node.by_key)
    return ("description", "name") if titled else ("description",)
