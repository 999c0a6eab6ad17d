"""Since when npm does what: one line a dated sentence of its changelog and documentation."""

from __future__ import annotations

from datetime import timedelta

from registry.world import utc

# The registry knows npm's policy from here on; before, it would be wrong.
FIRST_KNOWN_DAY = utc(2025, 11, 5)

# Changelog, 2025-12-09: "classic tokens revoked, session-based auth and CLI token management".
CLASSIC_TOKENS_REVOKED = utc(2025, 12, 9)
# The same post: a session's publishes always ask for 2FA, and it lives two hours.
SESSIONS_ALWAYS_ASKED = CLASSIC_TOKENS_REVOKED
SESSION_LIFETIME = timedelta(hours=2)
# The registry's API description: an exchanged token is "typically" good for an hour.
EXCHANGED_LIFETIME = timedelta(hours=1)

# Changelog, 2026-05-22 (in force with npm 11.15.0, 2026-05-20): staged publishing; trusted
# publishers say which of the two they allow. Older ones allow what there was: direct publishing.
STAGED_PUBLISHING = utc(2026, 5, 20)
# Changelog, 2026-07-31: tokens that bypass 2FA lose all writes but publishing. Since then some
# report that a package's first publish wants a person.
FIRST_PUBLISH_CONTESTED = utc(2026, 7, 31)
# Changelog, 2026-09-03: several configurations a package; a new one may stage, and no more
# unless direct publishing is ticked.
DIRECT_PUBLISHING_OPT_IN = utc(2026, 9, 3)
# Changelog, 2026-09-18: granular tokens that may only stage.
STAGE_ONLY_TOKENS = utc(2026, 9, 18)
# Changelog, 2026-10-02, two posts: a configuration that has never published dies after 48 hours;
# id-tokens of `issue_comment` are refused; a staged publish may create a package.
UNVALIDATED_EXPIRE = utc(2026, 10, 2)
UNVALIDATED_LIFETIME = timedelta(hours=48)
STAGING_CREATES_PACKAGES = utc(2026, 10, 2)
REFUSED_EVENTS = {
    "pull_request_target": FIRST_KNOWN_DAY,  # npm/cli#8739, since November 2025 at the latest
    "issue_comment": UNVALIDATED_EXPIRE,
}

# Announced (changelog, 2026-07-08 and 2026-09-18): "January 2027", as a target. The registry
# takes the first day of it; nobody knows the day.
DIRECT_PUBLISH_BY_TOKEN_ENDS = utc(2027, 1, 1)
