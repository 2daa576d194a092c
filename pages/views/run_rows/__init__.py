"""A visitor's runs as rows: colour, curve, result, and the comparison with the previous run."""
