"""The coach, which finds the most likely problem of a run and suggests repairs."""
