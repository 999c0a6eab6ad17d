"""The files of a scenario's repository, as its maintainers would have written them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from npm_agrees.clients import NODE_WITH
from npm_agrees.scenario import Scenario, Table

REGISTRY = "https://registry.npmjs.org"
CONFIG = ".github/npm-publish-preflight.yml"
# What a package of a scenario says about npm; all else stands in its manifest.
NOT_IN_MANIFEST = frozenset(
    {"publishers", "access", "versions", "folder", "public", "unpublished", "deprecated"}
)


def write(scenario: Scenario, root: Path) -> None:
    """The whole checkout, with git's own folder."""
    files = {**_manifests(scenario), **_workflow(scenario), **_config(scenario)}
    for name, text in {**files, **scenario.files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / ".git").mkdir()
    url = f"https://github.com/{scenario.repository}.git"
    (root / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {url}\n', encoding="utf-8")


# --- packages ---------------------------------------------------------------------------------


def manifest(scenario: Scenario, package: Table) -> dict[str, Any]:
    """What stands in the package's package.json. An empty text takes a key away."""
    said = {
        "name": "@acme/widget",
        "version": "1.2.0",
        "license": "MIT",
        "repository": {"type": "git", "url": f"git+https://github.com/{scenario.repository}.git"},
        "publishConfig": {"access": "public"},
        **{key: value for key, value in package.items() if key not in NOT_IN_MANIFEST},
    }
    return {key: value for key, value in said.items() if value != ""}


def _manifests(scenario: Scenario) -> dict[str, str]:
    if not scenario.packages:
        return {
            "package.json": _json(manifest(scenario, scenario.package)),
            "index.js": "module.exports = 42\n",
        }
    root = {"name": "acme", "version": "0.0.0", "private": True, "workspaces": ["packages/*"]}
    files = {"package.json": _json(root)}
    for package in scenario.packages:
        folder = f"packages/{package.get('folder') or package['name'].rpartition('/')[2]}"
        files[f"{folder}/package.json"] = _json(manifest(scenario, package))
        files[f"{folder}/index.js"] = "module.exports = 42\n"
    return files


# --- the workflow -----------------------------------------------------------------------------


def _workflow(scenario: Scenario) -> dict[str, str]:
    path = f".github/workflows/{scenario.workflow}"
    if path in scenario.files:
        return {}
    job: dict[str, Any] = {"runs-on": _plain(scenario.runs_on)}
    if scenario.permissions is not None:
        job["permissions"] = scenario.permissions
    if scenario.environment is not None:
        job["environment"] = scenario.environment
    if scenario.job_env:
        job["env"] = dict(scenario.job_env)
    job["steps"] = _steps(scenario)
    document: dict[str, Any] = {"name": "Release", "on": _plain(scenario.on)}
    if scenario.workflow_permissions is not None:
        document["permissions"] = scenario.workflow_permissions
    document["jobs"] = {"publish": job}
    return {path: yaml.safe_dump(document, sort_keys=False).replace("'on':", "on:")}


def _steps(scenario: Scenario) -> list[dict[str, Any]]:
    node, upgrade = NODE_WITH[scenario.npm]
    options: dict[str, Any] = {"node-version": node}
    if scenario.registry_url:
        options["registry-url"] = REGISTRY
    steps: list[dict[str, Any]] = [
        {"uses": "actions/checkout@v4"},
        {"uses": scenario.setup_node, "with": options},
    ]
    steps += [{"run": line} for line in ([upgrade] if upgrade else []) + list(scenario.before)]
    publish: dict[str, Any] = {"run": scenario.run}
    if scenario.env:
        publish["env"] = dict(scenario.env)
    return [*steps, publish]


# --- what is declared -------------------------------------------------------------------------


def _config(scenario: Scenario) -> dict[str, str]:
    """The facts that npm knows, without those that are hidden."""
    said: dict[str, Any] = {
        "publishing-access": scenario.access,
        "account-2fa": scenario.account.get("two-factor", "auth-and-writes"),
        **_tokens(scenario),
        "trusted-publishers": [_publisher(scenario, one) for one in scenario.publishers],
    }
    packages = {p["name"]: entry for p in scenario.packages if (entry := _entry(scenario, p))}
    if not scenario.packages and not scenario.versions and "exists" not in scenario.hidden:
        packages[manifest(scenario, scenario.package)["name"]] = {"exists": False}
    if packages:
        said["packages"] = packages
    kept = {key: value for key, value in said.items() if key not in scenario.hidden}
    return {CONFIG: yaml.safe_dump(_plain({**kept, **scenario.declares}), sort_keys=False)}


def _tokens(scenario: Scenario) -> dict[str, Any]:
    if "token-type" in scenario.hidden:
        return {}
    if not scenario.tokens:
        return {"token": {"type": "none"}}
    made = {name: _token(scenario, token) for name, token in scenario.tokens.items()}
    return {"token": made["NPM_TOKEN"]} if list(made) == ["NPM_TOKEN"] else {"tokens": made}


def _token(scenario: Scenario, token: Table) -> dict[str, Any]:
    if token["type"] != "granular":
        return {"type": token["type"]}
    keys = {
        "bypass-2fa": "bypass-2fa",
        "token-permission": "permission",
        "token-expires": "expires",
        "token-packages": "packages",
    }
    shown = {key: token[key] for option, key in keys.items() if option not in scenario.hidden}
    return {"type": "granular", **shown}


def _publisher(scenario: Scenario, one: Table) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key not in scenario.hidden}


def _entry(scenario: Scenario, package: Table) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if "access" in package:
        entry["publishing-access"] = package["access"]
    if "publishers" in package:
        entry["trusted-publishers"] = [_publisher(scenario, one) for one in package["publishers"]]
    if "versions" in package and not package["versions"]:
        entry["exists"] = False
    return {key: value for key, value in entry.items() if key not in scenario.hidden}


def _json(document: object) -> str:
    return json.dumps(document, indent=2) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
