"""One rule a file; the id names the defect. `RULES` is all of them, root causes first.

`READING_RULES` are about what the reader met in the repository rather than about a case.
"""

from __future__ import annotations

from functools import lru_cache

from checker.problems import ReadingRule, Rule
from checker.rules import (
    bypass_token_sunset,
    classic_token_revoked,
    credential_without_publish,
    declared_disagrees_with_observed,
    dev_engines_not_met,
    dist_tag_without_credential,
    exchange_refused,
    first_publish,
    fork_pull_request,
    id_token_permission_missing,
    immutable_subject,
    latest_would_go_back,
    lifecycle_script_fails,
    no_credential,
    npm_too_old_for_staging,
    npm_too_old_for_trusted_publishing,
    npm_upgrade_unsupported,
    otp_in_ci,
    package_private,
    prefer_trusted_publishing,
    prerelease_without_tag,
    probe_not_representative,
    provenance_from_private_repository,
    provenance_needs_public_access,
    provenance_without_id_token,
    publish_branch_not_checked_out,
    publishing_access_undeclared,
    reading_limit_reached,
    repository_url_mismatch,
    restricted_unscoped,
    scoped_first_publish_not_public,
    secret_older_than_limit,
    self_hosted_runner,
    tag_is_a_version_range,
    token_expired,
    token_expires_soon,
    token_in_repository,
    token_ip_restricted,
    token_kind_undeclared,
    token_lacks_permission,
    token_left_over,
    token_lifetime_over_limit,
    token_malformed,
    token_misses_package,
    token_needs_2fa,
    token_not_read,
    token_refused_by_publishing_access,
    token_rejected,
    token_shadows_trusted_publishing,
    too_many_new_packages,
    tool_prechecks_whoami,
    tool_too_old_for_trusted_publishing,
    tool_unsupported_by_node,
    tool_without_trusted_publishing,
    trigger_refused,
    trusted_publisher_lacks_permission,
    trusted_publisher_mismatch,
    trusted_publisher_unvalidated,
    unsupported_oidc_issuer,
    version_already_published,
    version_already_staged,
    version_invalid,
    workflow_unreadable,
    working_tree_not_clean,
)

RULES: tuple[Rule, ...] = (
    npm_upgrade_unsupported.RULE,
    npm_too_old_for_staging.RULE,
    package_private.RULE,
    lifecycle_script_fails.RULE,
    dev_engines_not_met.RULE,
    publish_branch_not_checked_out.RULE,
    working_tree_not_clean.RULE,
    version_invalid.RULE,
    tag_is_a_version_range.RULE,
    prerelease_without_tag.RULE,
    restricted_unscoped.RULE,
    scoped_first_publish_not_public.RULE,
    version_already_published.RULE,
    version_already_staged.RULE,
    latest_would_go_back.RULE,
    fork_pull_request.RULE,
    trigger_refused.RULE,
    unsupported_oidc_issuer.RULE,
    self_hosted_runner.RULE,
    id_token_permission_missing.RULE,
    tool_without_trusted_publishing.RULE,
    tool_too_old_for_trusted_publishing.RULE,
    tool_unsupported_by_node.RULE,
    tool_prechecks_whoami.RULE,
    npm_too_old_for_trusted_publishing.RULE,
    first_publish.RULE,
    trusted_publisher_unvalidated.RULE,
    trusted_publisher_mismatch.RULE,
    trusted_publisher_lacks_permission.RULE,
    exchange_refused.RULE,
    classic_token_revoked.RULE,
    token_malformed.RULE,
    token_expired.RULE,
    secret_older_than_limit.RULE,
    token_ip_restricted.RULE,
    token_rejected.RULE,
    token_lacks_permission.RULE,
    token_misses_package.RULE,
    token_refused_by_publishing_access.RULE,
    token_needs_2fa.RULE,
    token_not_read.RULE,
    no_credential.RULE,
    provenance_without_id_token.RULE,
    provenance_from_private_repository.RULE,
    provenance_needs_public_access.RULE,
    repository_url_mismatch.RULE,
    otp_in_ci.RULE,
    dist_tag_without_credential.RULE,
    bypass_token_sunset.RULE,
    token_lifetime_over_limit.RULE,
    token_expires_soon.RULE,
    token_shadows_trusted_publishing.RULE,
    token_left_over.RULE,
    immutable_subject.RULE,
    declared_disagrees_with_observed.RULE,
    probe_not_representative.RULE,
    too_many_new_packages.RULE,
    token_kind_undeclared.RULE,
    publishing_access_undeclared.RULE,
    prefer_trusted_publishing.RULE,
)

READING_RULES: tuple[ReadingRule, ...] = (
    workflow_unreadable.RULE,
    reading_limit_reached.RULE,
    credential_without_publish.RULE,
    token_in_repository.RULE,
)


@lru_cache(maxsize=1)
def by_id() -> dict[str, Rule | ReadingRule]:
    """Every rule by its id, in the order in which findings are shown."""
    rules: tuple[Rule | ReadingRule, ...] = (*READING_RULES, *RULES)
    return {rule.id: rule for rule in rules}


@lru_cache(maxsize=256)
def rule_order(rule_id: str) -> int:
    """The place of a rule among all; root causes come first."""
    return list(by_id()).index(rule_id)
