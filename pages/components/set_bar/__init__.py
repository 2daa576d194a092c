"""A bar with a part for the training, the validation and the test set."""
