"""A component that shows the pixel values of a picture."""
