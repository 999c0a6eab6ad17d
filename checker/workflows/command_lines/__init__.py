"""Simple commands: what each of them does, as far as publishing is concerned."""
