"""A unit with a single weight, its loss and its slope. The weight is dragged, or moved by steps of gradient descent."""
