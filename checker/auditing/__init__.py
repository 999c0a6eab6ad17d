"""The same check over many repositories: which, one by one, what came out, kept and joined."""
