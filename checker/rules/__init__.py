"""One rule a file; the id names the defect. See `RULES` for all of them, root causes first."""
