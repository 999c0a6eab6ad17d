"""A tree of files behind a memory: each file is read and parsed once, and what fails is noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from checker.facts import Place, ReadingProblem, Unknown
from checker.files import Files, Unreadable
from checker.manifests import local_bins, package_json, workspaces
from checker.manifests.package_json import Manifest
from checker.workflows import config
from checker.workflows.config import Line
from checker.workflows.shell import makefile
from checker.workflows.shell.makefile import Makefile
from checker.workflows.syntax import model
from checker.workflows.syntax.document import Broken, TooLarge
from checker.workflows.syntax.model import Action, Workflow

MAX_SCRIPT_BYTES = 1 << 18
# What a program reads and no interpreter runs.
_DATA = (".json", ".jsonc", ".lock", ".yaml", ".yml", ".md", ".txt", ".csv", ".xml", ".svg", ".map")


def _is_inside(path: str) -> bool:
    """Whether a path is one of the tree as it stands, without a step up or a doubled slash."""
    return bool(path) and not {"", ".", ".."} & set(path.split("/"))


@dataclass
class Repository:
    """The files, and what has been read.

    today, node, npm, name: as the reader was asked. commands: how many were looked at so far.
    """

    files: Files
    today: date
    name: str | None = None
    node: str | None = None
    npm: str | None = None
    commands: int = 0
    _noted: dict[ReadingProblem, None] = field(default_factory=dict)
    _bytes: dict[str, bytes | Unreadable | None] = field(default_factory=dict)
    _manifests: dict[str, Manifest | None] = field(default_factory=dict)
    _settings: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    _workflows: dict[str, Workflow | None] = field(default_factory=dict)
    _actions: dict[str, Action | None] = field(default_factory=dict)
    _makefiles: dict[str, Makefile | None] = field(default_factory=dict)
    _npms: dict[str, str | Unknown | None] = field(default_factory=dict)
    _members: dict[tuple[str, workspaces.Kind | None], tuple[str, ...] | Unknown] = field(
        default_factory=dict
    )
    _packages: workspaces.Packages | None = None

    def seen(self) -> tuple[str, ...]:
        """Every file that was read so far."""
        return tuple(path for path, content in self._bytes.items() if isinstance(content, bytes))

    def problem(self, rule: str, place: Place, why: str) -> None:
        """Notes something that could not be read, once."""
        self._noted[ReadingProblem(rule, place, why)] = None

    @property
    def problems(self) -> tuple[ReadingProblem, ...]:
        """What was noted, each once, in the order of the reading."""
        return tuple(self._noted)

    @contextmanager
    def apart(self) -> Iterator[list[ReadingProblem]]:
        """What is noted inside is listed, and not yet noted."""
        before, self._noted = self._noted, {}
        listed: list[ReadingProblem] = []
        try:
            yield listed
        finally:
            listed += self._noted
            self._noted = before

    def note(self, problems: Iterable[ReadingProblem]) -> None:
        """Notes what was listed apart."""
        self._noted.update(dict.fromkeys(problems))

    def limit(self, place: Place, why: str) -> None:
        """Notes that a reading limit was reached."""
        self.problem("reading-limit-reached", place, why)

    def read(self, path: str) -> bytes | None:
        """The content of a file of the tree; None when there is none.

        None too where it cannot be read, which is noted.
        """
        content = self._content(path)
        if isinstance(content, Unreadable):
            self.limit(Place(path, 1, 1), str(content))
            return None
        return content

    def peek(self, path: str) -> bytes | None:
        """As `read`, of a file that may be named and never run: nothing is noted."""
        content = self._content(path)
        return None if isinstance(content, Unreadable) else content

    def _content(self, path: str) -> bytes | Unreadable | None:
        if path not in self._bytes:
            content: bytes | Unreadable | None = None
            if _is_inside(path):
                try:
                    content = self.files.read(path)
                except Unreadable as error:
                    content = None if self._is_folder(path) else error
            self._bytes[path] = content
        return self._bytes[path]

    def _is_folder(self, path: str) -> bool:
        """Whether a path is that of a folder, which commands name as often as files."""
        parent, _, name = path.rpartition("/")
        try:
            return name == "node_modules" or path in self.files.folders(parent)
        except Unreadable:
            return False

    def script(self, path: str) -> str | None:
        """The text of a script file; None when there is none or it is too large."""
        content = self.read(path)
        if content is None or b"\0" in content[:1024]:
            return None
        if len(content) > MAX_SCRIPT_BYTES:
            if not path.endswith(_DATA):
                self.limit(Place(path, 1, 1), f"the script is larger than {MAX_SCRIPT_BYTES} bytes")
            return None
        return content.decode(errors="replace")

    def glance(self, path: str) -> str | None:
        """As `script`, of a file that may be named and never run: nothing is noted."""
        content = self.peek(path)
        if content is None or b"\0" in content[:1024] or len(content) > MAX_SCRIPT_BYTES:
            return None
        return content.decode(errors="replace")

    def manifest(self, folder: str) -> Manifest | None:
        """The package.json of a folder; None when there is none that can be read."""
        path = f"{folder}/package.json" if folder else "package.json"
        if path not in self._manifests:
            content = self.read(path)
            try:
                self._manifests[path] = package_json.parse(content, path) if content else None
            except package_json.NotAManifest:
                self._manifests[path] = None
        return self._manifests[path]

    def makefile(self, path: str) -> Makefile | None:
        """The Makefile at a path; None when there is none or it is too large."""
        if path not in self._makefiles:
            source = self.script(path)
            self._makefiles[path] = None if source is None else makefile.parse(source)
        return self._makefiles[path]

    def members(self, root: str, kind: workspaces.Kind | None = None) -> tuple[str, ...] | Unknown:
        """Paths of the package.json files of the workspaces of a folder.

        kind: whose list of them counts, None for the first there is.
        """
        if (root, kind) not in self._members:
            self._members[root, kind] = workspaces.members(self.files, root, kind)
        return self._members[root, kind]

    def packages(self) -> workspaces.Packages:
        """The manifests of the whole tree."""
        if self._packages is None:
            self._packages = workspaces.all_packages(self.files)
        return self._packages

    def installed_npm(self, folder: str) -> str | Unknown | None:
        """The npm in `folder`/node_modules; see `local_bins.version`."""
        if folder not in self._npms:
            self._npms[folder] = local_bins.version(self.files, folder, "npm")
        return self._npms[folder]

    def prefix(self, folder: str) -> str | None:
        """The nearest folder, from `folder` up, that has a package.json."""
        while True:
            if self.manifest(folder) is not None:
                return folder
            if not folder:
                return None
            folder = folder.rpartition("/")[0]

    def npmrc(self, path: str) -> tuple[Line, ...]:
        """The settings of a checked-in .npmrc."""
        if path not in self._settings:
            content = self.read(path)
            self._settings[path] = config.file_lines(content, path) if content else ()
        return self._settings[path]

    def workflow(self, path: str) -> Workflow | None:
        """A workflow file; None when there is none or it cannot be read, which is noted."""
        if path not in self._workflows:
            self._workflows[path] = None
            content = self.read(path)
            if content is not None:
                try:
                    self._workflows[path] = model.read_workflow(content, path)
                except Broken as error:
                    self._note(path, error)
        return self._workflows[path]

    def own(self, uses: str) -> tuple[str, str] | None:
        """The path and the ref in `owner/name/path@ref`; None where it is not this repository."""
        target, sign, ref = uses.partition("@")
        name = f"{self.name}/".lower()
        if self.name is None or not sign or not f"{target}/".lower().startswith(name):
            return None
        return target[len(name) :].strip("/"), ref

    def action(self, folder: str) -> Action | None:
        """The action of a folder; None when there is none or it cannot be read, which is noted."""
        if folder not in self._actions:
            self._actions[folder] = None
            for name in ("action.yml", "action.yaml"):
                path = f"{folder}/{name}" if folder else name
                content = self.read(path)
                if content is None:
                    continue
                try:
                    self._actions[folder] = model.read_action(content, path)
                except Broken as error:
                    self._note(path, error)
                break
        return self._actions[folder]

    def _note(self, path: str, error: Broken) -> None:
        place = Place(path, error.line, error.line)
        rule = "reading-limit-reached" if isinstance(error, TooLarge) else "workflow-unreadable"
        self.problem(rule, place, str(error))
