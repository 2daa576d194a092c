"""Colours mean one thing everywhere; a dash, a pattern or a label says the same beside each colour."""

TRAINING = "#0072B2"  # blue, solid
VALIDATION = "#E69F00"  # orange, dashed
TEST = "#009E73"  # green
WRONG = "#D55E00"  # vermilion, with a cross
# One blue for matrices, from "few", near the page's own colour, to "many"; luminance only falls, or in the dark only rises,
# so that black or white letters stand out from every shade.
SEQUENTIAL = [[0.0, "#F2F7FC"], [0.25, "#BAD6EB"], [0.5, "#6BAED6"], [0.75, "#2171B5"], [1.0, "#08306B"]]
SEQUENTIAL_DARK = [[0.0, "#17293B"], [0.25, "#1F4A72"], [0.5, "#2F78B5"], [0.75, "#77B5E4"], [1.0, "#D6EBFA"]]
