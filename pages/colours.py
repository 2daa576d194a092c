"""Colours mean one thing everywhere; a dash, a pattern or a label says the same beside them."""

TRAINING = "#0072B2"  # blue, solid
VALIDATION = "#E69F00"  # orange, dashed
TEST = "#009E73"  # green
WRONG = "#D55E00"  # vermilion, with a cross
# From light to dark blue, for matrices; the middle keeps black and white text apart from it.
SEQUENTIAL = [[0.0, "#F2F7FC"], [0.25, "#BAD6EB"], [0.5, "#6BAED6"], [0.75, "#2171B5"], [1.0, "#08306B"]]
