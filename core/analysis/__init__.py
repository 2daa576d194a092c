"""The analysis of runs and networks: curves, scores, mistakes, drawings of layers, and small models for teaching."""
