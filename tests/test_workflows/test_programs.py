"""Programs in JavaScript and Python: what they spawn, import and change, as their text shows it."""

from __future__ import annotations

import pytest

from checker.facts import Unknown
from checker.files import MemoryFiles, Unreadable
from checker.workflows.publishes import read
from test_workflows.tree import TODAY, WIDGET, files, one, reading, run, workflow

RUNS = "import { execSync, spawnSync } from 'node:child_process';\n"
STEP = workflow("- run: node scripts/release.mjs", job="permissions:\n  id-token: write")


def tools_of(source, step=STEP, **others):
    found = reading(step, **{"scripts/release.mjs": source}, **others).publishes
    return [publish.tool for publish in found]


@pytest.mark.parametrize(
    "source",
    [
        'execSync("npm publish")',
        "await $`npm publish --tag ${tag}`;",
        'await $({ cwd: "." })`npm publish`;',
        'await execa("npm", ["publish", "--access", "public"])',
        'const command = "npm publish";\nexecSync(command);',
        'for (const c of ["npm run build", "npm publish"]) execSync(c);',
        'const args = ["publish"];\nspawnSync("npm", args);',
        'function sh(line) { return execSync(line); }\nsh("npm publish");',
        'const go = (line) => execSync(line);\ngo("npm publish");',
        'execSync(["npm", "publish"].join(" "))',
    ],
)
def test_a_text_that_is_given_to_what_runs_commands_is_a_publish(source):
    assert tools_of(RUNS + source) == ["npm"]


@pytest.mark.parametrize(
    "source",
    [
        'for (const needle of ["clean", "npm publish dry runs"]) if (!a.includes(needle)) fail();',
        'expect(readme).toContain("npm publish");',
        'const usage = "npm publish is what you want";\nexecSync("git status");',
        'console.log("npm publish");',
        "function release() { execSync('npm publish'); }\nbuild();",
    ],
)
def test_a_text_that_nothing_runs_is_no_publish(source):
    assert tools_of("import { execSync } from 'node:child_process';\n" + source) == []


@pytest.mark.parametrize("taken", ["./ship.js", "./ship", "./ship.ts"])
def test_an_imported_module_is_followed(taken):
    index = f'import {{ ship }} from "{taken}";\nawait ship("a");\n'
    ship = "export async function ship(name: string) {\n  await $`npm publish ./${name}`;\n}\n"
    step = workflow("- run: bun scripts/index.ts").replace("  publish:", "  go:")

    found = one(step, **{"scripts/index.ts": index, "scripts/ship.ts": ship})
    assert (found.tool, found.via) == ("npm", ("script-file",))


def test_what_is_not_taken_from_a_module_does_not_run():
    index = 'import { log } from "./tools.mjs";\nlog("a");\n'
    tools = (
        "export function log(a) {\n  console.log(a);\n}\n"
        "export function ship() {\n  execSync('npm publish');\n}\n"
    )
    assert tools_of(index, **{"scripts/tools.mjs": tools}) == []


def test_a_release_tool_that_a_program_starts_as_a_dry_run_is_one():
    source = 'import run from "semantic-release";\nawait run({ dryRun: true, ci: false });\n'
    both = source + "await run({ ci: true });\n"

    assert one(STEP, **{"scripts/release.mjs": source}).dry_run
    assert not one(STEP, **{"scripts/release.mjs": both}).dry_run


def test_a_program_that_knows_dry_runs_is_started_as_one():
    source = RUNS + 'const dry = process.argv.includes("--dry-run");\nexecSync("npm publish");\n'
    step = workflow("- run: node scripts/release.mjs --dry-run")

    assert one(step, **{"scripts/release.mjs": source}).dry_run
    assert not one(STEP, **{"scripts/release.mjs": source}).dry_run


def test_a_program_that_decides_by_itself_is_not_sure_to_lack_its_credential():
    source = RUNS + 'if (!process.env.CI) process.exit(1);\nexecSync("npm publish");\n'
    step = workflow("- run: node scripts/release.mjs")

    plain = RUNS + 'execSync("npm publish")'
    undecided = run(step, **{"scripts/release.mjs": source}).token
    assert isinstance(undecided, Unknown)
    assert undecided.fact == "tool"
    assert not isinstance(run(step, **{"scripts/release.mjs": plain}).token, Unknown)


@pytest.mark.parametrize(
    ("change", "known"),
    [
        ('manifest.name = "@acme/nightly";', False),
        ('manifest["name"] = "@acme/nightly";', False),
        ("delete manifest.private;", False),
        ('manifest.version = "9.9.9";', True),
        ("manifest.files = [];", True),
    ],
)
def test_a_program_that_renames_the_package_leaves_the_packages_unknown(change, known):
    source = (
        'const manifest = JSON.parse(readFileSync("package.json", "utf8"));\n'
        f'{change}\nwriteFileSync("package.json", JSON.stringify(manifest));\n'
    )
    steps = "- run: node scripts/release.mjs\n- run: npm publish"

    found = run(workflow(steps), **{"scripts/release.mjs": source})
    assert isinstance(found.packages, tuple) is known


def test_a_version_that_a_program_writes_is_not_the_manifest_s():
    inline = "const p = require('./package.json'); p.version = '9.0.0'; "
    inline += "require('fs').writeFileSync('package.json', JSON.stringify(p))"
    steps = f'- run: node -e "{inline}"\n- run: npm publish'

    assert run(workflow(steps)).packages[0].version is None


def test_node_runs_a_package_script_without_the_ones_around_it():
    scripts = {"ship": "npm publish", "preship": "pnpm publish"}
    found = one(
        workflow("- run: node --run ship"), **{"package.json": {**WIDGET, "scripts": scripts}}
    )

    assert (found.tool, found.via) == ("npm", ("package-script",))


def test_a_program_of_an_installed_package_is_that_tool():
    for path in ("node_modules/.bin/changeset", "./node_modules/@changesets/cli/bin.js"):
        assert one(workflow(f"- run: node {path} publish")).tool == "changesets"


def test_deno_publishes_to_another_registry():
    assert reading(workflow("- run: deno publish\n- run: npx jsr publish")).publishes == ()


def test_a_folder_that_a_command_names_is_no_script_that_cannot_be_read():
    class OnDisk(MemoryFiles):
        def read(self, path: str) -> bytes | None:
            if path in {"packages", "node_modules"}:
                raise Unreadable("it is no regular file")
            return super().read(path)

    steps = "- run: npx eslint ./packages\n- run: rm -rf ./node_modules"
    content = files(workflow(steps), **{"packages/a/index.js": ""}).content
    found = read(OnDisk(content), today=TODAY, repository=None)

    assert found.problems == ()


def test_a_large_lockfile_that_a_program_reads_is_no_script():
    steps = "- run: node -p \"require('./package-lock.json').version\""
    found = reading(workflow(steps), **{"package-lock.json": {"version": "1" * (1 << 18)}})

    assert found.problems == ()


def test_a_program_that_comes_back_to_itself_has_been_read():
    source = "await $`pnpm run again`;\nawait $`npm publish`;\n"
    package = {**WIDGET, "scripts": {"again": "node scripts/release.mjs"}}
    found = reading(STEP, **{"scripts/release.mjs": source, "package.json": package})

    assert found.problems == ()
    assert {publish.tool for publish in found.publishes} == {"npm"}


@pytest.mark.parametrize(
    ("shell", "script"),
    [
        ("perl {0}", 'system("npm publish") == 0 or die;'),
        ("perl {0}", 'system("npm", "publish");'),
        ("ruby {0}", "system 'bundle'\n    system('npm publish') or abort"),
        ("bun {0}", "await Bun.$`npm publish`"),
        ("pypy3 {0}", "import os\n    os.system('npm publish')"),
    ],
)
def test_a_step_in_another_language_is_read_for_what_it_spawns(shell, script):
    assert one(workflow(f"- shell: {shell}\n  run: |\n    {script}")).tool == "npm"
