"""The parts of the pages about pictures and data sets."""
