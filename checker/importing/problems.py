"""Why facts cannot be imported, in words for the user."""

from __future__ import annotations


class CannotImport(Exception):
    """The input or the config file cannot be used. The text is whole sentences; never a secret."""


class WhichToken(CannotImport):
    """Several tokens are listed and none was named. names: of those to choose from."""

    def __init__(self, names: tuple[str, ...]) -> None:
        listed = ", ".join(f"`{name}`" for name in names)
        super().__init__(
            f"npm lists several tokens: {listed}. Name the one that the workflow uses."
        )
        self.names = names
