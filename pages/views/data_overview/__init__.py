"""Views of a whole data set: a hundred images, the frequency of all pixel values, and a table of facts."""
