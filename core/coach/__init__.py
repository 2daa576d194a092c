"""The coach: what most likely goes wrong in a run, and what to try."""
