"""The loss of an image as a bar, by the probability of its right class, small on Compile and large in a scene of a deck."""
