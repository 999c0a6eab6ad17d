"""The keys that GitHub takes in a workflow and an action file, by where they stand, in lower case.

It refuses a file with any other one ("Unexpected value"); a key of a later day than `READ_ON` may
be missing here. Sources: the workflow syntax reference, the schema of GitHub's own workflow parser,
and the changelog of 2026-06-25 for steps that run beside each other.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
https://github.com/actions/languageservices/blob/main/workflow-parser/src/workflow-v1.0.json
https://github.blog/changelog/2026-06-25-actions-steps-can-now-be-run-in-parallel
Of an action file, the schema of GitHub's runner; at its top it takes any key.
https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
https://github.com/actions/runner/blob/main/src/Runner.Worker/action_yaml.json
https://github.com/orgs/community/discussions/200172 (no steps beside each other in an action)
"""

from __future__ import annotations

from datetime import date

READ_ON = date(2026, 11, 24)


def _keys(written: str) -> frozenset[str]:
    return frozenset(written.split())


WORKFLOW = _keys("on name description run-name defaults env permissions concurrency jobs")
EVENTS = _keys("""
    branch_protection_rule check_run check_suite create delete deployment deployment_status
    discussion discussion_comment fork gollum image_version issue_comment issues label merge_group
    milestone page_build project project_card project_column public pull_request
    pull_request_comment pull_request_review pull_request_review_comment pull_request_target push
    registry_package release repository_dispatch schedule status watch workflow_call
    workflow_dispatch workflow_run
""")
JOB = _keys("""
    name needs if permissions concurrency strategy runs-on timeout-minutes cancel-timeout-minutes
    continue-on-error container services env environment outputs defaults steps snapshot
""")
CALLING_JOB = _keys("name uses with secrets needs if permissions concurrency strategy")
_STEP = _keys("name id if continue-on-error timeout-minutes env background")
# Of a step that runs a command, uses an action, groups others, waits for others or ends one.
STEPS = {
    "run": _STEP | _keys("run working-directory shell"),
    "uses": _STEP | _keys("uses with"),
    "parallel": _STEP | _keys("parallel"),
    "wait": _STEP | _keys("wait"),
    "wait-all": _STEP | _keys("wait-all"),
    "cancel": _STEP | _keys("cancel"),
}
PERMISSIONS = _keys("""
    actions artifact-metadata attestations checks contents copilot-requests deployments discussions
    id-token issues models packages pages pull-requests repository-projects security-events statuses
    vulnerability-alerts
""")
# Mappings below a workflow or a job.
BELOW = {
    "permissions": PERMISSIONS,
    "defaults": _keys("run"),
    "concurrency": _keys("group cancel-in-progress queue"),
    "strategy": _keys("fail-fast max-parallel matrix"),
    "environment": _keys("name url deployment"),
}
# `runs` of an action: of one with steps, of a container's and of a program's.
COMPOSITE = _keys("using steps")
CONTAINER = _keys("using image entrypoint args env pre-entrypoint pre-if post-entrypoint post-if")
PROGRAM = _keys("using main pre pre-if post post-if")
_ACTION_STEP = _keys("name id if continue-on-error env")
ACTION_STEPS = {
    "run": _ACTION_STEP | _keys("run working-directory shell"),
    "uses": _ACTION_STEP | _keys("uses with"),
}
# https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions
FUNCTIONS = _keys("""
    contains startswith endswith format join tojson fromjson hashfiles case
    success always cancelled failure
""")
