"""Every release of npm 9 to 12, and the last ones of 6 to 8, with the Node it runs on. Data only.

Days: the changelogs of npm's documentation, https://docs.npmjs.com/cli/v12/using-npm/changelog and
its predecessors; where those are silent (10.9.8, 11.19.1 and after, 12.1.0 and after) the day on
which the registry has it. `engines`: `npm view npm@<version> engines`. Prereleases are left out: no
range and no dist-tag in use gives one.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class NpmRelease(Struct, frozen=True):
    """One release of npm. node: its `engines.node`, an npm range."""

    version: str
    day: date
    node: str


# No release after this day is in the table.
NPM_RELEASES_UNTIL = date(2026, 11, 24)

# Of older lines only the last release stands below, which is what any range in them gives.
COMPLETE_FROM_MAJOR = 9

_NODE_OF_9 = "^14.17.0 || ^16.13.0 || >=18.0.0"
_NODE_OF_10 = "^18.17.0 || >=20.5.0"
_NODE_OF_11 = "^20.17.0 || >=22.9.0"
_NODE_OF_12 = "^22.22.2 || ^24.15.0 || >=26.0.0"

NPM_RELEASES: tuple[NpmRelease, ...] = (
    NpmRelease("6.14.18", date(2022, 12, 21), "6 >=6.2.0 || 8 || >=9.3.0"),
    NpmRelease("7.24.2", date(2021, 10, 4), ">=10"),
    NpmRelease("8.19.4", date(2023, 2, 14), "^12.13.0 || ^14.15.0 || >=16.0.0"),
    NpmRelease("9.0.0", date(2022, 10, 19), _NODE_OF_9),
    NpmRelease("9.0.1", date(2022, 10, 26), _NODE_OF_9),
    NpmRelease("9.1.0", date(2022, 11, 2), _NODE_OF_9),
    NpmRelease("9.1.1", date(2022, 11, 9), _NODE_OF_9),
    NpmRelease("9.1.2", date(2022, 11, 16), _NODE_OF_9),
    NpmRelease("9.1.3", date(2022, 11, 30), _NODE_OF_9),
    NpmRelease("9.2.0", date(2022, 12, 7), _NODE_OF_9),
    NpmRelease("9.3.0", date(2023, 1, 12), _NODE_OF_9),
    NpmRelease("9.3.1", date(2023, 1, 13), _NODE_OF_9),
    NpmRelease("9.4.0", date(2023, 1, 25), _NODE_OF_9),
    NpmRelease("9.4.1", date(2023, 2, 1), _NODE_OF_9),
    NpmRelease("9.4.2", date(2023, 2, 7), _NODE_OF_9),
    NpmRelease("9.5.0", date(2023, 2, 14), _NODE_OF_9),
    NpmRelease("9.5.1", date(2023, 2, 22), _NODE_OF_9),
    NpmRelease("9.6.0", date(2023, 3, 2), _NODE_OF_9),
    NpmRelease("9.6.1", date(2023, 3, 8), _NODE_OF_9),
    NpmRelease("9.6.2", date(2023, 3, 14), _NODE_OF_9),
    NpmRelease("9.6.3", date(2023, 3, 30), _NODE_OF_9),
    NpmRelease("9.6.4", date(2023, 4, 5), _NODE_OF_9),
    NpmRelease("9.6.5", date(2023, 4, 19), _NODE_OF_9),
    NpmRelease("9.6.6", date(2023, 5, 3), _NODE_OF_9),
    NpmRelease("9.6.7", date(2023, 5, 17), _NODE_OF_9),
    NpmRelease("9.7.0", date(2023, 5, 31), _NODE_OF_9),
    NpmRelease("9.7.1", date(2023, 6, 6), _NODE_OF_9),
    NpmRelease("9.7.2", date(2023, 6, 21), _NODE_OF_9),
    NpmRelease("9.8.0", date(2023, 7, 5), _NODE_OF_9),
    NpmRelease("9.8.1", date(2023, 7, 18), _NODE_OF_9),
    NpmRelease("9.9.0", date(2023, 10, 6), _NODE_OF_9),
    NpmRelease("9.9.1", date(2023, 10, 30), _NODE_OF_9),
    NpmRelease("9.9.2", date(2023, 11, 14), _NODE_OF_9),
    NpmRelease("9.9.3", date(2024, 2, 26), _NODE_OF_9),
    NpmRelease("9.9.4", date(2024, 11, 21), _NODE_OF_9),
    NpmRelease("10.0.0", date(2023, 8, 31), _NODE_OF_10),
    NpmRelease("10.1.0", date(2023, 9, 8), _NODE_OF_10),
    NpmRelease("10.2.0", date(2023, 10, 2), _NODE_OF_10),
    NpmRelease("10.2.1", date(2023, 10, 18), _NODE_OF_10),
    NpmRelease("10.2.2", date(2023, 10, 31), _NODE_OF_10),
    NpmRelease("10.2.3", date(2023, 11, 2), _NODE_OF_10),
    NpmRelease("10.2.4", date(2023, 11, 14), _NODE_OF_10),
    NpmRelease("10.2.5", date(2023, 12, 6), _NODE_OF_10),
    NpmRelease("10.3.0", date(2024, 1, 10), _NODE_OF_10),
    NpmRelease("10.4.0", date(2024, 1, 24), _NODE_OF_10),
    NpmRelease("10.5.0", date(2024, 2, 28), _NODE_OF_10),
    NpmRelease("10.5.1", date(2024, 4, 3), _NODE_OF_10),
    NpmRelease("10.5.2", date(2024, 4, 10), _NODE_OF_10),
    NpmRelease("10.6.0", date(2024, 4, 25), _NODE_OF_10),
    NpmRelease("10.7.0", date(2024, 4, 30), _NODE_OF_10),
    NpmRelease("10.8.0", date(2024, 5, 15), _NODE_OF_10),
    NpmRelease("10.8.1", date(2024, 5, 29), _NODE_OF_10),
    NpmRelease("10.8.2", date(2024, 7, 9), _NODE_OF_10),
    NpmRelease("10.8.3", date(2024, 8, 28), _NODE_OF_10),
    NpmRelease("10.9.0", date(2024, 10, 3), _NODE_OF_10),
    NpmRelease("10.9.1", date(2024, 11, 21), _NODE_OF_10),
    NpmRelease("10.9.2", date(2024, 12, 4), _NODE_OF_10),
    NpmRelease("10.9.3", date(2025, 6, 25), _NODE_OF_10),
    NpmRelease("10.9.4", date(2025, 9, 30), _NODE_OF_10),
    NpmRelease("10.9.5", date(2026, 3, 4), _NODE_OF_10),
    NpmRelease("10.9.6", date(2026, 3, 10), _NODE_OF_10),
    NpmRelease("10.9.7", date(2026, 3, 18), _NODE_OF_10),
    NpmRelease("10.9.8", date(2026, 3, 27), _NODE_OF_10),
    NpmRelease("10.9.9", date(2026, 7, 28), _NODE_OF_10),
    NpmRelease("11.0.0", date(2024, 12, 16), _NODE_OF_11),
    NpmRelease("11.1.0", date(2025, 1, 29), _NODE_OF_11),
    NpmRelease("11.2.0", date(2025, 3, 5), _NODE_OF_11),
    NpmRelease("11.3.0", date(2025, 4, 8), _NODE_OF_11),
    NpmRelease("11.4.0", date(2025, 5, 15), _NODE_OF_11),
    NpmRelease("11.4.1", date(2025, 5, 21), _NODE_OF_11),
    NpmRelease("11.4.2", date(2025, 6, 11), _NODE_OF_11),
    NpmRelease("11.5.0", date(2025, 7, 24), _NODE_OF_11),
    NpmRelease("11.5.1", date(2025, 7, 24), _NODE_OF_11),
    NpmRelease("11.5.2", date(2025, 7, 30), _NODE_OF_11),
    NpmRelease("11.6.0", date(2025, 9, 3), _NODE_OF_11),
    NpmRelease("11.6.1", date(2025, 9, 23), _NODE_OF_11),
    NpmRelease("11.6.2", date(2025, 10, 8), _NODE_OF_11),
    NpmRelease("11.6.3", date(2025, 11, 19), _NODE_OF_11),
    NpmRelease("11.6.4", date(2025, 11, 25), _NODE_OF_11),
    NpmRelease("11.7.0", date(2025, 12, 9), _NODE_OF_11),
    NpmRelease("11.8.0", date(2026, 1, 21), _NODE_OF_11),
    NpmRelease("11.9.0", date(2026, 2, 4), _NODE_OF_11),
    NpmRelease("11.10.0", date(2026, 2, 11), _NODE_OF_11),
    NpmRelease("11.10.1", date(2026, 2, 19), _NODE_OF_11),
    NpmRelease("11.11.0", date(2026, 2, 25), _NODE_OF_11),
    NpmRelease("11.11.1", date(2026, 3, 10), _NODE_OF_11),
    NpmRelease("11.12.0", date(2026, 3, 18), _NODE_OF_11),
    NpmRelease("11.12.1", date(2026, 3, 24), _NODE_OF_11),
    NpmRelease("11.13.0", date(2026, 4, 22), _NODE_OF_11),
    NpmRelease("11.14.0", date(2026, 5, 6), _NODE_OF_11),
    NpmRelease("11.14.1", date(2026, 5, 8), _NODE_OF_11),
    NpmRelease("11.15.0", date(2026, 5, 20), _NODE_OF_11),
    NpmRelease("11.16.0", date(2026, 5, 27), _NODE_OF_11),
    NpmRelease("11.17.0", date(2026, 6, 11), _NODE_OF_11),
    NpmRelease("11.18.0", date(2026, 6, 29), _NODE_OF_11),
    NpmRelease("11.19.0", date(2026, 7, 28), _NODE_OF_11),
    NpmRelease("11.19.1", date(2026, 8, 26), _NODE_OF_11),
    NpmRelease("11.20.0", date(2026, 9, 22), _NODE_OF_11),
    NpmRelease("11.21.0", date(2026, 9, 30), _NODE_OF_11),
    NpmRelease("11.21.1", date(2026, 10, 15), _NODE_OF_11),
    NpmRelease("11.21.2", date(2026, 11, 4), _NODE_OF_11),
    NpmRelease("12.0.0", date(2026, 7, 8), _NODE_OF_12),
    NpmRelease("12.0.1", date(2026, 7, 10), _NODE_OF_12),
    NpmRelease("12.0.2", date(2026, 7, 27), _NODE_OF_12),
    NpmRelease("12.1.0", date(2026, 9, 22), _NODE_OF_12),
    NpmRelease("12.2.0", date(2026, 9, 30), _NODE_OF_12),
)
