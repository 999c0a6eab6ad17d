"""npm's rules as the registry of the tests enforces them, asked over HTTP as a client would."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from registry.issuer import Issuer, Run
from registry.server import PLACEHOLDER, Registry
from registry.world import (
    ONE_TIME_PASSWORD,
    Account,
    Contested,
    Package,
    Token,
    TrustedPublisher,
    World,
    package,
    utc,
)

KEY = b"a key"
NOW = utc(2026, 11, 24, 12)
NAME, PATH = "@acme/widget", "@acme%2fwidget"
EXCHANGE = f"-/npm/v1/oidc/token/exchange/package/{PATH}"
GOOD = Token("npm_" + "1" * 36, bypass_2fa=True)
PUBLISHER = TrustedPublisher(
    "acme/widget", "release.yml", allowed=("createPackage", "createStagedPackage")
)


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def error(self) -> str:
        return str(self.body.get("error", ""))


def call(
    registry: Registry,
    method: str,
    path: str,
    bearer: str | None = None,
    body: object = None,
    otp: str | None = None,
) -> Reply:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    headers |= {"npm-otp": otp} if otp else {}
    reply = requests.request(method, registry.url + path, json=body, headers=headers, timeout=10)
    return Reply(reply.status_code, reply.json(), reply.headers)


def upload(name: str = NAME, version: str = "1.2.0", access: str | None = "public") -> object:
    data = b"a tarball"
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    return {
        "_id": name,
        "name": name,
        "access": access,
        "dist-tags": {"latest": version},
        "versions": {
            version: {
                "name": name,
                "version": version,
                "dist": {"integrity": f"sha512-{digest}"},
            }
        },
        "_attachments": {
            f"{name}-{version}.tgz": {"data": base64.b64encode(data).decode(), "length": len(data)}
        },
    }


def world(*things: Token | Package | Account) -> World:
    made = World().add(Account(), package(NAME, "1.1.0", publishers=[replace(PUBLISHER)]))
    return made.add(*things)


def publish(
    token: Token, *things: Package | Account, now: Any = NOW, otp: str | None = None
) -> Reply:
    with Registry(world(token, *things), now, KEY) as registry:
        return call(registry, "PUT", PATH, token.secret, upload(), otp)


# --- tokens -----------------------------------------------------------------------------------


def test_a_good_token_publishes_and_the_version_can_be_read() -> None:
    with Registry(world(GOOD), NOW, KEY) as registry:
        done = call(registry, "PUT", PATH, GOOD.secret, upload())
        record = call(registry, "GET", PATH).body
    assert done.status == 200
    assert record["dist-tags"] == {"latest": "1.2.0"}
    assert record["versions"]["1.2.0"]["_npmUser"] == {"name": "jane"}
    assert "bypass 2FA are being restricted" in done.headers["npm-notice"]


@pytest.mark.parametrize(
    "token",
    [
        replace(GOOD, expires=utc(2026, 11, 24, 12)),
        replace(GOOD, revoked=True),
        replace(GOOD, kind="classic-automation"),
        replace(GOOD, kind="session", created=NOW - timedelta(hours=2)),
    ],
    ids=["expired", "revoked", "classic", "old session"],
)
def test_a_dead_token_is_told_that_nothing_is_found(token: Token) -> None:
    reply = publish(token)
    assert (reply.status, reply.error) == (404, "Not found")
    assert reply.headers["npm-notice"].startswith("Access token expired or revoked.")


def test_a_value_that_is_no_token_is_told_the_same() -> None:
    with Registry(world(GOOD), NOW, KEY) as registry:
        reply = call(registry, "PUT", PATH, "XXXXX-XXXXX-XXXXX-XXXXX", upload())
    assert (reply.status, reply.error) == (404, "Not found")


def test_without_bypass_a_one_time_password_is_asked_for_and_taken() -> None:
    token = replace(GOOD, bypass_2fa=False)
    reply = publish(token)
    assert (reply.status, reply.headers["www-authenticate"]) == (401, "OTP")
    assert publish(token, otp=ONE_TIME_PASSWORD).status == 200


def test_an_account_without_2fa_has_no_password_to_give() -> None:
    token, account = replace(GOOD, bypass_2fa=False), Account(two_factor="disabled")
    reply = publish(token, account, otp=ONE_TIME_PASSWORD)
    assert reply.status == 403
    assert "bypass 2fa enabled is required" in reply.error


def test_a_token_never_has_more_rights_than_its_user() -> None:
    assert publish(GOOD, Account(writes_to=("@other/*",))).status == 403
    assert publish(GOOD, package(NAME, "1.1.0", maintainers=("joe",))).status == 403


def test_a_token_for_other_addresses_is_refused_by_address() -> None:
    reply = publish(replace(GOOD, addresses=("192.0.2.1",)))
    assert (reply.status, reply.headers["www-authenticate"]) == (401, "ipaddress")


def test_a_first_publish_by_token_ends_as_the_world_says() -> None:
    for works, status in ((True, 200), (False, 401)):
        made = World(contested=Contested(first_publish_by_token=works)).add(Account(), GOOD)
        with Registry(made, NOW, KEY) as registry:
            assert call(registry, "PUT", PATH, GOOD.secret, upload()).status == status


def test_a_new_scoped_package_is_private_unless_said_otherwise() -> None:
    with Registry(World().add(Account(), GOOD), NOW, KEY) as registry:
        reply = call(registry, "PUT", PATH, GOOD.secret, upload(access=None))
    assert (reply.status, reply.error) == (402, "You must sign up for private packages")


@pytest.mark.parametrize("taken", ["1.1.0", "1.0.0"], ids=["published", "unpublished"])
def test_a_version_is_taken_for_ever(taken: str) -> None:
    known = package(NAME, "1.1.0", unpublished=("1.0.0",))
    with Registry(world(GOOD, known), NOW, KEY) as registry:
        reply = call(registry, "PUT", PATH, GOOD.secret, upload(version=taken))
    assert reply.status == 403
    assert reply.error.endswith(f"previously published versions: {taken}.")


# --- the exchange -----------------------------------------------------------------------------


def exchanged(
    run: Run, publisher: TrustedPublisher = PUBLISHER, now: Any = NOW
) -> tuple[Reply, Reply]:
    """The answers to the exchange, and to a publish with what it gave."""
    made = World().add(Account(), package(NAME, "1.1.0", publishers=[replace(publisher)]))
    with Registry(made, now, KEY) as registry:
        token = Issuer(run, KEY, now).token(registry.audience)
        reply = call(registry, "POST", EXCHANGE, token)
        return reply, call(registry, "PUT", PATH, reply.body.get("token", "none"), upload())


def test_a_matching_run_gets_a_token_of_an_hour_that_publishes() -> None:
    reply, done = exchanged(Run())
    assert (reply.status, reply.body["token_type"]) == (201, "oidc")
    assert reply.body["expires"] == "2026-11-24T13:00:00+00:00"
    assert done.status == 200


@pytest.mark.parametrize(
    "run",
    [
        Run(repository="acme/Widget"),
        Run(workflow="Release.yml"),
        Run(workflow="entry.yml", callee="release.yml"),
        Run(event="pull_request_target"),
        Run(event="issue_comment"),
        Run(hosted=False),
    ],
    ids=["repository", "workflow", "called workflow", "target", "comment", "self-hosted"],
)
def test_a_run_that_does_not_match_finds_no_package(run: Run) -> None:
    reply, _ = exchanged(run)
    assert reply.status == 404
    assert reply.body["message"] == "OIDC token exchange error - package not found"


def test_a_publisher_with_an_environment_asks_for_it_letter_by_letter() -> None:
    publisher = replace(PUBLISHER, environment="npm")
    found = [exchanged(Run(environment=e), publisher)[0].status for e in ("npm", "NPM", None)]
    assert found == [201, 404, 404]


def test_comments_could_publish_before_october() -> None:
    assert exchanged(Run(event="issue_comment"), now=utc(2026, 10, 1, 23))[0].status == 201


def test_a_publisher_that_never_published_dies_after_two_days() -> None:
    young = replace(PUBLISHER, published=False, created=NOW - timedelta(hours=47))
    old = replace(young, created=NOW - timedelta(hours=48))
    assert [exchanged(Run(), one)[0].status for one in (young, old)] == [201, 404]


def test_an_exchange_validates_nothing_and_a_publish_does() -> None:
    young = replace(PUBLISHER, published=False, created=NOW)
    made = World().add(Account(), package(NAME, "1.1.0", publishers=[young]))
    with Registry(made, NOW, KEY) as registry:
        token = Issuer(Run(), KEY, NOW).token(registry.audience)
        secret = call(registry, "POST", EXCHANGE, token).body["token"]
        after_exchange = young.published
        call(registry, "PUT", PATH, secret, upload())
    assert (after_exchange, young.published) == (False, True)


def test_a_publisher_that_may_only_stage_is_denied_at_the_upload() -> None:
    reply, done = exchanged(Run(), replace(PUBLISHER, allowed=("createStagedPackage",)))
    assert reply.status == 201
    assert (done.status, done.error) == (403, "OIDC permission denied for this action")


def test_what_nobody_ticked_is_what_npm_ticked_at_that_time() -> None:
    done = [
        exchanged(Run(), replace(PUBLISHER, allowed=None, created=day))[1].status
        for day in (utc(2026, 5, 19), utc(2026, 9, 3))
    ]
    assert done == [200, 403]


def test_a_token_of_one_package_publishes_no_other() -> None:
    made = World().add(Account(), package(NAME, "1.1.0", publishers=[PUBLISHER]))
    with Registry(made.add(package("other", "1.0.0")), NOW, KEY) as registry:
        token = Issuer(Run(), KEY, NOW).token(registry.audience)
        secret = call(registry, "POST", EXCHANGE, token).body["token"]
        reply = call(registry, "PUT", "other", secret, upload("other"))
    assert (reply.status, reply.error) == (404, "Not found")


def test_an_id_token_of_another_audience_key_or_time_is_not_taken() -> None:
    with Registry(world(), NOW, KEY) as registry:
        issuer = Issuer(Run(), KEY, NOW)
        wrong = [
            issuer.token("npm:elsewhere.example"),
            replace(issuer, key=b"another").token(registry.audience),
            replace(issuer, now=NOW - timedelta(hours=1)).token(registry.audience),
            "no.token.atall",
        ]
        found = [call(registry, "POST", EXCHANGE, token).status for token in wrong]
    assert found == [401, 401, 401, 401]


def test_a_percent_sign_in_capitals_names_the_same_package() -> None:
    with Registry(world(), NOW, KEY) as registry:
        token = Issuer(Run(), KEY, NOW).token(registry.audience)
        path = EXCHANGE.replace(PATH, "%40acme%2Fwidget")
        assert call(registry, "POST", path, token).status == 201


def test_the_issuer_serves_who_has_the_job_s_request_token() -> None:
    with Issuer(Run(), KEY, NOW) as issuer:
        given = issuer.environment()
        address = given["ACTIONS_ID_TOKEN_REQUEST_URL"] + "&audience=npm:127.0.0.1"
        found = [
            requests.get(address, headers={"Authorization": f"bearer {secret}"}, timeout=10)
            for secret in (given["ACTIONS_ID_TOKEN_REQUEST_TOKEN"], "another")
        ]
    assert [reply.status_code for reply in found] == [200, 401]
    assert issuer.requests == ["npm:127.0.0.1"]


# --- staging ----------------------------------------------------------------------------------


def stage(made: World, token: Token, now: Any = NOW) -> Reply:
    with Registry(made, now, KEY) as registry:
        return call(registry, "POST", f"-/stage/package/{PATH}", token.secret, upload())


def test_any_token_that_may_write_stages_whatever_the_setting() -> None:
    token = replace(GOOD, bypass_2fa=False, permission="stage-only")
    reply = stage(world(token, package(NAME, "1.1.0", access="2fa-disallow-tokens")), token)
    assert reply.status == 201
    assert reply.body["stageId"]


def test_a_staged_version_is_taken() -> None:
    made = world(GOOD)
    stage(made, GOOD)
    with Registry(made, NOW, KEY) as registry:
        reply = call(registry, "PUT", PATH, GOOD.secret, upload())
    assert (reply.status, reply.error) == (
        409,
        'Cannot publish over previously staged version "1.2.0".',
    )


def test_a_new_package_is_staged_behind_a_placeholder_since_october() -> None:
    made = World().add(Account(), GOOD)
    assert stage(made, GOOD, utc(2026, 10, 1, 23)).status == 404
    assert stage(made, GOOD, utc(2026, 10, 2)).status == 201
    assert list(made.packages[NAME].versions) == [PLACEHOLDER]


def test_nothing_was_staged_before_may() -> None:
    assert stage(world(GOOD), GOOD, utc(2026, 5, 19)).status == 404


# --- reading ----------------------------------------------------------------------------------


def test_whoami_knows_tokens_and_not_what_the_exchange_gave() -> None:
    with Registry(world(GOOD), NOW, KEY) as registry:
        token = Issuer(Run(), KEY, NOW).token(registry.audience)
        secret = call(registry, "POST", EXCHANGE, token).body["token"]
        assert call(registry, "GET", "-/whoami", GOOD.secret).body == {"username": "jane"}
        assert call(registry, "GET", "-/whoami", secret).status == 401
        assert call(registry, "GET", "-/whoami").status == 401


def test_only_a_session_lists_tokens() -> None:
    session = Token("npm_" + "2" * 36, kind="session")
    with Registry(world(GOOD, session), NOW, KEY) as registry:
        assert call(registry, "GET", "-/npm/v1/tokens", GOOD.secret).status == 403
        listed = call(registry, "GET", "-/npm/v1/tokens", session.secret).body["objects"]
    assert [one["token"] for one in listed] == ["npm_1111...1111"]
    assert listed[0]["bypass_2fa"] is True


def test_a_private_package_looks_like_none_to_strangers() -> None:
    hidden = package(NAME, "1.1.0", public=False)
    with Registry(world(GOOD, hidden), NOW, KEY) as registry:
        assert call(registry, "GET", PATH).status == 404
        assert call(registry, "GET", PATH, GOOD.secret).status == 200


def test_trusted_publishers_are_shown_to_a_person_only() -> None:
    session = Token("npm_" + "2" * 36, kind="session")
    path = f"-/package/{PATH}/trust"
    with Registry(world(GOOD, session), NOW, KEY) as registry:
        assert call(registry, "GET", path, GOOD.secret).status == 403
        assert call(registry, "GET", path, session.secret).status == 401
        shown = call(registry, "GET", path, session.secret, otp=ONE_TIME_PASSWORD).body["items"]
    assert shown[0]["claims"]["workflow_ref"] == {"file": "release.yml"}


def test_every_request_is_kept_with_its_answer() -> None:
    with Registry(world(GOOD), NOW, KEY) as registry:
        call(registry, "GET", "-/ping")
        call(registry, "PUT", PATH, "wrong", upload())
    assert [(r.method, r.path.lower(), r.status, r.bearer) for r in registry.requests] == [
        ("GET", "/-/ping", 200, None),
        ("PUT", f"/{PATH}", 404, "wrong"),
    ]
    assert registry.asked("PUT") == (registry.requests[1],)


def test_a_day_whose_policy_is_not_known_here_is_refused() -> None:
    with pytest.raises(ValueError, match="2025-11-04"):
        Registry(World(), utc(2025, 11, 4))
