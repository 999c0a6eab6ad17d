"""One publish on its way to trusted publishing: every edit that is due, then the judgement.

The reader says after each edit what the files have become. Nothing is kept of a way that does not
end with a publish that npm accepts, given a matching trusted publisher.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from checker.cases.world import NPM_WITH_STAGING, NPM_WITH_TRUSTED_PUBLISHING
from checker.facts import (
    Command,
    Facts,
    GivenToken,
    Package,
    Place,
    Publish,
    Reading,
    Registry,
    Run,
    TokenState,
    Unknown,
)
from checker.knowledge.tools import rows
from checker.knowledge.versions import at_least
from checker.remedies import (
    id_token,
    neighbours,
    npm_version,
    provenance_flag,
    repository_url,
    sites,
    staging,
    useless_token,
    verdict,
)
from checker.remedies.by_hand import refusal_of
from checker.remedies.model import CannotEdit, Note, Refusal, Tree
from checker.remedies.verdict import Answer
from checker.report import Severity
from checker.workflows.publishes import read

_LEFT = "A token still reaches the publish; what else uses it must be seen before it is taken out."
_LITERAL = "A token stands in this file: revoke it, and take it out by hand."
_GITHUB_PACKAGES = "npm.pkg.github.com"
_GITHUBS = (
    "setup-node names GitHub Packages for this job, and yet the publish goes to npm: without its"
    " owner's scope a package does not follow `registry-url`"
)
_GITHUBS_BY_HAND = (
    "If GitHub Packages is meant, give the package its owner's scope, or name the registry in"
    " `publishConfig.registry`. If npm is meant, give npm's registry as `registry-url`."
)

MAX_GRANTS = 12  # jobs on the way from an entry workflow to a publish, and callers beside them


class Target(Struct, frozen=True):
    """One publish to move. ordinal: which one of its job; edits move lines, but never that."""

    path: str
    job: str
    ordinal: int
    publish: Publish


class Asked(Struct, frozen=True):
    """What does not change from edit to edit; see `fix.fix` for the fields."""

    facts: Facts
    stage: bool
    node: str | None
    npm: str | None

    def read(self, tree: Tree) -> Reading:
        """What the tree publishes."""
        return read(
            tree,
            today=self.facts.today,
            repository=self.facts.running.repository,
            node=self.node,
            npm=self.npm,
        )


class Moved(Struct, frozen=True):
    """What came out: the files, what the reader says of them, what a person should know."""

    tree: Tree
    reading: Reading
    notes: tuple[Note, ...]


class Move:
    """The way of one publish: the tree so far, and what the reader says of it."""

    def __init__(self, asked: Asked, tree: Tree, reading: Reading, target: Target) -> None:
        self._asked = asked
        self._target = target
        self._tree = tree
        self._reading = reading
        self._before = reading
        self._notes: list[Note] = []

    def run(self) -> Moved | Refusal:
        """Every edit that is due, then the judgement. Raises `CannotEdit`, `Unreadable`."""
        if self._target.publish.registry is Registry.UNKNOWN:
            raise CannotEdit("which registry the publish goes to is not known")
        if not rows(self._target.publish.tool):
            raise CannotEdit(
                "what publishes here cannot be read",
                "Publish with `npm publish` in a step of a job that has `id-token: write`.",
            )
        if self._is_for_github_packages():
            raise CannotEdit(_GITHUBS, _GITHUBS_BY_HAND)
        if self._asked.stage:
            self._stage()
        self._grant()
        self._raise_npm()
        self._forget_token()
        self._name_repository()
        answer = self._answer()
        if not answer.is_good and provenance_flag.is_in_the_way(answer):
            answer = self._without_provenance(answer)
        if not answer.is_good:
            return refusal_of(self._target.publish, self._publish, self._telling(answer))
        self._spare_the_others()
        self._tell_of_case()
        self._tell_of_installs()
        return Moved(self._tree, self._reading, tuple(self._notes))

    def _without_provenance(self, answer: Answer) -> Answer:
        tree = provenance_flag.drop(self._tree, self._site, self._publish, answer)
        if tree is self._tree:
            return answer
        self._take(tree)
        self._notes.append(Note(self._target.publish.place, provenance_flag.BY_ITSELF))
        return self._answer()

    def _unmoved(self, place: Place) -> Place:
        """Of a place where the token is handed over: the one in the file as it was."""
        own = self._target.publish
        if place.path != own.place.path:
            return place
        places = [run.token.place for run in own.runs if isinstance(run.token, GivenToken)]
        return next((at for at in places if at.path == own.place.path), own.place)

    # --- the tree and what it says --------------------------------------------------------------

    def _take(self, tree: Tree) -> None:
        self._tree, self._reading = tree, self._asked.read(tree)

    @property
    def _publish(self) -> Publish:
        return self._find(self._reading)

    def _find(self, reading: Reading) -> Publish:
        target = self._target
        mine = [
            publish
            for publish in reading.publishes
            if (publish.place.path, publish.job) == (target.path, target.job)
        ]
        if target.ordinal >= len(mine) or mine[target.ordinal].tool != target.publish.tool:
            raise CannotEdit("the publish is not found again after an edit")
        return mine[target.ordinal]

    @property
    def _site(self) -> sites.Site:
        return sites.of_publish(self._tree, self._publish)

    def _answer(self) -> Answer:
        return verdict.of(self._facts(self._reading), self._publish)

    def _telling(self, answer: Answer) -> Answer:
        """The answer that says why it is not the id-token that publishes, where it is not."""
        if answer.by_oidc or any(one.severity is Severity.ERROR for one in answer.findings):
            return answer
        bare = verdict.without_token(self._facts(self._reading), self._publish)
        return answer if bare.is_good else bare

    def _facts(self, reading: Reading) -> Facts:
        return replace(self._asked.facts, reading=reading)

    def _is_for_github_packages(self) -> bool:
        """Whether the job was meant for another registry than the one that npm takes."""
        site = self._site
        packages = _packages(self._target.publish)
        if any(package.registry for package in packages):
            return False
        given = [
            dict(step.pairs("with")).get("registry-url", "")
            for step in site.job.steps[: site.index]
            if (step.text("uses") or "").lower().startswith("actions/setup-node@")
        ]
        return bool(given) and _GITHUB_PACKAGES in given[-1]

    # --- the edits -----------------------------------------------------------------------------

    def _stage(self) -> None:
        if not self._stages:
            self._take(staging.stage(self._tree, self._site, self._publish))
            if not self._stages:
                raise CannotEdit("the command would not stage", staging.BY_HAND)

    @property
    def _stages(self) -> bool:
        return self._publish.command is Command.STAGE

    def _grant(self) -> None:
        for _ in range(MAX_GRANTS):
            lacking = [run for run in self._publish.runs if run.id_token is not True]
            if not lacking:
                return
            if any(isinstance(run.id_token, Unknown) for run in lacking):
                raise CannotEdit("what the job may do is not known", id_token.BY_HAND)
            places = {run.permissions_place for run in lacking}
            if len(places) > MAX_GRANTS:
                break
            tree = self._tree
            # From below: an edit moves no line above it, and one reading is enough for all.
            for place in sorted(places, key=lambda at: (at.path, at.line), reverse=True):
                tree = id_token.grant(tree, place, self._reading.publishes)
            self._take(tree)
        raise CannotEdit("too many jobs stand between the workflow and the publish")

    def _raise_npm(self) -> None:
        if self._has_npm(self._publish):
            return
        for where in (self._action, self._job):
            if self._raise_npm_in(where):
                return
        # The judgement that follows says which npm the job has, and what that means.

    def _raise_npm_in(self, where: Callable[[], sites.Steps | None]) -> bool:
        """Whether an edit there has given the publish an npm that is new enough."""
        start, first = (self._tree, self._reading), where()
        for way in npm_version.ways(first) if first is not None else ():
            try:
                for edit in way:
                    steps = where()
                    if steps is not None:
                        self._take(edit(self._tree, steps))
                if self._has_npm(self._publish):
                    if npm_version.raise_node in way:
                        note = Note(self._target.publish.place, npm_version.WHOLE_JOB)
                        self._notes.append(note)
                    return True
            except CannotEdit:
                pass
            self._tree, self._reading = start
        return False

    def _action(self) -> sites.Steps | None:
        """The steps of the local action that publishes, if it is one."""
        return sites.in_action(self._tree, self._site)

    def _job(self) -> sites.Steps:
        """The job's steps."""
        return self._site.steps

    def _has_npm(self, publish: Publish) -> bool:
        staged = publish.command is Command.STAGE
        floor = NPM_WITH_STAGING if staged else NPM_WITH_TRUSTED_PUBLISHING
        return all(_npm_is(run, floor) for run in publish.runs)

    def _forget_token(self) -> None:
        start, before = self._tree, self._reading
        removed = useless_token.remove(self._tree, self._site, self._publish)
        self._take(removed.tree)
        if neighbours.robbed(self._asked.facts, before, self._reading, self._publish) is None:
            self._notes += [replace(n, place=self._unmoved(n.place)) for n in removed.notes]
        else:
            self._tree, self._reading = start, before
        for run in self._publish.runs:
            if _is_real(run) and not removed.notes:
                place = run.token.place if isinstance(run.token, GivenToken) else run.runtime_place
                text = _LITERAL if _is_literal(run) else _LEFT
                self._notes.append(Note(self._unmoved(place), text))

    def _name_repository(self) -> None:
        facts = self._asked.facts
        if facts.visibility in ("private", "internal") or self._answer().is_good:
            return
        for package in _packages(self._publish):
            repository = verdict.repository_of(self._facts(self._reading))
            if repository is not None and not repository_url.is_right(package, repository.name):
                self._take(repository_url.write(self._tree, package, repository))

    def _tell_of_case(self) -> None:
        """Where a manifest and a git remote differ in it, neither is sure to be GitHub's."""
        remote = self._asked.facts.running.repository
        repository = verdict.repository_of(self._facts(self._reading))
        if repository is not None and not repository.certain and repository.name != remote:
            text = repository_url.OTHER_CASE.format(repository.name, remote)
            self._notes.append(Note(self._target.publish.place, text))

    def _tell_of_installs(self) -> None:
        """What still needs the secret, though no publish does."""
        own, start = self._target.publish, Tree(self._tree.files, {})
        notes = tuple(useless_token.kept_by_installs(sites.of_publish(start, own), own))
        if notes:
            handed = useless_token.handed_over(self._asked.read(start))
            self._notes += [one for one in notes if one.place not in handed]

    def _spare_the_others(self) -> None:
        """Raises `CannotEdit` where another publish would be worse off."""
        facts, before, after = self._asked.facts, self._before, self._reading
        if neighbours.harder_to_read(before, after):
            raise CannotEdit("the edits would make the workflow harder to read")
        worse = neighbours.broken(facts, before, after)
        worse = worse or neighbours.robbed(facts, before, after, self._publish)
        if worse is not None:
            raise CannotEdit(f"the edits would break another publish, of job `{worse.job}`")


def _is_real(run: Run) -> bool:
    real = (TokenState.SECRET, TokenState.LITERAL)
    return isinstance(run.token, GivenToken) and run.token.state in real


def _is_literal(run: Run) -> bool:
    return isinstance(run.token, GivenToken) and run.token.state is TokenState.LITERAL


def _npm_is(run: Run, floor: str) -> bool:
    if isinstance(run.runtimes, Unknown):
        return False
    return all(
        runtime.failed_upgrade is None and (runtime.npm is None or at_least(runtime.npm, floor))
        for runtime in run.runtimes
    )


def _packages(publish: Publish) -> tuple[Package, ...]:
    found = (run.packages for run in publish.runs if not isinstance(run.packages, Unknown))
    return tuple(dict.fromkeys(package for packages in found for package in packages))
