"""The queue of runs and their record."""
