"""The experiment as a value, and all that edits, reads and describes it."""
