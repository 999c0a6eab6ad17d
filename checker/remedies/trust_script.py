"""The trusted publishers as one text: a shell script whose comments are the whole way to go.

It can be read, pasted or run. Every value is quoted for the shell, in comments too: a shell at a
terminal may read those as commands. None holds a line end.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from checker.facts import Allow, Place
from checker.knowledge.limits import NEW_PACKAGES_A_DAY
from checker.remedies.trust import Fields, LeftOut, Registration, Standing, Trust, shown

# `npm trust` asks for 2FA each time, or once in five minutes where the person so chooses; with a
# pause of two seconds about 80 packages fit in: https://docs.npmjs.com/cli/commands/npm-trust
WINDOW_MINUTES = 5
PACKAGES_A_WINDOW = 80
PAUSE_SECONDS = 2
NPM = "11.15.0"

_FLAGS = {Allow.PUBLISH: "--allow-publish", Allow.STAGE: "--allow-stage-publish"}
_ACTIONS = {Allow.PUBLISH: "npm publish", Allow.STAGE: "npm stage publish"}


def command(one: Registration) -> str:
    """The line that registers one trusted publisher, for npm 11.15 or newer."""
    fields = one.fields
    words = ["npm", "trust", "github", one.package, "--repo", fields.repository]
    words += ["--file", fields.workflow]
    if fields.environment is not None:
        # A name with a dash in front would be read as a flag of its own.
        apart = not fields.environment.startswith("-")
        words += ["--env", fields.environment] if apart else [f"--env={fields.environment}"]
    words += [_FLAGS[allow] for allow in Allow if allow in fields.allow]
    return shlex.join([*words, "-y"])


def render(trust: Trust, unready: tuple[Place, ...] = ()) -> str:
    """The whole text; it ends with a line end.

    unready: the publishes that `fix` leaves to a person, and that use no trusted publisher before.
    """
    new = [one for one in trust.registrations if not one.exists]
    missing = [one for one in trust.registrations if one.exists and not one.is_there]
    there = [one for one in trust.registrations if one.exists and one.is_there]
    parts = [list(_head(trust))]
    if there:
        parts.append(list(_there(there)))
    if missing and unready:
        parts.append(list(_unready(unready)))
    if missing:
        parts += [*_to_delete(missing), list(_commands(missing)), *_may_be_there(missing)]
        parts.append(list(_form(missing)))
    if new:
        parts.append(list(_first_publish(new)))
    if missing or new or any(one.standing is Standing.FRESH for one in there):
        parts.append(list(_order(trust)))
    if trust.left_out:
        parts.append([_said("Left out, to be done by hand:")])
        parts[-1] += [_left(one) for one in trust.left_out]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _said(text: str) -> str:
    return f"# {text}"


def _head(trust: Trust) -> Iterator[str]:
    if not trust.registrations:
        nothing = "No package is published to npm by what can be read here."
        yield _said("Nothing can be registered from here." if trust.left_out else nothing)
        return
    repository = trust.registrations[0].fields.repository
    packages = dict.fromkeys(one.package for one in trust.registrations)
    count = f"{len(packages)} package{'' if len(packages) == 1 else 's'}"
    yield _said(f"Trusted publishers of {repository}: {count}.")
    yield _said(f"Needs npm {NPM} or newer: npm install -g npm@11")
    yield _said("Needs a login with 2FA that may write the packages: npm login")
    yield _said("A token that bypasses 2FA is not taken.")
    if trust.from_remote:
        yield _said(
            "npm compares upper and lower case: is the name spelled as github.com shows it?"
        )


def _there(there: list[Registration]) -> Iterator[str]:
    yield _said("Declared as registered already:")
    for one in there:
        fresh = ", not published yet" if one.standing is Standing.FRESH else ""
        yield f"#   {shlex.quote(one.package)} by {shlex.quote(one.fields.workflow)}{fresh}"


def _unready(places: tuple[Place, ...]) -> Iterator[str]:
    yield _said("A trusted publisher expires where nothing is published by it within 48 hours, and")
    yield _said(
        "these publishes cannot use one yet. Change them first, see npm-publish-preflight fix"
    )
    yield from (f"#   {shlex.quote(shown(f'{one.path}:{one.line}'))}" for one in places)


def _to_delete(missing: list[Registration]) -> Iterator[list[str]]:
    packages = dict.fromkeys(one.package for one in missing if one.standing is Standing.IN_THE_WAY)
    if packages:
        yield [
            _said(
                "npm takes no second trusted publisher with the same fields, and the declared one"
            ),
            _said("allows too little or has expired. Delete it first, the list shows its ID:"),
            *(line for name in packages for line in _deletion(shlex.quote(name))),
        ]


def _may_be_there(missing: list[Registration]) -> Iterator[list[str]]:
    if any(one.standing is Standing.UNDECLARED for one in missing):
        yield [
            _said(
                "Should npm answer 409, there is one with the same fields. If the list shows that"
            ),
            _said("it allows too little, or has expired, delete it and run its line again:"),
            *_deletion("PACKAGE"),
        ]


def _deletion(package: str) -> Iterator[str]:
    yield f"#   npm trust list {package}"
    yield f"#   npm trust revoke {package} --id ID"


def _commands(missing: list[Registration]) -> Iterator[str]:
    if len(missing) == 1:
        yield command(missing[0])
        return
    yield _said(
        "npm asks for 2FA at every command. In the browser choose not to be asked again for"
    )
    yield _said(f"{WINDOW_MINUTES} minutes: with a pause of {PAUSE_SECONDS} seconds about")
    yield _said(f"{PACKAGES_A_WINDOW} packages fit in. Without -y each would be answered with no.")
    yield "{"
    yield "failed="
    for number, one in enumerate(missing):
        if number and number % PACKAGES_A_WINDOW == 0:
            yield "printf 'Press Enter, and allow the next five minutes: '; read -r _"
        yield f"{command(one)} || failed=yes"
        yield f"sleep {PAUSE_SECONDS}"
    yield "[ -z \"$failed\" ] || echo 'Not every package is registered: see above.' >&2"
    yield "}"


def _form(missing: list[Registration]) -> Iterator[str]:
    groups: dict[Fields, list[str]] = {}
    for one in missing:
        groups.setdefault(one.fields, []).append(one.package)
    yield _said("Or on npmjs.com: package, Settings, Trusted publishing, GitHub Actions.")
    for fields, packages in groups.items():
        owner, _, name = fields.repository.partition("/")
        rows = (
            ("Organization or user", owner),
            ("Repository", name),
            ("Workflow filename", shlex.quote(fields.workflow)),
            ("Environment name", _environment(fields)),
            ("Allowed actions", ", ".join(_ACTIONS[a] for a in Allow if a in fields.allow)),
        )
        yield "#"
        yield from (f"#   {label:<22}{value}" for label, value in rows)
        yield from (
            f"#   {'Packages' if number == 0 else '':<22}{shlex.quote(package)}"
            for number, package in enumerate(packages)
        )


def _environment(fields: Fields) -> str:
    return "leave empty" if fields.environment is None else shlex.quote(fields.environment)


def _first_publish(new: list[Registration]) -> Iterator[str]:
    yield _said("Not on npm yet. A trusted publisher belongs to a package that exists, so create")
    yield _said("each once, in its folder, logged in with 2FA. Either stage it and approve it:")
    yield _said("  npm stage publish --access public")
    yield _said("or publish it:")
    yield _said("  npm publish --access public")
    yield _said("Leave --access public out for a private package. Then register it at once:")
    yield from (f"#   {command(one)}" for one in new)
    if len({one.package for one in new}) > NEW_PACKAGES_A_DAY:
        yield _said(f"npm takes about {NEW_PACKAGES_A_DAY} new names a day from one account.")


def _order(trust: Trust) -> Iterator[str]:
    yield _said("The order that never leaves a package without a way to publish:")
    yield _said(
        "1. Register the trusted publishers, see above. Keep the token and its secret for now."
    )
    yield _said("2. Merge the workflow that uses them: npm-publish-preflight fix --write")
    yield _said("   Should it fail, the workflow before it still publishes with the token.")
    yield _said("3. Publish every package once within 48 hours: until its first publish a new")
    yield _said("   trusted publisher expires then, and must be deleted and registered again.")
    yield _said("4. On npmjs.com: package, Settings, Publishing access: require two-factor")
    yield _said("   authentication and disallow tokens.")
    yield _said("5. Revoke the token, as npm token list shows it, and delete its secret.")
    yield _said("   A secret that steps still need to install private packages gets a read-only")
    yield _said("   token instead.")
    repository = trust.registrations[0].fields.repository
    for secret in trust.secrets:
        yield f"#   {shlex.join(['gh', 'secret', 'delete', secret, '--repo', repository])}"


def _left(one: LeftOut) -> str:
    subject = f"{one.kind} {shlex.quote(one.name)}" if one.name else f"the {one.kind}"
    return f"#   {subject}: {one.why}"
