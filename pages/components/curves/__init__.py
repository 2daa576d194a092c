"""The live charts of a run."""
