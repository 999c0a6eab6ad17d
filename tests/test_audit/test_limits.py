"""GitHub's limits, outages and refusals: waited for with a bound, asked again with a bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from auditing_world import World
from github_api.server import TOKEN, Fault, GitHub, Repository, of

from checker.sources.github import Failed
from checker.sources.remote.api import Api
from checker.sources.remote.pauses import LONGEST_SECONDS, Exhausted, Pauses

PATH = "/repos/acme/widget"
Serve = Callable[[GitHub], World]


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def github() -> GitHub:
    return of(Repository("acme/widget", {"a": b"a"}))


@pytest.fixture
def api(world: Serve, github: GitHub, clock: Clock) -> Iterator[Api]:
    client = Api(TOKEN, world(github).address, clock=clock, sleep=clock.sleep, timeout=1)
    yield client
    client.close()


def limited(status: int = 403, message: str = "no", **headers: object) -> Fault:
    named = tuple((name.replace("_", "-"), str(value)) for name, value in headers.items())
    return Fault(status, named, message)


# --- limits -----------------------------------------------------------------------------------


def test_retry_after_is_waited_for_to_the_second(api: Api, github: GitHub, clock: Clock) -> None:
    github.faults = {"widget": [limited(429, retry_after=17)]}
    assert api.get(PATH).told["full_name"] == "acme/widget"
    assert clock.slept == [17]


def test_a_primary_limit_is_waited_for_until_its_renewal(
    api: Api, github: GitHub, clock: Clock
) -> None:
    reset = int(clock.now) + 1200
    github.faults = {"widget": [limited(x_ratelimit_remaining=0, x_ratelimit_reset=reset)]}
    assert api.get(PATH).status == 200
    assert clock.slept == [1201]


def test_a_secondary_limit_without_a_time_is_waited_for_longer_each_time(
    api: Api, github: GitHub, clock: Clock
) -> None:
    words = "You have exceeded a secondary rate limit."
    github.faults = {"widget": [limited(message=words) for _ in range(3)]}
    assert api.get(PATH).status == 200
    assert clock.slept == [60, 120, 240]


def test_the_next_request_waits_where_the_last_answer_left_nothing(
    api: Api, github: GitHub, clock: Clock
) -> None:
    reset = int(clock.now) + 600
    fault = Fault(200, (("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", str(reset))), "last")
    github.faults = {"widget": [fault]}
    assert api.get(PATH).told == {"message": "last"}
    assert clock.slept == []
    assert api.get(PATH).status == 200
    assert clock.slept == [600]


def test_a_403_that_is_no_limit_is_a_matter_of_permissions(
    api: Api, github: GitHub, clock: Clock
) -> None:
    github.faults = {"widget": [limited(message="Resource not accessible by integration")]}
    with pytest.raises(Failed, match="may not") as failure:
        api.get(PATH)
    assert failure.value.status == 403
    assert clock.slept == []


@pytest.mark.parametrize("seconds", [LONGEST_SECONDS + 1, 10**8])
def test_a_pause_beyond_the_bound_ends_the_audit_at_once(
    api: Api, github: GitHub, clock: Clock, seconds: int
) -> None:
    github.faults = {"widget": [limited(429, retry_after=seconds)]}
    with pytest.raises(Exhausted) as error:
        api.get(PATH)
    assert error.value.seconds == seconds
    with pytest.raises(Exhausted):
        api.get("/users/acme")
    assert clock.slept == []


def test_limits_that_never_end_are_given_up(api: Api, github: GitHub, clock: Clock) -> None:
    github.faults = {"widget": [limited(429, retry_after=1) for _ in range(50)]}
    with pytest.raises(Exhausted):
        api.get(PATH)
    assert len(github.requests) == 5


def test_graphql_says_its_limit_with_status_200(api: Api, github: GitHub, clock: Clock) -> None:
    reset = int(clock.now) + 30
    told = "limited"
    fault = Fault(
        200, (("x-ratelimit-reset", str(reset)),), told, body={"errors": [{"type": "RATE_LIMITED"}]}
    )
    github.faults = {"graphql": [fault]}
    variables = {"owner": "acme", "name": "widget"}
    assert api.query("query", variables) == {"repository": {}}
    assert clock.slept == [31]


def test_githubs_own_host_is_not_asked_faster_than_its_points_allow(clock: Clock) -> None:
    pauses = Pauses(clock, clock.sleep, per_minute=900)
    for _ in range(31):
        pauses.wait("core")
    assert sum(clock.slept) == pytest.approx(2, abs=0.02)


def test_the_pace_is_kept_for_github_com_and_not_for_a_server_of_ones_own() -> None:
    paces = {
        url: Api(TOKEN, url).per_minute
        for url in ("https://api.github.com", "https://api.acme.ghe.com", "https://git.acme.test")
    }
    assert list(paces.values()) == [900, 900, None]


def test_a_long_pause_is_told_once_and_a_short_one_not(clock: Clock) -> None:
    told: list[float] = []
    pauses = Pauses(clock, clock.sleep, tell=told.append)
    pauses.rest("core", 10)
    pauses.wait("core")
    assert told == []
    pauses.rest("core", 600)
    pauses.wait("core")
    pauses.wait("core")
    assert told == [600]


# --- outages ----------------------------------------------------------------------------------


def test_an_outage_is_asked_about_again_with_pauses(api: Api, github: GitHub, clock: Clock) -> None:
    github.faults = {"widget": [Fault(502), Fault(500), Fault(503)]}
    assert api.get(PATH).status == 200
    assert clock.slept == [1, 4, 10]


def test_an_outage_that_stays_fails_after_four_tries(api: Api, github: GitHub) -> None:
    github.faults = {"widget": [Fault(500) for _ in range(50)]}
    with pytest.raises(Failed, match="500"):
        api.get(PATH)
    assert len(github.requests) == 4


def test_an_answer_that_is_never_ready_fails_after_four_tries(
    api: Api, github: GitHub, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("github.Consts.PROCESSING_202_WAIT_TIME", 0)
    github.faults = {"widget": [Fault(202) for _ in range(50)]}
    with pytest.raises(Failed, match=r"GitHub has not made its answer ready \(202\)"):
        api.get(PATH)
    assert clock.slept == [1, 4, 10]
    assert len(github.requests) == 4


def test_an_answer_that_becomes_ready_is_waited_for(api: Api, github: GitHub, clock: Clock) -> None:
    github.faults = {"widget": [Fault(202)]}
    assert api.get(PATH).told["full_name"] == "acme/widget"
    assert clock.slept == [1]


def test_an_answer_that_does_not_come_is_an_outage(api: Api, github: GitHub) -> None:
    github.faults = {"widget": [Fault(seconds=1.6), Fault(drop=True)]}
    assert api.get(PATH).status == 200
    assert len(github.requests) == 3


def test_nobody_there_is_a_failure_in_words(clock: Clock) -> None:
    api = Api(TOKEN, "http://127.0.0.1:9", clock=clock, sleep=clock.sleep)
    with pytest.raises(Failed, match="cannot be reached"):
        api.get(PATH)
    assert clock.slept == [1, 4, 10]


@pytest.mark.parametrize("status", [400, 401, 404, 410, 451])
def test_what_is_refused_is_not_asked_again(api: Api, github: GitHub, status: int) -> None:
    github.faults = {"widget": [Fault(status)]}
    with pytest.raises(Failed, match=str(status)):
        api.get(PATH)
    assert len(github.requests) == 1


def test_a_redirect_to_another_host_is_not_followed(api: Api, github: GitHub) -> None:
    elsewhere = Fault(301, (("location", "http://elsewhere.test/api/v3/repos/acme/widget"),))
    github.faults = {"widget": [elsewhere]}
    with pytest.raises(Failed, match="something else"):
        api.get(PATH)


# --- conditions and tokens --------------------------------------------------------------------


def test_what_did_not_change_is_answered_without_its_content(api: Api) -> None:
    first = api.get(PATH)
    assert first.etag
    second = api.get(PATH, first.etag)
    assert (second.status, second.told) == (304, None)
    assert api.counts["unchanged"] == 1


@pytest.mark.parametrize("token", ["", "two words", "gh\n", "ghö"])
def test_a_token_that_cannot_be_sent_is_told_without_itself(token: str) -> None:
    with pytest.raises(Failed) as failure:
        Api(token)
    assert token not in str(failure.value) or not token


@pytest.mark.parametrize("address", ["http://git.acme.test/api/v3", "ftp://x", "https://u:p@h/"])
def test_the_token_goes_to_no_address_that_is_not_safe(address: str) -> None:
    with pytest.raises(Failed):
        Api(TOKEN, address)


@pytest.mark.parametrize("errors", [5, "RATE_LIMITED", [{"type": []}], [{"type": {}}], [5], {}])
def test_errors_of_graphql_in_another_form_leave_what_it_told(
    api: Api, github: GitHub, errors: object
) -> None:
    body = {"data": {"repository": None}, "errors": errors}
    github.faults = {"graphql": [Fault(200, body=body)]}
    assert api.query("query { viewer { login } }", {}) == {"repository": None}
