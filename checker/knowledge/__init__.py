"""Npm and GitHub on a date: dated tables with their sources, and the functions that read them."""
