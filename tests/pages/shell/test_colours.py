"""The blues of matrices go in one direction only, with letters that stand out from every shade; a run keeps its colour."""

import re
from pathlib import Path

import pytest

from core.glossary import drawings
from pages.shell import colours
from pages.shell.colours import RUNS, RUNS_DARK, SEQUENTIAL, SEQUENTIAL_DARK, run_colour

PAGES = Path(__file__).parent.parent.parent.parent / "pages"

LEAST_CONTRAST = 4.5
ROLES = ("training", "validation")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("scale", "sign"), [(SEQUENTIAL, -1), (SEQUENTIAL_DARK, 1)], ids=["light", "dark"])
def test_more_is_always_further_from_the_page(scale: list[list], sign: int) -> None:
    heights = [sign * luminance(colour) for _, colour in scale]
    assert heights == sorted(heights) and len(set(heights)) == len(heights)
    assert [place for place, _ in scale] == [0.0, 0.25, 0.5, 0.75, 1.0]
    for _, colour in scale:
        assert max(1.05 / (luminance(colour) + 0.05), (luminance(colour) + 0.05) / 0.05) >= LEAST_CONTRAST


def test_colours_of_runs_repeat_after_the_eighth() -> None:
    assert [run_colour(number) for number in (1, 2, 4, 5, 8, 9, 16)] == [1, 2, 4, 5, 8, 1, 8]
    assert len(set(RUNS)) == len(set(RUNS_DARK)) == 8


def test_charts_and_drawings_have_the_colours_of_the_style_sheet() -> None:
    tokens = (PAGES / "shell" / "styles" / "tokens.css").read_text("utf-8")
    pairs = {name: re.findall(rf"--{name}: light-dark\((#\w+), (#\w+)\)", tokens)[0] for name in ROLES}
    roles = {name: tuple(colour.upper() for colour in pair) for name, pair in pairs.items()}
    assert roles["validation"] == (colours.VALIDATION, colours.VALIDATION_DARK)
    assert roles["training"] == (colours.TRAINING, colours.TRAINING_DARK)
    assert drawings.VALIDATION == colours.VALIDATION and drawings.TRAINING == colours.TRAINING


def test_style_sheet_and_charts_have_the_same_colours_of_runs() -> None:
    tokens = (PAGES / "shell" / "styles" / "tokens.css").read_text("utf-8")
    pairs = re.findall(r"--run-\d: light-dark\((#\w+), (#\w+)\)", tokens)
    assert [light.upper() for light, _ in pairs] == list(RUNS)
    assert [dark.upper() for _, dark in pairs] == list(RUNS_DARK)
    script = (PAGES / "components" / "curves" / "plotly_style.js").read_text("utf-8")
    lists = [tuple(re.findall(r"#\w{6}", found)) for found in re.findall(r"runs: \[(.*?)\]", script)]
    assert lists == [RUNS, RUNS_DARK]
    sheet = (PAGES / "run_panels" / "run_colours.css").read_text("utf-8")
    chosen = re.findall(r"\.st-key-run-colour-(\d) \{\s*--run: var\(--run-(\d)\);", sheet)
    assert chosen == [(str(number), str(number)) for number in range(1, len(RUNS) + 1)]


@pytest.mark.parametrize(("colours", "page"), [(RUNS, "#FFFFFF"), (RUNS_DARK, "#131A22")], ids=["light", "dark"])
def test_words_in_the_colour_of_a_run_stand_out_from_the_page(colours: tuple[str, ...], page: str) -> None:
    for colour in colours:
        light, dark = sorted((luminance(colour), luminance(page)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= LEAST_CONTRAST
