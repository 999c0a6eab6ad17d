"""A fix looks into the files of task runners as it looks into a Makefile and into scripts."""

from __future__ import annotations

import pytest

from test_remedies.test_fix import PUBLISH, release, repository, result

TOKEN = "\n        env:\n          TOKEN: ${{ secrets.NPM_TOKEN }}\n"
LINE = "//registry.npmjs.org/:_authToken"

# What a step runs, the file by which it does, and the file in full with `{}` for one command.
RUNNERS = [
    ("make release", "Makefile", "release:\n\t{}\n"),
    ("just release", "justfile", "release:\n    {}\n"),
    ("just release", ".justfile", "release:\n    {}\n"),
    ("just -f ci/justfile release", "ci/justfile", "release:\n    {}\n"),
    ("task release", "Taskfile.yml", "version: '3'\ntasks:\n  release:\n    - '{}'\n"),
    ("go-task release", "taskfile.dist.yaml", "version: '3'\ntasks:\n  release: ['{}']\n"),
    ("task -t ci/Taskfile.yaml release", "ci/Taskfile.yaml", "tasks:\n  release:\n    - '{}'\n"),
]
NAMES = [path for _, path, _ in RUNNERS]


@pytest.mark.parametrize(("command", "path", "file"), RUNNERS, ids=NAMES)
def test_a_job_whose_task_pushes_may_still_push(command: str, path: str, file: str) -> None:
    steps = f"{PUBLISH}      - run: {command}\n"
    known = repository(release(steps=steps), **{path: file.format("git push origin x")})

    assert "      contents: write\n" in result(known)[0]


# A recipe of a file in another folder is run there, where it publishes another package.
AT_THE_ROOT = [one for one in RUNNERS if "/" not in one[1]]


@pytest.mark.parametrize(("command", "path", "file"), AT_THE_ROOT)
def test_a_variable_that_a_task_reads_stays_with_a_note(command: str, path: str, file: str) -> None:
    steps = f"      - run: {command}{TOKEN}"
    publishes = f"echo {LINE}=$TOKEN > .npmrc && npm publish"
    if path == "Makefile":
        publishes = publishes.replace("$", "$$")
    text, fixes = result(repository(release(steps=steps), **{path: file.format(publishes)}))

    assert steps in text
    assert f"`{path}`" in fixes.notes[0].text


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("just release", {"justfile": "import 'npm.just'\n", "npm.just": "release:\n    {}\n"}),
        ("just npm::release", {"justfile": "mod npm\n", "npm/mod.just": "release:\n    {}\n"}),
        (
            "task npm:release",
            {
                "Taskfile.yml": "includes:\n  npm: ./npm\n",
                "npm/Taskfile.yml": "tasks:\n  release:\n    - '{}'\n",
            },
        ),
        ("bundle exec rake release", {"Rakefile": "task :release do\n  sh '{}'\nend\n"}),
        ("npx gulp release", {"gulpfile.js": "task('release', () => run('{}'))\n"}),
        ("mise run release", {"mise.toml": "[tasks.release]\nrun = '{}'\n"}),
    ],
)
def test_what_a_file_of_tasks_leads_to_is_looked_into_too(
    command: str, files: dict[str, str]
) -> None:
    steps = f"{PUBLISH}      - run: {command}\n"
    pushes = {path: file.format("git push origin x") for path, file in files.items()}

    assert "      contents: write\n" in result(repository(release(steps=steps), **pushes))[0]
    assert "contents: write" not in result(repository(release(steps=steps)))[0]
