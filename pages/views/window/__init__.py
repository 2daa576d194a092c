"""A window that moves over an image, and the shape of the resulting output."""
