"""The jobs of a workflow, path by path and step by step, and what each step leaves to the next."""
