"""Asks one question about many names at the same time, and waits no longer than the deadline.

What is asked is an argument; nothing of the network is known here.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from checker.sources.registry.deadline import Deadline

Answer = TypeVar("Answer")


def ask_all(
    names: Sequence[str], ask: Callable[[str], Answer], deadline: Deadline, workers: int
) -> Iterator[tuple[str, Answer]]:
    """(name, answer) in the order in which the answers come; late ones never do.

    An exception of `ask` is raised here. A thread that still waits at the deadline is left behind:
    a server that sends one header a minute holds it, but neither this program nor its end.
    """
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for name in names:
        waiting.put(name)
    done: queue.SimpleQueue[tuple[str, Answer | BaseException, bool]] = queue.SimpleQueue()

    def work() -> None:
        while not deadline.passed:
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((name, ask(name), True))
            except BaseException as defect:  # noqa: BLE001  # raised again by who waits
                done.put((name, defect, False))

    for number in range(min(workers, len(names))):
        threading.Thread(target=work, name=f"registry-{number}", daemon=True).start()
    for _ in names:
        try:
            name, outcome, good = done.get(timeout=deadline.remaining)
        except queue.Empty:
            return
        if isinstance(outcome, BaseException) and not good:
            raise outcome
        yield name, outcome  # type: ignore[misc]  # the flag tells an answer from an exception
