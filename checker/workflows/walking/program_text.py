"""The text of a program: what of it can be reached, what it imports, how it changes a manifest.

No program is understood here, and none is run: names and brackets are all that is looked at.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from checker.workflows.repository import MAX_SCRIPT_BYTES

MAX_MODULES = 24
_EVERYTHING = frozenset({"*"})
_FUNCTIONS = {
    "js": re.compile(
        r"^(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\s*+(?:\*\s*+)?(?P<name>\w+)"
        r"|(?:const|let|var)\s+(?P<value>\w+)\s*=\s*(?:async\s*)?(?:function\b|\([^\n]*=>|\w+\s*=>))",
        re.MULTILINE,
    ),
    "py": re.compile(r"^(?:async\s+)?def\s+(?P<name>\w+)(?P<value>)", re.MULTILINE),
}
_EXPORTS = re.compile(r"^export\s*\{[^{}]*\}[^\n]*$", re.MULTILINE)
# Possessive, and no further than the next such word: many that import nothing cost no more.
_IMPORT = re.compile(
    r"""(?:import|export)\s++(?P<names>(?:[^'"();ie]++|(?<=\w)[ie]|[ie](?!mport\b|xport\b))*+)"""
    r"""['"](?P<path>\.{1,2}/[^'"\n]+)['"]"""
    r"""|(?:require|import)\s*\(\s*['"](?P<called>\.{1,2}/[^'"\n]+)['"]\s*\)"""
)
_FROM = re.compile(r"(?:^|\W)from\s*$")
# What is taken of a module that is called for; looked for right before the call alone.
_TAKEN = re.compile(r"(\{[^{}=]*\})\s*+(?:=\s*+)?(?:await\s++)?$")
_LONGEST_TAKEN = 1_000
_ENDINGS = (
    "",
    ".js",
    ".mjs",
    ".cjs",
    ".ts",
    ".mts",
    ".cts",
    "/index.js",
    "/index.mjs",
    "/index.ts",
)
_COMPILED = {".js": (".ts", ".tsx"), ".mjs": (".mts",), ".cjs": (".cts",)}


class Module(Struct, frozen=True):
    """A program or what it imports. source: what of its text is reached, without comments."""

    path: str
    source: str


def without_comments(source: str, language: str) -> str:
    """The text without its comments."""
    if language == "py":
        return re.sub(r"(?m)(^|\s)#.*$", "", source)
    last = source.rfind("*/") + 2
    source = re.sub(r"/\*.*?\*/", "", source[:last], flags=re.DOTALL) + source[last:]
    return re.sub(r"(?m)(^|[\s;{}])//.*$", r"\1", source)


Read = Callable[[str], bytes | None]


def modules(read: Read, path: str, source: str, language: str) -> Iterator[Module]:
    """The program at `path` and the files of the tree that it imports, itself first.

    read: gives the content of a file of the tree.
    """
    bare = _prepared(source, language, None)
    yield Module(path, bare)
    if language != "js":
        return
    seen = {path}
    queue = [(path, bare)]
    while queue and len(seen) <= MAX_MODULES:
        here, written = queue.pop(0)
        for target, names in _imports(written):
            found = _file(read, here, target)
            if found is None or found[0] in seen:
                continue
            seen.add(found[0])
            inner = _prepared(found[1], "js", names)
            yield Module(found[0], inner)
            queue.append((found[0], inner))


# A job of many legs comes by the same programs again and again.
@functools.lru_cache(maxsize=512)
def _prepared(source: str, language: str, wanted: frozenset[str] | None) -> str:
    return reached(without_comments(source, language), language, wanted)


@functools.lru_cache(maxsize=512)
def _imports(source: str) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(_imported(source))


def _imported(source: str) -> Iterator[tuple[str, frozenset[str]]]:
    for match in _IMPORT.finditer(source):
        path = match["path"] or match["called"]
        listed = match["names"] or ""
        if listed and not _FROM.search(listed):
            continue
        listed = listed.rstrip().removesuffix("from")
        if match["called"]:
            before = source[max(0, match.start() - _LONGEST_TAKEN) : match.start()]
            taken = _TAKEN.search(before)
            listed = taken[1] if taken else ""
        inside = re.search(r"\{([^{}]*)\}", listed)
        if inside is None or re.sub(r"\{[^{}]*\}", "", listed).strip(" ,type"):
            yield path, _EVERYTHING
            continue
        words = (re.split(r"\s+as\s+|:", part.strip())[0].strip() for part in inside[1].split(","))
        yield path, frozenset(word.removeprefix("type ").strip() for word in words if word)


def _file(read: Read, here: str, target: str) -> tuple[str, str] | None:
    path = posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
    if path.startswith("..") or "node_modules" in path or path.endswith(".json"):
        return None
    stem, ending = posixpath.splitext(path)
    names = [stem + other for other in _COMPILED.get(ending, ())]
    for name in (*(path + other for other in _ENDINGS), *names):
        if not posixpath.splitext(name)[1]:
            continue
        content = read(name)
        if content is not None and len(content) <= MAX_SCRIPT_BYTES:
            return name, content.decode(errors="replace")
    return None


# --- what is reached ------------------------------------------------------------------------------


def reached(source: str, language: str, wanted: frozenset[str] | None) -> str:
    """The text without the functions that nothing names.

    wanted: the names that another module takes, `*` for all of them; None for the program itself.
    """
    if wanted is not None and "*" in wanted:
        return source
    blocks = list(_blocks(source, language))
    main = source
    for _, start, end in reversed(blocks):
        main = main[:start] + main[end:]
    if wanted is not None:
        main = _EXPORTS.sub("", main)
    text = " ".join((main, *(wanted or ())))
    unnamed: dict[str, list[int]] = {}
    for number, (name, _, _) in enumerate(blocks):
        unnamed.setdefault(name, []).append(number)
    kept: set[int] = set()
    while True:
        words = set(re.findall(r"\w+", text))
        more = [n for word in words for n in unnamed.pop(word, ())]
        if not more:
            break
        kept.update(more)
        text = " ".join(source[blocks[n][1] : blocks[n][2]] for n in more)
    for number, (_, start, end) in reversed(list(enumerate(blocks))):
        if number not in kept:
            source = source[:start] + source[end:]
    return source


def _blocks(source: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Functions at the left margin: name, start and end; the end is the next line that is there."""
    position = 0
    closing = re.compile(
        r"^[})\]]?[^\s})\]]|^[})\]].*$" if language == "js" else r"^\S", re.MULTILINE
    )
    for match in _FUNCTIONS[language].finditer(source):
        if match.start() < position:
            continue
        line_end = source.find("\n", match.end())
        end = len(source)
        if line_end >= 0:
            found = closing.search(source, line_end + 1)
            if found is not None:
                closes = source[found.start()] in "})]"
                stop = source.find("\n", found.start())
                end = found.start() if not closes else (len(source) if stop < 0 else stop)
        position = end
        yield match["name"] or match["value"], match.start(), end


# --- manifests that a program changes -------------------------------------------------------------

_WRITES = re.compile(
    r"\b(?:write\w*|output\w*|Bun\.write|dump|Deno\.write\w*)\s*\(\s*(?P<target>[^,\n]*)"
)
_ASSIGNMENT = re.compile(r"\b(?P<name>\w++)\s*+=\s*+(?P<value>[^;\n]*+)")
_READS = re.compile(r"package\.json|JSON\.parse|[rR]ead\w*(?:Json|Package)|json\.load")
_USUAL = r"\w{0,100}(?:pkg|[pP]ackage|[mM]anifest|[jJ]son)\w{0,100}"
_BUILT = re.compile(r"dist|build|\bout|\blib\b|tmp|temp|output|target|publish", re.IGNORECASE)


_NPMRC = re.compile(r"npmrc|npm_config_userconfig", re.IGNORECASE)
_CHANGES_A_FILE = re.compile(
    r"(?:write|append|unlink|rm|remove|copy|cp|rename|move|replace|truncate)\w*\s*\(|\bopen\s*\(",
    re.IGNORECASE,
)


def changes_npmrc(source: str) -> bool:
    """Whether a program may write or take away npm's configuration: it names it, and does such."""
    return bool(_NPMRC.search(source) and _CHANGES_A_FILE.search(source))


@functools.lru_cache(maxsize=512)
def changes(source: str) -> frozenset[str]:
    """What a program changes in a package.json of the tree: `name`, `version`.

    `name` stands for everything that says what is published; () when it writes none.
    """
    targets = [match["target"] for match in _WRITES.finditer(source)]
    if "package.json" not in source or not targets:
        return frozenset()
    if all(_is_built(source, target) for target in targets):
        return frozenset()
    given = _ASSIGNMENT.finditer(source)
    names = {match["name"] for match in given if _READS.search(match["value"])} - {"this"}
    one = "|".join((_USUAL, *map(re.escape, sorted(names)[:50])))
    copies = _copies(source, one)
    found: set[str] = set()
    for key, kind in (("name", "name"), ("private", "name"), ("version", "version")):
        member = rf"(?:\.{key}|\[\s*['\"]{key}['\"]\s*\])"
        if re.search(
            rf"\b(?:{one}){member}\s*\+?=(?!=)|\bdelete\s+(?:{one}){member}"
            rf"|assign\s*\(\s*(?:{one})\s*,\s*\{{[^{{}}]*\b{key}\b",
            source,
        ) or any(re.search(rf"\b{key}\b\s*(?:[:,]|$)", rest) for rest in copies):
            found.add(kind)
    return frozenset(found)


def _copies(source: str, one: str) -> list[str]:
    """What follows in an object after all of a manifest was copied into it: `...pkg, name: 1`."""
    copied = re.compile(rf"\.\.\.\s*(?:{one})\s*,")
    found = (copied.search(part) for part in re.split(r"[{}]", source))
    return [match.string[match.end() :] for match in found if match]


def _is_built(source: str, target: str) -> bool:
    """Whether a path to write to lies in a folder that the build makes."""
    said = target
    for word in re.findall(r"[A-Za-z_]\w*", target)[:4]:
        match = re.search(rf"\b{word}\s*=\s*([^;\n]*)", source)
        said += " " + match[1] if match else ""
    paths = [part for part in re.findall(r"[^\s,()]+", said) if "write" not in part]
    return bool(_BUILT.search(" ".join(paths)))
