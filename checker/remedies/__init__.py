"""Ways out that are ready to use: edits of the repository's files, and commands for npm. Pure."""
