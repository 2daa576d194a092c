"""The numbers of the pixels of a picture."""
