"""Options: declared once, read from flags, action inputs and the config file, merged and valid.

The world comes in as arguments; npm's policy is not known here.
"""

from __future__ import annotations

from checker.settings.declared import declared, filled
from checker.settings.faults import BadInput, Fault
from checker.settings.flags import add_options
from checker.settings.kinds import Ignored
from checker.settings.load import load
from checker.settings.options import CONFIG_PATH, OPTIONS, FailOn, Format, Option, Probe, Settings

__all__ = [
    "CONFIG_PATH",
    "OPTIONS",
    "BadInput",
    "FailOn",
    "Fault",
    "Format",
    "Ignored",
    "Option",
    "Probe",
    "Settings",
    "add_options",
    "declared",
    "filled",
    "load",
]
