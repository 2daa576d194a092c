"""A sheet on which a visitor draws, the answers of a trained network as bars, and two buttons that judge the answer."""

from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from core.analysis.image_perturbations import DrawingStyle, centred, drawing_style, fit_to_shape
from core.application import application
from core.datasets.previews import read_preview
from core.engine import picture_decoder
from core.experiment.image_ref import OWN, ImageRef
from core.number_text import percent
from core.problems import Problem
from core.teaching.shows.own_drawing import IS_RIGHT, TrainedNetwork
from core.views.predictions import ProbabilitiesQuestion
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.components.pixel_pad.pixel_pad import pixel_pad
from pages.shell import waiting
from pages.shell.drawing_count import note_drawing
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.streamlit_patches import rerun
from pages.views.predictions.predictions import answer_rows
from pages.views.shared.view_context import MOVED, ViewContext

STYLE = Path(__file__).with_suffix(".css")
PEN = 26  # 280ths of the sheet
SEEN_IMAGE_PIXELS = 92  # pixels of the image that the network gets
SAID = "own-drawing-said"  # in session state: whether the visitor has judged an answer since the page was drawn


def draw(shown: ViewContext) -> None:
    """Draw the sheet and the answers. See `pages.views.shared.view_context.ViewContext`."""
    ground: TrainedNetwork = shown.ground
    preview = read_preview(ground.experiment.data.dataset)
    st.html(STYLE)
    if preview is None:
        waiting.wait_for_preview(ground.experiment.data.dataset)
        return
    _sheet_and_answers(shown, drawing_style(preview.images))


@st.fragment
def _sheet_and_answers(shown: ViewContext, look: DrawingStyle) -> None:
    """Draw the sheet and the answers. Streamlit repeats this function after each stroke.

    After the visitor's judgement of an answer, the whole page is rerun, since the guide changes too.
    """
    if st.session_state.pop(SAID, False):
        rerun()
    ground: TrainedNetwork = shown.ground
    with st.container(key="own-drawing"):
        with st.container(key="own-drawing-sheet"):
            image = _drawn(shown, look)
        with st.container(key="own-drawing-answers", gap="small"):
            if image is None:
                st.header(
                    "Draw a digit" if ground.experiment.data.entry.name == "digits" else "Draw something", anchor=False
                )
                st.markdown("The answer follows each stroke.")
            _answers(shown, image)


def _drawn(shown: ViewContext, look: DrawingStyle) -> np.ndarray | None:
    """Draw the sheet. Return the drawing as an image of the data set's shape, or None if the sheet is empty."""
    key, shape = f"{shown.key}-pad", shown.ground.experiment.data.entry.image_shape
    paper = look.background * (3 if len(look.background) == 1 else 1)
    pixel_pad(
        paper=f"#{''.join(f'{level:02X}' for level in paper)}",
        ink="#000000" if look.is_bright else "#FFFFFF",
        width=PEN,
        colour=shape[2] == 3,
        drawing=st.session_state.get(f"{key}-kept", ""),
        label="A sheet to draw on",
        key=key,
        on_drawn=partial(_keep_drawing, key),
        cells=shape[1],
        trace="Draw here",
    )
    sheet = picture_decoder.decode_drawing(st.session_state.get(f"{key}-kept"), shape[2])
    return None if sheet is None else fit_to_shape(centred(sheet, look), shape)


def _keep_drawing(key: str) -> None:
    drawing = st.session_state[key].drawing
    note_drawing(st.session_state.get(f"{key}-kept", ""), drawing)
    st.session_state[f"{key}-kept"] = drawing


def _answers(shown: ViewContext, image: np.ndarray | None) -> None:
    """Draw the answer to the drawing: the likeliest class, a bar for each class, and the buttons for right and wrong."""
    ground: TrainedNetwork = shown.ground
    bars = partial(answer_rows, ground.classes, key=f"{shown.key}-bars")
    if image is None:
        bars((0.0,) * len(ground.classes))
        return
    ask = partial(_probabilities, ground, image)
    probabilities = ask(wait=True)
    if isinstance(probabilities, Problem):
        show_problem(probabilities, "own-drawing")
    elif probabilities is None:
        waiting.wait_for(lambda: ask(wait=False) is not None, "", 300)
    else:
        _winner(shown, probabilities, image)
        bars(probabilities)


def _probabilities(ground: TrainedNetwork, image: np.ndarray, *, wait: bool) -> tuple[float, ...] | Problem | None:
    own = ImageRef(OWN, pixels=image.tobytes(), shape=image.shape)
    return application().ask(ProbabilitiesQuestion(ground.experiment, ground.model, own), wait=wait)


def _winner(shown: ViewContext, probabilities: tuple[float, ...], image: np.ndarray) -> None:
    best = int(np.argmax(probabilities))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(key="own-drawing-seen", gap="small", width="content"):
            size = f"{image.shape[0]} × {image.shape[1]} pixels"
            seen = picture_item("seen", image, f"What the network gets: {size}")
            picture_grid([seen], key=f"{shown.key}-seen", size=SEEN_IMAGE_PIXELS, columns=1)
            st.caption(f"What the network gets: {size}, moved and sized as in its data")
        with st.container(key="own-drawing-winner", gap="small"):
            st.markdown(f"**{escape_markdown(shown.ground.classes[best])}** {percent(probabilities[best])}")
            with st.container(horizontal=True, gap="small"):
                _judge(shown, best, "Right answer", is_right=True)
                _judge(shown, best, "Wrong answer", is_right=False)


def _judge(shown: ViewContext, label: int, words: str, *, is_right: bool) -> None:
    icon = ":material/check:" if is_right else ":material/close:"
    key = f"{shown.key}-{'right' if is_right else 'wrong'}"
    st.button(words, key=key, icon=icon, on_click=_move, args=(shown, label, is_right))


def _move(shown: ViewContext, label: int, is_right: bool) -> None:
    """Report the visitor's judgement of the answer to the scene, as the move of this view."""
    st.session_state[shown.key] = {MOVED: (label, IS_RIGHT if is_right else 0)}
    st.session_state[SAID] = True
    shown.on_move()
