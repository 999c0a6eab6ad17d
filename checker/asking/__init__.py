"""What is asked of npm and of GitHub, and their answers as facts; only where a network may be."""
