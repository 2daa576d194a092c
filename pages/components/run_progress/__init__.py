"""The progress of a run on a single line."""
