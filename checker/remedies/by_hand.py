"""What a person must do where a publish is not moved: tools to raise, causes that stay."""

from __future__ import annotations

from checker.facts import Publish
from checker.remedies.model import Refusal
from checker.remedies.verdict import Answer
from checker.report import Finding, Severity

# The oldest major with trusted publishing; the tools' own changelogs.
_BY_COMMAND: dict[str, str] = {"pnpm": "corepack use pnpm@11", "yarn": "yarn set version 4"}
_BY_DEPENDENCY: dict[str, str] = {"lerna": "^9.0.0", "semantic-release": "^25.0.0"}
_BY_ACTION: dict[str, str] = {"js-devtools/npm-publish": "JS-DevTools/npm-publish@v4"}
_OLD, _NEVER = "tool-too-old-for-trusted-publishing", "tool-without-trusted-publishing"
_NO_NPM = frozenset(
    {
        "npm-too-old-for-trusted-publishing",
        "npm-too-old-for-staging",
        "npm-upgrade-unsupported",
    }
)


MOST_CAUSES = 3


def refusal_of(before: Publish, after: Publish, answer: Answer) -> Refusal:
    """Why the publish was left as it was.

    before: as it stands in the files. after, answer: what all edits together would have led to.
    """
    causes = _causes(answer)
    shown = causes[:MOST_CAUSES]
    messages = [cause.message for cause in shown]
    commands = _commands(after, answer)
    # The rule's own words are of every tool; a command says the same of this one.
    said = {_OLD, _NEVER} if commands else set()
    fixes = [*commands, *(cause.fix for cause in shown if cause.rule not in said)]
    if len(causes) > len(shown):
        messages.append(f"There are {len(causes) - len(shown)} more causes; `check` lists them.")
    if not causes:
        messages.append(
            f"After every edit it is not certain that npm takes the publish of job `{before.job}`."
        )
        fixes += [f"{_capital(one.why)}. {one.settle}" for one in answer.questions]
    return Refusal(before.place, " ".join(messages), "\n\n".join(dict.fromkeys(fixes)))


def _causes(answer: Answer) -> tuple[Finding, ...]:
    errors = tuple(one for one in answer.findings if one.severity is Severity.ERROR)
    causes = errors or answer.findings
    if any(cause.rule == _OLD for cause in causes):
        return tuple(cause for cause in causes if cause.rule != _NEVER)
    return causes


def _commands(publish: Publish, answer: Answer) -> tuple[str, ...]:
    uploader = next((run.uploader for run in publish.runs if run.uploader), None)
    by_npm = any(run.npm != () for run in publish.runs)
    if answer.rules & _NO_NPM and by_npm:
        return (
            "Publish in a job of its own, with `node-version: 24` in its setup-node step, or run"
            " `npm install -g npm@11` before the publish on a Node that runs it (20.17, 22.9 or"
            " newer).",
        )
    if answer.rules & (_NO_NPM | {_OLD, _NEVER}):
        for tool in filter(None, (publish.tool, uploader)):
            if tool in _BY_COMMAND:
                return (f"Raise the tool:\n\n```sh\n{_BY_COMMAND[tool]}\n```",)
            if tool in _BY_DEPENDENCY:
                return (
                    f'Raise the tool: `"{tool}": "{_BY_DEPENDENCY[tool]}"` in package.json, then'
                    " install, and commit the lockfile too.",
                )
            if tool in _BY_ACTION:
                return (f"Raise the action to `{_BY_ACTION[tool]}`.",)
    return ()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
