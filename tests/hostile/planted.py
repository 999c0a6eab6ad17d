"""Recognisable tokens for every place that a stranger or a user fills, and the search for them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class Planted:
    """The tokens that were handed out, each with the place that it was for."""

    places: dict[str, str] = field(default_factory=dict)

    def at(self, place: str) -> str:
        """A new token for `place`."""
        token = f"npm_Planted{len(self.places):03d}{'x' * 26}"
        self.places[token.lower()] = place
        return token

    def of_github(self, place: str) -> str:
        """The same in the shape of GitHub's tokens."""
        token = f"ghs_Planted{len(self.places):03d}{'y' * 26}"
        self.places[token.lower()] = place
        return token

    def found_in(self, text: str) -> list[str]:
        """The places of the tokens that stand in `text`, but for the commands that hide them."""
        kept = "\n".join(row for row in text.splitlines() if not row.startswith("::add-mask::"))
        return sorted(self.places[t] for t in set(_SHAPE.findall(kept.lower())) if t in self.places)


_SHAPE = re.compile(r"(?:npm|ghs)_planted\d{3}[xy]{26}")
