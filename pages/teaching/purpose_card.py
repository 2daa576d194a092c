"""A centred card for a page that is empty without a lecture: a drawing, the purpose of the page, and its next step."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from core.glossary.drawings import TEST, TRAINING, arrow, box, line, shade, svg, text
from pages.components.drawing.drawing import drawing

STYLE = Path(__file__).parent / "purpose_card.css"
WIDTH = 560  # pixels of the card
SIZE = (300, 132)  # pixels of a drawing
GREY = "#808890"


@contextmanager
def purpose_card(picture: str, title: str, sentence: str) -> Iterator[None]:
    """Draw the card; the content of the `with` block stands below its sentence.

    Parameters
    ----------
    picture
        The drawing, as SVG.
    title
        The heading of the page.
    sentence
        What the page is, and who sees it.
    """
    st.html(STYLE)
    card = st.container(key="purpose", horizontal_alignment="center").container(
        border=True, key="card-purpose", width=WIDTH, horizontal_alignment="center"
    )
    with card:
        drawing(picture, key="purpose-drawing")
        with st.container(key="purpose-words", gap="small"):
            st.title(title)
            st.markdown(sentence)
        yield


def _words(x: float, y: float, *lengths: float) -> list[str]:
    """Return grey lines in place of words, one below the other."""
    return [line([(x, y + 11 * row), (x + length, y + 11 * row)], GREY, width=3) for row, length in enumerate(lengths)]


def room_drawing() -> str:
    """Return a drawing of a projector's screen with a code, and of a phone that answers."""
    screen = [box(8, 8, 168, 104), *_words(26, 30, 96), text(92, 82, "4 7 2 1", bold=True)]
    options = [
        box(226, 34 + 22 * row, 48, 15, fill=shade(0.8, TRAINING) if row == 1 else "none", stroke=GREY) for row in range(3)
    ]
    return svg(
        "A projector shows a code; a phone answers",
        *screen,
        arrow((184, 62), (208, 62), GREY),
        *(box(216, 4, 68, 122), *_words(234, 20, 32), *options),
        size=SIZE,
    )


def follow_drawing() -> str:
    """Return a drawing of a code on a projector's screen, and of a phone with the curve of a run."""
    code = [
        box(70 + 12 * column, 38 + 12 * row, 10, 10, fill=shade(0.8), stroke="none")
        for row in range(4)
        for column in range(4)
        if (row, column) not in ((0, 2), (1, 1), (2, 3), (3, 0))
    ]
    curve = line([(226, 82), (238, 60), (250, 50), (262, 45), (274, 43)], TRAINING, width=3)
    button = box(232, 98, 36, 14, fill=shade(0.8, TRAINING), stroke="none")
    phone = [box(216, 4, 68, 122), *_words(232, 18, 36), curve, button]
    return svg(
        "A projector shows the code of a run; a phone shows its curve",
        *(box(8, 8, 168, 104), *code, arrow((184, 62), (208, 62), GREY), *phone),
        size=SIZE,
    )


def presenter_drawing() -> str:
    """Return a drawing of the presenter's window: the notes of a scene, a clock, the next scene, and all scenes."""
    clock = [
        box(194, 16, 44, 20, stroke=GREY),
        text(216, 31, "7:30"),
        box(244, 16, 38, 20, fill=shade(0.8, TRAINING), stroke="none"),
    ]
    scenes = [box(194, 46 + 19 * row, 88, 14, fill=shade(0.3 if row == 0 else 0), stroke=GREY) for row in range(4)]
    return svg(
        "The presenter's window: notes, clock, next scene and all scenes",
        *(box(4, 4, 292, 124), line([(24, 28), (110, 28)], width=5)),
        *_words(24, 50, 142, 130, 146, 104, 138, 70),
        *(*clock, *scenes),
        size=SIZE,
    )


def class_drawing() -> str:
    """Return a drawing of a class: a bar of progress for each student, a full bar in green."""
    rows = []
    for row, share in enumerate((1, 0.7, 0.45, 0.85, 0.2)):
        y = 8 + 25 * row
        rows += [box(8, y, 16, 16, fill=shade(0.3), stroke=GREY), *_words(34, y + 8, 44 - 6 * (row % 3))]
        rows += [
            box(92, y + 2, 200, 12, stroke=GREY),
            box(92, y + 2, 200 * share, 12, fill=TEST if share == 1 else shade(0.8), stroke="none"),
        ]
    return svg("A bar of progress for each student of a class", *rows, size=SIZE)
