"""What the fuzzers start from: files of the example repositories, and the words of each grammar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from targets import CONFIG, PACKAGE, TOKEN, WORKFLOW

ROOT = Path(__file__).resolve().parent.parent
MOST_SEEDS = 150

_WORDS = """\
${{ }} secrets. github. env. matrix. fromJSON( toJSON( format( contains( && || == != ' [ ] ( )
npm publish stage --tag --access --provenance --registry --workspaces --dry-run npx pnpm yarn bun
NODE_AUTH_TOKEN NPM_CONFIG_USERCONFIG :_authToken= //registry.npmjs.org/ registry= @acme:registry=
on: jobs: steps: run: uses: with: needs: if: strategy: matrix: permissions: id-token: write << & *a
name version private publishConfig repository workspaces scripts packages/* ** {a,b} ! ../
<<EOF $( ` for in do done if then fi case esac | > >> ; export unset cd source eval xargs
E404 ENEEDAUTH EOTP npm_error ::error:: ##[error] versions dist-tags time trustedPublisher
"""


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


DICTIONARY = "\n".join(_quoted(word) for word in dict.fromkeys(_WORDS.split())) + "\n"

_GLOBS = {
    "yaml_documents": ("**/*.yml", "**/*.yaml"),
    "manifest": ("**/package.json",),
    "npmrc": ("**/.npmrc",),
    "lockfile": ("**/*lock*", "**/*.lock"),
    "config_file": ("**/npm-publish-preflight.yml",),
    "log": ("**/*.log", "**/*.txt"),
    "npm_json": ("**/*.json",),
    "small_texts": ("**/*.yml",),
}
_FOLDERS = ("examples", "tests/repos", "tests/goldens")

_SHORT: dict[str, tuple[str, ...]] = {
    "expression": (
        "${{ secrets.NPM_TOKEN || github.token }}",
        "${{ fromJSON('[1,2]')[0] == 1 && format('{0}', env.X) }}",
        "always() && !contains(github.ref, 'x')",
    ),
    "shell_text": (
        'cd a && for p in b c; do (cd "$p"; npm publish --tag "${TAG:-next}"); done',
        "cat > .npmrc <<EOF\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nEOF\nnpm publish",
        'case $X in a) npm publish;; esac\nf() { npx npm@11 publish "$@"; }\nf --tag next',
        "all: build\n\tnpm publish\n",
        "execSync(`npm publish --tag ${tag}`)\nsubprocess.run(['npm', 'publish'])",
    ),
    "npmrc": (f"//registry.npmjs.org/:_authToken={TOKEN}\n@acme:registry=${{R-x}}\n",),
    "workspace_globs": ("packages/*\npackages/**\n!packages/b\n{a,b}/*", "packages:\n  - 'p/**'"),
    "config_file": (CONFIG.decode(),),
    "manifest": (PACKAGE.decode(),),
    "whole_check": ("\0" + WORKFLOW.decode(), "\1" + PACKAGE.decode(), "\2registry=x\n"),
    "run_step": ("npm publish", "npm version prerelease\nnpm publish --tag next"),
    "log": (
        "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fa",
        "##[group]Run npm publish\nnpm error code ENEEDAUTH\n##[error]Process completed",
    ),
    "task_files": (
        "\0set shell := ['bash', '-c']\ntag := `date`\n\nrelease v *rest: build && after\n"
        "    npm version {{ v }}\n    @npm publish --tag {{tag}} {{rest}}\nbuild:\nafter:\n",
        "\1version: '3'\nvars: {TAG: next}\ntasks:\n  release:\n    deps: [build]\n    cmds:\n"
        "      - npm publish --tag {{.TAG}}\n      - {task: build, vars: {A: b}}\n"
        "  build: {dir: a}\n",
        '\2{"name":"a","version":"1.0.0","scripts":{"release":"wireit"},"wireit":{"release":{'
        '"command":"npm publish","dependencies":["build","./a:b"],"env":{"A":"b"}}}}',
        "\3release: build\n\t@npm publish --tag $(TAG)\n",
    ),
    "github_json": (
        '{"sha":"1","truncated":false,"tree":[{"path":"a/b","mode":"100644","sha":"2","size":3}]}',
        '{"sha":"1","truncated":true,"tree":[{"path":"a","mode":"040000","sha":"2"}]}\0a/b/c',
        '[{"full_name":"acme/widget","visibility":"public","archived":false,"topics":["npm"]}]',
        '{"full_name":"acme/widget","visibility":null,"private":true,"login":"acme","type":"User"}',
    ),
    "npm_json": (
        '{"name":"@acme/widget","versions":{"1.0.0":{}},"time":{"1.0.0":"2026-01-01T00:00:00Z"}}',
        f'[{{"name":"ci","token":"{TOKEN}","bypass_2fa":true,"expiry":"2027-01-01"}}]',
    ),
}


def write_seeds(name: str, folder: Path) -> None:
    """Writes the seeds of the target `name` into a new folder."""
    folder.mkdir(parents=True)
    for number, data in enumerate(_seeds(name)):
        (folder / str(number)).write_bytes(data)


def _seeds(name: str) -> Iterator[bytes]:
    for written in _SHORT.get(name, ()):
        yield written.encode()
    globs = _GLOBS.get(name, ())
    files = (p for f in _FOLDERS for g in globs for p in sorted((ROOT / f).glob(g)))
    for _, path in zip(range(MOST_SEEDS), files, strict=False):
        if path.is_file() and path.stat().st_size < 20_000:
            yield path.read_bytes()
