"""Shell text to the simple commands it runs, with their lines; what they mean is not known here.

The text goes through tree-sitter's grammar of bash, `${{ }}` masked to equal length first. The walk
follows `cd`, variables, functions, loops over written words and both sides of every branch: what
may run is listed, in order.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.workflows import paths
from checker.workflows.text import EMPTY, Hidden, Text, hole, join, split, strip, text

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

MAX_COMMANDS = 2_000
MAX_DEPTH = 60
MAX_LOOP = 64
MAX_SCRIPT = 1 << 18


@dataclass(frozen=True, slots=True)
class Write:
    """A redirection: `>` or `>>` to the file `path`."""

    path: Text
    append: bool


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command.

    words: the command name and its arguments. env: variables written before it. folder: where it
    runs, relative to the workspace, None when unknown. exported: the variables that it inherits.
    first, last: lines of the script, 0-based. input: what stands on its standard input, if written.
    certain: it stands in no branch that may be passed over. tolerated: the script goes on where it
    fails.
    """

    words: tuple[Text, ...]
    env: Mapping[str, Text]
    exported: Mapping[str, Text]
    folder: str | None
    first: int
    last: int
    input: Text | None = None
    writes: tuple[Write, ...] = ()
    certain: bool = True
    tolerated: bool = False


@dataclass
class Shell:
    """The state of one shell: what it has set so far. `exported` starts as the step's variables."""

    exported: dict[str, Text]
    folder: str | None = ""
    local: dict[str, Text] = field(default_factory=dict)
    functions: dict[str, Node] = field(default_factory=dict)
    arguments: tuple[Text, ...] = ()
    limit_reached: bool = False
    _count: int = 0
    _calls: tuple[str, ...] = ()
    _maybe: int = 0
    _tolerated: int = 0

    def run(self, source: str, fill: Callable[[str], Text]) -> Iterator[Command]:
        """The commands of `source`; fill: the text of one `${{ }}`, given with its braces."""
        if len(source) > MAX_SCRIPT:
            self.limit_reached = True
            return
        yield from _Walk(self, _Script.of(source, fill)).statements(parse(source).root_node, 0)

    def value(self, name: str) -> Text | None:
        """The value of a variable; None when nothing sets it."""
        return self.local.get(name, self.exported.get(name))


@dataclass(frozen=True)
class _Script:
    """A script's bytes, and the texts behind the masked expressions by their offsets."""

    masked: bytes
    holes: tuple[tuple[int, int, Text], ...]

    @staticmethod
    def of(source: str, fill: Callable[[str], Text]) -> _Script:
        holes = tuple(
            (len(source[:start].encode()), len(source[:end].encode()), fill(source[start:end]))
            for start, end in _spans(source)
        )
        return _Script(_mask(source).encode(), holes)

    def text(self, start: int, end: int) -> Text:
        """The bytes from `start` to `end`, expressions filled in."""
        pieces: list[Text | str] = []
        for first, last, value in self.holes:
            if last <= start or first >= end:
                continue
            if first > start:
                pieces.append(self.masked[start:first].decode(errors="replace"))
            pieces.append(value)
            start = last
        if start < end:
            pieces.append(self.masked[start:end].decode(errors="replace"))
        return join(*pieces)


def _spans(source: str) -> tuple[tuple[int, int], ...]:
    from checker.workflows.expressions import spans

    return tuple(spans(source)) if "${{" in source else ()


def _mask(source: str) -> str:
    """`source` with every expression as a word of the same length in bytes."""
    for start, end in _spans(source):
        length = len(source[start:end].encode())
        if length == end - start:
            source = source[:start] + "_" * length + source[end:]
        else:
            return _mask_bytes(source)
    return source


def _mask_bytes(source: str) -> str:
    pieces = []
    position = 0
    for start, end in _spans(source):
        pieces += [source[position:start], "_" * len(source[start:end].encode())]
        position = end
    return "".join(pieces) + source[position:]


# The grammar's scanner hands every character to C's `isspace` and its kin, which read outside
# their tables for any that is no byte: an emoji in a comment may end the process. It sees letters
# in their place; the words themselves are taken from the script's own bytes.
_ASCII = bytes(n if 32 <= n < 127 or n in (9, 10, 13) else ord("_") for n in range(256))


@functools.lru_cache(maxsize=512)
def parse(source: str) -> Tree:
    """The syntax tree of a shell script; any text has one."""
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    plain = _mask(source).encode().translate(_ASCII)
    return Parser(Language(tree_sitter_bash.language())).parse(plain)


_SILENT = frozenset({"comment", "heredoc_body", "heredoc_start", "heredoc_end", "\n", ";"})


class _Walk:
    """One pass over a syntax tree."""

    def __init__(self, shell: Shell, script: _Script) -> None:
        self._shell = shell
        self._script = script

    # statements

    def statements(self, node: Node, depth: int) -> Iterator[Command]:
        for child in node.named_children:
            yield from self.statement(child, depth + 1)

    def statement(
        self, node: Node, depth: int, writes: tuple[Write, ...] = (), given: Text | None = None
    ) -> Iterator[Command]:
        if depth > MAX_DEPTH:
            self._shell.limit_reached = True
            return
        kind = node.type
        if kind in _SILENT:
            return
        if kind == "command":
            yield from self._command(node, depth, writes, given)
        elif kind == "redirected_statement":
            yield from self._redirected(node, depth, given)
        elif kind == "pipeline":
            yield from self._pipeline(node, depth, writes)
        elif kind == "subshell":
            yield from self._subshell(node, depth)
        elif kind in {"variable_assignment", "declaration_command"}:
            yield from self._substitutions(node, depth)
            self._assign(node)
        elif kind == "variable_assignments":
            for child in node.named_children:
                yield from self._substitutions(child, depth)
                self._assign(child)
        elif kind == "function_definition":
            name = node.child_by_field_name("name")
            body = node.child_by_field_name("body")
            if name is not None and body is not None:
                self._shell.functions[self._bytes(name)] = body
        elif kind == "for_statement":
            yield from self._for(node, depth)
        elif kind == "case_statement":
            self._shell._maybe += 1
            for child in node.named_children:
                if child.type == "case_item":
                    yield from self._body(child, depth)
            self._shell._maybe -= 1
        elif kind == "list":
            yield from self._list(node, depth)
        elif kind == "unset_command":
            for child in node.named_children:
                self._shell.local.pop(self._bytes(child), None)
                self._shell.exported.pop(self._bytes(child), None)
        elif kind == "test_command":
            yield from self._substitutions(node, depth)
        elif kind == "if_statement":
            yield from self._if(node, depth)
        else:
            yield from self._body(node, depth)

    def _body(self, node: Node, depth: int) -> Iterator[Command]:
        for child in node.named_children:
            yield from self.statement(child, depth + 1)

    def _list(self, node: Node, depth: int) -> Iterator[Command]:
        """`a && b`, `a || b`: where `a &&` stops the step fails, so `||` and tests alone skip."""
        signs = {child.type for child in node.children if not child.is_named}
        first, *others = node.named_children
        self._shell._tolerated += "||" in signs
        yield from self.statement(first, depth + 1)
        self._shell._tolerated -= "||" in signs
        maybe = "||" in signs or first.type in {"test_command", "negated_command"}
        self._shell._maybe += maybe
        for child in others:
            yield from self.statement(child, depth + 1)
        self._shell._maybe -= maybe

    def _if(self, node: Node, depth: int) -> Iterator[Command]:
        """Both branches; a folder or variable that only one of them sets is not known after."""
        before = self._shell.folder
        self._shell._maybe += 1
        yield from self._body(node, depth)
        self._shell._maybe -= 1
        if self._shell.folder != before:
            self._shell.folder = None

    def _subshell(self, node: Node, depth: int) -> Iterator[Command]:
        shell = self._shell
        folder, exported, local = shell.folder, dict(shell.exported), dict(shell.local)
        yield from self._body(node, depth)
        shell.folder, shell.exported, shell.local = folder, exported, local

    def _for(self, node: Node, depth: int) -> Iterator[Command]:
        variable = node.child_by_field_name("variable")
        body = node.child_by_field_name("body")
        if variable is None or body is None:
            return
        name = self._bytes(variable)
        values: list[Text] = []
        for child in node.children_by_field_name("value"):
            yield from self._substitutions(child, depth)
            values += self._fields(child)
        if not values or len(values) > MAX_LOOP or any(v.literal is None for v in values):
            values = [hole(Hidden(f"the loop variable `{name}`"))]
        for value in values:
            before = self._shell.folder
            self._shell.local[name] = value
            yield from self._body(body, depth)
            if len(values) > 1 and self._shell.folder != before:
                self._shell.folder = self._shell.folder if value is values[-1] else before

    def _pipeline(
        self, node: Node, depth: int, writes: tuple[Write, ...] = ()
    ) -> Iterator[Command]:
        shell = self._shell
        folder = shell.folder
        given: Text | None = None
        children = [child for child in node.named_children if child.type not in _SILENT]
        for child in children:
            last = child is children[-1]
            produced: Text | None = None
            for command in self.statement(child, depth + 1, writes if last else (), given):
                produced = output(command)
                yield command
            given = produced
        shell.folder = folder

    def _redirected(self, node: Node, depth: int, given: Text | None) -> Iterator[Command]:
        body = node.child_by_field_name("body")
        writes: list[Write] = []
        for redirect in node.children_by_field_name("redirect"):
            if redirect.type == "heredoc_redirect":
                given = self._heredoc(redirect)
                inner = [c for c in redirect.named_children if c.type == "file_redirect"]
                writes += [w for w in map(self._write, inner) if w]
            elif redirect.type == "herestring_redirect":
                given = self._word(redirect.named_children[0]) if redirect.named_children else None
            elif write := self._write(redirect):
                writes.append(write)
        if body is not None:
            yield from self.statement(body, depth + 1, tuple(writes), given)
        for redirect in node.children_by_field_name("redirect"):
            if redirect.type == "heredoc_redirect":
                # `cat <<EOF | npm publish` and `cat <<EOF && npm publish` hang below the redirect.
                for child in redirect.named_children:
                    if child.type not in {"file_redirect", *_SILENT}:
                        yield from self.statement(child, depth + 1, (), given)

    def _write(self, redirect: Node) -> Write | None:
        target = redirect.child_by_field_name("destination")
        signs = {child.type for child in redirect.children if not child.is_named}
        descriptor = redirect.child_by_field_name("descriptor")
        if target is None or not signs & {">", ">>", ">|", "&>", "&>>"}:
            return None
        if descriptor is not None and self._bytes(descriptor) != "1":
            return None
        return Write(self._word(target), bool(signs & {">>", "&>>"}))

    def _heredoc(self, redirect: Node) -> Text:
        start = next((c for c in redirect.named_children if c.type == "heredoc_start"), None)
        body = next((c for c in redirect.named_children if c.type == "heredoc_body"), None)
        if body is None:
            return EMPTY
        raw = start is not None and self._bytes(start)[:1] in {"'", '"', "\\"}
        return self._script.text(*body.byte_range) if raw else self._quoted(body)

    # commands

    def _command(
        self, node: Node, depth: int, writes: tuple[Write, ...], given: Text | None
    ) -> Iterator[Command]:
        shell = self._shell
        shell._count += 1
        if shell._count > MAX_COMMANDS:
            shell.limit_reached = True
            return
        words: list[Text] = []
        env: dict[str, Text] = {}
        for child in node.named_children:
            if child.type == "variable_assignment":
                name, value = self._assignment(child)
                env[name] = value
            elif child.type == "command_name":
                words += self._fields(child.named_children[0] if child.named_children else child)
            elif child.type == "herestring_redirect":
                given = self._word(child.named_children[0]) if child.named_children else given
            elif child.type == "file_redirect":
                writes = (*writes, *(w for w in (self._write(child),) if w))
            elif child.type not in _SILENT:
                words += self._fields(child)
        yield from self._substitutions(node, depth)
        if not words:
            shell.local.update(env)
            return
        first, last = node.start_point.row, node.end_point.row
        name = words[0].literal or ""
        if name in shell.functions and name not in shell._calls:
            yield from self._call(name, tuple(words[1:]), env, depth, (first, last))
            return
        command = Command(
            tuple(words),
            env,
            dict(shell.exported),
            shell.folder,
            first,
            last,
            given,
            writes,
            not shell._maybe,
            bool(shell._tolerated),
        )
        if self._builtin(name, words[1:]):
            return
        yield command

    def _call(
        self,
        name: str,
        arguments: tuple[Text, ...],
        env: Mapping[str, Text],
        depth: int,
        lines: tuple[int, int],
    ) -> Iterator[Command]:
        shell = self._shell
        outer, outer_calls, exported = shell.arguments, shell._calls, dict(shell.exported)
        shell.arguments, shell._calls = arguments, (*outer_calls, name)
        shell.exported.update(env)
        yield from self.statement(shell.functions[name], depth + 1)
        for variable in env:
            shell.exported.pop(variable, None)
            if variable in exported:
                shell.exported[variable] = exported[variable]
        shell.arguments, shell._calls = outer, outer_calls

    def _builtin(self, name: str, words: list[Text]) -> bool:
        shell = self._shell
        if name in {"cd", "pushd"}:
            options = [w for w in words if (w.literal or "") not in {"-P", "-L", "--"}]
            shell.folder = paths.enter(shell.folder, options[0] if options else text("~"))
            return True
        if name == "popd":
            shell.folder = None
            return True
        if name == "export":
            for word in words:
                key, *value = split(word, "=", 1)
                if key.literal and value:
                    shell.exported[key.literal] = value[0]
            return True
        return False

    # variables

    def _assign(self, node: Node) -> None:
        shell = self._shell
        if node.type == "variable_assignment":
            name, value = self._assignment(node)
            # A variable that is exported already stays so.
            (shell.exported if name in shell.exported else shell.local)[name] = value
            return
        keyword = self._bytes(node).split(None, 1)[0] if self._bytes(node) else ""
        flags = [self._bytes(child) for child in node.named_children if child.type == "word"]
        exports = keyword == "export" or any(f.startswith("-") and "x" in f for f in flags)
        for child in node.named_children:
            if child.type == "variable_assignment":
                name, value = self._assignment(child)
                shell.local.pop(name, None)
                (shell.exported if exports else shell.local)[name] = value
            elif child.type == "variable_name" and exports:
                name = self._bytes(child)
                if name in shell.local:
                    shell.exported[name] = shell.local.pop(name)

    def _assignment(self, node: Node) -> tuple[str, Text]:
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        written = "" if name is None else self._bytes(name)
        if value is None:
            return written, EMPTY
        if value.type == "array":
            return written, hole(Hidden(f"the list `{written}`"))
        result = self._word(value)
        if b"+=" in self._script.masked[node.start_byte : value.start_byte]:
            result = join(self._shell.value(written) or EMPTY, result)
        return written, result

    def _substitutions(self, node: Node, depth: int) -> Iterator[Command]:
        """Commands inside `$(…)`, backquotes and `<(…)` below `node`."""
        if depth > MAX_DEPTH:
            self._shell.limit_reached = True
            return
        for child in node.named_children:
            if child.type in {"command_substitution", "process_substitution"}:
                yield from self._subshell(child, depth + 1)
            elif child.named_child_count:
                yield from self._substitutions(child, depth + 1)

    # words

    def _bytes(self, node: Node) -> str:
        return self._script.masked[node.start_byte : node.end_byte].decode(errors="replace")

    def _fields(self, node: Node) -> list[Text]:
        """The words that an argument becomes: an unquoted variable is split at blanks."""
        if node.type == "string" and self._bytes(node) in {'"$@"', '"${@}"', '"$*"'}:
            return list(self._shell.arguments)
        value = self._word(node)
        if node.type in {"string", "raw_string", "ansi_c_string"}:
            return [value]
        if node.type == "concatenation" and any(c.type == "string" for c in node.named_children):
            return [value]
        if node.type in {"simple_expansion", "expansion"} and self._bytes(node) in {"$@", "$*"}:
            return list(self._shell.arguments)
        if node.type == "word" and "\\ " in self._bytes(node):
            return [value]
        pieces = [piece for blank in split(value, "\n") for piece in split(blank, " ")]
        return [strip(piece) for piece in pieces if strip(piece).parts]

    def _word(self, node: Node) -> Text:
        kind = node.type
        if kind in {"word", "number", "variable_name", "heredoc_content", "extglob_pattern"}:
            value = self._script.text(node.start_byte, node.end_byte)
            return _unescaped(value)
        if kind in {"string_content"}:
            return _unescaped(self._script.text(node.start_byte, node.end_byte), '\\"$`\n')
        if kind == "raw_string":
            return self._script.text(node.start_byte + 1, node.end_byte - 1)
        if kind == "ansi_c_string":
            inner = self._script.text(node.start_byte + 2, node.end_byte - 1)
            return join(*(_ansi(p) if isinstance(p, str) else p for p in inner.parts))
        if kind == "simple_expansion":
            return self._variable(self._bytes(node)[1:])
        if kind == "expansion":
            return self._expansion(node)
        if kind == "command_substitution":
            return self._substituted(node)
        if kind in {"string", "translated_string"}:
            return self._quoted(node, 1)
        if kind == "concatenation":
            return self._quoted(node)
        if kind in {"arithmetic_expansion", "process_substitution", "brace_expression"}:
            return hole(Hidden(f"`{self._bytes(node)[:40]}`"))
        return self._script.text(node.start_byte, node.end_byte)

    def _quoted(self, node: Node, margin: int = 0) -> Text:
        """Everything between the children too: the grammar leaves blanks out of its nodes."""
        pieces: list[Text] = []
        position = node.start_byte + margin
        for child in node.named_children:
            if child.start_byte > position:
                gap = self._script.text(position, child.start_byte)
                pieces.append(_unescaped(gap, '\\"$`\n'))
            pieces.append(self._word(child))
            position = child.end_byte
        if position < node.end_byte - margin:
            gap = self._script.text(position, node.end_byte - margin)
            pieces.append(_unescaped(gap, '\\"$`\n'))
        return join(*pieces)

    def _variable(self, name: str) -> Text:
        name = name.strip("{}")
        if name.isascii() and name.isdigit():
            number = int(name[:3])
            known = self._shell.arguments
            return known[number - 1] if 0 < number <= len(known) else hole(Hidden(f"`${name}`"))
        value = self._shell.value(name)
        if value is not None:
            return value
        if name == "PWD" and self._shell.folder is not None:
            return text(paths.absolute(self._shell.folder))
        if name in paths.KNOWN_VARIABLES:
            return text(paths.KNOWN_VARIABLES[name])
        if name in {"@", "*"}:
            pieces: list[Text | str] = []
            for argument in self._shell.arguments:
                pieces += [" ", argument] if pieces else [argument]
            return join(*pieces)
        return hole(Hidden(f"`${name}`", optional=True, unset=name))

    def _expansion(self, node: Node) -> Text:
        inner = self._bytes(node)[2:-1]
        names = [child for child in node.named_children if child.type == "variable_name"]
        if not names:
            return (
                self._variable(inner) if inner.isdigit() else hole(Hidden(f"`${{{inner[:40]}}}`"))
            )
        name = self._bytes(names[0])
        if inner == name:
            return self._variable(name)
        rest = inner[len(name) :]
        if (inner.startswith(name) and rest[:2] in {":-", ":="}) or rest[:1] in {"-", "="}:
            known = self._shell.value(name)
            if known is not None and known.parts:
                return known
            given = node.named_children[1:]
            default = join(*(self._word(child) for child in given))
            if known is None and not name.startswith(("INPUT_", "GITHUB_", "RUNNER_")):
                return default
            return default if known is not None else hole(Hidden(f"`${name}`"))
        return hole(Hidden(f"`${{{inner[:40]}}}`", self._secrets(name)))

    def _secrets(self, name: str) -> tuple[str, ...]:
        value = self._shell.value(name)
        return value.secrets if value is not None else ()

    def _substituted(self, node: Node) -> Text:
        """`$(pwd)` and `$(echo …)` are known; any other output is not."""
        command = node.named_children[0] if node.named_child_count == 1 else None
        if command is not None and command.type == "command":
            words = [self._word(child) for child in command.named_children]
            name = words[0].literal if words else None
            if name == "pwd" and self._shell.folder is not None:
                return text(paths.absolute(self._shell.folder))
            if name == "echo" and len(words) == 2:
                return words[1]
        return hole(Hidden(f"`{self._bytes(node)[:40]}`"))


def output(command: Command) -> Text | None:
    """What a command that only prints puts out; None for any other command."""
    words = list(command.words)
    name = words[0].literal
    if name == "echo":
        rest = words[1:]
        while rest and rest[0].literal in {"-e", "-n", "-E", "-ne", "-en"}:
            rest = rest[1:]
        pieces: list[Text | str] = []
        for word in rest:
            pieces += [" ", word] if pieces else [word]
        # -e or not: a written `\n` stands for a new line wherever it was meant for a file.
        return join(_new_lines(join(*pieces)), "\n")
    if name == "printf" and len(words) > 1:
        return _printf(words[1], words[2:])
    if name in {"cat", "tee"} and command.input is not None:
        return command.input
    return None


def _new_lines(value: Text) -> Text:
    return join(*(p.replace("\\n", "\n") if isinstance(p, str) else p for p in value.parts))


def _printf(template: Text, values: list[Text]) -> Text:
    pieces: list[Text | str | Hidden] = []
    left = list(values)
    for part in template.parts:
        if isinstance(part, Hidden):
            pieces.append(part)
            continue
        for index, chunk in enumerate(part.replace("\\n", "\n").split("%s")):
            if index:
                pieces.append(left.pop(0) if left else EMPTY)
            pieces.append(chunk)
    for value in left:
        pieces += [value, "\n"]
    return join(*pieces)


def _unescaped(value: Text, only: str | None = None) -> Text:
    if not any(isinstance(part, str) and "\\" in part for part in value.parts):
        return value
    return join(*(_unescape(p, only) if isinstance(p, str) else p for p in value.parts))


def _unescape(part: str, only: str | None) -> str:
    result = []
    position = 0
    while position < len(part):
        sign = part[position]
        if sign == "\\" and position + 1 < len(part):
            following = part[position + 1]
            if only is None or following in only:
                result.append("" if following == "\n" else following)
                position += 2
                continue
        result.append(sign)
        position += 1
    return "".join(result)


def _ansi(part: str) -> str:
    return part.replace("\\n", "\n").replace("\\t", "\t").replace("\\'", "'").replace("\\\\", "\\")
