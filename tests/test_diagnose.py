"""What the program says of a release's log: which text it knows, what is behind it, and where."""

from __future__ import annotations

import time

import failed_logs
import pytest
from failed_logs import EXCHANGE_201, EXCHANGE_404, NEED_AUTH, not_found, put, step
from hypothesis import given, settings
from hypothesis import strategies as st
from known_logs import FAILED

from checker.diagnosis import log_lines
from checker.diagnosis.model import Diagnosis, names_a_cause
from checker.diagnosis.page import page
from checker.diagnosis.reading import MAX_DIAGNOSES, diagnose, diagnose_lines
from checker.knowledge.error_model import ErrorText
from checker.knowledge.errors import ERRORS
from checker.rules import by_id

# Rules of which this program has the name and, by now, no page.
WITHOUT_A_PAGE = {
    "dist-tag-without-credential",
    "immutable-subject",
    "token-ip-restricted",
    "version-already-staged",
}
TOKEN = "npm_" + "a1B2" * 9


def rules(one: Diagnosis) -> list[str | None]:
    return [cause.rule for cause in one.causes]


# --- each known text ---------------------------------------------------------------------------


@pytest.mark.parametrize("case", FAILED)
def test_a_failed_log_is_recognised_and_its_likeliest_cause_named_first(case: str) -> None:
    log, error, rule = FAILED[case]
    (found,) = diagnose(log)
    assert found.error == error
    assert (found.causes[0].rule if found.causes else None) == rule


@pytest.mark.parametrize("case", FAILED)
def test_the_line_that_is_named_is_the_line_that_is_shown(case: str) -> None:
    log, _, _ = FAILED[case]
    (found,) = diagnose(log)
    named = log_lines.plain(1, log.split("\n")[found.lines[0] - 1]).text
    assert named.removeprefix("##[error]")[:20].strip() in found.text


def test_every_known_text_stands_in_a_log_of_these_tests() -> None:
    assert {row.id for row in ERRORS} == {error for _, error, _ in FAILED.values()}


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: row.id)
def test_a_known_text_can_be_met_names_rules_that_are_and_has_a_source(row: ErrorText) -> None:
    assert all(part == part.lower() for parts in row.says for part in parts)
    assert {cause.rule for cause in row.causes} - {None} <= set(by_id()) | WITHOUT_A_PAGE
    assert row.source.startswith("https://")
    assert row.shows.endswith(".")
    assert row.look.endswith(".")


def test_known_texts_have_names_of_their_own() -> None:
    assert len({row.id for row in ERRORS}) == len(ERRORS)


# --- what the log says beside the error --------------------------------------------------------


def test_an_exchange_that_was_refused_is_shown_with_its_line() -> None:
    (found,) = diagnose(step(f"{EXCHANGE_404}\n{not_found()}"))
    assert "answered 404" in found.causes[0].seen[0].says
    assert found.causes[0].seen[0].line == 5


def test_after_an_exchange_that_succeeded_no_token_and_no_old_npm_is_blamed() -> None:
    (found,) = diagnose(step(f"npm info using npm@10.8.2\n{EXCHANGE_201}\n{not_found()}"))
    assert not {"token-expired", "npm-too-old-for-trusted-publishing"} & set(rules(found))


def test_an_npm_that_is_new_enough_is_not_called_too_old() -> None:
    (found,) = diagnose(f"npm info using npm@11.6.2\n{NEED_AUTH}")
    assert "npm-too-old-for-trusted-publishing" not in rules(found)


def test_an_npm_that_a_later_step_replaces_is_not_blamed() -> None:
    setup = step("node: v22.14.0\nnpm: 10.9.2", run="actions/setup-node@v6", fails=False)
    upgrade = step("changed 16 packages in 3s", run="npm install -g npm@11", fails=False)
    (kept,) = diagnose(setup + step(NEED_AUTH))
    (replaced,) = diagnose(setup + upgrade + step(NEED_AUTH))
    assert rules(kept)[0] == "npm-too-old-for-trusted-publishing"
    assert rules(replaced)[0] != "npm-too-old-for-trusted-publishing"


def test_an_npm_that_speaks_like_npm_12_is_not_called_too_old() -> None:
    (found,) = diagnose(NEED_AUTH.replace("npm adduser", "npm login"))
    assert "npm-too-old-for-trusted-publishing" not in rules(found)


def test_a_job_that_signs_provenance_has_an_id_token_and_not_npms_trust() -> None:
    signed = "npm notice publish Signed provenance statement with source and build information"
    log = step(f"{signed}\n{not_found()}", failed_logs.PLACEHOLDER)
    (found,) = diagnose(log)
    assert rules(found)[:2] == ["trusted-publisher-mismatch", "npm-too-old-for-trusted-publishing"]
    assert "id-token-permission-missing" not in rules(found)
    (with_token,) = diagnose(log.replace(failed_logs.PLACEHOLDER, "NODE_AUTH_TOKEN: ***"))
    assert rules(with_token)[0] == "token-expired"


def test_a_token_that_is_empty_did_not_expire() -> None:
    (found,) = diagnose(step(not_found(), "NODE_AUTH_TOKEN: "))
    assert rules(found)[0] == "no-credential"
    assert "token-expired" not in rules(found)


def test_another_packages_exchange_says_nothing_of_this_one() -> None:
    other = EXCHANGE_201.replace("core", "other")
    (found,) = diagnose(step(f"{other}\n{EXCHANGE_404}\n{not_found()}"))
    assert rules(found)[0] == "trusted-publisher-mismatch"


def test_what_one_step_says_is_no_clue_for_the_next() -> None:
    (found,) = diagnose(step(EXCHANGE_404, fails=False) + step(not_found(), "NODE_AUTH_TOKEN: ***"))
    assert rules(found)[0] == "token-expired"


def test_the_script_that_github_prints_is_not_taken_for_its_output() -> None:
    assert diagnose(step("all is well", run="grep -q 'npm error code E404' log", fails=False)) == ()


# --- several failures --------------------------------------------------------------------------


def test_one_cause_of_many_packages_is_one_diagnosis() -> None:
    logs = [not_found(f"@acme%2fp{n}", f"@acme/p{n}@1.0.0") for n in range(19)]
    (found,) = diagnose("\n".join(logs))
    assert found.count == 19
    assert found.packages == tuple(f"@acme/p{n}" for n in range(19))


def test_two_causes_are_two_diagnoses_in_the_order_of_the_log() -> None:
    denied = put("403 Forbidden", "OIDC permission denied for this action", "b")
    found = diagnose(f"{not_found('a', 'a@1.0.0')}\n{denied}\n{NEED_AUTH}")
    assert [one.error for one in found] == ["upload-404", "oidc-permission-denied", "need-auth"]
    assert [one.lines for one in found] == sorted(one.lines for one in found)


def test_jobs_of_one_log_are_kept_apart() -> None:
    def job(name: str, text: str) -> str:
        lines = text.rstrip("\n").split("\n")
        return "".join(f"{name}\tPublish\t2026-11-24T04:31:07.1Z {line}\n" for line in lines)

    old = job("old", f"npm info using npm@10.8.2\n{NEED_AUTH}")
    found = diagnose(old + job("new", f"npm info using npm@11.6.0\n{EXCHANGE_404}\n{NEED_AUTH}"))
    assert [rules(one)[0] for one in found] == [
        "npm-too-old-for-trusted-publishing",
        "trusted-publisher-mismatch",
    ]


def test_lines_of_two_packages_that_run_at_once_are_told_apart() -> None:
    mixed = (
        "a: npm error code E404\n"
        "b: building\n"
        f"a: npm error 404 Not Found - PUT {failed_logs.REGISTRY}/a - Not found\n"
        "b: npm error code E403\n"
        f"b: npm error 403 403 Forbidden - PUT {failed_logs.REGISTRY}/b - OIDC permission denied"
        " for this action"
    )
    found = {one.error: one.packages for one in diagnose(mixed)}
    assert found == {"upload-404": ("a",), "oidc-permission-denied": ("b",)}


# --- what is no failure of a publish, or not known ---------------------------------------------


@pytest.mark.parametrize(
    "log",
    [
        "",
        step(f"{EXCHANGE_201}\nnpm notice Publishing to x\n+ @acme/core@1.2.3", fails=False),
        step(f"{EXCHANGE_404}\n+ @acme/core@1.2.3", "NODE_AUTH_TOKEN: ***", fails=False),
        "npm notice npm tokens that bypass 2FA are being restricted\n+ @acme/core@1.2.3\n",
        "[WARN] Skipped OIDC: ERR_PNPM_AUTH_TOKEN_EXCHANGE: Failed token exchange request with"
        " body message: Unknown error (status code 404)\n+ @acme/core@1.2.3\n",
        step("npm error code E404\nnpm error 404 Not Found - GET https://x/y", fails=False),
        step("src/a.ts\n  3:1  error  Unexpected console statement", fails=False),
    ],
)
def test_a_publish_that_succeeded_is_not_diagnosed(log: str) -> None:
    assert diagnose(log) == ()
    assert page(()).startswith("Nothing in this log failed")


def test_an_unknown_text_is_said_to_be_unknown() -> None:
    (found,) = diagnose(step("npm error code EWHATEVER\nnpm error The moon is in the way"))
    assert found.error is None
    assert found.text == "npm error The moon is in the way"
    assert not names_a_cause((found,))
    assert "not one that this program knows" in page((found,))


def test_of_a_failure_without_any_error_text_the_last_line_is_shown() -> None:
    (found,) = diagnose(step("compiling\nSegmentation fault"))
    assert (found.error, found.text) == (None, "Segmentation fault")


def test_a_script_that_wraps_npm_adds_no_second_failure() -> None:
    wrapper = "npm error Lifecycle script `release` failed with error:\nnpm error code 1"
    (found,) = diagnose(step(f"{not_found()}\n{wrapper}"))
    assert found.error == "upload-404"


def test_a_package_that_cannot_be_installed_is_no_refused_publish() -> None:
    url = f"{failed_logs.REGISTRY}/@acme%2fprivate"
    log = step(f"npm error code E404\nnpm error 404 Not Found - GET {url} - Not found")
    (found,) = diagnose(log)
    assert found.error == "read-refused"
    assert not names_a_cause((found,))


def test_another_registry_is_not_explained_with_npms_rules() -> None:
    log = not_found().replace("registry.npmjs.org", "npm.example.com")
    (found,) = diagnose(log)
    assert found.error == "other-registry"
    assert not names_a_cause((found,))


# --- how logs are written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("npm error", "\x1b[1mnpm\x1b[22m \x1b[31merror\x1b[39m"),
        lambda text: text.replace("npm error", "\x1b[0m\x1b[37;40mnpm\x1b[0m \x1b[0mERR!\x1b[0m"),
        lambda text: "".join(f"2026-11-24T04:31:07.12Z {line}\n" for line in text.split("\n")),
        lambda text: "".join(f"p\ts\t2026-11-24T04:31:07Z {line}\n" for line in text.split("\n")),
        lambda text: "".join(f"@acme/core:release: {line}\n" for line in text.split("\n")),
    ],
)
def test_time_stamps_colours_and_line_ends_do_not_matter(written: object) -> None:
    assert callable(written)
    (found,) = diagnose(written(not_found()))
    assert (found.error, found.packages) == ("upload-404", ("@acme/core",))


def test_lines_that_arrive_one_by_one_are_read_alike() -> None:
    log = step(f"{EXCHANGE_404}\n{not_found()}")
    assert diagnose_lines(iter(log.splitlines(keepends=True))) == diagnose(log)


def test_of_a_log_that_is_too_long_the_end_is_read_and_that_is_said() -> None:
    log = "building\n" * 1_000 + not_found()
    cut, found = diagnose(log, limit=2_000)
    assert "beginning was not read" in cut.shows
    assert log.split("\n")[found.lines[0] - 1] == found.text


def test_a_log_of_nothing_but_errors_gives_a_bounded_answer() -> None:
    log = "\n".join(f"npm error code EX{n}\nnpm error problem {n}" for n in range(3_000))
    assert len(diagnose(log)) <= MAX_DIAGNOSES


# --- the page ----------------------------------------------------------------------------------


def test_the_page_names_line_text_cause_evidence_fix_and_what_to_look_at() -> None:
    written = page(diagnose(step(f"{EXCHANGE_404}\n{not_found()}")))
    assert "npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fcore" in written
    assert "1. trusted-publisher-mismatch (documented): No trusted publisher" in written
    assert "line 5 says that the exchange for trusted publishing was answered 404" in written
    assert "fix: Correct the field that differs on npmjs.com" in written
    assert "npm-publish-preflight explain trusted-publisher-mismatch" in written
    assert "Look next: Run the same step once with `npm publish --dry-run" in written
    assert written.endswith("1 known failure in this log.\n")


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        "//registry.npmjs.org/:_authToken=abc",
        "ghp_" + "a1" * 18,
        "0f6f2b0e-1c1d-4e55-9d3c-2a52c0a10e4f",
        "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJucG0ifQ.c2ln",
    ],
)
def test_a_secret_in_a_log_is_never_shown(secret: str) -> None:
    log = step(
        f"npm http fetch POST 404 {failed_logs.EXCHANGE}?t={secret} 1ms\n"
        f"{put('404 Not Found', secret)}\nnpm error code EX\nnpm error {secret}",
        f"NODE_AUTH_TOKEN: {secret}",
    )
    found = diagnose(log)
    assert found
    assert secret not in page(found) + repr(found)


def test_a_copied_log_that_lost_the_end_of_a_header_is_no_log_of_a_success() -> None:
    copied = step(not_found("@acme/widget"), env="CI: true").replace("##[endgroup]", "")
    (found,) = diagnose(copied)
    assert "token-expired" in rules(found)
    copied = step("what nobody knows").replace("##[endgroup]", "")
    (found,) = diagnose(copied)
    assert found.error is None


def test_what_a_log_says_to_the_runner_is_broken_on_the_page() -> None:
    written = page(diagnose("##[error]Error: ::add-mask::x ##[endgroup]\n::error::boo\n"))
    assert "##[" not in written
    assert not any(line.lstrip().startswith("::") for line in written.splitlines())


_PIECES = st.sampled_from(
    ["npm error ", "code E404", "\n", " - PUT ", "https://a/b", "\x1b[", "##[error]", "lerna ERR! "]
    + ["YN0035: ", "\t", "::", "\r", "@", "NODE_AUTH_TOKEN: ", "\u202e", "##[group]Run ", "EOTP"]
    + [part for row in ERRORS for parts in row.says for part in parts]
)


@given(st.lists(_PIECES | st.text(max_size=20), max_size=60).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered_with_a_harmless_page(text: str) -> None:
    found = diagnose(text)
    written = page(found)
    assert all(line.isprintable() for line in written.splitlines())
    assert all(1 <= line <= text.count("\n") + 1 for one in found for line in one.lines)


@pytest.mark.parametrize(
    "piece",
    [
        "npm error 404 - PUT https://\n",
        "\x1b[1;",
        "##[error]'@a/b",
        "publish package @a",
        "a\n",
        "lerna ERR! E404\n",
        "npm notice name: ",
        "couldn't publish package: \"",
    ],
)
def test_twice_the_text_takes_about_twice_the_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begin = time.process_time()
        diagnose(text)
        return time.process_time() - begin

    seconds(10_000)
    assert seconds(400_000) < 8 * seconds(100_000) + 0.5
