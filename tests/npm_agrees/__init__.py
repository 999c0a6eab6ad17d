"""Scenarios that the program judges and that a real npm then carries out."""
