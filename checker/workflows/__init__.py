"""Reads a tree of files into publishing steps. Pure: no world, no policy, no verdicts."""
