"""Three ways on from a trained network, each a card with a picture: draw an image, improve the network, see its mistakes."""

from itertools import pairwise, product

import streamlit as st

from core.application import application
from core.number_text import correct_count
from core.runs.run_record import Run
from pages.run_panels.result_card import mistakes

DOTS = (4, 5, 3, 2)  # of the layers in the picture of a network; the dots of the second layer are dashed, since it is new
NEW = 1
SIZE = 100  # the width and height of a picture, in its own units
PENCIL = '<path class="pencil" d="M52 92 56 78 84 50 94 60 66 88Z"/><path class="tip" d="M52 92 56 78 66 88Z"/>'


def draw(run: Run, class_pictures: list[str]) -> None:
    """Draw the three cards.

    Parameters
    ----------
    run
        The finished run.
    class_pictures
        An image of each class, as data: URIs, or nothing as long as there are none.
    """
    accuracy = run.accuracy("validation")
    wrong = "" if accuracy is None else f"It gets {100 - correct_count(accuracy)} of 100 wrong. "
    with st.container(key="start-ways", horizontal=True, gap="medium"):
        _card("draw", "try_it.py", "Draw your own", "It answers while you draw.", _sheet(class_pictures))
        _card("better", "define.py", "Make it better", "Add a layer, train again, compare.", _network())
        _card("mistakes", "mistakes.py", "See its mistakes", f"{wrong}See which, and why.", _mistakes(run))


def _card(key: str, file: str, title: str, sentence: str, picture: str) -> None:
    with st.container(key=f"start-way-{key}", horizontal=True, vertical_alignment="center", gap=None):
        st.html(f'<div class="way-picture" aria-hidden="true">{picture}</div>', width="content")
        st.page_link(file, label=f"**{title}** → :small[{sentence}]", width="stretch")


def _sheet(class_pictures: list[str]) -> str:
    """Return an image of the first class under a pencil."""
    image = f'<img src="{class_pictures[0]}" alt="">' if class_pictures else ""
    return f'{image}<svg viewBox="0 0 {SIZE} {SIZE}">{PENCIL}</svg>'


def _network() -> str:
    """Return a small network with a layer that is not there yet."""
    columns = [
        [(SIZE * (index + 0.5) / len(DOTS), SIZE * (dot + 0.5) / count) for dot in range(count)]
        for index, count in enumerate(DOTS)
    ]
    links = "".join(
        f'<path d="M{x:.0f} {y:.0f} {to_x:.0f} {to_y:.0f}"/>'
        for left, right in pairwise(columns)
        for (x, y), (to_x, to_y) in product(left, right)
    )
    dots = "".join(
        f'<circle class="{"new" if index == NEW else "old"}" cx="{x:.0f}" cy="{y:.0f}" r="6"/>'
        for index, column in enumerate(columns)
        for x, y in column
    )
    return f'<svg class="net" viewBox="0 0 {SIZE} {SIZE}">{links}{dots}</svg>'


def _mistakes(run: Run) -> str:
    """Return some of the images that a run classifies wrongly, once its evaluation is there."""
    evaluated = application().results.evaluation(run, "validation") if run.result else None
    shown = mistakes(evaluated, run.experiment.data.entry.classes) if evaluated is not None else []
    return "".join(f'<img src="{each.src}" alt="">' for each in shown)
