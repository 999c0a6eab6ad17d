"""A loopback npm registry that enforces npm's publishing policy of a given day, for the tests.

Written from what npm documents, and on purpose from nothing of the program under test.
"""
