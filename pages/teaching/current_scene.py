"""The deck that is open for the visitor: where they are, and the ways to another scene."""

from dataclasses import dataclass

import streamlit as st

from core.application import application
from core.problems import Problem, ProblemError
from core.teaching import library
from core.teaching.deck import INVENTORY, Deck, ExperimentChange, Scene
from core.teaching.deck_files import deck_experiments
from core.teaching.progress import Place
from pages.shell import page_layout, session

LEARN = "learn.py"  # the page of decks, and of scenes that take place on no other
SCENE_GONE = Problem(
    code="scene-gone",
    where=(),
    happened="The scene at which you left this deck is not in it any more.",
    expected="Expected the deck as it was: its author has changed it since.",
    fix="Here is its first scene; what you did counts still.",
    severity="warning",
)
NO_DECK = Problem(
    code="no-deck",
    where=(),
    happened="The deck of this address is not here.",
    expected="Expected one that this server has; it was deleted, or the address was cut.",
    fix="Ask whoever sent it for another link, or choose a deck on Learn.",
    severity="warning",
)


@dataclass(frozen=True)
class Current:
    """A deck that is open, and where its visitor is."""

    deck: Deck
    number: int  # of the scene, counted from 0
    place: Place

    @property
    def scene(self) -> Scene:
        return self.deck.scenes[self.number]

    @property
    def page(self) -> str:
        """The file of the page on which the scene takes place."""
        return self.scene.page or LEARN

    @property
    def is_last(self) -> bool:
        return self.number == len(self.deck.scenes) - 1


def current_scene() -> Current | None:
    """The deck that is open for the visitor, and where they are in it; None where none is open."""
    progress, visitor = application().progress, session.visitor()
    place = progress.open_place(visitor)
    if place is None:
        return None
    deck = library.find(place.deck)
    if deck is None:  # it was deleted, or the server has another folder now
        progress.leave(visitor)
        return None
    deck = application().assignments.version_of(visitor, deck)
    numbers = {scene.id: number for number, scene in enumerate(deck.scenes)}
    if place.scene not in numbers:
        st.session_state["refusal"] = SCENE_GONE
        progress.go_to(visitor, deck.name, deck.scenes[0].id)
    return Current(deck, numbers.get(place.scene, 0), place)


def open_deck(name: str) -> None:
    """Open a deck where the visitor left it; one that they finished, or never saw, at its first scene.

    A form of the inventory has no guide, since its questions are not judged at once: Learn offers it.
    """
    deck = library.find(name)
    if deck is None:
        return
    if deck.kind == INVENTORY:
        st.session_state["go_to"] = LEARN
        return
    visitor, progress = session.visitor(), application().progress
    deck = application().assignments.version_of(visitor, deck)
    place = next((one for one in progress.places(visitor) if one.deck == name), None)
    if place is None or place.finished is not None:
        progress.begin_again(visitor, name, deck.scenes[0].id)
        enter(deck, 0)
        return
    number = next((number for number, scene in enumerate(deck.scenes) if scene.id == place.scene), 0)
    progress.go_to(visitor, name, deck.scenes[number].id)
    _look_at(deck.scenes[number])


def enter(deck: Deck, number: int) -> None:
    """Go to a scene of a deck: to its page, with the experiment that it opens."""
    scene = deck.scenes[number]
    application().progress.go_to(session.visitor(), deck.name, scene.id)
    _look_at(scene)
    for part in scene.parts:
        if isinstance(part, ExperimentChange):
            apply(part)


def _look_at(scene: Scene) -> None:
    st.session_state["go_to"] = scene.page or LEARN
    if scene.page:
        st.session_state.pop(page_layout.PART, None)
    else:  # it fills Learn, and begins at the top
        st.session_state[page_layout.PART] = scene.id


def apply(change: ExperimentChange) -> None:
    """Make what a scene opens, or shows, the visitor's draft; Undo on Define brings the old one back."""
    if change.tab:
        st.session_state[session.ASKED_TAB] = change.tab
    try:
        experiment = deck_experiments.apply(change, session.draft().experiment)
    except ProblemError as error:
        st.session_state["refusal"] = error.problem
        return
    session.edit(experiment)
    if change.train:
        session.train()


def leave() -> None:
    """Close the deck; its place stays."""
    st.session_state.pop(page_layout.PART, None)
    application().progress.leave(session.visitor())


def finish(deck: Deck) -> None:
    """Come to the end of a deck, and go to the page of all decks."""
    application().progress.finish(session.visitor(), deck.name)
    st.session_state.pop(page_layout.PART, None)
    st.session_state["finished_deck"] = deck.name
    st.session_state["go_to"] = LEARN
