"""Words before a command that change nothing about what it publishes: `sudo`, `env`, `xargs`."""

from __future__ import annotations

from checker.workflows.text import Hidden, Text, hole, split

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
    "wait-on": frozenset(),
    "then": frozenset(),
    "&": frozenset(),
}
_PREFIX_VERBS = {"run", "exec", "x"}


def variables(words: tuple[Text, ...]) -> dict[str, Text]:
    """What `env`, `cross-env` and their kin set before the command: `env A=b npm publish`."""
    found: dict[str, Text] = {}
    name = (words[0].literal or "").rpartition("/")[2] if words else ""
    if name not in {"env", "cross-env", "sudo"}:
        return found
    for word in words[1:]:
        key, *value = split(word, "=", 1)
        if value and key.literal and not key.literal.startswith("-"):
            found[key.literal] = value[0]
        elif not word.start.startswith("-"):
            break
    return found


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
