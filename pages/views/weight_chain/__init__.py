"""The chain rule from the loss of an image back to a weight of a network, as a chain of factors."""
