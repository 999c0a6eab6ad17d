"""Tells whether npm will accept what a repository's workflows publish."""

__version__ = "1.0.0"
