"""What a person reads of every rule, word for word, in the sample repositories where it fires.

The goldens are for eyes: one file a rule, one section a repository. A change of a sentence, of the
value it names, of its line or of how sure it is shows there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import repo_case
from msgspec.structs import replace
from ready import GIVEN, PACKAGE, PUBLISHER, READY, READY_BY_TOKEN, declaring, with_run, with_token
from repo_case import RepoCase

from checker import guidance as say
from checker.cases.world import Case
from checker.facts import Observed, Options, Place, Unknown
from checker.judgement import settle
from checker.problems import Rule, Words
from checker.rules import by_id

GOLDENS = Path(__file__).parent / "goldens" / "rules"
CASES = tuple(repo_case.cases())


def firing(rule: str) -> tuple[RepoCase, ...]:
    return tuple(case for case in CASES if case.rule == rule and case.fires)


def as_read(finding: dict[str, Any]) -> str:
    """One finding: how bad, how sure, where, of which packages, and its two texts."""
    at = f"{finding['path']}:{finding['line']}-{finding['end_line']}"
    packages = ", ".join(finding["packages"]) or "no package"
    head = f"{finding['severity']}, {finding['evidence']}, {at}, {packages}"
    return "\n\n".join([head, finding["message"], f"Fix: {finding['fix']}"])


@pytest.mark.parametrize("rule", sorted(by_id()))
def test_a_rule_is_worded_as_its_golden_says(
    rule: str, tmp_path: Path, golden: Callable[[Path, str], None]
) -> None:
    sections: list[str] = []
    for case in firing(rule):
        (folder := tmp_path / case.name).mkdir()
        found = repo_case.answer(case, folder)["findings"]
        mine = [as_read(one) for one in found if one["rule"] == rule]
        sections += [f"## {case.name}", *mine]
        assert mine, f"{case.name} does not fire"
    sources = "\n".join(f"- {source}" for source in by_id()[rule].sources)

    golden(GOLDENS / f"{rule}.md", "\n\n".join([f"# {rule}", sources, *sections]) + "\n")


def test_there_is_a_golden_of_every_rule_and_of_nothing_else() -> None:
    assert {path.name for path in GOLDENS.iterdir()} == {f"{rule}.md" for rule in by_id()}


# --- values that no sample repository has -----------------------------------------------------

NEW = declaring(READY, exists=False)


def words(rule_id: str, case: Case) -> Words:
    """What the rule says of the case."""
    rule = by_id()[rule_id]
    assert isinstance(rule, Rule)
    [said] = {rule.words(world, one) for one, world in settle(case).problems if one.rule == rule_id}
    return said


@pytest.mark.parametrize(
    ("case", "access"),
    [
        (NEW, "public"),
        (replace(NEW, package=replace(PACKAGE, access=None)), "public"),
        (replace(NEW, package=replace(PACKAGE, access="restricted")), "restricted"),
        (with_run(NEW, options=Options(access="restricted")), "restricted"),
    ],
)
def test_a_package_that_is_meant_to_be_restricted_is_not_created_public(
    case: Case, access: str
) -> None:
    fix = say.with_packages(words("first-publish", case).fix, (PACKAGE.name,))
    assert f"npm publish --access {access}\n" in fix


def test_a_release_whose_access_only_a_run_knows_leaves_the_choice() -> None:
    hidden = Unknown("access", "`--access` is `$ACCESS`")
    fix = words("first-publish", with_run(NEW, options=Options(access=hidden))).fix

    assert "as `--access` is `$ACCESS`: write `restricted` in place of `public`" in fix
    assert "write `restricted`" not in words("first-publish", NEW).fix


def test_a_package_that_the_registry_does_not_have_is_not_called_declared() -> None:
    seen = replace(READY, observed=Observed(False, (), (), None, (), None))

    assert "(the registry has no such public package)" in words("first-publish", seen).message
    assert "(declared `exists: false`)" in words("first-publish", NEW).message


def test_a_runner_whose_labels_are_not_known_is_still_called_one() -> None:
    labels = Unknown("runs_on", "`runs-on` is `${{ vars.RUNNER }}`")
    case = with_run(READY, runs_on=labels, hosted=False)

    assert (
        "runs on a runner, which GitHub does not host" in words("self-hosted-runner", case).message
    )


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("token-expired", {"expires": date(2026, 11, 1)}),
        ("token-misses-package", {"packages": ("@other/*",)}),
    ],
)
def test_a_token_that_cannot_publish_is_shown_where_the_step_is_given_it(
    rule: str, facts: dict[str, object]
) -> None:
    assert words(rule, with_token(READY_BY_TOKEN, **facts)).place == GIVEN.place


def test_a_repository_that_no_line_names_is_shown_at_the_top_of_package_json() -> None:
    other = replace(PACKAGE, repository="git+https://github.com/acme/gadget.git", lines=())
    case = replace(READY, package=other)

    assert words("repository-url-mismatch", case).place == Place("package.json", 1, 1)


def test_the_version_that_waits_for_approval_is_raised_where_it_stands() -> None:
    waiting = Observed(True, ("1.1.0",), (), None, (), "1.1.0", ("1.2.0",))
    case = replace(READY, package=replace(PACKAGE, path="core/package.json"), observed=waiting)

    assert words("version-already-staged", case).fix.endswith("`version` in `core/package.json`.")


def test_what_asks_for_provenance_is_named_where_it_is_known() -> None:
    of_manifest = replace(READY_BY_TOKEN, package=replace(PACKAGE, provenance=True))
    of_both = with_run(of_manifest, options=Options(provenance=True))

    assert say.wish_for_provenance(of_manifest).startswith('`"provenance": true`')
    assert "`--provenance`" in say.wish_for_provenance(of_both)
    assert '`"provenance": true`' in say.wish_for_provenance(of_both)
    assert "publishConfig" not in say.wish_for_provenance(
        with_run(READY_BY_TOKEN, options=Options(provenance=True))
    )


def test_the_manifests_of_all_packages_of_a_finding_are_named() -> None:
    paths = {"a": "packages/a/package.json", "b": "packages/b/package.json"}
    text = say.manifest(READY)

    assert say.with_packages(text, ("a", "b"), paths) == (
        "`packages/a/package.json`, `packages/b/package.json`"
    )
    assert say.with_packages(text, ("c",), paths) == "package.json"


def test_a_new_package_is_created_from_its_own_folder() -> None:
    text = say.publish_by_hand(NEW, "public")

    assert say.with_packages(text, ("a", "b"), {"a": "my pkgs/a/package.json"}) == (
        "```sh\nnpm publish './my pkgs/a' --access public\nnpm publish --access public\n```"
    )
    assert "pnpm publish" in say.publish_by_hand(
        replace(NEW, publish=replace(NEW.publish, tool="pnpm")), "public"
    )


@pytest.mark.parametrize(
    ("name", "selected"),
    [
        ("plain", "*All packages* (a new name without a scope cannot be selected)"),
        ("@acme/new", "the scope `@acme` (a new name cannot be selected by itself)"),
    ],
)
def test_a_token_for_a_new_package_selects_what_can_be_selected(name: str, selected: str) -> None:
    new = replace(declaring(READY_BY_TOKEN, exists=False), package=replace(PACKAGE, name=name))

    assert f"select {selected}," in say.proper_token(new)
    assert "once the package exists" in say.move_to_trusted_publishing(new)
    assert selected not in say.proper_token(declaring(new, exists=True))


def test_a_permission_is_called_as_the_form_called_it_on_that_day() -> None:
    before = replace(READY_BY_TOKEN, today=date(2026, 9, 17))

    assert "permission *Read and write*," in say.proper_token(before)
    assert "*Read and write (publish and stage)*" in say.proper_token(
        replace(before, today=date(2026, 9, 18))
    )


def test_a_publisher_had_to_publish_soon_only_since_october() -> None:
    before = replace(READY, today=date(2026, 10, 1))

    assert "48 hours" not in say.register(before)
    assert "48 hours" in say.register(replace(before, today=date(2026, 10, 2)))


def test_one_publisher_that_differs_by_its_environment_alone_is_the_one_to_mend() -> None:
    far = replace(PUBLISHER, workflow="other.yml")
    near = replace(PUBLISHER, environment="npm")
    said = words("trusted-publisher-mismatch", declaring(READY, publishers=(far, near)))

    assert "names environment `npm`, and job `publish` runs in none" in said.message
    assert 'environment: "npm"' in said.fix
    assert "other.yml" not in said.message
