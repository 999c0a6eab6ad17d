"""What is made from the option table: both actions, the config file's schema, the README's table.

Text only; writing them is the tests' golden mechanism.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from checker.settings.options import OPTIONS, Option

OUTPUTS: Mapping[str, str] = {
    "verdict": (
        "what npm will answer: accepted, staged, refused, unknown, not-judged or nothing-to-publish"
    ),
    "errors": "how many findings of severity error count",
    "warnings": "how many findings of severity warning count",
    "findings": "how many findings there are, suppressed ones included",
    "credential": "what the publishing steps are given: token, oidc, both, none or unknown",
    "report": "the path of the JSON report",
    "sarif": "the path of the SARIF report",
}

_LEGEND = (
    "° is no key of the config file, which a stranger's pull request may change."
    " Where the default is unknown, the word `unknown` is a value too."
)

_DESCRIPTION = (
    "Tells before the release whether npm will accept what this repository's workflows publish,"
    " and what to do."
)


# What a runner calls its Python differs; the first that is new enough is given the program.
# `-I`: the working directory is a stranger's checkout.
_FIND_PYTHON = """\
for python in python3 python; do
  if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    exec "$python" -I "$GITHUB_ACTION_PATH/run.py"
  fi
done
echo "::error::No Python 3.11 or later is on PATH; put actions/setup-python before this step."
exit 2
"""


def action_yml() -> str:
    """The metadata of the action that runs as a container."""
    return _text((*_head(""), *_outputs(None), "runs:", "  using: docker", "  image: Dockerfile"))


def native_action_yml() -> str:
    """The metadata of the action that runs on the runner itself, whatever its system.

    A step of a composite action is given no `INPUT_*`; here each input is handed on by name.
    """
    step = (
        "runs:",
        "  using: composite",
        "  steps:",
        "    - name: Ask whether npm will accept what is published",
        "      id: preflight",
        "      shell: bash",
        "      env:",
        *(f"        INPUT_{name.upper()}: ${{{{ inputs.{name} }}}}" for name in OPTIONS),
        "      run: |",
        *(f"        {line}" for line in _FIND_PYTHON.splitlines()),
    )
    return _text((*_head(" (no container)"), *_outputs("preflight"), *step))


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _head(what: str) -> Iterator[str]:
    yield "# Made from the option table: run `pytest --rewrite-generated` after a change there."
    yield f"name: npm publish preflight{what}"
    yield f"description: {_quoted(_DESCRIPTION)}"
    yield "author: npm-publish-preflight"
    yield "branding:"
    yield "  icon: package"
    yield "  color: red"
    yield "inputs:"
    for name, option in OPTIONS.items():
        yield f"  {name}:"
        yield f"    description: {_quoted(_in_one_sentence(option))}"
        yield "    required: false"


def _outputs(step: str | None) -> Iterator[str]:
    """step: the id of the step whose outputs they are, where it has to be said."""
    yield "outputs:"
    for name, text in OUTPUTS.items():
        yield f"  {name}:"
        yield f"    description: {_quoted(_capital(text))}"
        if step is not None:
            yield f"    value: ${{{{ steps.{step}.outputs.{name} }}}}"


def _in_one_sentence(option: Option) -> str:
    values = "" if option.kind.values else f" Takes {option.kind.takes}."
    if option.kind.values:
        values = f" One of {', '.join(option.kind.values)}."
    many = " One a line." if option.many else ""
    default = option.default_text or "unknown"
    return f"{_capital(option.help)}.{values}{many} Default: {default}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quoted(text: str) -> str:
    # A JSON string is a YAML string.
    return json.dumps(text.replace("`", ""), ensure_ascii=False)


def options_table() -> str:
    """The README's table and its legend, with a line end after each line."""
    rows = ["| option | says | values | default |", "| --- | --- | --- | --- |"]
    for name, option in OPTIONS.items():
        mark = "" if option.key else " °"
        values = ", ".join(f"`{value}`" for value in option.kind.values) or option.kind.takes
        default = option.default_text or "unknown"
        cells = (f"`{name}`{mark}", option.help, values, default)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    rows += ["", _LEGEND]
    return "".join(f"{row}\n" for row in rows)


# --- the JSON schema ----------------------------------------------------------------------------

_HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Config file of npm-publish-preflight",
    "description": "What a maintainer declares about packages, tokens and trusted publishers.",
}


def config_schema() -> str:
    """The JSON schema of the config file.

    It cannot say that two spellings of one fact exclude each other across levels; the program does.
    """
    from pydantic.json_schema import GenerateJsonSchema

    from checker.settings.config_models import ConfigFile

    class Generator(GenerateJsonSchema):
        # The default of a fact is that it is unknown, which no file can say.
        ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012

    made = _tidy(ConfigFile.model_json_schema(schema_generator=Generator))
    assert isinstance(made, dict)  # noqa: S101 a schema is one
    body = {key: value for key, value in made.items() if key not in _HEAD}
    return json.dumps({**_HEAD, **body}, indent=2, ensure_ascii=False) + "\n"


def _tidy(schema: object) -> object:
    """Without the titles and the empty defaults that pydantic adds."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _tidy(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and not isinstance(value, str))
    }
