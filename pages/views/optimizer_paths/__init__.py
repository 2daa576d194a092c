"""The loss of the draft from above, as a map with the paths of optimizers."""
