"""The parts of pages that show and steer a run."""
