"""Words before a command, as `sudo`, `env`, `xargs`: the command, and what variables it gets."""

from __future__ import annotations

from collections.abc import Mapping

from checker.workflows.text import EMPTY, Hidden, Text, hole, join, split

MAX_PREFIXES = 8
# A word before the command that changes nothing about it, and the flags that take a word.
_PREFIXES: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C"}),
    "time": frozenset({"-f", "-o"}),
    "nice": frozenset({"-n"}),
    "nohup": frozenset(),
    "command": frozenset(),
    "exec": frozenset({"-a"}),
    "builtin": frozenset(),
    "call": frozenset(),
    "env": frozenset({"-u", "-C", "-S"}),
    "xargs": frozenset({"-n", "-I", "-P", "-L", "-d", "-a", "-E", "-s", "--max-args"}),
    "timeout": frozenset({"-s", "-k", "--signal", "--kill-after"}),
    "retry": frozenset({"-t", "-d", "--times", "--delay", "--max-attempts"}),
    "cross-env": frozenset(),
    "dotenv": frozenset({"-e", "-f"}),
    "dotenvx": frozenset({"-f"}),
    "op": frozenset({"--env-file"}),
    "doppler": frozenset({"-p", "-c"}),
    "infisical": frozenset({"--env", "--path"}),
    "volta": frozenset({"--node", "--npm"}),
    "mise": frozenset({"-C"}),
    "asdf": frozenset(),
    "fnm": frozenset({"--using"}),
    "unbuffer": frozenset(),
    "stdbuf": frozenset({"-o", "-e", "-i"}),
    "devbox": frozenset(),
    "nix": frozenset(),
    "wait-on": frozenset(),
    "then": frozenset(),
    "&": frozenset(),
}
_PREFIX_VERBS = {"run", "exec", "x"}


def unwrapped(words: list[Text]) -> list[Text]:
    """The command behind its prefixes."""
    for _ in range(MAX_PREFIXES):
        name = (words[0].literal or "").rpartition("/")[2] if words else ""
        if name not in _PREFIXES:
            return words
        rest = _after_prefix(name, words[1:])
        if rest is None:
            return words
        if name == "xargs" and rest:
            rest = [*rest, hole(Hidden("the words piped to it"))]
        words = rest
    return words


def _after_prefix(name: str, words: list[Text]) -> list[Text] | None:
    """The command behind a prefix; None when the prefix is the command."""
    takes = _PREFIXES[name]
    rest = list(words)
    if name == "nix":
        return _in_nix(rest)
    if name in {"volta", "mise", "asdf", "fnm", "op", "doppler", "infisical", "dotenvx", "devbox"}:
        if not rest or rest[0].literal not in _PREFIX_VERBS:
            return None
        rest = rest[1:]
        if name == "mise" and not any(w.literal == "--" for w in rest):
            return None
    if any(word.literal == "--" for word in rest) and name not in {"xargs", "env", "sudo"}:
        return rest[[w.literal for w in rest].index("--") + 1 :]
    while rest:
        word = rest[0].start
        if word.startswith("-") and rest[0].literal is not None:
            rest = rest[2:] if rest[0].literal in takes else rest[1:]
        elif "=" in word and name in {"env", "cross-env", "sudo", "dotenv"}:
            rest = rest[1:]
        elif name == "timeout" and word[:1].isdigit():
            rest = rest[1:]
            break
        elif name == "retry" and word.isdigit():
            rest = rest[1:]
        else:
            break
    return rest


def _in_nix(words: list[Text]) -> list[Text] | None:
    """The command of `nix develop --command …` and `nix shell … -c …`."""
    flags = [word.literal for word in words]
    at = next((n for n, flag in enumerate(flags) if flag in {"-c", "--command"}), None)
    return None if at is None or flags[0] not in {"develop", "shell"} else words[at + 1 :]


# The runner's own, which a client needs for trusted publishing.
ID_TOKEN_VARIABLES = ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
_ASSIGNING = frozenset({"env", "cross-env", "sudo", "dotenv"})
_KEEPING = ("-E", "--preserve-env")
# They put the Node of their own configuration, and its npm, before the job's.
_CHOOSES_NODE = frozenset({"volta", "mise", "asdf", "fnm", "devbox", "nix"})


def environment(words: list[Text], inherited: Mapping[str, Text]) -> dict[str, Text]:
    """The variables that the command behind its prefixes gets."""
    found = dict(inherited)
    for _ in range(MAX_PREFIXES):
        name = (words[0].literal or "").rpartition("/")[2] if words else ""
        rest = _after_prefix(name, words[1:]) if name in _PREFIXES else None
        if rest is None:
            return found
        own = words[1 : len(words) - len(rest)]
        if name == "env":
            _dropped(own, found)
        elif name == "sudo" and not any(w.start.startswith(_KEEPING) for w in own):
            _hidden(found)
        if name in _CHOOSES_NODE:
            before = found.get("PATH") or hole(Hidden("`$PATH`", unset="PATH"))
            found["PATH"] = join(
                Hidden(f"where `{name}` keeps the Node of its choice"), ":", before
            )
        if name in _ASSIGNING:
            found.update(_assigned(own))
        words = rest
    return found


def _dropped(own: list[Text], found: dict[str, Text]) -> None:
    """`env -i` and `env -u NAME`."""
    flags = [word.literal or "" for word in own]
    if {"-i", "-", "--ignore-environment"} & set(flags):
        found.clear()
        found.update(dict.fromkeys(ID_TOKEN_VARIABLES, EMPTY))
    for number, flag in enumerate(flags):
        name = flag.removeprefix("--unset=").removeprefix("-u")
        if flag in {"-u", "--unset"} and number + 1 < len(flags):
            name = flags[number + 1]
        if flag.startswith(("-u", "--unset")) and name:
            found[name] = EMPTY


def _hidden(found: dict[str, Text]) -> None:
    """`sudo` passes on what its configuration names, which is the machine's own affair."""
    for name in (*found, *ID_TOKEN_VARIABLES):
        value = found.get(name, EMPTY)
        why = f"whether `sudo` passes `{name[:60]}` on"
        found[name] = hole(Hidden(why, value.secrets, optional=True))


def _assigned(own: list[Text]) -> dict[str, Text]:
    given = {}
    for word in own:
        name, *value = split(word, "=", 1)
        if value and name.literal and not name.literal.startswith("-"):
            given[name.literal] = join(value[0])
    return given
