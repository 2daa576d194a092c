"""The parts of the page Define."""
