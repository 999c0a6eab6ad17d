"""The loader of every YAML text: libyaml's; without it PyYAML's own, slower, the same answers."""

from __future__ import annotations

try:
    from yaml import CSafeLoader as Loader
except ImportError:
    from yaml import SafeLoader as Loader  # type: ignore[assignment]  # the same interface

__all__ = ["Loader"]
