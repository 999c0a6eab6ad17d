"""Reads the world into facts: the checkout, the Actions environment. Every failure is an `Unknown`."""
