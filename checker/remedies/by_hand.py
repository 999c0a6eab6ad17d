"""What a person must do where a publish is not moved: tools to raise, causes that stay."""

from __future__ import annotations

from checker.facts import Publish, Unknown
from checker.remedies.model import Refusal
from checker.remedies.verdict import Answer
from checker.report import Finding, Severity

# The oldest major with trusted publishing; the tools' own changelogs.
RAISE: dict[str, str] = {
    "pnpm": "corepack use pnpm@11",
    "yarn": "yarn set version 4",
    "lerna": "npm install --save-dev lerna@9",
    "semantic-release": "npm install --save-dev semantic-release@25",
}
RAISE_ACTION: dict[str, str] = {"js-devtools/npm-publish": "JS-DevTools/npm-publish@v4"}
_TOO_OLD = frozenset({"tool-too-old-for-trusted-publishing", "tool-without-trusted-publishing"})
_NO_NPM = frozenset(
    {
        "npm-too-old-for-trusted-publishing",
        "npm-too-old-for-staging",
        "npm-upgrade-unsupported",
    }
)


def refusal_of(before: Publish, after: Publish, answer: Answer) -> Refusal:
    """Why the publish was left as it was.

    before: as it stands in the files. after, answer: what all edits together would have led to.
    """
    causes = _causes(answer)
    if causes:
        why = " ".join(cause.message for cause in causes)
        fixes = [cause.fix for cause in causes]
    else:
        why = (
            f"After every edit it is still not certain that npm takes job `{before.job}`'s publish."
        )
        fixes = [
            f"{question.why[:1].upper()}{question.why[1:]}. {question.settle}"
            for question in answer.questions
        ]
    return Refusal(
        before.place, why, "\n\n".join((*_commands(after, answer), *dict.fromkeys(fixes)))
    )


def _causes(answer: Answer) -> tuple[Finding, ...]:
    errors = tuple(one for one in answer.findings if one.severity is Severity.ERROR)
    return errors or answer.findings


def _commands(publish: Publish, answer: Answer) -> tuple[str, ...]:
    lines: list[str] = []
    if answer.rules & _TOO_OLD:
        command, action = RAISE.get(publish.tool), RAISE_ACTION.get(publish.tool)
        uploader = next((run.uploader for run in publish.runs if run.uploader), None)
        command = command or (RAISE.get(uploader) if uploader else None)
        if command is not None:
            lines.append(f"Raise the tool:\n\n```sh\n{command}\n```")
        if action is not None:
            lines.append(f"Raise the action to `{action}`.")
    unknown = any(isinstance(run.runtimes, Unknown) for run in publish.runs)
    if answer.rules & _NO_NPM or (unknown and not lines):
        lines.append(
            "Publish in a job of its own, with `node-version: 24` in its setup-node step, or run"
            " `npm install -g npm@11` before the publish on a Node that runs it (20.17, 22.9 or"
            " newer)."
        )
    return tuple(lines)
