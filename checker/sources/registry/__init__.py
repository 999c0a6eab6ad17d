"""What npm's registry says of packages, of this run and of a token; each call with one deadline.

Heavy to import: only where the network is used.
"""

from __future__ import annotations

from checker.sources.registry.registry import Registry

__all__ = ["Registry"]
