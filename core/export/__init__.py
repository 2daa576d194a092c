"""Functions that write an experiment and its network to files: scripts, notebooks, reports and model files."""
