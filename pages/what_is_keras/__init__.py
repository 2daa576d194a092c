"""The parts of the page that explains Keras and its backends."""
