"""Turns a report into text. Every reporter is a function `Report -> str`."""
