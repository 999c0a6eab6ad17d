"""Fixture workflows with lines lost, doubled, shifted or joined by odd text: no fix goes wrong."""

from __future__ import annotations

import repo_case
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.files import MemoryFiles
from checker.report import Verdict
from test_remedies import repositories

FIRING = [case for case in repo_case.cases() if case.fires]
GOOD = (Verdict.ACCEPTED, Verdict.STAGED, Verdict.NOT_JUDGED)
ODD = (
    "    permissions: &p {contents: read}",
    "    permissions: *p",
    "        env: &e",
    "        env: *e",
    "          NODE_AUTH_TOKEN: &t ${{ secrets.NPM_TOKEN }}",
    "          NPM_TOKEN: *t",
    "      - run: |",
    "      - {run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}}",
    "        run: npm i -g npm@9 && npm publish --provenance # x",
    "env: {NODE_AUTH_TOKEN: x}",
    "    env:",
    "      NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}",
    "permissions:",
    "  id-token: none",
    "    # odd",
    "      - uses: softprops/action-gh-release@v2",
    "    container: node:20",
    "",
)
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["drop", "double", "in", "out", "blank", *ODD]),
    ),
    max_size=4,
)


def mutated(text: str, changes: list[tuple[int, str]]) -> str:
    lines = text.splitlines()
    for number, kind in changes:
        at = number % max(len(lines), 1)
        line = lines[at] if lines else ""
        if kind == "drop" and lines:
            del lines[at]
        elif kind == "double":
            lines.insert(at, line)
        elif kind == "in" and lines:
            lines[at] = f"  {line}"
        elif kind == "out" and lines:
            lines[at] = line.removeprefix("  ")
        elif kind == "blank" and lines:
            lines[at] = f"{line}  "
        else:
            lines.insert(at, kind)
    return "\n".join(lines) + "\n"


@settings(max_examples=150, deadline=None)
@given(case=st.sampled_from(FIRING), changes=CHANGES, stage=st.booleans())
def test_what_comes_out_is_accepted_or_was_refused_and_a_second_fix_is_empty(
    case: repo_case.RepoCase, changes: list[tuple[int, str]], *, stage: bool
) -> None:
    known = repositories.of_case(case)
    files = {
        path: mutated(data.decode(), changes).encode() if path.startswith(".github/w") else data
        for path, data in known.files.content.items()
    }
    broken = known.with_files(MemoryFiles(files))
    fixes = broken.fix(stage=stage)
    after = broken.after(fixes)
    assert after.fix(stage=stage).changes == ()
    if fixes.refusals or not after.facts.reading.publishes:
        return
    assert {one.verdict for one in after.registered().publishes} <= set(GOOD)
