"""A grid of small pictures."""
