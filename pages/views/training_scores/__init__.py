"""The accuracy of a network on its training set, compared with the held-out sets."""
