"""The drawing of a network: an image, a column for each layer, links, and the class probabilities as bars."""
