"""Validation images that were classified wrongly, sorted by the network's confidence, from epoch to epoch."""
