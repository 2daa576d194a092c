"""The outputs of a network's layers for an image, as pictures: an overview of all layers, and a single layer in detail."""
