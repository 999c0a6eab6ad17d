"""What the reporters print for the sample reports, and that no value can break out of its place."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from time import process_time

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace
from sample_reports import (
    ACCEPTED,
    ACCEPTED_UNTIL,
    CASE,
    CORE,
    HOSTILE,
    MONOREPO,
    NEEDS_2FA,
    NOTHING,
    PUBLISH,
    REFUSED,
    RUN,
    SAMPLES,
    STAGED,
    SUNSET,
    TOKEN,
    TOKEN_SHAPED,
    UNKNOWN,
    UNREADABLE,
    hostile,
)

from checker.facts import Unknown
from checker.report import Change, Presented, PublishResult, Report, Severity, Verdict
from checker.reporters import (
    REPORTERS,
    escape,
    github,
    json_,
    markdown,
    markup,
    plain,
    prose,
    sarif,
)

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE.parent / "schema" / "report.schema.json").read_text("utf-8"))
SUFFIX = {"plain": "txt", "github": "log", "markdown": "md", "json": "json", "sarif": "sarif"}
VERSION = "0.0.0"
STOP = "0123456789abcdef"


def last_line(text: str) -> str:
    return text.rstrip("\n").split("\n")[-1]


def many(report: Report, severity: Severity, number: int) -> Report:
    found = tuple(
        replace(NEEDS_2FA, severity=severity, rule=f"rule-{severity}-{at}") for at in range(number)
    )
    return replace(report, findings=report.findings + found)


def as_json(report: Report) -> dict[str, object]:
    return json.loads(json_.render(report))


# --- goldens ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reporter", SUFFIX)
@pytest.mark.parametrize("sample", SAMPLES)
def test_each_sample_report_reads_as_its_golden(golden, sample, reporter):
    report = SAMPLES[sample]
    if reporter in ("json", "sarif"):
        text = {"json": json_, "sarif": sarif}[reporter].render(report, version=VERSION)
    else:
        text = REPORTERS[reporter](report)
    golden(HERE / "goldens" / "reporters" / f"{sample}.{SUFFIX[reporter]}", text)


def test_every_reporter_has_goldens():
    assert set(SUFFIX) == set(REPORTERS)


# --- the verdict in one line ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (ACCEPTED, "accepted: npm will accept `@acme/core`"),
        (
            ACCEPTED_UNTIL,
            "accepted: npm will accept `@acme/core`; from 2027-01-01 unknown (bypass-token-sunset);"
            " from 2027-01-15 refused (token-expired)",
        ),
        (STAGED, "staged: npm will hold `@acme/core` until a maintainer approves with 2FA"),
        (REFUSED, "refused: npm will not accept `@acme/core` (token-needs-2fa)"),
        (
            MONOREPO,
            "refused: npm will not accept 1 of 3 packages: `@acme/extra`"
            " (trusted-publisher-mismatch); 2 accepted",
        ),
        (
            UNKNOWN,
            "unknown: whether npm will accept `@acme/core` depends on token-type and"
            " publishing-access",
        ),
        (UNREADABLE, "unknown: what is published could not be told (workflow-unreadable)"),
        (
            NOTHING,
            "nothing-to-publish: 1 step publishes nothing to npm's public registry:"
            " a dry run, another registry, or skipped",
        ),
        (
            replace(NOTHING, publishes=()),
            "nothing-to-publish: no step was found that publishes to npm",
        ),
    ],
)
def test_the_verdict_is_one_sentence_and_the_last_line(report, line):
    assert last_line(plain.render(report)) == line
    assert last_line(github.render(report)) == line


def with_cases(report: Report, *cases) -> Report:
    step = replace(report.publishes[0], cases=cases)
    return replace(report, publishes=(step,))


def test_a_verdict_on_an_unknown_set_of_packages_names_the_step():
    report = with_cases(REFUSED, replace(REFUSED.publishes[0].cases[0], packages=None))
    line = last_line(plain.render(report))
    assert line.startswith("refused: npm will not accept what .github/workflows/release.yml:41-43")


def test_a_verdict_on_many_packages_names_three_and_counts_the_rest():
    names = tuple(f"p{at}" for at in range(5))
    refused = replace(REFUSED.publishes[0].cases[0], packages=names)
    line = last_line(plain.render(with_cases(REFUSED, refused, CASE)))
    assert "5 of 6 packages: `p0`, `p1`, `p2` and 2 more (token-needs-2fa); 1 accepted" in line


def test_an_unknown_without_a_missing_fact_names_its_rule():
    case = replace(CASE, verdict=Verdict.UNKNOWN, rules=("bypass-token-sunset",))
    report = replace(with_cases(ACCEPTED, case), verdict=Verdict.UNKNOWN, findings=(SUNSET,))
    assert last_line(plain.render(report)) == (
        "unknown: whether npm will accept `@acme/core` cannot be told (bypass-token-sunset)"
    )


def test_accepted_packages_beside_an_unreadable_file_are_not_called_accepted_as_a_whole():
    report = replace(ACCEPTED, verdict=Verdict.UNKNOWN, findings=UNREADABLE.findings)
    assert last_line(plain.render(report)) == (
        "unknown: npm will accept what was found, but not everything could be told"
        " (workflow-unreadable)"
    )


def test_a_later_day_that_is_no_worse_than_today_is_not_in_the_verdict():
    turns = (Change(date(2027, 1, 1), Verdict.UNKNOWN, "bypass-token-sunset"),)
    case = replace(REFUSED.publishes[0].cases[0], changes=turns)
    text = plain.render(with_cases(REFUSED, case))
    assert "2027" not in last_line(text)
    assert "  2027-01-01: unknown (bypass-token-sunset)\n" in text


def test_suppressing_an_error_leaves_the_verdict_and_stays_visible():
    suppressed = replace(NEEDS_2FA, suppressed="we know")
    report = replace(REFUSED, findings=(suppressed,))
    for render in (plain.render, github.render, markdown.render):
        text = render(report)
        assert "npm will not accept `@acme/core`" in text
        assert "1 suppressed" in text
        assert "we know" in text
    assert "::error" not in github.render(report)
    assert dict(github.outputs(report, {}))["errors"] == "0"
    assert dict(github.outputs(report, {}))["findings"] == "1"


# --- plain ------------------------------------------------------------------------------------


def test_errors_come_first_whatever_the_order_of_the_findings():
    text = plain.render(replace(REFUSED, findings=REFUSED.findings[::-1]))
    assert text.startswith("error token-needs-2fa")


def test_blocks_and_code_are_never_wrapped_and_prose_is():
    text = plain.render(REFUSED, width=40)
    command = "npm trust github @acme/core --repo acme/widget --file release.yml --allow-publish -y"
    assert f"\n         {command}\n" in text
    assert (
        "\n         permissions:\n           contents: read\n           id-token: write\n" in text
    )
    assert "a one-time password, which" not in text
    code = "`npm trust github @acme/core --file release.yml`"
    inline = replace(REFUSED, findings=(replace(NEEDS_2FA, fix=f"Run this command: {code} now."),))
    assert code in plain.render(inline, width=20)


@pytest.mark.parametrize("sample", SAMPLES)
def test_colour_changes_nothing_but_the_colours(sample):
    colored = plain.render(SAMPLES[sample], color=True)
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain.render(SAMPLES[sample])


# --- github -----------------------------------------------------------------------------------


def test_at_most_ten_annotations_of_a_kind_and_the_rest_counted_in_one_line():
    report = many(many(REFUSED, Severity.ERROR, 12), Severity.WARNING, 11)
    lines = github.render(report).split("\n")
    kinds = Counter(line[2:].split(" ")[0] for line in lines if re.match("::(err|warn|not)", line))
    assert kinds == {"error": 10, "warning": 10, "notice": 1}
    assert "further ones, below, are errors: 3, warnings: 1." in "\n".join(lines)


def test_an_annotation_stands_at_the_lines_to_change_and_carries_the_fix():
    first = github.render(MONOREPO).split("\n")[0]
    assert first.startswith(
        "::error file=.github/npm-publish-preflight.yml,line=9,endLine=11,"
        "title=trusted-publisher-mismatch%3A @acme/extra::The trusted publisher of"
    )
    assert "%0AFix: Replace it:%0A  npm trust revoke @acme/extra%0A" in first


def test_a_finding_without_a_place_is_annotated_without_a_file():
    report = replace(REFUSED, findings=(replace(NEEDS_2FA, place=None),))
    assert github.render(report).startswith("::error title=token-needs-2fa")


def test_an_annotation_is_shorter_than_what_the_runner_cuts():
    report = replace(REFUSED, findings=(replace(NEEDS_2FA, message="a" * 9000, fix="b" * 9000),))
    assert len(github.render(report).split("\n")[0].split("::")[2]) <= 4096


def test_properties_and_messages_are_escaped_as_the_toolkit_does():
    line = escape.command("error", "100%\r\na:b,c", (("title", "a:b,c%\n"),))
    assert line == "::error title=a%3Ab%2Cc%25%0A::100%25%0D%0Aa:b,c"


def test_with_a_stop_token_the_log_part_is_out_of_the_runners_reach():
    lines = github.render(REFUSED, stop_token=STOP).split("\n")
    opened = [at for at, line in enumerate(lines) if line == f"::stop-commands::{STOP}"]
    closed = [at for at, line in enumerate(lines) if line == f"::{STOP}::"]
    groups = [at for at, line in enumerate(lines) if line.startswith("::group::")]
    ends = [at for at, line in enumerate(lines) if line == "::endgroup::"]
    assert opened == [at + 1 for at in groups]
    assert closed == [at - 1 for at in ends]


@pytest.mark.parametrize("word", ["", "short", "0123456789abcdef::", "0123456789abcdef\n"])
def test_a_stop_token_that_is_no_random_word_is_an_error(word):
    with pytest.raises(ValueError, match="stop_token"):
        github.render(REFUSED, stop_token=word)


def test_the_outputs_are_those_of_the_action():
    assert github.outputs(REFUSED, {"report": "/tmp/r.json"}) == (  # noqa: S108
        ("verdict", "refused"),
        ("errors", "1"),
        ("warnings", "0"),
        ("findings", "2"),
        ("credential", "token"),
        ("report", "/tmp/r.json"),  # noqa: S108
    )


@pytest.mark.parametrize(
    ("given_to_steps", "whole"),
    [
        ((), "none"),
        ((Presented.NONE,), "none"),
        ((Presented.TOKEN, Presented.TOKEN), "token"),
        ((Presented.OIDC, Presented.NONE), "oidc"),
        ((Presented.TOKEN, Presented.OIDC), "both"),
        ((Presented.TOKEN, Presented.UNKNOWN), "unknown"),
    ],
)
def test_the_credential_of_several_steps_is_what_they_are_given_together(given_to_steps, whole):
    steps = tuple(
        PublishResult(PUBLISH, each, Verdict.ACCEPTED, (CASE,)) for each in given_to_steps
    )
    outputs = dict(github.outputs(replace(ACCEPTED, publishes=steps), {}))
    assert outputs["credential"] == whole


def test_the_credential_of_a_step_that_is_not_judged_does_not_count_beside_judged_ones():
    report = replace(ACCEPTED, publishes=ACCEPTED.publishes + NOTHING.publishes)
    assert dict(github.outputs(report, {}))["credential"] == "oidc"


def test_the_output_file_takes_values_of_several_lines():
    assert github.output_file((("a", "1\n2"), ("b", "")), "EOF") == (
        "a<<EOF\n1\n2\nEOF\nb<<EOF\n\nEOF\n"
    )


@pytest.mark.parametrize("pair", [("a", "x\nEOF\nb=1"), ("EOF", "1"), ("a\nb", "1"), ("", "1")])
def test_an_output_that_could_write_a_second_one_is_an_error(pair):
    with pytest.raises(ValueError, match="output"):
        github.output_file((pair,), "EOF")


# --- json -------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_json_report_has_its_published_format(sample):
    schema = json.loads(json.dumps(SCHEMA))
    if sample == "hostile":
        del schema["$defs"]["publish"]["properties"]["via"]["items"]
    jsonschema.validate(as_json(SAMPLES[sample]), schema)


def test_the_schema_lists_the_names_that_the_vocabulary_has():
    assert set(SCHEMA["$defs"]["verdict"]["enum"]) == {each.value for each in Verdict}
    severities = SCHEMA["$defs"]["finding"]["properties"]["severity"]["enum"]
    assert severities == [each.value for each in Severity]
    credentials = SCHEMA["$defs"]["publish"]["properties"]["credential"]["enum"]
    assert credentials == [each.value for each in Presented]


def step_of(report: Report) -> dict[str, object]:
    return as_json(report)["publishes"][0]


def with_runs(*runs) -> Report:
    step = replace(ACCEPTED.publishes[0], publish=replace(PUBLISH, runs=runs))
    return replace(ACCEPTED, publishes=(step,))


def test_a_step_lists_what_its_runs_have_between_them():
    step = step_of(with_runs(RUN, replace(RUN, event="release", node=("22",), token=TOKEN)))
    assert step["events"] == ["push", "release"]
    assert step["node"] == ["24", "22"]
    assert step["secret_names"] == ["NPM_TOKEN"]
    assert step["unknown"] == []


def test_a_permission_missing_on_one_path_is_missing():
    unknown = replace(RUN, id_token=Unknown("permissions", "hidden"))
    assert step_of(with_runs(RUN, replace(RUN, id_token=False)))["id_token_write"] is False
    assert step_of(with_runs(unknown, replace(RUN, id_token=False)))["id_token_write"] is False
    assert step_of(with_runs(unknown, RUN))["id_token_write"] is None


def test_what_cannot_be_known_is_null_and_named():
    hidden = Unknown("x", "hidden")
    run = replace(
        RUN,
        runs_on=hidden,
        hosted=hidden,
        id_token=hidden,
        environment=hidden,
        node=hidden,
        npm=hidden,
        token=hidden,
        packages=hidden,
    )
    step = step_of(with_runs(RUN, run))
    fields = [
        "secret_names",
        "id_token_write",
        "runs_on",
        "hosted",
        "environment",
        "node",
        "npm",
        "packages",
    ]
    assert step["unknown"] == fields
    assert [step[field] for field in fields] == [None] * 8


def test_an_environment_that_differs_between_paths_is_not_known_and_none_is_absent():
    step = step_of(with_runs(RUN, replace(RUN, environment="npm")))
    assert (step["environment"], step["unknown"]) == (None, ["environment"])
    assert (step_of(ACCEPTED)["environment"], step_of(ACCEPTED)["unknown"]) == (None, [])


def test_a_case_with_an_unknown_set_of_packages_says_so():
    case = step_of(with_cases(ACCEPTED, replace(CASE, packages=None)))["cases"][0]
    assert (case["packages"], case["unknown"]) == (None, ["packages"])
    assert "unknown" not in step_of(ACCEPTED)["cases"][0]


def test_whether_a_package_exists_is_null_and_named_where_it_is_not_known():
    report = replace(ACCEPTED, packages=(CORE, replace(CORE, name="b")))
    known, unknown = as_json(report)["packages"]
    assert (known["exists"], known["unknown"]) == (True, [])
    assert (unknown["exists"], unknown["unknown"]) == (None, ["exists"])


# --- markdown ---------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [4_000, 65_536, markdown.SUMMARY_BYTES])
def test_a_summary_never_exceeds_its_limit_and_says_what_it_leaves_out(limit):
    wide = replace(NEEDS_2FA, message="é" * 5000, fix="```\n" + "`|\n" * 9000 + "```")
    report = replace(many(REFUSED, Severity.ERROR, 200), findings=(wide,) * 200)
    text = markdown.render(report, limit=limit)
    assert len(text.encode()) <= limit
    assert re.search(r"\n\d+ sections are left out here", text)
    assert text.startswith("## ❌ Refused: npm will not accept `@acme/core`")


def test_a_summary_that_fits_leaves_nothing_out():
    assert "left out" not in markdown.render(REFUSED)


def test_a_thousand_packages_are_a_table_of_some_and_a_count():
    names = tuple(f"p{at}" for at in range(1000))
    text = markdown.render(with_cases(ACCEPTED, replace(CASE, packages=names)))
    assert text.count("✅ accepted") == 200
    assert "And 800 more." in text


def test_the_worst_package_is_the_first_row():
    rows = [line for line in markdown.render(MONOREPO).split("\n") if line.startswith("| `@acme")]
    assert rows[0] == "| `@acme/extra` | ❌ refused | none | trusted-publisher-mismatch |"


def test_a_fence_is_longer_than_every_run_of_backticks_inside():
    assert markup.block("a\n`````\nb", "yaml") == "``````yaml\na\n`````\nb\n``````"


def test_a_language_that_github_would_draw_is_dropped():
    assert markup.block("graph", "mermaid") == "```\ngraph\n```"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words, 100% (of them)", "plain words, 100% (of them)"),
        ("job `release` runs", "job `release` runs"),
        ("see https://docs.npmjs.com/trusted-publishers.", None),
        ("see https://evil.example/x", "see https&#58;//evil.example/x"),
        ("ask @octocat, please", "ask `@octocat`, please"),
        (r"\*a\* \`", r"\\\*a\\\* \\&#96;"),
        ("tick *Read and write* there", "tick *Read and write* there"),
        ("2*3*4 *_x_*", r"2\*3\*4 \*\_x\_\*"),
        ("fixes acme/widget#12", "fixes `acme/widget#12`"),
        ("`a|b`", "<code>a&#124;b</code>"),
        ("a|b <b> * c* _d_ $e$", r"a&#124;b &lt;b&gt; \* c\* \_d\_ &#36;e&#36;"),
    ],
)
def test_prose_keeps_its_code_and_loses_all_other_markup(text, written):
    trusted = "see <https://docs.npmjs.com/trusted-publishers>."
    assert markup.prose(text) == (written or trusted)


@pytest.mark.parametrize("text", ["- a", "1. a", "# a", "+ a", "===", ": a", "> a", "``` a"])
def test_a_paragraph_never_starts_a_list_a_heading_or_a_block(text):
    assert [token.type for token in MarkdownIt().parse(markup.paragraph(text))] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]


def test_a_fix_keeps_its_items_and_blocks():
    tokens = [
        token.type for token in MarkdownIt().parse(markup.passages(NEEDS_2FA.fix, "**Fix:**"))
    ]
    assert tokens.count("list_item_open") == 2
    assert tokens.count("fence") == 2


def test_a_fence_that_is_never_closed_reaches_to_the_end():
    assert markup.passages("Run\n```sh\nnpm -v\n") == "Run\n\n```sh\nnpm -v\n\n```"


# --- no value breaks out of its place ---------------------------------------------------------

FRAGMENTS = (
    "::error::x",
    "::set-output name=verdict::accepted",
    "::stop-commands::x",
    "##[add-mask]x",
    "#",
    ":",
    "%0A",
    "\n",
    "\r",
    "\r\n",
    "\u2028",
    "\x85",
    "\ufeff",
    " ",
    "    ",
    "\t",
    "`",
    "```",
    "~~~~",
    "|",
    "\\",
    "*",
    "_",
    "[a](https://evil.example/)",
    "![a](https://evil.example/a.png)",
    "<img src=x>",
    "</details>",
    "</code>",
    "<!--",
    "<details>",
    "&lt;",
    "- ",
    "1. ",
    "> ",
    "===",
    "---",
    "| --- |",
    "@octocat",
    "a#1",
    "https://evil.example/",
    "www.evil.example",
    "$",
    "\x1b[2J",
    "\x07",
    "\u202e",
    "\u200b",
    "\udc80",
    "\0",
    "x",
    "é",
    TOKEN_SHAPED,
)
HOSTILE_TEXT = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=12).map("".join)
HOSTILE_NAME = HOSTILE_TEXT.filter(lambda text: text.strip() != "")
PROPERTY = settings(max_examples=150, deadline=None)


def commands(log: str) -> list[str]:
    """The names of the commands that the runner reads in a log, in order."""
    found: list[str] = []
    for line in re.split(r"\r\n|\r|\n", log):
        older = re.search(r"##\[([^\]]*)\]", line)
        newer = re.match(r"[\s\ufeff\u200b\u180e]*::([^:]*)::", line)
        found += [match[1].split(" ")[0] for match in (older, newer) if match]
    return found


def is_inert(text: str) -> bool:
    """Whether no character moves a cursor, hides or reorders text, and all can be encoded."""
    text.encode()
    return all(c.isprintable() or c in "\n\t" for c in text)


@PROPERTY
@example(HOSTILE)
@given(HOSTILE_NAME)
def test_no_value_becomes_a_workflow_command(text):
    report = hostile(text)
    ours = commands(github.render(hostile("x")))
    assert commands(github.render(report)) == ours
    for render in (plain.render, markdown.render, json_.render, sarif.render):
        assert commands(render(report)) == []


@PROPERTY
@example(HOSTILE)
@given(HOSTILE_TEXT)
def test_a_stop_token_holds_against_every_value(text):
    log = github.render(hostile(text), stop_token=STOP)
    assert commands(log).count(STOP) == commands(log).count("endgroup")


@PROPERTY
@example(HOSTILE)
@given(HOSTILE_TEXT)
def test_no_value_controls_the_terminal_or_hides_text(text):
    for render in REPORTERS.values():
        assert is_inert(render(hostile(text)))
    colored = plain.render(hostile(text), color=True)
    assert is_inert(re.sub(r"\x1b\[[0-9;]*m", "", colored))


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        (TOKEN_SHAPED, "npm_***"),
        ("ghs_" + "a1" * 18, "ghs_***"),
        ("github_pat_" + "a_1" * 20, "github_pat_***"),
        ("0a1b2c3d-" + "0a1b-" * 3 + "0a1b2c3d4e5f", "***"),
        (".".join(("eyJhbGciOiJSUzI1NiJ9", "eyJhdWQiOiJucG0ifQ", "c2ln")), "eyJ***"),
    ],
)
def test_of_a_value_with_a_tokens_shape_only_the_kind_is_shown(token, shown):
    assert escape.sentence(f"it is {token} here") == f"it is {shown} here"


@pytest.mark.parametrize("text", ["npm_config_ignore_workspace_root_check", "NPM_TOKEN", "npm_x"])
def test_a_name_that_only_starts_like_a_token_is_shown(text):
    assert escape.name(text) == text


@PROPERTY
@given(st.text(max_size=5), st.text(max_size=5))
def test_a_value_with_a_tokens_shape_is_never_printed(before, after):
    for render in REPORTERS.values():
        assert TOKEN_SHAPED not in render(hostile(before + TOKEN_SHAPED + after))


@PROPERTY
@example(HOSTILE)
@given(HOSTILE_NAME)
def test_the_last_line_is_the_verdict_whatever_the_names_are(text):
    for render in (plain.render, github.render):
        assert last_line(render(hostile(text))).startswith("refused: npm will not accept ")


def parsed(markdown_text: str):
    return MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown_text)


def without_fixes(report: Report) -> Report:
    return replace(
        report,
        findings=tuple(replace(finding, fix="Do it.") for finding in report.findings),
        unknowns=tuple(replace(question, settle="Do it.") for question in report.unknowns),
    )


def skeleton(report: Report) -> list[str]:
    return [token.type for token in parsed(markdown.render(report))]


@PROPERTY
@example(HOSTILE)
@example("---")
@given(HOSTILE_NAME)
def test_no_value_breaks_out_of_its_cell_paragraph_or_fold(text):
    assert skeleton(without_fixes(hostile(text))) == skeleton(without_fixes(hostile("x")))


@PROPERTY
@example(HOSTILE)
@given(HOSTILE_TEXT)
def test_no_text_of_a_fix_makes_a_heading_a_table_html_or_a_link(text):
    tokens = parsed(markdown.render(hostile(text)))
    inner = [child for token in tokens for child in token.children or ()]
    count = Counter(token.type for token in tokens)
    expected = Counter(skeleton(hostile("x")))
    for kind in ("heading_open", "table_open", "tr_open", "th_open", "td_open", "html_block"):
        assert count[kind] == expected[kind]
    assert {t.content for t in inner if t.type == "html_inline"} <= {"<code>", "</code>"}
    assert not [t for t in inner if t.type in ("link_open", "image", "softbreak")]


@PROPERTY
@given(st.text(max_size=40))
def test_a_block_gives_back_the_text_that_was_put_in(text):
    shown = escape.without_commands(escape.lines(text))
    (fence,) = parsed(markup.block(text, "yaml"))
    assert fence.content == shown + "\n"


@PROPERTY
@given(st.text())
def test_escaping_twice_is_escaping_once(text):
    for escaped in (escape.name, escape.sentence, escape.lines, escape.without_commands):
        assert escaped(escaped(text)) == escaped(text)


@PROPERTY
@example(HOSTILE)
@given(HOSTILE_TEXT)
def test_the_json_report_gives_back_every_value(text):
    assert as_json(hostile(text))["findings"][0]["message"] == escape.without_tokens(text)


def test_values_of_any_length_are_shortened():
    report = hostile("a" * 100_000)
    (section, *_) = prose.findings(report, 100)
    assert len(section.title) <= escape.SENTENCE_LIMIT
    assert max(len(line.text) for line in section.lines) < escape.TEXT_LIMIT + 10
    assert len(markdown.render(report)) < 150_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ci:hunter2@packages.example/a", "https://***@packages.example/a"),
        ("https://hunter2:@packages.example/a", "https://***@packages.example/a"),
        ("git+ssh://git@github.com/acme/widget", "git+ssh://git@github.com/acme/widget"),
        ("https://ci:${TOKEN}@packages.example", "https://ci:${TOKEN}@packages.example"),
        ("//r/:_auth=Y2k6aHVudGVyMg==", "//r/:_auth=***"),
        ("//r/:_authToken=${NODE_AUTH_TOKEN}", "//r/:_authToken=${NODE_AUTH_TOKEN}"),
        ("authorization: Bearer 0123456789abcdefghij", "authorization: Bearer ***"),
        ("npm config set //r/:_password aHVudGVyMg==", "npm config set //r/:_password ***"),
        ("npm config set //r/:_authToken $TOKEN", "npm config set //r/:_authToken $TOKEN"),
        ("a bearer token", "a bearer token"),
        ("a.eyJhbGciOiJSUzI1.eyJpc3MiOi.abc z", "a.eyJ*** z"),
        ("eyJhbGciOiJSUzI1.abc", "eyJhbGciOiJSUzI1.abc"),
    ],
)
def test_a_credential_is_left_out_by_its_shape_and_by_where_it_stands(text, shown):
    assert escape.name(text) == shown


@pytest.mark.parametrize("unit", ["eyJ", "eyJ.", "://a:", "bearer ", "_auth=", "npm_", " :", "a-"])
def test_a_long_text_is_made_harmless_in_a_time_that_grows_with_it_alone(unit):
    started = process_time()
    escape.lines(unit * 200_000)
    assert process_time() - started < 5
