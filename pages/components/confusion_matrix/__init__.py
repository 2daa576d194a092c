"""The confusion matrix of an evaluated set."""
