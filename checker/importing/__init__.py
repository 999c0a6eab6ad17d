"""What npm lists of tokens and trusted publishers, into the text of the config file.

Pure: the caller reads stdin and the file, and writes the result.
"""

from __future__ import annotations

from checker.importing.facts import import_facts
from checker.importing.problems import CannotImport, WhichToken

__all__ = ["CannotImport", "WhichToken", "import_facts"]
