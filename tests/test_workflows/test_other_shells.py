"""PowerShell and cmd: what they set, read and write is found as bash's is."""

from __future__ import annotations

import pytest

from checker.workflows.shell.other_shells import as_bash
from test_workflows.tree import run, workflow

SECRET = "${{ secrets.NPM_TOKEN }}"


@pytest.mark.parametrize(
    ("source", "bash"),
    [
        ("$env:A = 'b'", "export A='b'"),
        ("${env:A} = $env:B", "export A=${B}"),
        ("$env:A = $env:B + ' c'", "export A=\"${B} + ' c'\""),
        (f"$env:A = {SECRET}", f"export A={SECRET}"),
        ("npm config set x=$env:TOKEN", "npm config set x=${TOKEN}"),
        ('npm config set x "${env:TOKEN}"', 'npm config set x "${TOKEN}"'),
        ("npm publish `", "npm publish \\"),
        ('"A=b c" | Out-File -FilePath $env:GITHUB_ENV -Append', 'echo "A=b c" >> ${GITHUB_ENV}'),
        ('"A=b" | Out-File .npmrc -Encoding utf8', 'echo "A=b" > .npmrc'),
        ("Add-Content -Path .npmrc -Value 'a b'", "echo 'a b' >> .npmrc"),
        ("Set-Content .npmrc 'a'", "echo 'a' > .npmrc"),
        ("'a' | add-content .npmrc", "echo 'a' >> .npmrc"),
        (f"'a={SECRET}' | Out-File a", f"echo 'a={SECRET}' > a"),
        ("Get-Content a | Set-Content b | Out-Null", "Get-Content a | Set-Content b | Out-Null"),
        ("Out-File", "Out-File"),
        ("npm publish", "npm publish"),
    ],
)
def test_a_row_of_powershell_is_written_as_bash_does_it(source, bash):
    assert as_bash(source, "pwsh") == as_bash(source, "powershell.exe") == bash


@pytest.mark.parametrize(
    ("source", "bash"),
    [
        ("set A=b c", "export A='b c'"),
        ('@set "A=b"', "export A=b"),
        ("set A=%B%", "export A=${B}"),
        ("echo A=%B%>>%GITHUB_ENV%", "echo A=${B}>>${GITHUB_ENV}"),
        ("npm publish ^", "npm publish \\"),
        ("for %%p in (a b) do npm publish", "for %%p in (a b) do npm publish"),
    ],
)
def test_a_row_of_cmd_is_written_as_bash_does_it(source, bash):
    assert as_bash(source, "cmd") == bash


def test_another_shell_keeps_its_rows():
    assert as_bash("echo $env:A %B% `c`", "bash") == "echo $env:A %B% `c`"


@pytest.mark.parametrize(
    ("shell", "row"),
    [
        ("pwsh", "echo NODE_AUTH_TOKEN=$env:T >> $env:GITHUB_ENV"),
        ("pwsh", '"NODE_AUTH_TOKEN=$env:T" | Out-File -FilePath $env:GITHUB_ENV -Append'),
        ("powershell", 'Add-Content -Path $env:GITHUB_ENV -Value "NODE_AUTH_TOKEN=$env:T"'),
        ("cmd", "echo NODE_AUTH_TOKEN=%T%>>%GITHUB_ENV%"),
    ],
)
def test_a_variable_for_the_steps_after_it_is_found_in_each_shell(shell, row):
    steps = f"- run: '{row}'\n  shell: {shell}\n  env: {{T: '{SECRET}'}}\n- run: npm publish"
    found = run(workflow(steps, job="runs-on: windows-latest"))

    assert found.token is not None
    assert found.token.secret_names == ("NPM_TOKEN",)
