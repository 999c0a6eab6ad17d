"""Reads package manifests, lockfiles and npm configuration from text into values. Pure."""
