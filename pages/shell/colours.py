"""The colours of sets and runs, the same on all pages. A dash, a pattern or a label repeats the meaning of a colour."""

TRAINING = "#0072B2"  # blue, solid
TRAINING_DARK = "#4BA6E0"
VALIDATION = "#B36B00"  # orange, with dots
VALIDATION_DARK = "#F0B040"
GAP = "rgba(179,107,0,0.16)"  # between training and validation
TEST = "#009E73"  # green
WRONG = "#D55E00"  # vermilion, with a cross
# A blue for matrices, from "few", near the page's own colour, to "many"; luminance only falls, or in the dark only rises,
# so that black or white letters stand out from every shade.
SEQUENTIAL = [[0.0, "#F2F7FC"], [0.25, "#BAD6EB"], [0.5, "#6BAED6"], [0.75, "#2171B5"], [1.0, "#08306B"]]
SEQUENTIAL_DARK = [[0.0, "#17293B"], [0.25, "#1F4A72"], [0.5, "#2F78B5"], [0.75, "#77B5E4"], [1.0, "#D6EBFA"]]
# A run keeps its colour on every page: the tokens --run-1 to --run-8, in the light and in the dark theme, which repeat.
# Beside each stands the name of its run.
RUNS = ("#6B4FA0", "#0B7A75", "#A23B72", "#5B6B2E", "#7A4A1E", "#4A5568", "#A12A32", "#3338A0")
RUNS_DARK = ("#B59CEB", "#4FC7C0", "#EE8FBF", "#B5C67A", "#D8A878", "#AAB6C4", "#FF9C9C", "#A5B0FF")


def run_colour(number: int) -> int:
    """Return the number of a run's colour, from 1 to 8, the same on every page. Run 9 has the colour of run 1."""
    return (number - 1) % len(RUNS) + 1
