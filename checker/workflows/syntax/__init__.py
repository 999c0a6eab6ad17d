"""GitHub's language: YAML, workflow and action files, expressions, permissions; no commands."""
