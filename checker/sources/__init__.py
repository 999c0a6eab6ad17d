"""Reads the world into facts: the checkout, the Actions environment, the clock.

A failure to read becomes an `Unknown` or a named problem, never a crash or a pass.
"""
