"""GitHub's own runner images by day: which image a label gives, and which Node stands in it. Data.

From the history of https://github.com/actions/runner-images: the README's table of labels,
`images/*/toolsets/*.json` (`node.default` and the tool cache), and its announcements.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class LabelImage(Struct, frozen=True):
    """The image that a label gives from `since` to `until` (None: still).

    While a new image is rolled out over the runners, the label gives either: both rows hold.
    """

    label: str
    image: str
    since: date
    until: date | None


class ImageNode(Struct, frozen=True):
    """From `since` on the image is built with the newest Node of this major on its PATH."""

    image: str
    major: int
    since: date


class CachedNodes(Struct, frozen=True):
    """From `since` on the tool cache of the x64 images holds the newest Node of these majors."""

    majors: tuple[int, ...]
    since: date


LABEL_IMAGES: tuple[LabelImage, ...] = (
    # https://github.com/actions/runner-images/issues/10636, https://github.com/actions/runner-images/issues/14748
    LabelImage("ubuntu-latest", "ubuntu-22.04", date(2022, 12, 15), date(2025, 1, 17)),
    LabelImage("ubuntu-latest", "ubuntu-24.04", date(2024, 12, 5), date(2026, 11, 19)),
    LabelImage("ubuntu-latest", "ubuntu-26.04", date(2026, 10, 19), None),
    LabelImage("ubuntu-slim", "ubuntu-slim", date(2025, 12, 12), None),
    LabelImage("ubuntu-22.04", "ubuntu-22.04", date(2022, 8, 9), None),
    LabelImage("ubuntu-24.04", "ubuntu-24.04", date(2024, 5, 8), None),
    LabelImage("ubuntu-26.04", "ubuntu-26.04", date(2026, 5, 5), None),
    LabelImage("ubuntu-22.04-arm", "ubuntu-22.04-arm", date(2026, 5, 19), None),
    LabelImage("ubuntu-24.04-arm", "ubuntu-24.04-arm", date(2026, 5, 19), None),
    LabelImage("ubuntu-26.04-arm", "ubuntu-26.04-arm", date(2026, 5, 19), None),
    # https://github.com/actions/runner-images/issues/12677
    LabelImage("windows-latest", "windows-2022", date(2022, 3, 30), date(2025, 10, 1)),
    LabelImage("windows-latest", "windows-2025", date(2025, 9, 2), None),
    LabelImage("windows-2022", "windows-2022", date(2022, 3, 30), None),
    LabelImage("windows-2025", "windows-2025", date(2024, 11, 29), None),
    LabelImage("windows-2025-vs2026", "windows-2025", date(2026, 2, 6), None),
    LabelImage("windows-11-arm", "windows-11-arm", date(2026, 4, 7), None),
    LabelImage("windows-11-vs2026-arm", "windows-11-arm", date(2026, 4, 7), None),
    # https://github.com/actions/runner-images/issues/12520, https://github.com/actions/runner-images/issues/14167
    LabelImage("macos-latest", "macos-14", date(2024, 4, 29), date(2025, 8, 28)),
    LabelImage("macos-latest", "macos-15", date(2025, 8, 4), date(2026, 7, 22)),
    LabelImage("macos-latest", "macos-26", date(2026, 6, 15), None),
    LabelImage("macos-14", "macos-14", date(2024, 1, 30), None),
    LabelImage("macos-15", "macos-15", date(2024, 9, 3), None),
    LabelImage("macos-15-intel", "macos-15", date(2025, 9, 19), None),
    LabelImage("macos-26", "macos-26", date(2025, 9, 11), None),
    LabelImage("macos-26-intel", "macos-26", date(2026, 2, 6), None),
)

IMAGE_NODES: tuple[ImageNode, ...] = (
    ImageNode("macos-14", 20, date(2024, 1, 19)),
    ImageNode("macos-14", 22, date(2026, 5, 18)),
    ImageNode("macos-15", 22, date(2024, 9, 3)),
    ImageNode("macos-26", 24, date(2025, 9, 11)),
    ImageNode("ubuntu-22.04", 18, date(2023, 11, 15)),
    ImageNode("ubuntu-22.04", 20, date(2025, 5, 30)),
    ImageNode("ubuntu-22.04", 22, date(2026, 5, 18)),
    ImageNode("ubuntu-22.04-arm", 22, date(2026, 5, 19)),
    ImageNode("ubuntu-24.04", 20, date(2024, 5, 8)),
    ImageNode("ubuntu-24.04", 22, date(2026, 5, 18)),
    ImageNode("ubuntu-24.04-arm", 22, date(2026, 5, 19)),
    ImageNode("ubuntu-26.04", 24, date(2026, 5, 5)),
    ImageNode("ubuntu-26.04-arm", 24, date(2026, 5, 19)),
    ImageNode("ubuntu-slim", 24, date(2025, 12, 12)),
    ImageNode("windows-11-arm", 24, date(2026, 4, 7)),
    ImageNode("windows-2022", 18, date(2023, 11, 15)),
    ImageNode("windows-2022", 20, date(2025, 5, 31)),
    ImageNode("windows-2022", 22, date(2026, 5, 18)),
    ImageNode("windows-2025", 22, date(2024, 11, 29)),
)

# toolset-2404.json and its siblings change on the same days.
CACHED_NODES: tuple[CachedNodes, ...] = (
    CachedNodes((16, 18, 20), date(2023, 11, 21)),
    CachedNodes((18, 20, 22), date(2024, 10, 23)),
    CachedNodes((18, 20, 22, 24), date(2025, 10, 1)),
    CachedNodes((20, 22, 24), date(2025, 10, 31)),
    CachedNodes((22, 24), date(2026, 5, 18)),
)
