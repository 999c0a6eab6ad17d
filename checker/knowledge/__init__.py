"""Npm and GitHub on a date: dated tables with their sources, and the small functions that read them."""
