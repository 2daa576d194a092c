"""The parts of pages that look into a trained network."""
