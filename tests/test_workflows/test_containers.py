"""Commands in a container: a publish there is seen, and said to be one that cannot be read."""

from __future__ import annotations

import pytest

from checker.facts import Command, GivenToken, Publish, Registry, Unknown
from test_workflows.tree import WIDGET, one, reading, workflow

STEP = "\n  env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}"
OIDC = "permissions: {contents: read, id-token: write}"


def publish(command: str, **others: object) -> Publish:
    return one(workflow(f"- run: {command}{STEP}", job=OIDC), **others)


def secrets(found: Publish) -> tuple[str, ...]:
    token = found.runs[0].token
    return token.secret_names if isinstance(token, GivenToken) else ()


@pytest.mark.parametrize(
    "command",
    [
        "docker run node:24 npm publish",
        "docker run --rm -it -v $PWD:/w -w /w -u 1000:1000 node:24 npm publish --access public",
        "docker --context ci container run --network=host node:24 npm publish",
        "docker run --rm $FLAGS node:24 npm publish",
        "docker run --rm $IMAGE npm publish",
        "docker run --rm node:24 sh -c 'npm ci && npm publish'",
        "docker run --rm --entrypoint npm node:24 publish",
        "docker run --rm --entrypoint=npm node:24 publish",
        "docker exec -i web npm publish",
        "docker compose -f ci.yml run --rm app npm publish",
        "docker-compose exec -T app npm publish",
        "podman run --rm node:24 npm publish",
        "sudo docker run node:24 npm publish",
        "docker run node:24 npx -y pnpm publish",
        "docker run -i node:24 sh <<< 'npm publish'",
        "kubectl exec -it pod -c app -- npm publish",
        "devcontainer exec --workspace-folder . npm publish",
        "ssh -p 22 -o StrictHostKeyChecking=no me@host 'cd app && npm publish'",
        "ssh host npm publish",
        "ssh host <<< 'npm publish'",
    ],
)
def test_a_publish_in_a_container_is_seen_and_cannot_be_read(command):
    found = publish(command)

    assert (found.tool, found.registry, found.dry_run) == ("unknown", Registry.NPMJS, False)
    assert isinstance(found.runs[0].packages, Unknown)


@pytest.mark.parametrize(
    ("flags", "handed"),
    [
        ("-e NODE_AUTH_TOKEN", ("NPM_TOKEN",)),
        ("--env NODE_AUTH_TOKEN", ("NPM_TOKEN",)),
        ("-eNODE_AUTH_TOKEN", ("NPM_TOKEN",)),
        ("-e NPM_TOKEN=$NODE_AUTH_TOKEN", ("NPM_TOKEN",)),
        ("--env=NPM_TOKEN=${{ secrets.OTHER_NPM_TOKEN }}", ("OTHER_NPM_TOKEN",)),
        ("-e CI", ()),
    ],
)
def test_a_container_gets_the_variables_that_are_named(flags, handed):
    assert secrets(publish(f"docker run {flags} node:24 npm publish")) == handed


def test_an_id_token_needs_the_variables_of_the_runner():
    passed = "-e ACTIONS_ID_TOKEN_REQUEST_URL -e ACTIONS_ID_TOKEN_REQUEST_TOKEN"

    assert publish("docker run node:24 npm publish").runs[0].id_token is False
    assert publish(f"docker run {passed} node:24 npm publish").runs[0].id_token is True


def test_what_the_words_say_of_the_publish_holds_inside_too():
    elsewhere = publish("docker run node:24 npm publish --registry https://npm.pkg.github.com")

    assert publish("docker run node:24 npm publish --dry-run").dry_run
    assert elsewhere.registry is Registry.GITHUB_PACKAGES
    assert publish("docker run node:24 npm stage publish").command is Command.STAGE


def test_scripts_of_the_repository_are_followed_into_a_container():
    manifest = {**WIDGET, "scripts": {"release": "npm publish"}}

    assert publish("docker run n npm run release", **{"package.json": manifest}).tool == "unknown"
    assert publish("docker run n ./ci/go.sh", **{"ci/go.sh": "npm publish"}).tool == "unknown"


@pytest.mark.parametrize(
    "command",
    [
        "docker run node:24 npm test",
        "docker build --secret id=npm,env=NODE_AUTH_TOKEN .",
        "docker push acme/publish",
        "docker run -d -p 4873:4873 verdaccio/verdaccio",
        "docker compose up -d",
        "docker run node:24 echo npm publish",
        "kubectl apply -f publish.yml",
        "kubectl exec pod -- ls",
        "ssh host",
        "ssh host 'systemctl restart publish'",
    ],
)
def test_what_publishes_nothing_inside_is_no_publish(command):
    found = reading(workflow(f"- run: {command}{STEP}"))

    assert found.publishes == ()
    assert found.problems == ()


def test_an_image_that_is_given_a_secret_may_publish_with_it():
    given = reading(workflow(f"- run: docker run -e NODE_AUTH_TOKEN acme/tool{STEP}"))
    service = reading(workflow(f"- run: docker compose run publish{STEP}"))
    other = reading(workflow(f"- run: docker compose run test{STEP}"))

    assert [problem.rule for problem in given.problems] == ["credential-without-publish"]
    assert [problem.rule for problem in service.problems] == ["credential-without-publish"]
    assert other.problems == ()


def test_what_a_container_leaves_behind_stays_in_it():
    inside = "docker run node:24 npm config set //registry.npmjs.org/:_authToken $TOKEN"
    release = workflow(f"- run: {inside}\n- run: npm version patch\n- run: npm publish")

    assert one(release).runs[0].token != one(workflow(f"- run: {inside[19:]}\n- run: npm publish"))
    assert one(release).tool == "npm"


@pytest.mark.parametrize(
    "step",
    [
        "- uses: docker://node:24\n  with: {args: npm publish}",
        "- uses: docker://node:24\n  with: {entrypoint: npm, args: publish}",
        "- uses: addnab/docker-run-action@v3\n"
        "  with: {image: 'node:24', options: -e NODE_AUTH_TOKEN, run: npm publish}",
    ],
)
def test_an_action_that_runs_a_container_is_one_as_well(step):
    found = one(workflow(step + STEP))

    assert (found.tool, secrets(found)) == ("unknown", ("NPM_TOKEN",))


# --- images that are built --------------------------------------------------------------------

DOCKERFILE = """\
# syntax=docker/dockerfile:1
FROM node:24 AS build
COPY . .
RUN --mount=type=secret,id=npm npm ci \\
    # a remark
    && {}
CMD ["npm", "start"]
"""


@pytest.mark.parametrize(
    "command",
    [
        "docker build --build-arg NODE_AUTH_TOKEN .",
        "docker build -f Dockerfile --secret id=npm,env=NODE_AUTH_TOKEN --no-cache .",
        "docker buildx build --push -t acme/app .",
        "podman build ./",
    ],
)
def test_what_the_build_of_an_image_publishes_is_seen(command):
    found = publish(command, Dockerfile=DOCKERFILE.format("npm publish"))

    assert found.tool == "unknown"
    assert publish(command, Dockerfile=DOCKERFILE.format("npm publish --dry-run")).dry_run
    none = reading(workflow(f"- run: {command}"), Dockerfile=DOCKERFILE.format("npm test"))
    assert none.publishes == ()


def test_a_build_gets_what_it_is_handed():
    whole = DOCKERFILE.format("npm publish")

    assert secrets(publish("docker build .", Dockerfile=whole)) == ()
    assert secrets(publish("docker build --build-arg NODE_AUTH_TOKEN .", Dockerfile=whole)) == (
        "NPM_TOKEN",
    )


def test_what_is_set_inside_holds_inside():
    other = "npm config set registry https://npm.pkg.github.com && npm publish"
    release = workflow(f"- run: docker build .\n- run: npm publish{STEP}")

    inside, outside = reading(release, Dockerfile=DOCKERFILE.format(other)).publishes
    assert inside.registry is Registry.GITHUB_PACKAGES
    assert outside.registry is Registry.NPMJS


@pytest.mark.parametrize(
    "run",
    [
        "RUN npm publish",
        'RUN ["npm", "publish"]',
        "RUN <<EOF\nnpm ci\nnpm publish\nEOF",
        "RUN sh <<EOF\nnpm publish\nEOF",
        "run cd app && npm publish",
    ],
)
def test_a_dockerfile_has_many_ways_to_say_run(run):
    assert publish("docker build .", Dockerfile=f"FROM node:24\n{run}\n").tool == "unknown"


def test_build_push_action_builds_by_inputs():
    step = "- uses: docker/build-push-action@v6\n  with: {file: Dockerfile, secrets: 'NPM_TOKEN="
    release = workflow(step + "${{ secrets.NPM_TOKEN }}'}")

    assert secrets(one(release, Dockerfile="FROM n\nRUN npm publish")) == ("NPM_TOKEN",)


@pytest.mark.parametrize(
    ("runs", "dockerfile"),
    [
        ("{using: docker, image: Dockerfile, args: [npm, publish]}", "FROM node:24"),
        ("{using: docker, image: Dockerfile}", 'FROM n\nENTRYPOINT ["npm"]\nCMD ["publish"]'),
        ("{using: docker, image: Dockerfile}", "FROM n\nENTRYPOINT npm publish"),
        ("{using: docker, image: Dockerfile, entrypoint: /go.sh}", "FROM n\nCOPY go.sh /go.sh"),
        ("{using: docker, image: 'docker://node:24', args: [npm, publish]}", ""),
    ],
)
def test_a_local_action_that_is_a_container_is_followed(runs, dockerfile):
    release = workflow(f"- uses: ./.github/actions/go{STEP}")
    folder = ".github/actions/go"
    tree = {
        f"{folder}/action.yml": f"name: Go\nruns: {runs}\n",
        f"{folder}/Dockerfile": dockerfile,
        f"{folder}/go.sh": "npm publish\n",
    }

    assert secrets(one(release, **tree)) == ("NPM_TOKEN",)
