"""The training, validation and test set as trays of pictures."""
