"""Reads a tree of files into publishing steps. Pure: no world, no policy, no verdicts.

`syntax` knows GitHub's language, `shell` the text of scripts, `command_lines` what a command does.
The modules beside them walk jobs with these: `publishes` is the entry, `jobs` makes the paths,
`walk` goes through a path's steps, `publishing` makes a `Run` of what publishes there.
"""
