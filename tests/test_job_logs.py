"""`diagnose` of a run's or job's page: its log through GitHub's API, and every way to fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import github_server
import pytest
from failed_logs import NEED_AUTH, not_found, step
from github_server import TOKEN, Repository
from test_cli import run

from checker.asking import job_log
from checker.asking.job_log import NotMeant, Page
from checker.sources import log_download
from checker.sources.github import Failed

SERVER = "https://github.com"
RUN = f"{SERVER}/acme/widget/actions/runs/29679449"
LOG = step(not_found(), "NODE_AUTH_TOKEN: ***")


@dataclass
class Store:
    """The host of the logs. answers: path to status, body and headers. asked: headers by path."""

    answers: dict[str, tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    url: str = ""

    def keep(self, text: str, path: str = "/log?sig=a1B2c3", status: int = 200) -> str:
        """The address of a log."""
        self.answers[path] = (status, text.encode(), {})
        return f"{self.url}{path}"


@contextmanager
def storing() -> Iterator[Store]:
    store = Store()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            store.asked[self.path] = {name.lower(): value for name, value in self.headers.items()}
            status, body, headers = store.answers[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    store.url = f"http://localhost:{server.server_port}"
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def store() -> Iterator[Store]:
    with storing() as made:
        yield made


@pytest.fixture
def repository(store: Store) -> Repository:
    jobs = [
        _job(1, "build", "success"),
        _job(2, "publish", "failure"),
        _job(3, "publish next", "failure"),
        {**_job(9, "publish", "failure"), "run_attempt": 1},
    ]
    return Repository(
        jobs=jobs,
        logs={
            2: store.keep(LOG),
            3: store.keep(step(NEED_AUTH), "/next"),
            9: store.keep(step("npm error code EOTP"), "/first"),
        },
    )


def _job(number: int, name: str, conclusion: str | None) -> dict[str, object]:
    status = "completed" if conclusion else "in_progress"
    return {
        "id": number,
        "name": name,
        "status": status,
        "conclusion": conclusion,
        "run_attempt": 2,
    }


@pytest.fixture
def environ(repository: Repository) -> Iterator[dict[str, str]]:
    with github_server.serving(repository) as base:
        yield {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": base}


# --- which log is meant -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "attempt", "job"),
    [
        (RUN, None, None),
        (f"{RUN}/", None, None),
        (f"{RUN}/job/2", None, 2),
        (f"{RUN}/job/2?pr=17#step:5:12", None, 2),
        (f"{RUN}/attempts/1", 1, None),
        (f"{RUN}/attempts/1/job/9", 1, 9),
        (RUN.replace("github.com", "GitHub.com"), None, None),
    ],
)
def test_a_page_of_github_names_a_run_or_a_job(
    text: str, attempt: int | None, job: int | None
) -> None:
    assert job_log.page(text, {}) == Page("acme/widget", 29679449, attempt, job)


@pytest.mark.parametrize("text", ["-", "log.txt", "logs/https.txt", "github.com/acme/widget"])
def test_anything_else_is_a_file(text: str) -> None:
    assert job_log.page(text, {}) is None


@pytest.mark.parametrize(
    "text",
    [
        f"{SERVER}/acme/widget",
        f"{SERVER}/acme/widget/actions/workflows/release.yml",
        RUN.replace("https:", "http:"),
        RUN.replace("github.com", "github.com.evil.example"),
        RUN.replace("github.com", "user@github.com"),
        RUN.replace("acme/widget", "acme/..%2fwidget"),
    ],
)
def test_an_address_of_another_page_or_host_is_none(text: str) -> None:
    with pytest.raises(NotMeant):
        job_log.page(text, {})


def test_a_server_of_ones_own_is_the_one_that_the_environment_names() -> None:
    own = {"GITHUB_SERVER_URL": "https://git.example.com"}
    assert job_log.page(RUN.replace("github.com", "git.example.com"), own) is not None
    with pytest.raises(NotMeant, match=r"not on `https://git\.example\.com`"):
        job_log.page(RUN, own)


# --- the whole command --------------------------------------------------------------------------


def test_a_jobs_log_is_diagnosed(environ: dict[str, str]) -> None:
    done = run("diagnose", f"{RUN}/job/2", env=environ)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("Job publish (https://github.com/Acme/Widget/actions/runs/")
    assert "1. token-expired" in done.stdout
    assert "package: @acme/core" in done.stdout


def test_of_a_run_every_job_that_failed_is_diagnosed(environ: dict[str, str]) -> None:
    done = run("diagnose", RUN, env=environ)
    assert done.returncode == 1
    assert [line.split(" (")[0] for line in done.stdout.splitlines() if line[:4] == "Job "] == [
        "Job publish",
        "Job publish next",
    ]
    assert "1. token-expired" in done.stdout
    assert "ENEEDAUTH" in done.stdout


def test_an_attempt_has_jobs_of_its_own(environ: dict[str, str]) -> None:
    done = run("diagnose", f"{RUN}/attempts/1", env=environ)
    assert done.stdout.count("Job ") == 1
    assert "EOTP" in done.stdout


def test_of_a_run_that_did_not_fail_that_is_said(
    environ: dict[str, str], repository: Repository
) -> None:
    repository.jobs = repository.jobs[:1]
    done = run("diagnose", RUN, env=environ)
    assert (done.returncode, done.stdout) == (0, "No job of this run failed.\n")


def test_the_host_of_the_log_is_sent_no_credential(
    environ: dict[str, str], repository: Repository, store: Store, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine localhost login jane password secret\n")
    run("diagnose", f"{RUN}/job/2", env={**environ, "HOME": str(tmp_path)})
    [headers] = store.asked.values()
    assert not {"authorization", "cookie", "proxy-authorization"} & set(headers)
    assert TOKEN not in str(headers)
    assert [path for _, path in repository.requests] == [
        "/api/v3/repos/acme/widget/actions/jobs/2",
        "/api/v3/repos/acme/widget/actions/jobs/2/logs",
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "it is not there, or"), (410, "GitHub deletes a log after 90 days")],
)
def test_a_log_that_is_not_there_is_bad_input_in_words(
    environ: dict[str, str], repository: Repository, status: int, words: str
) -> None:
    repository.logs[2] = status
    done = run("diagnose", f"{RUN}/job/2", env=environ)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"({status})" in done.stderr
    assert words in done.stderr


def test_what_a_missing_permission_is_called_is_said(
    environ: dict[str, str], repository: Repository
) -> None:
    repository.may = set()
    done = run("diagnose", RUN, env=environ)
    assert done.returncode == 2
    assert "may not (403); a job's log takes `actions: read`" in done.stderr


def test_a_job_that_still_runs_has_no_log_yet(
    environ: dict[str, str], repository: Repository
) -> None:
    repository.jobs.append(_job(4, "slow", None))
    done = run("diagnose", f"{RUN}/job/4", env=environ)
    assert done.returncode == 2
    assert "job `slow` has not ended" in done.stderr


def test_a_token_that_is_none_or_wrong_is_said(environ: dict[str, str]) -> None:
    without = run("diagnose", RUN, env={**environ, "GITHUB_TOKEN": ""})
    assert (without.returncode, without.stdout) == (2, "")
    assert "gh auth token" in without.stderr
    wrong = run("diagnose", RUN, env={**environ, "GITHUB_TOKEN": "ghp_wrong"})
    assert wrong.returncode == 2
    assert "the GitHub token is not valid (401)" in wrong.stderr
    assert "ghp_wrong" not in wrong.stderr


def test_an_address_that_is_none_is_bad_input() -> None:
    done = run("diagnose", "https://example.com/log.txt", env={"GITHUB_TOKEN": TOKEN})
    assert done.returncode == 2
    assert "https://github.com/OWNER/REPO/actions/runs/1234/job/5678" in done.stderr


def test_a_name_of_a_job_steers_nothing(environ: dict[str, str], repository: Repository) -> None:
    repository.jobs[1]["name"] = "::error::x\x1b[31m\n::add-mask::y"
    done = run("diagnose", f"{RUN}/job/2", env={**environ, "GITHUB_ACTIONS": "true"})
    assert "\x1b" not in done.stdout
    assert not any(line.lstrip().startswith("::") for line in done.stdout.splitlines())


# --- the log's host -----------------------------------------------------------------------------


def test_lines_arrive_whole_whatever_the_pieces(store: Store) -> None:
    text = "\ufeffone\r\ntwo\nthrée" + "x" * 200_000 + "\nlast"
    got = list(log_download.lines(store.keep(text)))
    assert got[:2] == ["\ufeffone\r\n", "two\n"]
    assert got[2].startswith("thrée")
    assert len(got[2]) <= log_download.LINE_BYTES + 1
    assert got[3] == "last"


def test_a_log_of_endless_length_is_left(store: Store) -> None:
    address = store.keep("building\n" * 100_000)
    with pytest.raises(Failed, match="longer than"):
        list(log_download.lines(address, most_bytes=100_000))


def test_a_log_that_takes_for_ever_is_left(store: Store) -> None:
    address, times = store.keep("building\n"), iter([0.0, log_download.MOST_SECONDS])
    with pytest.raises(Failed, match="in time"):
        list(log_download.lines(address, clock=lambda: next(times)))


@pytest.mark.parametrize("status", [302, 403, 404, 500])
def test_what_the_host_refuses_is_told_without_its_address(store: Store, status: int) -> None:
    address = store.keep("", status=status)
    with pytest.raises(Failed) as failure:
        list(log_download.lines(address))
    assert str(failure.value) == f"the log's host answers {status}"


@pytest.mark.parametrize(
    "address",
    ["http://logs.example.com/?sig=a1B2c3", "file:///etc/passwd", "https://", "http://[::1"],
)
def test_an_address_that_is_no_safe_one_is_not_asked(address: str) -> None:
    with pytest.raises(Failed) as failure:
        list(log_download.lines(address))
    assert "sig" not in str(failure.value)


def test_a_host_that_does_not_answer_is_told_without_its_address() -> None:
    with pytest.raises(Failed) as failure:
        list(log_download.lines("http://127.0.0.1:9/?sig=a1B2c3"))
    assert str(failure.value) == "the log's host does not send it"
