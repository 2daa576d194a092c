"""The last step of a run that was taken alone."""
