"""Tokens that a program, and no shell, gives to the steps after its own."""

from __future__ import annotations

import time

import pytest

from checker.facts import GivenToken, Run, TokenState
from checker.workflows.walking import program_exports
from test_workflows.tree import run, workflow

PUBLISH = "- run: npm publish"
OLD = "env: {NODE_AUTH_TOKEN: '${{ secrets.OLD }}'}"
EXPORT = "core.exportVariable('NODE_AUTH_TOKEN', process.env.GIVEN)"
JS_LINE = "'NODE_AUTH_TOKEN=' + process.env.GIVEN + '\\n'"
PY_OPEN = "open(os.environ['GITHUB_ENV'], 'a')"


def indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{row}\n" for row in text.splitlines())


def script(text: str) -> str:
    env = "  env: {GIVEN: '${{ secrets.NEW }}'}\n"
    return f"- uses: actions/github-script@v8\n{env}  with:\n    script: |\n{indented(text, 6)}"


def shell(text: str, keys: str = "") -> str:
    return f"- env: {{GIVEN: '${{{{ secrets.NEW }}}}'}}\n{keys}  run: |\n{indented(text, 4)}"


PYTHON = "  shell: python\n"


def of(step: str, job: str = OLD, **others: object) -> Run:
    return run(workflow(f"{step}{PUBLISH}", job=job), **others)


def names(found: Run) -> tuple[str, ...] | None:
    """The secrets of which one is presented; None where none is known."""
    token = found.token
    sure = isinstance(token, GivenToken) and token.state is TokenState.SECRET
    return (token.secret_names or None) if isinstance(token, GivenToken) and sure else None


@pytest.mark.parametrize("job", [OLD, ""])
@pytest.mark.parametrize(
    "step",
    [
        script(EXPORT),
        script("core.exportVariable('NODE_AUTH_TOKEN', '${{ secrets.NEW }}');"),
        script("const given = process.env.GIVEN;\ncore.exportVariable('NODE_AUTH_TOKEN', given);"),
        script("core.exportVariable(`NODE_AUTH_TOKEN`, `${process.env['GIVEN']}`)"),
        shell(f'node -e "fs.appendFileSync(process.env.GITHUB_ENV, {JS_LINE})"'),
        shell(f"node - <<'END'\nfs.appendFileSync(process.env.GITHUB_ENV, {JS_LINE})\nEND"),
        shell(
            "node -e 'fs.appendFileSync(process.env.GITHUB_ENV,"
            " `NODE_AUTH_TOKEN=${process.env.GIVEN}${os.EOL}`)'"
        ),
        shell(f"{PY_OPEN}.write(f\"NODE_AUTH_TOKEN={{os.environ['GIVEN']}}\\n\")", PYTHON),
        shell(f"{PY_OPEN}.write('NODE_AUTH_TOKEN=${{{{ secrets.NEW }}}}')", PYTHON),
        shell(
            f"with {PY_OPEN} as f:\n    print('NODE_AUTH_TOKEN=' + os.getenv('GIVEN'), file=f)",
            PYTHON,
        ),
        shell(
            "python3 -c \"open(os.environ['GITHUB_ENV'], 'a')"
            ".write('NODE_AUTH_TOKEN=' + os.environ.get('GIVEN'))\""
        ),
    ],
)
def test_what_a_program_gives_to_later_steps_stands_in_place_of_the_jobs_own(
    step: str, job: str
) -> None:
    assert names(of(step, job)) == ("NEW",)


def test_a_program_of_the_repository_gives_it_too() -> None:
    source = (
        "import { appendFileSync } from 'node:fs';\nconst file = process.env.GITHUB_ENV;\n"
        f"appendFileSync(file, {JS_LINE});\n"
    )

    assert names(of(shell("node tools/token.mjs"), **{"tools/token.mjs": source})) == ("NEW",)


@pytest.mark.parametrize(
    "step",
    [
        script(f"if (context.eventName === 'push') {{\n  {EXPORT};\n}}"),
        script("core.exportVariable('NODE_AUTH_TOKEN', await fetchToken())"),
        script("for (const k of ['NODE_AUTH_TOKEN']) core.exportVariable(k, process.env.GIVEN)"),
        script(
            "const set = { NODE_AUTH_TOKEN: a };\nfor (const k in set) core.exportVariable(k, a)"
        ),
        shell(f"{PY_OPEN}.write('NODE_AUTH_TOKEN={{}}'.format(token()))", PYTHON),
        shell(
            'node -e "fs.appendFileSync(process.env.GITHUB_ENV,'
            " 'NODE_AUTH_TOKEN=${{ secrets.NEW }}')\""
        ),
    ],
)
def test_which_token_it_is_is_not_known_where_the_program_decides(step: str) -> None:
    assert names(of(step)) in {None, ("NEW", "OLD")}


@pytest.mark.parametrize(
    "step",
    [
        script("core.exportVariable('VERSION', process.env.GIVEN)"),
        script("core.setOutput('NODE_AUTH_TOKEN', process.env.GIVEN)"),
        script("const a = process.env.NODE_AUTH_TOKEN;\ncore.exportVariable(name, a.length)"),
        script(f"// {EXPORT}"),
        script(f"function never() {{\n  {EXPORT};\n}}\ncore.info('a');"),
        shell(
            "open(os.environ['GITHUB_OUTPUT'], 'a').write('NODE_AUTH_TOKEN=' + os.getenv('GIVEN'))",
            PYTHON,
        ),
    ],
)
def test_what_a_program_gives_under_another_name_or_nowhere_changes_no_token(step: str) -> None:
    assert names(of(step)) == ("OLD",)


def test_the_publishing_steps_own_variable_wins_over_what_a_program_gives() -> None:
    step = f"{script(EXPORT)}{PUBLISH}\n  {OLD}"

    assert names(run(workflow(step))) == ("OLD",)


@pytest.mark.parametrize("piece", ["a.write('", "exportVariable('", "appendFile(a, b);a="])
def test_a_long_program_is_read_in_no_time(piece: str) -> None:
    begun = time.process_time()
    program_exports.exports(f"GITHUB_ENV open({piece * 16_000}")

    assert time.process_time() - begun < 5
