"""Commands that PowerShell and cmd hand to another shell or process."""

from __future__ import annotations

import pytest

from test_workflows.tree import reading, run, workflow

HANDED_ON = [
    "Invoke-Expression 'npm publish --tag next'",
    'Invoke-Expression -Command "npm publish --tag next"',
    "invoke-expression npm\\ publish\\ --tag\\ next",
    'iex "npm publish --tag next"',
    "$line = 'npm publish --tag next'\nInvoke-Expression $line",
    '$tag = "next"\nIEX "npm publish --tag $tag"',
    "& npm publish --tag next",
    "cmd /c npm publish --tag next",
    'cmd.exe /D /S /C "npm publish --tag next"',
    "Start-Process npm -ArgumentList publish, --tag, next",
    "Start-Process npm -ArgumentList 'publish', '--tag', 'next' -Wait -NoNewWindow",
    "Start-Process -Wait -FilePath npm.cmd -ArgumentList @('publish', '--tag', 'next')",
    "Start-Process npm -ArgumentList 'publish --tag next' -WorkingDirectory . -Wait",
    "saps npm 'publish --tag next'",
    "Start-Process cmd -ArgumentList '/c npm publish --tag next' -Wait",
    "pwsh -NoProfile -Command 'npm publish --tag next'",
    "pwsh -c npm publish --tag next",
]
STEP = "- shell: {}\n  run: |\n{}"


def step(command: str, shell: str) -> str:
    rows = "".join(f"    {row}\n" for row in command.splitlines())
    return workflow(STEP.format(shell, rows))


@pytest.mark.parametrize("shell", ["pwsh", "powershell"])
@pytest.mark.parametrize("command", HANDED_ON)
def test_what_powershell_hands_on_is_read(command: str, shell: str) -> None:
    found = run(step(command, shell))

    assert found.options.tag == "next"


@pytest.mark.parametrize(
    "command",
    [
        "cmd /c npm publish --tag next",
        'cmd /c "npm publish --tag next"',
        "call npm publish --tag next",
        "start /wait npm publish --tag next",
        'powershell "npm publish --tag next"',
        'powershell -Command "$env:A = 1; npm publish --tag next"',
    ],
)
def test_what_cmd_hands_on_is_read(command: str) -> None:
    assert run(step(command, "cmd")).options.tag == "next"


@pytest.mark.parametrize(
    "command",
    [
        "Write-Host 'npm publish'",
        "Write-Output 'Invoke-Expression npm publish'",
        "# Invoke-Expression 'npm publish'",
        "Invoke-Expression 'npm pack'",
        "Start-Process npm -ArgumentList 'pack'",
        "$line = 'npm publish'",
    ],
)
def test_what_only_speaks_of_a_publish_is_none(command: str) -> None:
    assert reading(step(command, "pwsh")).publishes == ()
