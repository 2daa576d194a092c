"""A scene of a lecture on a projector: a large title, a picture, few words, and the answers of the room."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.datasets.previews import read_preview
from core.experiment.set_sizes import images_per_set
from core.teaching.deck import (
    LECTURE,
    Curves,
    Mark,
    Part,
    Picture,
    Prediction,
    Question,
    Recorded,
    Result,
    Show,
    Task,
    Words,
)
from core.teaching.lecture_pictures import NETWORK, OF_IMAGES, ROOM, picture
from pages.components.drawing.drawing import drawing
from pages.components.lecture_windows.lecture_windows import lecture_windows
from pages.frame import page_layout
from pages.shell import session, waiting
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View
from pages.teaching import current_scene, room_qr_code
from pages.teaching.current_scene import CurrentScene
from pages.teaching.marks import draw_mark
from pages.teaching.network_picture import draw_network
from pages.teaching.recorded_cards import draw_curves, draw_recorded
from pages.teaching.room_answers import draw_result, draw_room_question, open_question, show_answer
from pages.teaching.shows import draw_show
from pages.teaching.tasks import draw_task
from pages.widgets.style_numbers import style_numbers

STYLE = Path(__file__).with_name("lecture_scene.css")
ON_PAGE = Path(__file__).with_name("lecture_on_page.css")
KEYS = Path(__file__).with_name("guide_lecture.css")
NEXT_KEY, BACK_KEY = "PageDown", "PageUp"  # the keys of a presenter's remote control
ASKED = Question | Prediction | Result | Task | Mark
PICTURES = Picture | Recorded | Curves | Show
RECORDED_HEIGHT = 300  # pixels of a chart


def is_presented(now: CurrentScene | None, page: str) -> bool:
    """Return whether the current scene is a scene of a lecture that fills the screen. A scene does so only on its own page.

    If the scene asks a question beside a page, the guide stands in a column instead.

    Parameters
    ----------
    now
        The open deck and its current scene, or None if no deck is open.
    page
        The file of the page on the screen.
    """
    if now is None or now.deck.kind != LECTURE or now.page != page:
        return False
    return not now.scene.page or not any(isinstance(part, ASKED | PICTURES) for part in now.scene.parts)


def listen_to_keys() -> None:
    """Mark the page as a lecture, so that keys of the keyboard turn the scenes."""
    st.html(KEYS)


def draw(now: CurrentScene, view: View) -> None:
    """Draw the scene of a lecture. If the scene belongs to a page, draw only its title and words, above the page.

    Parameters
    ----------
    now
        The open lecture and its current scene.
    view
        The view of this script run.
    """
    st.html(STYLE)
    listen_to_keys()
    if now.scene.page:
        st.html(ON_PAGE)
    parts = now.scene.parts
    words = [part for part in parts if isinstance(part, Words)]
    with st.container(key="lecture-scene", gap=None):
        with st.container(key="lecture-head", gap=None):
            st.title(escape_markdown(now.scene.title), anchor=False)
            for part in words:
                st.markdown(part.markdown)
        if not now.scene.page:
            _body(parts, now, view)
        _foot(now)


def _body(parts: tuple[Part, ...], now: CurrentScene, view: View) -> None:
    """Draw the pictures of a scene, and its questions beside the pictures."""
    pictures = [part for part in parts if isinstance(part, PICTURES)]
    questions = [part for part in parts if isinstance(part, ASKED)]
    with st.container(key="lecture-body", horizontal=True, gap="large"):
        if pictures:
            with st.container(key=f"lecture-picture{_room(pictures, has_question=bool(questions))}", width="stretch"):
                for shown in pictures:
                    _picture(shown, now, view)
        if questions:
            with st.container(key="lecture-asked", width="stretch", gap="small"):
                for part in questions:
                    _asked(part, now, view)


def _room(pictures: Sequence[Part], *, has_question: bool) -> str:
    """Return the key's suffix that sets the width of the pictures: "-alone", "-wide" beside a question, or "" for half."""
    if not has_question:
        return "-alone"
    return "-wide" if any(isinstance(part, Picture) and part.of == NETWORK for part in pictures) else ""


def _picture(part: Part, now: CurrentScene, view: View) -> None:
    match part:
        case Picture():
            draw_picture(part, now, view)
        case Recorded():
            draw_recorded(part, now, height=RECORDED_HEIGHT)
        case Curves():
            draw_curves(part, now)
        case Show():
            draw_show(part, now, view)


def _asked(part: Part, now: CurrentScene, view: View) -> None:
    match part:
        case Question() | Prediction():
            draw_room_question(part, now)
        case Result():
            number, guess = guess_before(part, now)
            draw_result(guess, number, now, view)
        case Task():
            draw_task(part, now, view)
        case Mark():
            draw_mark(part, now, view)


def guess_before(result: Result, now: CurrentScene) -> tuple[int, Prediction]:
    """Return the guess (a question before a run) that a result refers to, and the number of the guess's scene.

    `deck check` guarantees that the guess exists.
    """
    return next(
        (number, part)
        for number, scene in enumerate(now.deck.scenes)
        for part in scene.parts
        if isinstance(part, Prediction) and part.id == result.of
    )


def draw_picture(part: Picture, now: CurrentScene, view: View) -> None:
    """Draw a picture in a scene: images of the draft's data set, the network, the room's QR code, or a glossary term."""
    data = view.experiment.data
    if part.of == NETWORK:
        draw_network(view)
        return
    if part.of == ROOM:
        room_qr_code.draw_full_qr_code()
        return
    preview, in_sets = read_preview(data.dataset), images_per_set(data, view.counts)
    images = preview.images if preview else None
    svg = picture(part.of, images, (in_sets.train, in_sets.validation, in_sets.test))
    if svg:
        drawing(svg, key=f"lecture-drawing-{now.scene.id}", large=True)
    elif part.of in OF_IMAGES:
        waiting.wait_for_preview(data.dataset)


def _foot(now: CurrentScene) -> None:
    """Draw the number of the scene, the button Leave, and the buttons that turn the scenes."""
    total = len(now.deck.scenes)
    style_numbers({"": {"done": round(100 * (now.number + 1) / total, 1)}})
    with st.container(key="lecture-foot", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{now.number + 1} of {total}", width="content")
        sync_windows(now, is_presenter=False)
        st.button("Leave", key="guide-leave", type="tertiary", icon=":material/close:", on_click=current_scene.close_deck)
        st.container(width="stretch", key="lecture-space")
        turn(now)


def sync_windows(now: CurrentScene, *, is_presenter: bool) -> None:
    """Add the element that keeps all browser windows of the lecture on the same scene."""
    minutes = sum(scene.minutes for scene in now.deck.scenes)
    lecture_windows(
        f"{now.deck.name}/{now.scene.id}/{open_question(now) is None}",
        is_presenter=is_presenter,
        minutes=minutes,
        passed=sum(scene.minutes for scene in now.deck.scenes[: now.number]),
        on_follow=_follow_as_presenter if is_presenter else _follow,
    )


def _follow() -> None:
    """Go to the scene that another window of the lecture opened. A run that was chosen in this window is deselected."""
    now = current_scene.current_scene()
    if now is not None:
        st.session_state.pop("run", None)
        current_scene.go_to_scene_page(now.scene)


def _follow_as_presenter() -> None:
    """Do nothing, since the presenter's window shows the current scene in any case."""


def turn(now: CurrentScene, *, stays: bool = False) -> None:
    """Draw the buttons Back and Next of a lecture. Before the next scene, Next shows the answer of an open question.

    Parameters
    ----------
    now
        The open lecture and its current scene.
    stays
        Whether the window stays on its page, as the presenter's window does.
    """
    st.button(
        "Back",
        key="guide-back",
        icon=":material/arrow_back:",
        disabled=now.number == 0,
        help="This is the first scene." if now.number == 0 else None,
        shortcut=BACK_KEY,
        on_click=go,
        args=(now, max(now.number - 1, 0), stays),
    )
    question = open_question(now)
    label, icon = ("Finish", "check") if now.is_last else ("Next", "arrow_forward")
    if question is not None:
        label, icon = "Show the answer", "arrow_forward"
    st.button(
        label,
        key="guide-next",
        type="primary",
        icon=f":material/{icon}:",
        shortcut=NEXT_KEY,
        on_click=_go_on,
        args=(now, stays),
    )


def _go_on(now: CurrentScene, stays: bool) -> None:
    """Show the answer of an open question, or else go to the next scene, or finish the lecture after the last scene."""
    if (question := open_question(now)) is not None:
        show_answer(now, question)
    elif now.is_last:
        current_scene.finish(now.deck)
    else:
        go(now, now.number + 1, stays)


def go(now: CurrentScene, number: int, stays: bool) -> None:
    """Go to a scene, counted from 0. See `turn` for `stays`."""
    current_scene.enter(now.deck, number)
    if stays:
        for key in ("go_to", page_layout.PART, session.ASKED_TAB):
            st.session_state.pop(key, None)
