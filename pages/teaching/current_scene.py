"""The visitor's open deck: its current scene, and the functions that open, change and leave scenes."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from core.application import application
from core.experiment.serialization import dumps, loads
from core.problems import Problem, ProblemError
from core.teaching import library
from core.teaching.deck import CHALLENGE, INVENTORY, LECTURE, LESSON, Deck, ExperimentChange, Scene, Task
from core.teaching.deck_files import deck_experiments
from core.teaching.deck_items import is_deck_finished, is_item_done, items_of, tries_by_item
from core.teaching.held_back import held_back
from core.teaching.progress import MOVED, TASK, Answer, DeckPosition, Visit
from core.teaching.scene_experiments import opening_scene_number
from pages.builder.builder_events import ADDED, SELECTED
from pages.frame import page_layout
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_map import LEARN, page_of
from pages.shell.runs_in_view import RunsSince, show_no_run

LEFT = "left_scenes"  # the key of when the visitor left scenes for another one, by the deck's name and the scene's id
FINISHED = "finished_deck"  # the key of the name of the finished deck whose card is on Learn
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
class CurrentScene:
    """The open deck of a visitor, and its current scene."""

    deck: Deck
    number: int  # the position of the scene in the deck, counted from 0
    place: DeckPosition
    visits: Mapping[str, Visit] = field(default_factory=dict)  # by the ids of scenes

    @property
    def scene(self) -> Scene:
        return self.deck.scenes[self.number]

    @property
    def opened(self) -> float:
        """The time when the scene was first opened since the visitor began the deck.

        Everything that the scene asks for counts from then on.
        """
        return self._opened(self.number)

    @property
    def experiment_opened(self) -> float:
        """The time when the scene's experiment was opened, in this scene or in an earlier scene."""
        owner = opening_scene_number(self.deck, self.number)
        return self.place.begun if owner is None else self._opened(owner)

    def _opened(self, number: int) -> float:
        visit = self.visits.get(self.deck.scenes[number].id)
        return self.place.begun if visit is None else visit.opened  # an earlier version kept no visits

    @property
    def page(self) -> str:
        """The file of the page on which the scene takes place."""
        return self.scene.page or LEARN

    @property
    def is_last(self) -> bool:
        return self.number == len(self.deck.scenes) - 1


def current_scene() -> CurrentScene | None:
    """Return the visitor's open deck and their scene. Return None if no deck is open."""
    progress, visitor = application().progress, session.visitor()
    current = progress.open_place(visitor)
    if current is None:
        return None
    deck = library.find_deck(current.deck)
    if deck is None:  # the deck was deleted, or the server has another folder now
        progress.leave(visitor)
        return None
    deck = application().assignments.version_of(visitor, deck)
    numbers = {scene.id: number for number, scene in enumerate(deck.scenes)}
    if current.scene not in numbers:
        st.session_state["refusal"] = SCENE_GONE
        progress.go_to(visitor, deck.name, deck.scenes[0].id)
    return CurrentScene(deck, numbers.get(current.scene, 0), current, progress.visits(visitor, deck.name))


def open_deck(name: str) -> None:
    """Open a deck at the scene where the visitor left the deck. A new or finished deck begins at its first scene.

    A form of the inventory has no guide, since its questions are not judged at once, so Learn opens and offers the form.
    """
    deck = library.find_deck(name)
    if deck is None:
        return
    if deck.kind == INVENTORY:
        st.session_state["go_to"] = LEARN
        return
    visitor, progress = session.visitor(), application().progress
    deck = application().assignments.version_of(visitor, deck)
    last = next((visited for visited in progress.places(visitor) if visited.deck == name), None)
    if last is None or is_deck_finished(last):
        progress.begin_again(visitor, name)
        enter(deck, 0)
        return
    enter(deck, next((number for number, scene in enumerate(deck.scenes) if scene.id == last.scene), 0))


def enter(deck: Deck, number: int) -> None:
    """Go to a scene of a deck and its page, and open its experiment, or the visitor's changed version of the experiment."""
    before = current_scene()
    keep_draft()
    scene = deck.scenes[number]
    if before is not None and before.deck.name == deck.name:
        st.session_state.setdefault(LEFT, {})[deck.name, before.scene.id] = time.time()
    is_new = application().progress.go_to(session.visitor(), deck.name, scene.id)
    if deck.kind == LECTURE:
        application().rooms.open(session.visitor())
    go_to_scene_page(scene)
    if is_new:
        if scene.opens_experiment:
            show_no_run()
        _open_experiment(scene)
    elif before is None or _owner_id(deck, number) != _owner_id(before.deck, before.number):
        _bring_back(deck, number)
    _open_layer(scene)


def _open_layer(scene: Scene) -> None:
    """Open the settings of the layer that a task of the scene asks for, and close those of an earlier scene's layer."""
    calls = (call for part in scene.parts if isinstance(part, Task) for call in part.checks)
    asked_layer = next((call.arguments["layer"] for call in calls if call.arguments.get("layer")), None)
    layers = session.draft().experiment.layers
    st.session_state[SELECTED] = next((layer.id for layer in layers if asked_layer in (layer.id, layer.name)), None)
    st.session_state.pop(ADDED, None)


def _owner_id(deck: Deck, number: int) -> tuple[str, int | None]:
    return deck.name, opening_scene_number(deck, number)


def begin_scene(deck: Deck, number: int) -> None:
    """Open the tasks and the goals of a scene again, and the original experiment.

    If an earlier scene opened the experiment, its runs stay in view, since the scenes between tell of them.
    """
    owner, progress = opening_scene_number(deck, number), application().progress
    progress.begin_scene(session.visitor(), deck.name, deck.scenes[number].id)
    progress.forget(session.visitor(), session.BROUGHT)  # the draft comes from the deck again
    if owner == number:
        show_no_run()
    if owner is not None:
        _open_experiment(deck.scenes[owner])


def scene_answers(now: CurrentScene) -> tuple[Answer, ...]:
    """Return the visitor's answers since they began the deck, the oldest first.

    What tasks and views reached before the scene was begun anew is left out. Questions, guesses and marks keep their
    answers, since the visitor knows what is right.
    """
    answers = application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)
    return tuple(answer for answer in answers if answer.kind not in (TASK, MOVED) or answer.answered >= now.opened)


def was_done_before(now: CurrentScene) -> bool:
    """Return whether the visitor has done everything in the scene before they began the deck again, and not since."""
    answers = application().progress.answers(session.visitor(), now.deck.name)
    since = [answer for answer in answers if answer.answered >= now.place.begun]
    tries, again = tries_by_item(now.deck, answers), tries_by_item(now.deck, since)
    items = [entry.item for entry in items_of(now.deck) if entry.number == now.number]
    is_done = bool(items) and all(is_item_done(item, tries.get(item.id, ())) for item in items)
    return is_done and not all(is_item_done(item, again.get(item.id, ())) for item in items)


def scene_place(now: CurrentScene) -> str:
    """Return the title of the deck, the number of the scene, and whether the scene was done before, as Markdown."""
    done = " · :green[:material/check: done before]" if was_done_before(now) else ""
    return f"{escape_markdown(now.deck.title)} · {now.number + 1} of {len(now.deck.scenes)}{done}"


def runs_since(now: CurrentScene) -> RunsSince:
    """Return since when runs belong to a lesson or challenge, and to its scene.

    Other decks, such as a lecture, show runs that were trained before.
    """
    if now.deck.kind not in (LESSON, CHALLENGE) or opening_scene_number(now.deck, now.number) is None:
        return RunsSince()
    return RunsSince(now.place.begun, now.experiment_opened)


def held_back_in(now: CurrentScene) -> frozenset[str]:
    """Return the parts of pages that a scene holds back while a guess is open."""
    answers = application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)
    return held_back(now.deck, now.number, answers)


def _open_experiment(scene: Scene) -> None:
    for part in scene.parts:
        if isinstance(part, ExperimentChange):
            apply_scene_change(part)
            if part.train and scene.page and page_of(scene.page).title in session.SHOW_RUNS:
                st.session_state["go_to"] = scene.page  # a run is watched there as well as on Train


def _bring_back(deck: Deck, number: int) -> None:
    """Make the visitor's changed version of the scene's experiment the draft again."""
    owner = opening_scene_number(deck, number)
    visit = None if owner is None else application().progress.visits(session.visitor(), deck.name).get(deck.scenes[owner].id)
    if visit is None or not visit.draft:
        return
    try:
        session.edit(loads(visit.draft))
    except ProblemError as error:  # an earlier version of the dashboard kept this draft
        st.session_state["refusal"] = error.problem


def keep_draft() -> None:
    """Save the draft under the scene that opened its experiment, so that the scene can restore the draft later."""
    now = current_scene()
    owner = None if now is None else opening_scene_number(now.deck, now.number)
    if now is not None and owner is not None:
        scene, draft = now.deck.scenes[owner].id, dumps(session.draft().experiment)
        application().progress.keep_draft(session.visitor(), now.deck.name, scene, draft)


def go_to_scene_page(scene: Scene) -> None:
    """Go to the page and the tab of a scene."""
    for change in (part for part in scene.parts if isinstance(part, ExperimentChange) and part.tab):
        st.session_state[session.ASKED_TAB] = change.tab
    st.session_state.pop(FINISHED, None)
    st.session_state["go_to"] = scene.page or LEARN
    if scene.page:
        st.session_state.pop(page_layout.PART, None)
    else:  # the scene fills Learn, and begins at the top
        st.session_state[page_layout.PART] = scene.id


def apply_scene_change(change: ExperimentChange) -> None:
    """Make the experiment that a scene opens or shows the visitor's draft. Undo on Define brings the old draft back."""
    if change.tab:
        st.session_state[session.ASKED_TAB] = change.tab
    with application().drafts.edit_lock(session.visitor()):
        try:
            experiment = deck_experiments.apply_deck_change(change, session.draft().experiment)
        except ProblemError as error:
            st.session_state["refusal"] = error.problem
            return
        session.edit(experiment)
    if change.train:
        session.train()


def close_deck() -> None:
    """Close the deck. Keep its current scene and its changed experiment."""
    keep_draft()
    st.session_state.pop(page_layout.PART, None)
    application().progress.leave(session.visitor())


def finish(deck: Deck) -> None:
    """Finish a deck and go to Learn, where a card lists the items of the deck that are still open."""
    keep_draft()
    application().progress.finish(session.visitor(), deck.name)
    st.session_state.pop(page_layout.PART, None)
    st.session_state[FINISHED] = deck.name
    st.session_state["go_to"] = LEARN
