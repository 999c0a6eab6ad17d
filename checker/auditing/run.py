"""The audit itself: finds the repositories, surveys them side by side, keeps what came out.

Outcomes are written in the order of names, each as soon as those before it are, so that the file is
its own index: who starts again after an interruption goes on at its end.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, islice
from pathlib import Path

from msgspec import Struct

from checker.auditing import results, survey
from checker.auditing.outcome import RepositoryOutcome, from_json
from checker.auditing.results import Journal, Scope
from checker.auditing.targets import Filters, Shard, chosen
from checker.report import Verdict
from checker.sources.github import Failed
from checker.sources.remote.api import Api
from checker.sources.remote.cache import Cache, private, write_whole
from checker.sources.remote.repositories import Repositories, Repository

# How far one may run ahead of the slowest.
_AHEAD = 8

# What was interrupted longer ago is begun anew: the repositories have moved on.
_RESUMED_HOURS = 24


class NoSuchOwner(Exception):
    """An owner cannot be listed. The text is one sentence."""


class Progress(Struct, frozen=True):
    """How far an audit is. resumed: how many were there already."""

    done: int
    of: int
    resumed: int


class Way(Struct, frozen=True):
    """Where an audit keeps its state. name: the same for the same audit; see `key`."""

    cache: Cache
    name: str


def key(*parts: object) -> str:
    """A name for an audit by everything that its outcomes depend on."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:32]


@contextmanager
def audit(
    scope: Scope,
    filters: Filters,
    shard: Shard | None,
    asked: survey.Asked,
    api: Api,
    way: Way,
    *,
    jobs: int,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Iterator[Journal]:
    """The outcomes, complete; their file is gone after the block.

    An audit that did not come to its end leaves its state, and the next call with the same `way`
    goes on with it. Raises `NoSuchOwner`, `Exhausted`, and `Failed` where the token expired.
    """
    with _folder(way) as (folder, run):
        source = Repositories(api, way.cache, run)
        repositories = _repositories(scope, filters, shard, source)
        path = folder / "outcomes.jsonl"
        resumed = _usable(path, repositories)
        tell(Progress(resumed, len(repositories), resumed))
        with path.open("a", encoding="ascii") as file:
            outcomes = _surveyed(repositories[resumed:], source, asked, jobs)
            for done, one in enumerate(outcomes, start=resumed + 1):
                file.write(f"{results.line(one)}\n")
                file.flush()
                tell(Progress(done, len(repositories), resumed))
        yield Journal(path, scope)
        # Only what was read to the end is not needed any more.
        for left in (path, folder / "run.json"):
            with suppress(OSError):
                left.unlink()


# --- where the state lies ---------------------------------------------------------------------


@contextmanager
def _folder(way: Way) -> Iterator[tuple[Path, str]]:
    """The folder of the audit's state and the name of this run, which a resumed one keeps."""
    root = way.cache.root
    if root is not None:
        folder = root / "runs" / way.name
        # Else the same audit runs already beside this one, or nothing can be kept there.
        with _alone(folder) as alone:
            name = _begun(folder) if alone else None
            if name is not None:
                yield folder, name
                return
    with tempfile.TemporaryDirectory(prefix="npm-publish-preflight-") as other:
        yield Path(other), secrets.token_hex(8)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether no other process works in the folder; it does not until the block ends."""
    with ExitStack() as stack:
        yield _locked(folder, stack)


def _locked(folder: Path, stack: ExitStack) -> bool:
    try:
        private(folder)
        import fcntl

        lock = stack.enter_context((folder / "lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return True
    except OSError:
        return False
    return True


def _begun(folder: Path) -> str | None:
    """The name of the run that was interrupted here, or of a new one; None where none can begin."""
    about, outcomes = folder / "run.json", folder / "outcomes.jsonl"
    if outcomes.is_symlink() or (outcomes.exists() and not outcomes.is_file()):
        return None
    try:
        told = json.loads(about.read_text(encoding="ascii"))
        name, begun = str(told["run"]), float(told["begun"])
        if 0 <= time.time() - begun < _RESUMED_HOURS * 3600:
            return name
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    name = secrets.token_hex(8)
    try:
        outcomes.unlink(missing_ok=True)
        write_whole(about, json.dumps({"run": name, "begun": time.time()}).encode())
    except OSError:
        return None
    return name


def _usable(path: Path, repositories: Sequence[Repository]) -> int:
    """How many outcomes are there; what was torn off, or does not belong, is cut away."""
    try:
        data = path.open("rb")
    except OSError:
        return 0
    count, end = 0, 0
    with data:
        for text, repository in zip(data, repositories, strict=False):
            try:
                name = from_json(json.loads(text.decode("ascii"))).repository
            except (ValueError, KeyError, TypeError, RecursionError):
                break
            if name != repository.full_name or not text.endswith(b"\n"):
                break
            count, end = count + 1, end + len(text)
    with path.open("r+b") as file:
        file.truncate(end)
    return count


# --- which, and what they say -----------------------------------------------------------------


def _repositories(
    scope: Scope, filters: Filters, shard: Shard | None, source: Repositories
) -> tuple[Repository, ...]:
    # One that moved belongs to the part of its new name, which only GitHub knows: all parts ask.
    named = [_named(target, source) for target in scope.targets if "/" in target]
    owners = [target for target in scope.targets if "/" not in target]
    found = chain(named, *(_of_owner(owner, source) for owner in owners))
    return chosen(found, filters, shard, [repository.full_name for repository in named])


def _named(target: str, source: Repositories) -> Repository:
    try:
        return source.named(target)
    except Failed as failure:
        if failure.status == 401:
            raise
        # Its line will say why.
        return Repository(target, None)


def _of_owner(owner: str, source: Repositories) -> Iterator[Repository]:
    try:
        yield from source.of_owner(owner)
    except Failed as failure:
        raise NoSuchOwner(f"The repositories of `{owner}` cannot be listed: {failure}.") from None


def _surveyed(
    repositories: Sequence[Repository], source: Repositories, asked: survey.Asked, jobs: int
) -> Iterator[RepositoryOutcome]:
    """The outcomes in order; of those ahead of a slow one only a bounded number waits."""
    from checker.sources.remote.pauses import Exhausted

    pool = ThreadPoolExecutor(jobs, thread_name_prefix="audit")
    waiting: deque[Future[RepositoryOutcome]] = deque()
    rest = iter(repositories)
    try:
        for repository in islice(rest, jobs * _AHEAD):
            waiting.append(pool.submit(_one, repository, source, asked))
        while waiting:
            yield waiting.popleft().result()
            for repository in islice(rest, 1):
                waiting.append(pool.submit(_one, repository, source, asked))
    except (Exhausted, Failed):
        # What is on its way is answered and kept, so that it need not be asked again.
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    finally:
        pool.shutdown(wait=not waiting, cancel_futures=True)


def _one(repository: Repository, source: Repositories, asked: survey.Asked) -> RepositoryOutcome:
    from checker.sources.remote.pauses import Exhausted

    try:
        return survey.survey(repository, source, asked)
    except (Exhausted, Failed):
        raise
    except Exception as defect:  # noqa: BLE001  # one repository does not end the others' audit
        # Its text may hold a word of the repository, or a secret.
        frame = traceback.extract_tb(defect.__traceback__)[-1]
        where = f"{type(defect).__name__} at {Path(frame.filename).name}:{frame.lineno}"
        return RepositoryOutcome(
            repository.full_name,
            repository.visibility,
            "",
            Verdict.UNKNOWN,
            f"a defect of this program ended its reading ({where}); please report it",
            is_defect=True,
        )
