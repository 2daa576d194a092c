"""One line that says how far a run is."""
