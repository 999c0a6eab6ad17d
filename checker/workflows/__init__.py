"""Reads a tree of files into publishing steps. Pure: no world, no policy, no verdicts.

`publishes` is the entry. `walking` goes through jobs, path by path and step by step; `publishing`
makes a `Run` of each publish found; both stand on what is known of `command_lines`, of the
`shell`'s text, and of GitHub's `syntax`.
"""
