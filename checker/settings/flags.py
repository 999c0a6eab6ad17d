"""The flags of the command line, made from the option table; their values are judged in `load`."""

from __future__ import annotations

import argparse
from collections.abc import Collection

from checker.settings import kinds
from checker.settings.options import OPTIONS, Option, field_name

_GROUPS = (
    ("What is judged", ("config", "package", "workflow", "job", "today", "offline")),
    ("What the files cannot show", ()),
    ("The answer", ("format", "output", "fail-on", "fail-on-unknown", "ignore")),
)


def add_options(parser: argparse.ArgumentParser, options: Collection[str] = tuple(OPTIONS)) -> None:
    """Gives the parser those of `options` that have a flag; an absent flag's value is None."""
    named = {name for _, names in _GROUPS for name in names}
    rest = tuple(name for name in OPTIONS if name not in named)
    for title, names in _GROUPS:
        taken = [name for name in names or rest if name in options and OPTIONS[name].flag]
        if taken:
            group = parser.add_argument_group(title)
            for name in taken:
                _add(group, name, OPTIONS[name])


def _add(group: argparse._ArgumentGroup, name: str, option: Option) -> None:
    text = _help(option).replace("%", "%%")
    if option.kind is kinds.TRUTH and not option.may_be_unknown:
        group.add_argument(
            f"--{name}", action=argparse.BooleanOptionalAction, default=None, help=text
        )
        return
    group.add_argument(
        f"--{name}",
        dest=field_name(name),
        action="append" if option.many else "store",
        default=None,
        metavar=_metavar(name, option),
        help=text,
    )


def _metavar(name: str, option: Option) -> str:
    return option.kind.metavar or "|".join(option.kind.values) or name.upper()


def _help(option: Option) -> str:
    more = " (repeat for several)" if option.many else ""
    default = option.default_text or "unknown"
    return f"{option.help}{more}; default: {default}".replace("`", "")
