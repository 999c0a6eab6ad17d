"""From a checkout on disk to the files written back: what `check` then reads is accepted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from checker.evaluate import evaluate
from checker.gather import gather
from checker.remedies import verdict
from checker.remedies.fix import fix
from checker.remedies.model import Fixes
from checker.report import Verdict
from checker.rules import by_id
from checker.settings import load
from checker.sources.checkout import Checkout
from checker.sources.rewrite import write

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WORKFLOW = b"""\
on: push\r
jobs:\r
  publish:\r
    runs-on: ubuntu-latest\r
    steps:\r
      - uses: actions/checkout@v6\r
      - uses: actions/setup-node@v6\r
        with: {node-version: 20}\r
      - run: npm publish\r
        env: {NODE_AUTH_TOKEN: "${{ secrets.NPM_TOKEN }}"}\r
"""


def repository(root: Path) -> None:
    for path, content in (
        (".github/workflows/release.yml", WORKFLOW),
        ("package.json", b'{"name": "@acme/widget", "version": "1.0.0"}'),
        (".git/config", b'[remote "origin"]\n\turl = https://github.com/acme/widget\n'),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def fixed(root: Path) -> tuple[Fixes, Verdict]:
    """The fixes of the checkout, and its verdict given matching trusted publishers."""
    settings = load({"offline": True}, {}, root, Checkout, by_id())
    facts = gather(settings, root, {}, NOW)
    registered = evaluate(verdict.matching(facts, facts.reading.publishes))
    return fix(Checkout(root), facts, evaluate(facts), stage=False), registered.verdict


def test_a_checkout_is_fixed_on_disk_once(tmp_path: Path) -> None:
    repository(tmp_path)
    fixes, before = fixed(tmp_path)
    write(tmp_path, fixes.changes)
    again, after = fixed(tmp_path)
    assert before is not Verdict.ACCEPTED
    assert after is Verdict.ACCEPTED
    assert again.changes == ()
    assert {one.path for one in fixes.changes} == {".github/workflows/release.yml", "package.json"}
    text = (tmp_path / ".github/workflows/release.yml").read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n")
