"""Many repositories through GitHub's API: asked with bounds, kept on disk, read as `Files`."""
