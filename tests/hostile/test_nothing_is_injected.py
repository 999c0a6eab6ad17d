"""Words of a stranger's repository stay words: to the runner, a terminal, a page or a shell."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from hostile.program import at_a_terminal, in_a_job, run, variables, write
from hostile.release import BY_TOKEN, CONFIG, PACKAGE, WORKFLOW, step, workflow

# As JSON and YAML both write it between double quotes.
HOSTILE = {
    "terminal escapes": r"\u001b]0;title\u0007\u001b[2Jx",
    "workflow commands": r"x\n::error::PWNED\n::set-output name=a::b\n::stop-commands::x",
    "the older commands": "##[error]PWNED",
    "encoded line ends": "%0A::error::PWNED%0D%0A::add-mask::x",
    "line ends of YAML": r"x\u2028::error::PWNED\u0085::error::PWNED",
    "text that is turned around": r"\u202eDENWP\u2066",
    "HTML": "<img src=x onerror=alert(1)></details><script>",
    "Markdown": r"](javascript:alert(1)) ```\n# PWNED\n| a |",
    "mentions": "@everyone owner/repo#2",
    "a shell": "$(touch PWNED)`touch PWNED`;touch PWNED'",
}
COMMANDS = ("check", "fix", "trust")
ALLOWED = re.compile(
    r"::(?:add-mask|error|warning|notice|group|endgroup|stop-commands|[0-9a-f]{32})"
)


def tree(hostile: str) -> dict[str, str]:
    said = json.loads(f'"{hostile}"')
    job = (
        f'environment: "{hostile}"\nruns-on: ["{hostile}"]\n'
        f'strategy: {{matrix: {{"{hostile}": ["{hostile}"]}}}}\n'
    )
    steps = (
        step("npm publish")
        + f'- name: "{hostile}"\n  run: "npm publish --tag \'{hostile}\' {hostile}"\n'
        + f'- uses: "someone/{hostile}@v1"\n  with: {{npm-token: "${{{{ secrets.A }}}}"}}\n'
    )
    name = said.replace("/", "_").replace("\0", "")
    return {
        WORKFLOW: workflow(steps, job=job).replace("  publish:", f'  "{hostile}":'),
        f".github/workflows/{name}.yml": workflow(
            step("npm publish"), job="permissions: {contents: read}\n"
        ),
        ".github/workflows/broken.yml": f'on: push\njobs: {{"{hostile}": 5}}\n',
        "package.json": json.dumps({**PACKAGE, "version": f"1.2.3-{said}", "repository": said}),
        CONFIG: BY_TOKEN + f'ignore: [{{no-credential: "{hostile}"}}]\n',
        ".git/config": '[remote "origin"]\n\turl = https://github.com/acme/widget\n',
    }


def commands_in(log: str) -> list[str]:
    """Lines that the runner would take for a command and that are none of the program's own."""
    rows = (row.strip() for row in re.split(r"\r\n|[\r\n]", log))
    own = re.compile(r"::(?:error|warning|notice) (?:file|title)=")
    return [
        row
        for row in rows
        if "##[" in row
        or (row.startswith("::") and not ALLOWED.match(row))
        or (row.startswith("::error") and not own.match(row))
        or row == "::stop-commands::x"
    ]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_word_stays_a_word(name, command, tmp_path: Path):
    root = write(tmp_path / "checkout", tree(HOSTILE[name]))
    words = command.split()
    env = in_a_job(tmp_path / "runner") if command != "trust" else variables()

    ended = run(words[0], root, *words[1:], "--offline", "--today", "2026-11-24", env=env)

    assert ended.code in {0, 1}, ended.err
    assert commands_in(ended.all) == []
    assert not [c for c in ended.all if not c.isprintable() and c not in "\n\t"]
    summary = tmp_path / "runner" / "summary.md"
    if summary.exists():
        text = re.sub(r"^ *```.*?^ *```", "", summary.read_text(), flags=re.DOTALL | re.MULTILINE)
        assert not re.search(r"<img|<script|(?<!\\)\]\(javascript|^# PWNED", text, re.MULTILINE)
        assert "verdict=accepted" not in (tmp_path / "runner" / "output").read_text()
    if command == "trust":
        (tmp_path / "shell").mkdir()
        pasted = f"npm() {{ :; }}; sleep() {{ :; }}\n{ended.out}"
        subprocess.run(["bash", "-c", pasted], cwd=tmp_path / "shell", check=False, timeout=20)
        assert list((tmp_path / "shell").iterdir()) == []


def test_a_diff_in_a_jobs_log_gives_the_runner_no_command(tmp_path: Path):
    release = workflow(step("echo\n::error::PWNED\nnpm publish"), job="permissions: {}\n")
    config = BY_TOKEN.replace("[]", "[{repository: acme/widget, workflow: release.yml}]")
    root = write(tmp_path / "checkout", {WORKFLOW: release, CONFIG: config,
                                         "package.json": json.dumps(PACKAGE)})  # fmt: skip

    ended = run(
        "fix", root, "--offline", "--today", "2026-11-24", env=in_a_job(tmp_path / "runner")
    )
    first, last = ended.err.splitlines()[:2]

    assert "::error::PWNED" in ended.out
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"


@pytest.mark.parametrize("way", [(), ("--write",)])
def test_a_fix_gives_a_terminal_no_codes(way, tmp_path: Path):
    odd = ".github/workflows/a\x1b[31m\n::error::PWNED.yml"
    release = workflow(f"# {chr(0x202E)}DENWP\n{step('npm publish')}", job="permissions: {}\n")
    git = '[remote "origin"]\n\turl = https://github.com/acme/widget\n'
    root = write(tmp_path, {odd: release, "package.json": json.dumps(PACKAGE), ".git/config": git})

    ended, shown = at_a_terminal("fix", root, "--offline", *way, env=variables())

    assert ended == 0
    assert "PWNED" in shown
    assert commands_in(shown) == []
    assert not [c for c in shown if not c.isprintable() and c not in "\r\n\t"]


def test_an_address_in_sarif_names_a_file_of_the_checkout(tmp_path: Path):
    for name in ("Markdown", "workflow commands", "a shell"):
        root = write(tmp_path / name, tree(HOSTILE[name]))
        ended = run("check", root, "--offline", "--format", "sarif", env=variables())
        addresses = re.findall(r'"uri": "([^"]*)"', ended.out)

        assert addresses
        for address in addresses:
            assert re.fullmatch(r"[!-~]+", address)
            assert address.startswith((".github/", "package.json", "https://")), address


def test_what_import_writes_is_read_as_it_was_meant(tmp_path: Path):
    for name, hostile in HOSTILE.items():
        said = json.loads(f'"{hostile}"')
        listed = [{"name": "ci", "token": "npm_…", "key": "k", "bypass_2fa": True,
                   "expiry": "2027-01-20T00:00:00Z", "readonly": False,
                   "permissions": [{"name": "package", "action": "write"}],
                   "scopes": [{"type": "package", "name": said}]}]  # fmt: skip
        root = write(tmp_path / name, {CONFIG: "# kept\nfail-on: warning\n"})
        ended = run("import", root, env=variables(), stdin=json.dumps(listed))
        text = (root / CONFIG).read_text()

        assert ended.code in {0, 2}
        assert text.startswith("# kept\nfail-on: warning\n")
        assert "PWNED" not in re.sub(r'"[^"\n]*"|\'[^\'\n]*\'', "", text)
