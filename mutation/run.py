"""Mutation testing: `python mutation/run.py --one-in 3 --seed 7 [--out FILE] [module or folder …]`.

Mutants of the modules (`mutants.py`) are judged by the tests that reach the changed lines, of the
test files in `GUARDS`. The tests are collected once; each mutant has a forked process, which
replaces the code of one function. Where a table at import is changed, or a function that only
import or collection reaches, it imports all anew and asks all tests.

Every mutant is one line of JSON in FILE, so that a run that was stopped goes on where it was;
`--again` keeps what was killed and tries the rest with the tests of today. A mutant that no test
kills is printed; the run itself never fails: a person judges the survivors (`survivors.md`).
"""

from __future__ import annotations

import argparse
import functools
import gc
import importlib.machinery
import importlib.util
import json
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import coverage
import hypothesis
import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).resolve().parent.parent
SUBJECTS = (
    "checker/judgement.py", "checker/evaluate.py", "checker/cases", "checker/rules",
    "checker/knowledge",
)  # fmt: skip
# Rows of facts with no second statement of them here: only their source shows a wrong one.
TABLES_OF_RELEASES = {"node_releases.py", "npm_releases.py", "runner_images.py"}
GUARDS = (
    "tests/test_policy.py", "tests/test_knowledge", "tests/test_evaluate.py",
    "tests/test_judgement.py", "tests/test_version_taken.py", "tests/test_alike.py",
    "tests/test_worlds.py",
    "tests/test_small_print.py", "tests/test_rules.py",
    "tests/test_rule_words.py", "tests/test_one_cause_is_said.py", "tests/test_claims.py",
    "tests/test_npm_says.py", "tests/test_repos.py", "tests/test_evidence.py",
    "tests/test_github_in_a_run.py", "tests/test_diagnose.py",
    "tests/test_diagnosis_words.py", "tests/test_diagnosis_lines.py", "tests/hostile",
    "tests/test_workflows/test_tools.py", "tests/test_workflows/test_other_tools.py",
    "tests/test_workflows/test_runtime.py",
    "tests/test_remedies/test_trust.py",
    "tests/test_sources/test_registry_failures.py", "tests/test_settings/test_options.py",
)  # fmt: skip
# Where a module's mutants die soonest: asked before all the others where all is imported anew.
GOLDEN = "tests/test_rule_words.py::test_a_rule_is_worded_as_its_golden_says"
OF_ERRORS = (
    "tests/test_diagnosis_words.py", "tests/test_diagnosis_lines.py", "tests/test_diagnose.py",
)  # fmt: skip
OF_TOOLS = (
    "tests/test_knowledge/test_tools.py", "tests/test_workflows/test_tools.py",
    "tests/test_workflows/test_other_tools.py", "tests/test_small_print.py",
)  # fmt: skip
FIRST = (
    ("checker/knowledge/policy", ("tests/test_policy.py",)),
    ("error", OF_ERRORS), ("clues", (*OF_ERRORS, "tests/test_knowledge/test_log_clues.py")),
     ("checker/knowledge/release_tools", OF_TOOLS),
    ("address", ("tests/test_settings/test_options.py",)),
    ("checker/knowledge/", ("tests/test_knowledge",)),
    ("checker/rules/__init__", ("tests/test_rules.py",)),
    ("checker/rules/", ("tests/test_rules.py", f"{GOLDEN}[{{rule}}]", "tests/test_claims.py",
                        "tests/test_one_cause_is_said.py", "tests/test_small_print.py",
                        "tests/test_evidence.py")),
    ("", ("tests/test_small_print.py",)),
)  # fmt: skip
# Processes of their own see no mutant; the others say nothing of these modules.
LEFT_OUT = (
    "test_failing_worlds", "test_found_by_fuzzing", "test_no_secret_gets_out", "test_odd_trees",
    "test_what_the_process_does", "test_mutations", "test_what_changes_nothing",
    "test_nothing_is_injected", "test_a_bad_registry", "about_twice_the_time",
)  # fmt: skip
CPU_SECONDS = 120  # of one mutant; one that takes longer loops, and counts as killed
KILLED, SURVIVED, LOOPS = "killed", "survived", "loops"

Mutant = dict[str, Any]  # name, path, lines, source: see `mutants.Mutant`
Place = tuple[str, str, int]  # of a function: file, qualified name, first line
# Of each file, by line (as JSON has it), the tests that reach it, the quickest first.
Reached = dict[str, dict[str, list[int]]]


def main() -> None:
    """Make the mutants, run them, say what survived."""
    options = _options()
    sys.path[:0] = [str(ROOT / folder) for folder in ("", "tests", "fuzz", "mutation")]
    os.chdir(ROOT)
    out = Path(options.out)
    made, reached = out.with_suffix(".mutants.json"), out.with_suffix(".reached.json")
    # In a process of its own: making mutants imports what is mutated.
    _in_a_child(lambda: made.write_text(json.dumps(_make(options))))
    mutants: list[Mutant] = json.loads(made.read_text())
    if options.again:
        _keep_killed(out)
    todo = _left(mutants, out)
    print(f"{len(mutants)} mutants, of which {len(todo)} are to be run", flush=True)
    if options.again:
        reached.unlink(missing_ok=True)
    if not reached.exists():
        _in_a_child(lambda: _collect(Record(reached)))
    if not reached.exists():
        raise SystemExit("A test fails without a mutant: no mutant can be judged.")
    print("It is known which test reaches which line", flush=True)
    _in_a_child(lambda: _collect(Forks(todo, reached, out, options.jobs)))
    tables = _left(todo, out)
    print(f"Functions are done; {len(tables)} mutants are judged at import", flush=True)
    _shared(tables, options.jobs, lambda m: _note(out, m, _judged_anew(m)))
    _sum_up(out)


def _ends(out: Path) -> list[dict[str, str]]:
    rows = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return [json.loads(row) for row in rows]


def _left(mutants: Sequence[Mutant], out: Path) -> list[Mutant]:
    done = {row["name"] for row in _ends(out)}
    return [mutant for mutant in mutants if mutant["name"] not in done]


def _keep_killed(out: Path) -> None:
    kept = [json.dumps(row) + "\n" for row in _ends(out) if row["end"] in {KILLED, LOOPS}]
    out.write_text("".join(kept), encoding="utf-8")


def _shared(mutants: Sequence[Mutant], jobs: int, work: Callable[[Mutant], object]) -> None:
    """Do `work` on every mutant, in so many processes that each take the next one."""
    following = multiprocessing.Value("i", 0)

    def take_turns() -> None:
        while True:
            with following.get_lock():
                number = following.value
                following.value += 1
            if number >= len(mutants):
                return
            work(mutants[number])

    children = [_start(take_turns) for _ in range(jobs)]
    for child in children:
        os.waitpid(child, 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subjects", nargs="*", default=SUBJECTS)
    parser.add_argument("--one-in", type=int, default=1, help="take one of so many places")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="give what survived another chance")
    parser.add_argument("--out", default="mutation.jsonl")
    return parser.parse_args()


def _make(options: argparse.Namespace) -> list[Mutant]:
    import mutants

    made = []
    for path in _modules(options.subjects):
        places, found = mutants.of_module(path, options.one_in, options.seed)
        print(f"{path}: {places} places, {len(found)} mutants", flush=True)
        made += [
            {"name": one.name, "path": path, "lines": one.lines, "source": one.source}
            for one in found
        ]
    return made


def _modules(subjects: Iterable[str]) -> Iterator[str]:
    for subject in subjects:
        path = Path(subject)
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            if path == file or file.name not in TABLES_OF_RELEASES:
                yield file.as_posix()


def _sum_up(out: Path) -> None:
    rows = _ends(out)
    for row in rows:
        if row["end"] == SURVIVED:
            print(f"survived: {row['name']}")
    print(dict(Counter(row["end"] for row in rows)))


def _note(out: Path, mutant: Mutant, end: str) -> None:
    with out.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"name": mutant["name"], "end": end}) + "\n")


# --- processes --------------------------------------------------------------------------------


def _start(work: Callable[[], object]) -> int:
    """Run `work` in a forked process, which fails where it says False; its number."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            code = int(work() is False)
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stdout.flush()
            os._exit(code)
    return child


def _in_a_child(work: Callable[[], object]) -> int:
    """The same, and wait for its end; the status is `os.wait`'s."""
    return os.waitpid(_start(work), 0)[1]


def _verdict(tests_pass: Callable[[], bool]) -> str:
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        return _verdict_in(folder, tests_pass)


def _verdict_in(folder: str, tests_pass: Callable[[], bool]) -> str:
    def quietly() -> bool:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        return tests_pass()

    status = _in_a_child(quietly)
    if os.WIFSIGNALED(status):
        return LOOPS if os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL} else KILLED
    return SURVIVED if os.WEXITSTATUS(status) == 0 else KILLED


def _collect(plugin: object, *more: str, files: Sequence[str] = GUARDS) -> bool:
    arguments = ["-q", "-p", "no:cacheprovider", "--no-header"]
    wanted = " and ".join(f"not {name}" for name in LEFT_OUT)
    return pytest.main([*arguments, *more, "-k", wanted, *files], [plugin] if plugin else []) == 0


def _judged_anew(mutant: Mutant) -> str:
    first = next(files for part, files in FIRST if part in mutant["path"])
    rule = Path(mutant["path"]).stem.replace("_", "-")
    end = SURVIVED
    for files in (first, [file for file in GUARDS if file not in first]):
        if end == SURVIVED:
            asked = [file.format(rule=rule) for file in files]
            end = _verdict(lambda f=asked: _imported_anew(mutant, f))
    return end


def _imported_anew(mutant: Mutant, files: Sequence[str]) -> bool:
    """Whether all tests pass with the mutant in place of its module; nothing is imported yet."""
    path = ROOT / mutant["path"]
    name = ".".join(Path(mutant["path"]).with_suffix("").parts).removesuffix(".__init__")

    class Loader(importlib.machinery.SourceFileLoader):
        def get_code(self, fullname: str) -> CodeType:
            return compile(mutant["source"], str(path), "exec")

    class Finder:
        @staticmethod
        def find_spec(fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
            if fullname != name:
                return None
            return importlib.util.spec_from_file_location(
                name, path, loader=Loader(name, str(path))
            )

    sys.meta_path.insert(0, Finder)  # type: ignore[arg-type]  # a finder needs no more
    return _collect(None, "-x", files=files)


# --- inside of pytest -------------------------------------------------------------------------


class Living:
    """The program's functions and caches in this process, all tests being collected."""

    def __init__(self) -> None:
        inside = f"{ROOT}/checker/"
        self.caches: list[Any] = []
        self.functions: dict[Place, list[FunctionType]] = defaultdict(list)
        for one in gc.get_objects():
            if isinstance(one, functools._lru_cache_wrapper):
                self.caches.append(one)
            elif isinstance(one, FunctionType) and one.__code__.co_filename.startswith(inside):
                self.functions[_place(one.__code__)].append(one)
        gc.freeze()

    def forget(self) -> None:
        """Empty every cache, as if no test had run."""
        for cache in self.caches:
            cache.cache_clear()

    def passes_with(self, changed: dict[Place, CodeType], items: Sequence[pytest.Item]) -> bool:
        """Whether the tests pass with these codes in place of the functions' own."""
        for place, code in changed.items():
            for function in self.functions[place]:
                function.__code__ = code
        self.forget()
        return all(_passes(item) for item in items)


class Record:
    """Writes which test reaches which line of which file."""

    def __init__(self, out: Path) -> None:
        self.out = out

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        living = Living()
        watch = coverage.Coverage(data_file=None, include=[f"{ROOT}/checker/*"], config_file=False)
        took: dict[str, float] = {}
        watch.start()
        for item in session.items:
            living.forget()
            watch.switch_context(item.nodeid)
            begun = time.process_time()
            if not _passes(item):
                raise pytest.UsageError(f"{item.nodeid} fails without a mutant")
            took[item.nodeid] = time.process_time() - begun
        watch.stop()
        data = watch.get_data()
        order = {nodeid: number for number, nodeid in enumerate(sorted(took, key=took.__getitem__))}
        found: dict[str, dict[int, list[int]]] = {}
        for file in data.measured_files():
            lines = data.contexts_by_lineno(file)
            found[str(Path(file).relative_to(ROOT))] = {
                line: sorted(order[test] for test in tests if test) for line, tests in lines.items()
            }
        self.out.write_text(json.dumps([list(order), found]))
        return True


class Forks:
    """Runs every mutant that changes functions only: in a fork, with their code replaced."""

    def __init__(self, mutants: Sequence[Mutant], reached: Path, out: Path, jobs: int) -> None:
        self.mutants, self.out, self.jobs = mutants, out, jobs
        self.tests: list[str]
        self.reached: Reached
        self.tests, self.reached = json.loads(reached.read_text())

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        living = Living()

        def judge(mutant: Mutant) -> None:
            changed = _changed_code(mutant, living)
            lines = self.reached.get(mutant["path"], {})
            numbers = {number for line in mutant["lines"] for number in lines.get(str(line), ())}
            chosen = [items[self.tests[number]] for number in sorted(numbers)]
            # What no test reaches may have been run when the tests were collected.
            if changed is not None and chosen:
                end = _verdict(lambda: living.passes_with(changed, chosen))
                _note(self.out, mutant, end)

        _shared(self.mutants, self.jobs, judge)
        return True


def _passes(item: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False))


def _place(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _codes(code: CodeType, into: dict[Place, list[CodeType]]) -> dict[Place, list[CodeType]]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            into[_place(one)].append(one)
            _codes(one, into)
    return into


def _changed_code(mutant: Mutant, living: Living) -> dict[Place, CodeType] | None:
    """The functions that differ; None where more than functions does."""
    path = ROOT / mutant["path"]
    old = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    new = compile(mutant["source"], str(path), "exec")
    before, after = _codes(old, defaultdict(list)), _codes(new, defaultdict(list))
    if before.keys() != after.keys() or _own(old) != _own(new):
        return None
    changed: dict[Place, CodeType] = {}
    for place, codes in before.items():
        if codes == after[place]:
            continue
        if len(codes) == 1 and place in living.functions:
            changed[place] = after[place][0]
        elif "<locals>" not in place[1] and [*map(_own, codes)] != [*map(_own, after[place])]:
            return None
    return changed or None


def _own(code: CodeType) -> tuple[object, ...]:
    """What a code does itself, without the functions inside of it."""
    consts = tuple(one for one in code.co_consts if not isinstance(one, CodeType))
    return code.co_code, consts, code.co_names


def _preload() -> tuple[ModuleType, ...]:
    """What the tests import besides the program, once for all mutants."""
    names = ("hypothesis.strategies", "yaml", "pydantic_settings", "github", "rich.console",
             "requests", "jsonschema", "responses", "markdown_it", "tree_sitter_bash",
             "wcmatch.glob", "nodesemver", "bracex", "id")  # fmt: skip
    hypothesis.settings.register_profile(
        "mutation", deadline=None, database=None, derandomize=True,
        suppress_health_check=tuple(hypothesis.HealthCheck),
    )  # fmt: skip
    hypothesis.settings.load_profile("mutation")
    return tuple(importlib.import_module(name) for name in names)


if __name__ == "__main__":
    _preload()
    main()
