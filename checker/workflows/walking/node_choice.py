"""What chooses a job's Node: setup-node, version managers, containers, and actions that may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.facts import Place
from checker.workflows import config, paths
from checker.workflows.config import Line
from checker.workflows.publishing import configuration, runtime
from checker.workflows.state import NodeChoice
from checker.workflows.text import Hidden, Text, hole, join, text
from checker.workflows.ways import Way

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk

# https://github.com/actions/setup-node/commit/0355742c943ddb13ca8a6b700f824231caa91e75
NO_PLACEHOLDER_SINCE = 7


def setup_node(walk: Walk, frame: Frame, given: dict[str, Text], major: int | None) -> None:
    """`actions/setup-node`: the version, and what `registry-url` writes."""
    state, step = walk.state, frame.current
    version = given.get("node-version", text(""))
    file = given.get("node-version-file", text(""))
    latest = given.get("check-latest", text("")).literal == "true"
    place = frame.place if step is not frame.step else _place_of_inputs(frame)
    choice: NodeChoice | None = None
    if version.parts:
        choice = NodeChoice(place, version, latest)
    elif file.parts:
        choice = _of_file(walk, frame, file, place, latest)
    if choice is not None:
        state.node = replace(choice, way=frame.way)
        # A new Node brings its own npm; what was installed beside the old one is left behind.
        state.upgrades.clear()
    registry = given.get("registry-url", text(""))
    if registry.parts:
        _registry(walk, frame, registry, given.get("scope", text("")), major)


def _place_of_inputs(frame: Frame) -> Place:
    fields = frame.step.fields
    return Place(frame.step.path, fields.line, fields.end_line)


def _of_file(walk: Walk, frame: Frame, file: Text, place: Place, latest: bool) -> NodeChoice:
    literal = file.literal
    there = paths.resolve("", literal) if literal else None
    folder, _, name = (there or "").rpartition("/")
    tree = walk.state.in_tree(folder) if there is not None else None
    if not walk.state.checkouts and not walk.state.brought:
        unknown = f"`node-version-file` is read before anything is checked out, `{file.shown[:60]}`"
        return NodeChoice(place, unknown=unknown)
    if literal is None or tree is None:
        return NodeChoice(place, unknown=f"`node-version-file` is {file.why or file.shown}")
    path = f"{tree}/{name}" if tree else name
    found = runtime.from_file(walk.repository, path)
    if found is None:
        return NodeChoice(place, unknown=f"`{path}` does not show a Node version")
    return NodeChoice(place, found, latest)


def _registry(walk: Walk, frame: Frame, url: Text, scope: Text, major: int | None) -> None:
    state = walk.state
    address = url if url.shown.endswith("/") else join(url, "/")
    if not scope.parts and "npm.pkg.github.com" in url.shown:
        owner = walk.repository.name
        scope = text(owner.split("/")[0]) if owner else hole(Hidden("github.repository_owner"))
    state.userconfig = f"{paths.TEMP}/.npmrc"
    key = "registry"
    if scope.parts:
        name = scope.literal
        key = f"@{name.lstrip('@').lower()}:registry" if name else config.UNKNOWN_KEY
    before = configuration.file_lines(walk.repository, state, state.userconfig)
    kept = tuple(line for line in before if line.key != key)
    added = [Line(key, address, frame.place)]
    literal = address.literal
    host = "" if literal is None else re.sub(r"^\w+:", "", literal)
    token_key = f"{host}:_authToken" if host else config.HIDDEN_KEY
    added.insert(0, Line(token_key, text("${NODE_AUTH_TOKEN}"), frame.place))
    state.npmrc[state.userconfig] = (*kept, *added)
    state.env["NPM_CONFIG_USERCONFIG"] = text(state.userconfig)
    given = frame.env.get("NODE_AUTH_TOKEN")
    if major is not None and major >= NO_PLACEHOLDER_SINCE:
        if given is not None:
            state.env["NODE_AUTH_TOKEN"] = given
    elif given is not None and given.parts:
        state.env["NODE_AUTH_TOKEN"] = given
    else:
        state.env["NODE_AUTH_TOKEN"] = text(config.PLACEHOLDER)
    if "NODE_AUTH_TOKEN" in frame.env_places and given is not None and given.parts:
        walk.env_places["NODE_AUTH_TOKEN"] = frame.env_places["NODE_AUTH_TOKEN"]


def choose(walk: Walk, spec: Text, folder: str | None, place: Place, way: Way) -> None:
    """A version manager on the command line: `nvm use 24`."""
    literal = spec.literal
    if literal is not None and literal.startswith("."):
        tree = walk.state.in_tree(folder) if folder is not None else None
        path = f"{tree}/{literal}" if tree else literal
        found = runtime.from_file(walk.repository, path) if tree is not None else None
        choice = (
            NodeChoice(place, unknown=f"`{path}` does not show a Node version")
            if found is None
            else NodeChoice(place, found)
        )
    else:
        choice = NodeChoice(place, _manager_spec(spec))
    walk.state.node = replace(choice, way=way)
    walk.state.upgrades.clear()


def _manager_spec(spec: Text) -> Text:
    literal = spec.literal
    if literal in {"--lts", "lts", "stable"}:
        return text("lts/*")
    return text(literal.removeprefix("node@")) if literal else spec


_IMAGE = re.compile(r"(?:docker\.io/)?(?:library/)?(?:\w+/)?node:(?P<tag>[\w.-]+)")


def container(image: Text, place: Place) -> NodeChoice:
    """The Node of a job's container."""
    literal = image.literal
    if literal is None:
        return NodeChoice(place, unknown=f"the container's image is {image.why}")
    match = _IMAGE.fullmatch(literal.partition("@")[0])
    if match is None:
        return NodeChoice(place, unknown=f"what the container `{literal[:80]}` holds is not known")
    tag = match["tag"]
    version = re.match(r"\d+(?:\.\d+){0,2}", tag)
    if version:
        return NodeChoice(place, text(version.group()), check_latest=True)
    if tag.split("-")[0] in {"lts", "latest", "current"}:
        spec = "lts/*" if tag.startswith("lts") else "latest"
        return NodeChoice(place, text(spec), check_latest=True)
    return NodeChoice(place, unknown=f"which Node `{literal[:80]}` holds is not known")


def hide(walk: Walk, place: Place, reason: str) -> None:
    """Something that cannot be read may install another Node."""
    walk.state.node = replace(walk.state.node, unknown=reason, spec=None, place=place)
    walk.state.upgrades.clear()
