"""The edits of `fix` beside the findings that they mend, for reporters that can show them."""

from __future__ import annotations

from msgspec.structs import replace

from checker.remedies import diff
from checker.remedies.model import Fixes
from checker.report import Edit, Report, Severity


def beside_errors(report: Report, fixes: Fixes) -> Report:
    """The report, with the edits beside every error where they leave nothing to be done by hand.

    The edits mend a publish as a whole; half of them would not.
    """
    edits = tuple(
        Edit(change.path, one.line, one.count, one.text)
        for change in fixes.changes
        for one in diff.replacements(change)
    )
    if fixes.refusals or not edits:
        return report
    return replace(
        report,
        findings=tuple(
            replace(finding, edits=edits) if finding.severity is Severity.ERROR else finding
            for finding in report.findings
        ),
    )
