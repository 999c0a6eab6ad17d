"""A publish command on one path: its packages, registry, token and runtime, as a `Run`."""
