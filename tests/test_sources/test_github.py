"""GitHub's API: each answer, each missing permission, the one comment, and every way to fail."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import github_server
import pytest
import responses
from github_server import BOT, OTHER_BOT, PERSON, TOKEN, Repository

from checker.facts import GitHubAnswers, Unknown
from checker.sources.github import API_URL, BUDGET_SECONDS, Failed, GitHub

MARKER = "<!-- ours -->"
ASKED = "acme/widget"
# As PyGithub writes the address, port included.
WRITTEN = f"{API_URL}:443"
DAY = "2026-08-01T10:20:30Z"


@pytest.fixture
def repository() -> Repository:
    return Repository()


@pytest.fixture
def base(repository: Repository) -> Iterator[str]:
    with github_server.serving(repository) as address:
        yield address


@pytest.fixture
def api(base: str) -> Iterator[GitHub]:
    client = GitHub(TOKEN, ASKED, base)
    yield client
    client.close()


def age_of(api: GitHub, name: str = "NPM_TOKEN", environment: str | None = None) -> object:
    [age] = api.answers((), [(name, environment)]).secrets
    assert (age.name, age.environment) == (name, environment)
    return age.updated


# --- what no file tells -----------------------------------------------------------------------


def test_the_repositorys_name_has_githubs_spelling_and_its_visibility(api: GitHub) -> None:
    answers = api.answers((), ())
    assert (answers.repository, answers.visibility) == ("Acme/Widget", "public")


@pytest.mark.parametrize("immutable", [True, False])
def test_whether_the_subject_is_immutable(
    api: GitHub, repository: Repository, immutable: bool
) -> None:
    repository.immutable_subject = immutable
    assert api.answers((), ()).immutable_subject is immutable


def test_an_environment_is_there_or_not(api: GitHub, repository: Repository) -> None:
    repository.environments = {"npm / live"}
    answers = api.answers(("npm / live", "npm"), ())
    assert answers.environments == (("npm / live", True), ("npm", False))


@pytest.mark.parametrize("level", ["", "org/"])
def test_when_a_secret_of_the_repository_or_its_organization_was_written(
    api: GitHub, repository: Repository, level: str
) -> None:
    repository.secrets = {f"{level}NPM_TOKEN": DAY}
    assert age_of(api) == datetime(2026, 8, 1, 10, 20, 30, tzinfo=UTC)


def test_the_environments_secret_hides_the_repositorys_and_that_the_organizations(
    api: GitHub, repository: Repository
) -> None:
    later = "2026-11-01T00:00:00Z"
    repository.secrets = {"npm/NPM_TOKEN": later, "NPM_TOKEN": DAY, "org/NPM_TOKEN": later}
    assert age_of(api, environment="npm") == datetime(2026, 11, 1, tzinfo=UTC)
    assert age_of(api, environment="other") == datetime(2026, 8, 1, 10, 20, 30, tzinfo=UTC)
    assert age_of(api) == datetime(2026, 8, 1, 10, 20, 30, tzinfo=UTC)


def test_an_organizations_secret_on_a_later_page_is_found(
    api: GitHub, repository: Repository
) -> None:
    repository.secrets = {f"org/A{number:03}": DAY for number in range(150)}
    repository.secrets["org/NPM_TOKEN"] = DAY
    assert isinstance(age_of(api), datetime)


def test_a_secret_that_is_nowhere_is_unknown_and_not_young(api: GitHub) -> None:
    assert isinstance(age_of(api), Unknown)


@pytest.mark.parametrize(
    ("lacking", "known"),
    [
        ({"secrets"}, {"visibility", "immutable_subject", "environments"}),
        ({"actions"}, {"visibility", "secrets"}),
        ({"actions", "secrets"}, {"visibility"}),
    ],
)
def test_without_a_permission_only_its_answers_are_unknown(
    api: GitHub, repository: Repository, lacking: set[str], known: set[str]
) -> None:
    repository.may -= lacking
    repository.secrets = {"NPM_TOKEN": DAY}
    repository.environments = {"npm"}
    answers = api.answers(("npm",), [("NPM_TOKEN", None)])
    told = {
        "visibility": answers.visibility,
        "immutable_subject": answers.immutable_subject,
        "environments": answers.environments[0][1],
        "secrets": answers.secrets[0].updated,
    }
    assert {name for name, value in told.items() if not isinstance(value, Unknown)} == known


def nothing_known(answers: GitHubAnswers) -> bool:
    parts = (answers.repository, answers.visibility, answers.immutable_subject)
    return all(isinstance(part, Unknown) for part in parts) and not answers.secrets


def test_a_token_that_is_not_valid_learns_nothing(base: str) -> None:
    answers = GitHub("ghs_" + "x" * 36, ASKED, base).answers((), [("NPM_TOKEN", None)])
    assert nothing_known(answers)
    assert isinstance(answers.visibility, Unknown)
    assert "(401)" in answers.visibility.why


def test_a_repository_that_the_token_may_not_see_is_asked_about_once(
    base: str, repository: Repository
) -> None:
    answers = GitHub(TOKEN, "acme/secret", base).answers(("npm",), [("NPM_TOKEN", None)])
    assert nothing_known(answers)
    assert len(repository.requests) == 1


def test_a_server_that_is_not_there_is_asked_once_and_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answers = GitHub(TOKEN, ASKED, f"http://127.0.0.1:{port}").answers((), ())
    assert isinstance(answers.visibility, Unknown)
    assert answers.visibility.why.endswith("GitHub's API cannot be reached")


def test_what_takes_too_long_is_not_asked_any_more(base: str, repository: Repository) -> None:
    repository.secrets = {"NPM_TOKEN": DAY}
    moments = iter([0.0, 1.0, BUDGET_SECONDS + 1, *[BUDGET_SECONDS + 2] * 9])
    api = GitHub(TOKEN, ASKED, base, clock=lambda: next(moments))
    answers = api.answers((), [("NPM_TOKEN", None)])
    assert answers.visibility == "public"
    assert isinstance(answers.secrets[0].updated, Unknown)
    assert len(repository.requests) == 1


@pytest.mark.parametrize("name", ["acme", "acme/a/b", "acme/..", "acme/wid get", "/", "acme/%2e"])
def test_what_is_no_name_of_a_repository_is_not_asked_about(name: str) -> None:
    with pytest.raises(Failed, match="name"):
        GitHub(TOKEN, name)


@pytest.mark.parametrize("address", ["http://ghes.example/api/v3", "https://a:b@ghes.example", "x"])
def test_the_token_goes_to_no_address_that_anybody_could_listen_at(address: str) -> None:
    with pytest.raises(Failed, match="address"):
        GitHub(TOKEN, ASKED, address)


@pytest.mark.parametrize("token", ["ghs_\nx", "ghs_ x", "gh\u00e9", ""])
def test_a_token_that_no_header_can_carry_is_not_sent(token: str) -> None:
    with pytest.raises(Failed, match="token") as failure:
        GitHub(token, ASKED)
    assert token == "" or token not in str(failure.value)


# --- answers as GitHub really gives them ------------------------------------------------------


def recorded(
    told: responses.RequestsMock, path: str, body: object, status: int = 200, **more: str
) -> None:
    told.add("GET", f"{WRITTEN}/repos/acme/widget{path}", json=body, status=status, headers=more)


def test_the_documented_answer_of_a_job_whose_token_may_little() -> None:
    with responses.RequestsMock() as told:
        recorded(told, "", {"id": 1, "full_name": "acme/widget", "private": True})
        refusal = {
            "message": "Resource not accessible by integration",
            "documentation_url": "https://docs.github.com/rest",
            "status": "403",
        }
        recorded(told, "/actions/oidc/customization/sub", refusal, 403)
        recorded(told, "/actions/secrets/NPM_TOKEN", refusal, 403)
        answers = GitHub(TOKEN, ASKED).answers((), [("NPM_TOKEN", None)])
    assert answers.visibility == "private"
    assert isinstance(answers.immutable_subject, Unknown)
    assert "may not (403)" in answers.immutable_subject.why


def test_an_older_server_that_knows_no_immutable_subject_leaves_it_open() -> None:
    with responses.RequestsMock() as told:
        recorded(told, "", {"full_name": "acme/widget", "visibility": "internal"})
        recorded(told, "/actions/oidc/customization/sub", {"use_default": True})
        answers = GitHub(TOKEN, ASKED).answers((), ())
    assert answers.visibility == "internal"
    assert isinstance(answers.immutable_subject, Unknown)


@pytest.mark.parametrize(
    "body",
    [[], "text", {"full_name": 7, "private": "yes"}, {"full_name": "a/b/c"}, None],
    ids=["a list", "a text", "wrong kinds", "no name", "null"],
)
def test_an_answer_of_another_shape_is_unknown(body: object) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as told:
        recorded(told, "", body)
        recorded(told, "/actions/oidc/customization/sub", [1])
        answers = GitHub(TOKEN, ASKED).answers((), ())
    assert nothing_known(answers)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_that_fails_or_asks_to_wait_is_not_asked_again(status: int) -> None:
    with responses.RequestsMock() as told:
        recorded(told, "", {"message": "x"}, status, **{"retry-after": "60"})
        answers = GitHub(TOKEN, ASKED).answers((), ())
        assert len(told.calls) == 1
    assert nothing_known(answers)


def test_an_answer_that_is_never_ready_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("github.Consts.PROCESSING_202_WAIT_TIME", 0)
    with responses.RequestsMock() as told:
        recorded(told, "", {}, 202, **{"retry-after": "60"})
        answers = GitHub(TOKEN, ASKED).answers((), [("NPM_TOKEN", None)])
        assert len(told.calls) == 1
    assert nothing_known(answers)
    assert isinstance(answers.visibility, Unknown)
    assert answers.visibility.why.endswith("GitHub has not made its answer ready (202)")


def test_a_limit_of_requests_is_not_taken_for_a_missing_permission() -> None:
    limit = {"message": "API rate limit exceeded for installation ID 1."}
    with responses.RequestsMock() as told:
        recorded(told, "", {"full_name": "acme/widget", "visibility": "public"})
        recorded(told, "/actions/oidc/customization/sub", limit, 403)
        answers = GitHub(TOKEN, ASKED).answers(("npm",), [("NPM_TOKEN", None)])
        assert len(told.calls) == 2
    assert isinstance(answers.immutable_subject, Unknown)
    assert answers.immutable_subject.why.endswith("too many requests (429)")
    assert isinstance(answers.environments[0][1], Unknown)


def test_a_renamed_repository_is_followed_on_the_same_host_and_nowhere_else() -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as told:
        recorded(told, "", {"message": "Moved"}, 301, location=f"{API_URL}/repositories/1")
        told.add(
            "GET", f"{WRITTEN}/repositories/1", json={"full_name": "acme/new", "private": False}
        )
        recorded(told, "/actions/oidc/customization/sub", {"use_immutable_subject": True})
        assert GitHub(TOKEN, ASKED).answers((), ()).repository == "acme/new"
    with responses.RequestsMock() as told:
        recorded(told, "", {}, 301, location="https://evil.example/repositories/1")
        assert nothing_known(GitHub(TOKEN, ASKED).answers((), ()))
        assert len(told.calls) == 1


# --- the one comment --------------------------------------------------------------------------


def bodies(repository: Repository) -> list[str]:
    return [comment["body"] for comment in repository.comments]


def test_the_comment_is_made_then_renewed_in_place_then_deleted(
    api: GitHub, repository: Repository
) -> None:
    api.set_comment(5, MARKER, f"{MARKER}\none")
    api.set_comment(5, MARKER, f"{MARKER}\ntwo")
    assert bodies(repository) == [f"{MARKER}\ntwo"]
    api.set_comment(5, MARKER, None)
    assert bodies(repository) == []


def test_a_comment_that_says_so_already_is_not_written_again(
    api: GitHub, repository: Repository
) -> None:
    api.set_comment(5, MARKER, f"{MARKER}\none")
    api.set_comment(5, MARKER, f"{MARKER}\none")
    of_comments = [method for method, path in repository.requests if path != "/api/graphql"]
    assert of_comments == ["GET", "POST", "GET"]


def test_where_all_is_well_and_nothing_was_said_nothing_is_written(
    api: GitHub, repository: Repository
) -> None:
    api.set_comment(5, MARKER, None)
    assert [method for method, _ in repository.requests] == ["GET"]


def test_the_comment_is_found_among_pages_of_others(
    api: GitHub, base: str, repository: Repository
) -> None:
    repository.page = 2
    texts = ["a", f"b {MARKER}", "c", f"{MARKER}\nold", "d"]
    repository.comments = [
        github_server.comment(base, repository, number, text)
        for number, text in enumerate(texts, start=1)
    ]
    api.set_comment(5, MARKER, f"{MARKER}\nnew")
    assert bodies(repository) == ["a", f"b {MARKER}", "c", f"{MARKER}\nnew", "d"]


@pytest.mark.parametrize("body", [f"{MARKER}\nnew", None])
def test_a_strangers_comment_with_the_marker_is_left_alone(
    api: GitHub, base: str, repository: Repository, body: str | None
) -> None:
    stranger = github_server.comment(base, repository, 1, f"{MARKER}\nhello", PERSON)
    repository.comments = [stranger]
    api.set_comment(5, MARKER, body)
    assert repository.comments[0] == stranger
    assert len(repository.comments) == (2 if body else 1)


@pytest.mark.parametrize("odd", [{"user": None}, {"body": None}, {"user": None, "body": None}])
def test_a_comment_without_an_author_or_a_text_keeps_ours_from_nobody(
    repository: Repository, api: GitHub, base: str, odd: dict[str, None]
) -> None:
    theirs = github_server.comment(base, repository, 1, f"{MARKER}\nhello", PERSON) | odd
    repository.comments = [theirs]
    api.set_comment(5, MARKER, f"{MARKER}\none")
    assert bodies(repository) == [theirs["body"], f"{MARKER}\none"]


@pytest.mark.parametrize("body", [f"{MARKER}\nnew", None])
def test_another_bots_comment_with_the_marker_is_left_alone(
    api: GitHub, base: str, repository: Repository, body: str | None
) -> None:
    theirs = github_server.comment(base, repository, 1, f"{MARKER}\nhello", OTHER_BOT)
    repository.comments = [theirs]
    api.set_comment(5, MARKER, body)
    assert repository.comments[0] == {**theirs, "body": f"{MARKER}\nhello"}
    assert len(repository.comments) == (2 if body else 1)


def test_with_an_apps_token_the_comment_of_a_jobs_own_token_is_left_alone(
    api: GitHub, base: str, repository: Repository
) -> None:
    repository.comments = [github_server.comment(base, repository, 1, f"{MARKER}\nold", BOT)]
    repository.viewer = OTHER_BOT
    api.set_comment(5, MARKER, f"{MARKER}\none")
    api.set_comment(5, MARKER, f"{MARKER}\ntwo")
    assert bodies(repository) == [f"{MARKER}\nold", f"{MARKER}\ntwo"]


def test_where_github_does_not_say_whose_the_token_is_nothing_is_written(
    api: GitHub, base: str, repository: Repository
) -> None:
    repository.comments = [github_server.comment(base, repository, 1, f"{MARKER}\nold", BOT)]
    repository.says_viewer = False
    with pytest.raises(Failed, match="whose the GitHub token is"):
        api.set_comment(5, MARKER, f"{MARKER}\nnew")
    assert bodies(repository) == [f"{MARKER}\nold"]


def test_whose_the_token_is_is_asked_once_however_many_imitate_the_comment(
    repository: Repository, api: GitHub, base: str
) -> None:
    repository.comments = [
        github_server.comment(base, repository, number, f"{MARKER}\nhello", PERSON)
        for number in range(1, 40)
    ]
    api.set_comment(5, MARKER, f"{MARKER}\none")
    assert [path for _, path in repository.requests].count("/api/graphql") == 1
    assert bodies(repository)[-1] == f"{MARKER}\none"


def test_with_a_persons_token_that_persons_comment_is_renewed(
    api: GitHub, repository: Repository
) -> None:
    repository.viewer = {"login": "keeper", "id": 9, "type": "User"}
    api.set_comment(5, MARKER, f"{MARKER}\none")
    api.set_comment(5, MARKER, f"{MARKER}\ntwo")
    assert bodies(repository) == [f"{MARKER}\ntwo"]


def test_pull_requests_write_is_enough(api: GitHub, repository: Repository) -> None:
    repository.may = {"pull-requests"}
    api.set_comment(5, MARKER, f"{MARKER}\none")
    assert len(repository.comments) == 1


def test_without_permission_it_is_a_failure_with_its_status(
    api: GitHub, repository: Repository
) -> None:
    repository.may = set()
    with pytest.raises(Failed, match=r"may not \(403\)") as failure:
        api.set_comment(5, MARKER, f"{MARKER}\none")
    assert failure.value.status == 403
    assert repository.comments == []
