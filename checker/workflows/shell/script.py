"""Shell text to the simple commands it runs, with their lines; what they mean is not known here.

The text goes through tree-sitter's grammar of bash, `${{ }}` masked to equal length first. The walk
follows `cd`, variables, functions, loops over written words and both sides of every branch: what
may run is listed, in order.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.workflows import paths
from checker.workflows.branches import Variables, joined
from checker.workflows.shell import assignments, printed, redirections, strictness
from checker.workflows.shell.answers import Answers, taken
from checker.workflows.shell.command import Command, Write
from checker.workflows.shell.outcomes import Outcomes
from checker.workflows.shell.strictness import Strictness
from checker.workflows.shell.tree import (
    GROUPS,
    IN_THE_SCRIPT_ITSELF,
    OTHERWISE,
    SILENT,
    chosen,
    ends_script,
    is_last,
    parse,
    parts,
)
from checker.workflows.shell.words import Script, Words
from checker.workflows.text import EMPTY, Hidden, Text, hole, join, split, text
from checker.workflows.ways import Turn, Way

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_STATEMENTS = 10_000
MAX_DEPTH = 60
MAX_LOOP = 64
MAX_SCRIPT = 1 << 18


_BRANCH = "a branch of the `run` script"


@dataclass
class Shell:
    """The state of one shell: what it has set so far. `exported` starts as the step's variables.

    given: what of its variables stands in the files for certain, and GitHub's own of the run.
    fails_step: the script is a step's own, so that the step fails where its last command does.
    strict: whether it ends where a command fails. tolerated: nobody minds how it ends.
    """

    exported: dict[str, Text]
    folder: str | None = ""
    local: dict[str, Text] = field(default_factory=dict)
    functions: dict[str, Node] = field(default_factory=dict)
    aliases: dict[str, Text] = field(default_factory=dict)
    expands_aliases: bool = False
    lists: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    arguments: tuple[Text, ...] = ()
    limit_reached: bool = False
    fails_step: bool = False
    strict: Strictness = strictness.NOT_STRICT
    tolerated: bool = False
    given: Mapping[str, Text] = field(default_factory=dict)
    _count: int = 0
    _calls: tuple[str, ...] = ()
    _way: Way = ()
    _tolerated: int = 0

    def run(self, source: str, fill: Callable[[str], Text]) -> Iterator[Command]:
        """The commands of `source`; fill: the text of one `${{ }}`, given with its braces."""
        if len(source) > MAX_SCRIPT:
            self.limit_reached = True
            return
        yield from _Walk(self, Script.of(source, fill)).statements(parse(source).root_node, 0)

    def value(self, name: str) -> Text | None:
        """The value of a variable; None when nothing sets it."""
        return self.local.get(name, self.exported.get(name))


class _Walk:
    """One pass over a syntax tree."""

    def __init__(self, shell: Shell, script: Script) -> None:
        self._shell = shell
        self._script = script
        self._words = Words(shell, script)
        self._outcomes = Outcomes(self._words, shell.value)
        source = script.masked.decode()
        self._asks = strictness.asks_for_failures(source)
        self._answers = Answers.of(self._words, shell.given, shell.value, source)
        self._base = shell._way
        self._ended = False

    # statements

    def statements(self, node: Node, depth: int) -> Iterator[Command]:
        for child in node.named_children:
            yield from self.statement(child, depth + 1)
            if child.type == "command" and self._words.raw(child).split()[:1] == ["exit"]:
                self._ended = True

    def statement(
        self, node: Node, depth: int, writes: tuple[Write, ...] = (), given: Text | None = None
    ) -> Iterator[Command]:
        shell = self._shell
        shell._count += 1
        if depth > MAX_DEPTH or shell._count > MAX_STATEMENTS:
            shell.limit_reached = True
        if shell.limit_reached or self._ended:
            return
        kind = node.type
        if kind in SILENT:
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
            assignments.assign(self._shell, self._words, self._script, node)
        elif kind == "variable_assignments":
            for child in node.named_children:
                yield from self._substitutions(child, depth)
                assignments.assign(self._shell, self._words, self._script, child)
        elif kind == "function_definition":
            name = node.child_by_field_name("name")
            body = node.child_by_field_name("body")
            if name is not None and body is not None:
                self._shell.functions[self._words.raw(name)] = body
        elif kind == "for_statement":
            yield from self._for(node, depth)
        elif kind == "case_statement":
            yield from self._case(node, depth)
        elif kind == "list":
            yield from self._list(node, depth, writes, given)
        elif kind == "unset_command":
            for child in node.named_children:
                self._shell.local.pop(self._words.raw(child), None)
                self._shell.exported.pop(self._words.raw(child), None)
        elif kind == "test_command":
            yield from self._substitutions(node, depth)
        elif kind == "if_statement":
            yield from self._if(node, depth)
        else:
            yield from self._body(node, depth)

    def _body(self, node: Node, depth: int) -> Iterator[Command]:
        for child in node.named_children:
            yield from self.statement(child, depth + 1)

    def _list(
        self, node: Node, depth: int, writes: tuple[Write, ...] = (), given: Text | None = None
    ) -> Iterator[Command]:
        """`a && b`, `a || b`: a failing `a &&` ends no script, what is behind it is passed over.

        What the grammar hangs on the whole list, `a && b > file`, is of its last command.
        """
        sign = next(child for child in node.children if not child.is_named)
        either = sign.type == "||"
        first, *others = node.named_children if either else parts(node)
        if either and (both := chosen(first)):
            test, assignment = both
            yield from self._either(test, [assignment], others, depth)
            return
        if self._answers.of_test(first) is either:
            # `a ||` that holds, `a &&` that does not: nothing behind it is done.
            yield from self._substitutions(first, depth)
            return
        fork, around, folder = sign if either else node, self._shell._way, self._shell.folder
        is_sure = self._answers.of_test(first) is not None
        if either and not is_sure and not self._outcomes.cannot_fail(first):
            self._turn_of_success(fork, others)
        goes_on = not self._outcomes.fails(others) if either else not ends_script(node)
        yield from self._tolerated(goes_on, self.statement(first, depth + 1))
        self._shell._way = around
        fails_too = self._shell.fails_step and is_last(node)
        skipped: list[Variables] = []
        before = first
        for child in others:
            known = self._answers.of_test(before)
            if not either and known is False:
                break
            if known is None and (either or (not fails_too and self._outcomes.may_fail(before))):
                is_sure = False
                if not skipped:
                    self._turn(fork)
                skipped.append(self._variables())
            if either and first.type == "command":
                self._shell.folder = folder
            last = child is others[-1]
            mine = (writes, given) if last else ((), None)
            inner = self.statement(child, depth + 1, *mine)
            yield from self._tolerated(goes_on and not last, inner)
            before = child
            if is_sure and last:
                self._end_with(others)
        self._shell._way = around
        if skipped:
            self._go_on_from([*skipped, *self._ends(others)])
            self._go_on_where_not(fork, [first], [others])

    def _turn_of_success(self, fork: Node, otherwise: list[Node]) -> None:
        """Goes the way of `a` in `a || b`, which is done for certain if the script fails with it.

        Where `b` ends the script well, what follows the list is on the same way. Else a run may go
        both this one and that of `b`: a part of `a` is done where it fails.
        """
        if self._outcomes.ends_well(otherwise):
            self._turn(fork, 2)
        elif not self._outcomes.leaves(otherwise):
            turn = Turn(f"succeeds:{fork.start_byte}", why=_BRANCH)
            self._shell._way = (*self._shell._way, turn)

    def _either(
        self, test: Node, then: list[Node], otherwise: list[Node], depth: int
    ) -> Iterator[Command]:
        """`test && A=b || A=c`: an assignment does not fail, so this is an `if` with its `else`."""
        yield from self.statement(test, depth + 1)
        yield from self._one_of(test, [then, otherwise], depth, complete=True)

    def _if(self, node: Node, depth: int) -> Iterator[Command]:
        """Every branch, from what stands before it; `elif` and `else` are branches of their own."""
        tests = node.children_by_field_name("condition")
        others = [child for child in node.named_children if child.type in OTHERWISE]
        then = [child for child in node.named_children if child not in (*tests, *others)]
        branches = [then, *(branch.named_children for branch in others)]
        known = [self._of_tests(tests), *map(self._of_branch, others)]
        if any(answer is not None for answer in known[: len(tests)]) or True in known[:-1]:
            for test in tests:
                yield from self._substitutions(test, depth)
            yield from self._known_branches(node, branches, known, depth)
            return
        goes_on = not any(map(self._outcomes.fails, branches))
        for test in tests:
            around = self._turn(test)
            yield from self._tolerated(goes_on, self.statement(test, depth + 1))
            self._shell._way = around
        asked = [test for test in tests if test.is_named]
        yield from self._one_of(
            node,
            branches,
            depth,
            complete=any(branch.type == "else_clause" for branch in others),
            first_is_sure=len(asked) == 1 and self._outcomes.finds_secret(asked[0]),
        )
        self._go_on_where_not(node, asked, branches)

    def _case(self, node: Node, depth: int) -> Iterator[Command]:
        """Every item; one of them is `*` where the others cannot all be passed over."""
        items = [child for child in node.named_children if child.type == "case_item"]
        has_default = any(self._words.raw(item).lstrip("( \t").startswith("*)") for item in items)
        branches = [item.named_children for item in items]
        value = node.child_by_field_name("value")
        known = [self._answers.of_case(value, item) for item in items] if value else []
        if any(answer is False for answer in known) or True in known[:1]:
            yield from self._known_branches(node, branches, known, depth)
            return
        yield from self._one_of(node, branches, depth, complete=has_default)
        self._go_on_where_not(node, [], branches)

    def _of_tests(self, tests: list[Node]) -> bool | None:
        asked = [test for test in tests if test.is_named]
        return self._answers.of_test(asked[0]) if len(asked) == 1 else None

    def _of_branch(self, branch: Node) -> bool | None:
        """Whether an `elif` is taken where those before it are not; an `else` is."""
        if branch.type == "else_clause":
            return True
        then = next(n for n, child in enumerate(branch.children) if child.type == "then")
        return self._of_tests([child for child in branch.children[1:then] if child.is_named])

    def _known_branches(
        self, node: Node, branches: list[list[Node]], known: list[bool | None], depth: int
    ) -> Iterator[Command]:
        """The branches that are not ruled out; one alone that is sure is done for certain."""
        numbers = list(taken(known))
        left = [branches[number] for number in numbers]
        complete = bool(numbers) and known[numbers[-1]] is True
        if complete and len(left) == 1:
            for child in left[0]:
                yield from self.statement(child, depth + 1)
            self._end_with(left[0])
        elif left:
            yield from self._one_of(node, left, depth, complete=complete)
            self._go_on_where_not(node, [], left)

    def _end_with(self, branch: list[Node]) -> None:
        """Ends the script with statements that are done for certain, where they end it."""
        around = branch[-1].parent if branch else None
        while around is not None and around.type in IN_THE_SCRIPT_ITSELF:
            around = around.parent
        if around is None and self._outcomes.leaves(branch) and self._shell._way == self._base:
            self._ended = True

    def _one_of(
        self,
        node: Node,
        branches: list[list[Node]],
        depth: int,
        *,
        complete: bool,
        first_is_sure: bool = False,
    ) -> Iterator[Command]:
        """Every branch from what stands before all; what follows may come from each of them.

        complete: one of them is done for certain. first_is_sure: the first one is.
        """
        around, before, after = self._shell._way, self._variables(), []
        for arm, branch in enumerate(branches):
            self._set(before)
            if arm or not first_is_sure:
                self._turn(node, arm, len(branches) if complete else 0)
            for child in branch:
                yield from self.statement(child, depth + 1)
            self._shell._way = around
            after += self._ends(branch)
        self._go_on_from(after if complete else [*after, before])

    def _go_on_where_not(self, node: Node, tests: list[Node], branches: list[list[Node]]) -> None:
        """Where a branch ends the script well, what follows is done on the other ways alone."""
        if len(tests) == 1 and self._outcomes.misses_secret(tests[0]):
            return
        if any(map(self._outcomes.ends_well, branches)):
            self._turn(node, len(branches) + 1)

    def _turn(self, node: Node, arm: int = 0, arms: int = 0) -> Way:
        """Goes one of the ways on from `node`; the way so far, to come back to."""
        around = self._shell._way
        self._shell._way = (*around, Turn(str(node.start_byte), arm, arms, _BRANCH))
        return around

    def _variables(self) -> Variables:
        shell = self._shell
        return Variables(dict(shell.exported), dict(shell.local), shell.folder, dict(shell.lists))

    def _set(self, variables: Variables) -> None:
        shell = self._shell
        shell.exported, shell.local = dict(variables.exported), dict(variables.local)
        shell.folder, shell.lists = variables.folder, dict(variables.lists)

    def _ends(self, branch: list[Node]) -> list[Variables]:
        """What a branch leaves behind; [] where the script ends in it."""
        return [] if self._outcomes.leaves(branch) else [self._variables()]

    def _go_on_from(self, ways: list[Variables]) -> None:
        if ways:
            self._set(joined(ways))

    def _subshell(self, node: Node, depth: int) -> Iterator[Command]:
        shell = self._shell
        folder, exported, local = shell.folder, dict(shell.exported), dict(shell.local)
        around, strict = shell._way, shell.strict
        yield from self._body(node, depth)
        shell.folder, shell.exported, shell.local = folder, exported, local
        shell.strict = strict
        shell._way = around

    def _for(self, node: Node, depth: int) -> Iterator[Command]:
        variable = node.child_by_field_name("variable")
        body = node.child_by_field_name("body")
        if variable is None or body is None:
            return
        name = self._words.raw(variable)
        values: list[Text] = []
        for child in node.children_by_field_name("value"):
            yield from self._substitutions(child, depth)
            values += self._words.fields(child)
        if not values or len(values) > MAX_LOOP or any(v.literal is None for v in values):
            values = [hole(Hidden(f"the loop variable `{name}`"))]
        for value in values:
            if self._shell.limit_reached:
                return
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
        children = [child for child in node.named_children if child.type not in SILENT]
        for child in children:
            last = child is children[-1]
            produced: Text | None = None
            inner = self.statement(child, depth + 1, writes if last else (), given)
            for command in self._tolerated(not last and not shell.strict.pipefail, inner):
                produced = printed.output(command)
                yield command
            given = produced
        shell.folder = folder

    def _redirected(self, node: Node, depth: int, given: Text | None) -> Iterator[Command]:
        body = node.child_by_field_name("body")
        found, writes = redirections.of(node, self._words, self._script)
        given = given if found is None else found
        if body is not None and writes and body.type in GROUPS:
            yield from self._grouped(body, depth, writes)
        elif body is not None:
            yield from self.statement(body, depth + 1, writes, given)
        elif writes:
            yield self._emptied(node, writes)
        for redirect in node.children_by_field_name("redirect"):
            if redirect.type == "heredoc_redirect":
                # `cat <<EOF | npm publish` and `cat <<EOF && npm publish` hang below the redirect.
                for child in redirect.named_children:
                    if child.type not in {"file_redirect", *SILENT}:
                        yield from self.statement(child, depth + 1, (), given)

    def _grouped(self, body: Node, depth: int, writes: tuple[Write, ...]) -> Iterator[Command]:
        """`{ …; } > file`: the file gets what all the commands print, one after the other."""
        pieces: list[Text] | None = []
        for command in self.statement(body, depth + 1):
            produced = printed.output(command)
            pieces = None if pieces is None or produced is None else [*pieces, produced]
            yield command
        shell = self._shell
        rows = (body.start_point.row, body.end_point.row)
        words = (text("cat"),) if pieces is None else (text("printf"), text("%s"), join(*pieces))
        yield Command(words, {}, dict(shell.exported), shell.folder, *rows, None, writes)

    def _emptied(self, node: Node, writes: tuple[Write, ...]) -> Command:
        """`> file` by itself."""
        shell = self._shell
        rows = (node.start_point.row, node.end_point.row)
        exported = dict(shell.exported)
        return Command((text(":"),), {}, exported, shell.folder, *rows, None, writes)

    # commands

    def _command(
        self, node: Node, depth: int, writes: tuple[Write, ...], given: Text | None
    ) -> Iterator[Command]:
        shell = self._shell
        words: list[Text] = []
        env: dict[str, Text] = {}
        for child in node.named_children:
            if child.type == "variable_assignment":
                name, value = assignments.read(self._shell, self._words, self._script, child)
                env[name] = value
            elif child.type == "command_name":
                words += self._words.fields(
                    child.named_children[0] if child.named_children else child
                )
            elif child.type == "herestring_redirect":
                given = self._words.word(child.named_children[0]) if child.named_children else given
            elif child.type == "file_redirect":
                written = redirections.write(child, self._words)
                writes = writes if written is None else (*writes, written)
            elif child.type not in SILENT:
                words += self._words.fields(child)
        yield from self._substitutions(node, depth)
        if not words:
            shell.local.update(env)
            return
        first, last = node.start_point.row, node.end_point.row
        name = words[0].literal or ""
        if name in shell.functions and name not in shell._calls:
            yield from self._call(name, tuple(words[1:]), env, depth, (first, last))
            return
        if name in shell.aliases:
            words[:1] = self._words_of_alias(name)
        command = Command(
            tuple(words),
            env,
            dict(shell.exported),
            shell.folder,
            first,
            last,
            given,
            writes,
            shell._way,
            self._is_tolerated(node),
            shell.strict,
            node.start_byte,
        )
        if self._builtin(name, words[1:]):
            return
        yield command

    def _words_of_alias(self, name: str) -> list[Text]:
        """A script expands an alias only where it asks for that; without, no command is sure."""
        literal = self._shell.aliases[name].literal
        try:
            words = shlex.split(literal or "")
        except ValueError:
            words = []
        if not self._shell.expands_aliases or not words:
            return [hole(Hidden(f"the alias `{name}`"))]
        return [text(word) for word in words]

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
        if name == "alias":
            for word in words:
                key, *value = split(word, "=", 1)
                shell.aliases[key.shown] = value[0] if value else EMPTY
            return True
        if name == "shopt" and [word.literal for word in words] == ["-s", "expand_aliases"]:
            shell.expands_aliases = True
            return True
        if name == "set":
            shell.strict = shell.strict.after(word.literal or "" for word in words)
            return False
        if name == "export":
            for word in words:
                key, *value = split(word, "=", 1)
                if key.literal and value:
                    shell.exported[key.literal] = value[0]
            return True
        return False

    def _is_tolerated(self, node: Node) -> bool:
        """Whether what follows a command is done though it fails."""
        shell = self._shell
        if shell.tolerated or shell._tolerated:
            return True
        return not (shell.strict.errexit or self._asks or ends_script(node))

    def _tolerated(self, goes_on: bool, commands: Iterator[Command]) -> Iterator[Command]:
        """The commands of a part of the script that may fail without an end to it."""
        self._shell._tolerated += goes_on
        yield from commands
        self._shell._tolerated -= goes_on

    # variables

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
