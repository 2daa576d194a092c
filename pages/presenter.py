"""The page Presenter: the notes of a scene in large letters, the next scene, a clock, and a list of all scenes."""

from pathlib import Path

import streamlit as st

from core.teaching.deck import LECTURE, Notes, Prediction, Question, Scene
from pages.shell.addresses import base_path
from pages.shell.messages import escape_markdown
from pages.shell.page_map import HOME, LEARN, page_of
from pages.teaching import current_scene, lecture_scene
from pages.teaching.current_scene import CurrentScene
from pages.teaching.purpose_card import presenter_drawing, purpose_card
from pages.teaching.room_answers import counted_options, watch_answers

STYLE = Path(__file__).parent / "presenter.css"


def draw(now: CurrentScene) -> None:
    """Draw the presenter's window: notes, answers of the room, the next scene, and all scenes."""
    with st.container(key="presenter", gap="medium", horizontal=True):
        with st.container(key="presenter-now", gap="small", width="stretch"):
            lecture_scene.sync_windows(now, is_presenter=True)
            minutes = f" · {now.scene.minutes} min" if now.scene.minutes else ""
            st.caption(f"{now.number + 1} of {len(now.deck.scenes)}{minutes}")
            st.title(escape_markdown(now.scene.title), anchor=False)
            with st.container(key="presenter-notes"):
                st.markdown(notes_of(now.scene) or "This scene has no notes.")
            answers(now)
        with st.container(key="presenter-next", gap="small", width=400):
            with st.container(key="presenter-turn", horizontal=True, gap="small"):
                lecture_scene.turn(now, stays=True)
            following = (
                "The last scene." if now.is_last else f"Next: **{escape_markdown(now.deck.scenes[now.number + 1].title)}**"
            )
            st.markdown(following)
            draw_scene_buttons(now)


def notes_of(scene: Scene) -> str:
    """Return the notes of a scene. Return an empty string if the scene has no notes."""
    return "\n\n".join(part.markdown for part in scene.parts if isinstance(part, Notes))


def answers(now: CurrentScene) -> None:
    """Draw how many people in the room chose each option of the scene's questions, and mark the right option."""
    questions = [part for part in now.scene.parts if isinstance(part, Question | Prediction)]
    for part in questions:
        with st.container(key=f"presenter-answers-{part.id}", gap="small"):
            for option in counted_options(part, now):
                sign = ":material/check_circle: " if option.is_right else ""
                st.progress(option.share, text=f"{sign}{escape_markdown(option.text)}: {option.count}")
    if questions:
        watch_answers()


def draw_scene_buttons(now: CurrentScene) -> None:
    """Draw a button for each scene of the lecture, which goes to the scene."""
    with st.container(key="presenter-scenes", gap=None, height="stretch"):
        for number, scene in enumerate(now.deck.scenes):
            st.button(
                f"{number + 1} · {escape_markdown(scene.title)}",
                key=f"jump-{number}",
                type="secondary" if number == now.number else "tertiary",
                width="stretch",
                on_click=lecture_scene.go,
                args=(now, number, True),
            )


st.html(STYLE)
now = current_scene.current_scene()
if now is not None and now.deck.kind == LECTURE:
    lecture_scene.listen_to_keys()
    draw(now)
else:
    sentence = (
        "Notes, clock and next scene, for the lecturer only. Open Learn in a second window and start the lecture there: "
        "this window follows."
    )
    st.page_link(HOME.file, label="**Layer by Layer**", icon=":material/arrow_back:")
    with purpose_card(presenter_drawing(), "The presenter's window", sentence):
        label = "Open Learn in a second window"
        st.link_button(label, f"{base_path()}/{page_of(LEARN).url_path}", type="primary", icon=":material/open_in_new:")
