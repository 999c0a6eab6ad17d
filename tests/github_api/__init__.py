"""A loopback GitHub of many repositories: its API, and a seeded generator of what is in them."""
