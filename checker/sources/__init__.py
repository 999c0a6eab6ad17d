"""Reads the world into facts: checkout, Actions environment, clock, id-token, npm's registry.

A failure to read becomes an `Unknown` or a named problem, never a crash or a pass.
"""
