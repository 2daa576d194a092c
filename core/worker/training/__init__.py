"""Training, watched: one fit, what is measured beside it, and what is saved of it."""
