"""Real-looking workflows, broken a little: the answer comes, keeps secrets, and is no accident.

A mutation that leaves the release accepted must leave what accepts it in the file.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.reporters import REPORTERS
from hostile.planted import Planted
from hostile.release import BY_PUBLISHER, BY_TOKEN, Answer, files, judge, step, workflow

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 12  # of each mutation on each file
PLANTED = Planted()
SECRET = PLANTED.at("a comment, a value and a name")

Mutation = Callable[[bytes, random.Random], bytes]


def _rows(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def drop(data: bytes, chance: random.Random) -> bytes:
    rows = _rows(data)
    del rows[chance.randrange(len(rows))]
    return b"".join(rows)


def duplicate(data: bytes, chance: random.Random) -> bytes:
    rows = _rows(data)
    at = chance.randrange(len(rows))
    return b"".join([*rows[: at + 1], *rows[at:]])


def swap(data: bytes, chance: random.Random) -> bytes:
    rows = _rows(data)
    one, two = chance.randrange(len(rows)), chance.randrange(len(rows))
    rows[one], rows[two] = rows[two], rows[one]
    return b"".join(rows)


def truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def indent(data: bytes, chance: random.Random) -> bytes:
    rows = _rows(data)
    at = chance.randrange(len(rows))
    rows[at] = chance.choice([b"  ", b"\t", b" ", b"- "]) + rows[at]
    return b"".join(rows)


def outdent(data: bytes, chance: random.Random) -> bytes:
    rows = _rows(data)
    at = chance.randrange(len(rows))
    rows[at] = rows[at].removeprefix(b"  ")
    return b"".join(rows)


def insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    signs = [b"\0", b"\t", b"\r", b"\x1b", b"\xff", b"\xc2\x85", b"\xef\xbb\xbf", b"&a ", b"*a",
             b"!x ", b"<<: ", b"---\n", b"...\n", b"${{", b"}}", b"'", b'"', b"{", b"[", b"#", b"|",
             b"%", b"? ", SECRET.encode(), b"\xe2\x80\xa8", b"\xed\xa0\x80"]  # fmt: skip
    return data[:at] + chance.choice(signs) + data[at:]


def recode(data: bytes, chance: random.Random) -> bytes:
    encoding = chance.choice(["utf-16", "utf-16-be", "utf-32", "utf-8-sig", "latin-1"])
    return data.decode("utf-8", "replace").encode(encoding, "replace")


def line_ends(data: bytes, chance: random.Random) -> bytes:
    return data.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n", b"\xe2\x80\xa8", b"\n\r"]))


def word(data: bytes, chance: random.Random) -> bytes:
    """One word of the file is written where another stood."""
    words = re.findall(rb"[\w./@-]{2,}", data)
    return data.replace(chance.choice(words), chance.choice(words), 1)


MUTATIONS = (drop, duplicate, swap, truncate, indent, outdent, insert, recode, line_ends, word)
RELEASES = {
    "token": (workflow(step("npm ci\nnpm publish --access public")), BY_TOKEN),
    "publisher": (workflow(step("npm ci\nnpm publish", "CI: true")), BY_PUBLISHER),
    "matrix": (
        workflow(
            step("npm publish"), job="strategy: {matrix: {node: [22, 24]}, fail-fast: false}\n"
        ),
        BY_TOKEN,
    ),
}


def printed(answer: Answer) -> str:
    return "\n".join(render(answer.report) for render in REPORTERS.values())


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_broken_release_is_answered_and_accepted_only_with_what_accepts_it(mutation, release):
    written, config = RELEASES[release]
    for seed in range(ROUNDS):
        chance = random.Random(f"{mutation.__name__} {release} {seed}")  # noqa: S311
        broken = mutation(written.encode(), chance)
        answer = judge(files(broken, config))
        told = (mutation.__name__, release, seed)

        assert PLANTED.found_in(printed(answer)) == [], told
        if answer.verdict == "accepted":
            text = broken.decode("utf-8-sig", "replace")
            assert "npm publish" in text, told
            assert ("secrets." if release != "publisher" else "id-token: write") in text, told


WORKFLOWS = sorted((ROOT / "tests" / "repos").glob("*/*/repo/.github/workflows/*.yml"))[::9]


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_workflow_of_a_sample_repository_broken_at_random_is_answered(mutation):
    for number, path in enumerate(WORKFLOWS):
        chance = random.Random(f"{mutation.__name__} {number}")  # noqa: S311
        broken = mutation(path.read_bytes(), chance)

        assert judge(files(broken)).verdict in {
            "accepted", "staged", "refused", "unknown", "not-judged", "nothing-to-publish",
        }  # fmt: skip
