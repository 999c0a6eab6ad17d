"""Which jobs can publish at all: their words, and those of the scripts and files they name.

It only spares work: a job that this lets through is read in full, one that it holds back has no
word in it by which any known way of publishing could begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.workflows.document import Mapping, Node, Scalar, Sequence
from checker.workflows.model import Job, Workflow
from checker.workflows.repository import Repository

# Plain words first: they are quick to look for, and the patterns are not.
_WORDS_TEXT = """
    publish semantic-release release-it merge-release release-plan shipit beachball publib jsii
    changeset oddish npm-bump node_auth _authtoken uses:./ npm- npm_ npm/ npmrc base64
"""
_WORDS = tuple(_WORDS_TEXT.split())
_TRIGGER = re.compile(
    r"\b(?:np|auto|napi|rush|eval|nx)\b|npm\W+(?:pub?|stage)\b|release\S{0,40}npm"
    r"|(?:node|package)\S{0,40}release"
    r"|\$\{\{\s*(?:inputs|vars|needs|steps)\.\S{0,80}(?:cmd|command|script|run)"
)
_TOKEN = re.compile(r"[\w@./:*-]+")
_FILE = re.compile(r"^(?:\.{1,2}/|.*\.(?:sh|bash|js|mjs|cjs|ts|mts|cts|py)$)")
MAX_ROUNDS = 6


class Relevance:
    """Answers for the jobs of one repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._scripts: dict[str, str] | None = None
        self._answers: dict[tuple[str, str, str], bool] = {}

    def of(self, workflow: Workflow, job: Job, given: str) -> bool:
        """Whether the job may publish. given: texts that callers hand in."""
        key = (job.path, job.id, given)
        if key not in self._answers:
            env = _texts(workflow.fields.get("env"))
            self._answers[key] = self._reaches("\n".join((*_texts(job.fields), *env, given)))
        return self._answers[key]

    def _reaches(self, words: str) -> bool:
        seen: set[str] = set()
        queue = words
        for _ in range(MAX_ROUNDS):
            lower = queue.lower()
            if any(word in lower for word in _WORDS) or _TRIGGER.search(lower):
                return True
            tokens = set(_TOKEN.findall(queue)) - seen
            seen |= tokens
            found = list(self._behind(tokens))
            if None in found:
                return True
            queue = "\n".join(text for text in found if text)
            if not queue:
                return False
        return True

    def _behind(self, tokens: set[str]) -> Iterator[str | None]:
        """The texts that the tokens name; None for a file that is not where it is looked for."""
        scripts = self._all_scripts()
        for token in tokens:
            if token in scripts:
                yield scripts[token]
            if "*" in token and ":" in token:
                yield from scripts.values()
            if _FILE.match(token) and not token.startswith(("../", "/")):
                path = token.removeprefix("./")
                source = self._repository.script(path) if path else None
                if source is None and token.startswith("./") and "." not in path:
                    continue
                yield source
            if token in {"make", "gmake"}:
                yield self._repository.script("Makefile")

    def _all_scripts(self) -> dict[str, str]:
        """Every package script of the repository by name, with those before and after it."""
        if self._scripts is None:
            found: dict[str, str] = {}
            for manifest in self._repository.packages().manifests:
                for name, source in manifest.scripts:
                    plain = name
                    for prefix in ("pre", "post"):
                        if name.startswith(prefix):
                            plain = name[len(prefix) :]
                    for key in {name, plain}:
                        found[key] = f"{found.get(key, '')}\n{source}"
            self._scripts = found
        return self._scripts


def _texts(node: Node | None) -> Iterator[str]:
    """Every text below a node."""
    if isinstance(node, Scalar):
        yield node.value
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Mapping):
        for key, item in node.entries:
            if key.value == "uses" and isinstance(item, Scalar):
                yield f"uses:{item.value}"
            else:
                yield key.value
                yield from _texts(item)
