"""How the tests of the audit stand in the world: a server, a folder for the cache, the command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from github_api.server import TOKEN, GitHub

ROOT = Path(__file__).resolve().parents[2]
TODAY = ("--today", "2026-11-24")
_INHERITED = ("PATH", "HOME", "LANG", "SYSTEMROOT", "PYTHONHASHSEED", "GITHUB_SERVER_URL")


@dataclass(frozen=True)
class World:
    """A GitHub and the address of its API. cache: XDG_CACHE_HOME of the audits."""

    github: GitHub
    address: str
    cache: Path

    def environ(self, token: str = TOKEN) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "GITHUB_API_URL": self.address,
            "GITHUB_TOKEN": token,
            "XDG_CACHE_HOME": str(self.cache),
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "checker", "audit", *arguments, *TODAY]

    def audit(self, *arguments: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environ(token),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def asked(self) -> Counter[str]:
        """How often each path was asked for, without GraphQL's, which all have one."""
        return Counter(path for method, path in self.github.requests if method == "GET")
