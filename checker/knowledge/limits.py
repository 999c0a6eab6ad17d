"""Fixed figures and addresses of npm and GitHub that the program relies on, with their sources."""

from __future__ import annotations

NPM_REGISTRY = "https://registry.npmjs.org/"
NPM_REGISTRY_HOST = "registry.npmjs.org"

# Another name of the same registry, which yarn reads from; that it takes publishes nobody promises.
# https://github.com/yarnpkg/yarn/issues/5891
YARN_REGISTRY_HOST = ".".join(("registry", "yarnpkg", "com"))
YARN_REGISTRY = f"https://{YARN_REGISTRY_HOST}"

# https://github.blog/changelog/2025-11-05-npm-security-update-classic-token-creation-disabled-and-granular-token-changes/
TOKEN_LIFETIME_DAYS = 90

# A fortnight is time enough to plan a rotation; npm itself gives no figure.
TOKEN_EXPIRES_SOON_DAYS = 14

# How long a hosted runner's tool cache may lag behind the newest release of a moving version.
MOVING_VERSION_DAYS = 45

# About 25 new names an account and day, then E429; reported: https://github.com/npm/cli/issues/8507
NEW_PACKAGES_A_DAY = 25
