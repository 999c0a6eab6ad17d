"""`npm dist-tag` commands of a job that find no token: they say nothing of what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.facts import Command as PublishCommand
from checker.facts import GivenToken, Registry, TokenState
from checker.knowledge import tools
from checker.workflows import credentials
from checker.workflows.command_lines import arguments
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.config import registry_kind
from checker.workflows.publishing import configuration
from checker.workflows.publishing.situation import Situation
from checker.workflows.shell.command import Command

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk

_NAMES = frozenset({"dist-tag", "dist-tags"})
_WRITES = frozenset({"add", "a", "set", "s", "rm", "r", "del", "d", "remove"})
_NO_TOKEN = (TokenState.PLACEHOLDER, TokenState.UNSET_VARIABLE, TokenState.EMPTY)


def fails(walk: Walk, command: Command, frame: Frame, *, published: bool) -> bool:
    """Whether a command moves a dist-tag on npm's registry and nothing gives it a token.

    published: the job has published already. Before that a command that may be passed over says
    nothing: where it runs, nothing may be published at all.
    """
    tolerated = command.tolerated or frame.current.text("continue-on-error") == "true"
    if tolerated or not (published or (command.certain and not frame.way)):
        return False
    return _finds_no_token(walk, command, frame)


def _finds_no_token(walk: Walk, command: Command, frame: Frame) -> bool:
    if command.words[0].literal != "npm":
        return False
    parsed = arguments.parse(list(command.words[1:]), short={}, bare_short=frozenset())
    words = [word.literal for word in parsed.words[:2]]
    if not _NAMES.intersection(words[:1]) or not _WRITES.intersection(words[1:]):
        return False
    publish = Publishes("npm", PublishCommand.PUBLISH, parsed.flags)
    env = {**command.exported, **command.env}
    situation = Situation(env, frame.env_places, command.folder, frame.place, frame.words)
    state = walk.state.seen_from((*frame.way, *command.way))
    config = configuration.of_publish(walk.repository, state, publish, situation, by_berry=False)
    address = config.registry("")
    if registry_kind(address) is not Registry.NPMJS:
        return False
    rows = tools.tool_rows("npm", ())
    token = credentials.token(rows, config, address, frame.env_places, frame.place)
    return token is None or (isinstance(token, GivenToken) and token.state in _NO_TOKEN)
