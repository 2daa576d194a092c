"""The interactive view of a scene, drawn large beside the guide."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import streamlit as st

from core.application import application
from core.experiment.model import Experiment
from core.problems import Problem
from core.teaching.deck import Show
from core.teaching.scene_experiments import scene_experiment
from core.teaching.shows.catalogue import SHOWS
from core.teaching.shows.interactive_view import ViewSubject
from pages.shell import waiting
from pages.shell.page_data import View
from pages.teaching import border_net_editor
from pages.teaching.current_scene import CurrentScene
from pages.teaching.evidence import gather_evidence
from pages.teaching.missing_show import draw_missing
from pages.teaching.show_goals import keep_view_value, reached_goals
from pages.views.all_weights import all_weights
from pages.views.ball import ball
from pages.views.kernel import kernel
from pages.views.loss_bar import loss_bar
from pages.views.own_drawing import own_drawing
from pages.views.path import path
from pages.views.scaling import scaling
from pages.views.send_through import send_through
from pages.views.shared.view_context import ViewContext
from pages.views.stop_in_time import stop_in_time
from pages.views.sure_and_wrong import sure_and_wrong
from pages.views.three_sets import three_sets
from pages.views.weight import weight
from pages.views.weight_chain import weight_chain
from pages.views.window import window

DRAWINGS: Mapping[str, Callable[[ViewContext], None]] = MappingProxyType(  # by the names of the catalogue
    {
        "ball": ball.draw,
        "loss-bar": loss_bar.draw,
        "kernel": kernel.draw,
        "window": window.draw,
        "own-drawing": own_drawing.draw,
        "path": path.draw,
        "scaling": scaling.draw,
        "send-through": send_through.draw,
        "stop-in-time": stop_in_time.draw,
        "sure-and-wrong": sure_and_wrong.draw,
        "three-sets": three_sets.draw,
        "weight": weight.draw,
        "weight-chain": weight_chain.draw,
        "all-weights": all_weights.draw,
        "border": border_net_editor.draw,
    }
)
HEIGHT = 600  # pixels that are kept while the view is computed
STARTING = "Keras is starting; the picture follows in a few seconds …"


def draw_show(show: Show, now: CurrentScene, view: View) -> None:
    """Draw the interactive view of a scene, or say why the view cannot be drawn yet.

    Parameters
    ----------
    show
        The part of the deck.
    now
        The open deck and its current scene.
    view
        The view of this script run.
    """
    entry, subject = SHOWS[show.view], make_view_subject(now, view)
    settings = entry.settings(show.settings)
    answer = partial(entry.ground, application().runs, subject, settings)
    with st.container(key="show"):
        ground = answer(True)
        if isinstance(ground, Problem):
            draw_missing(ground, subject)
        elif ground is None:
            waiting.wait_for(lambda: answer(False) is not None, "Computing the picture …", HEIGHT, starting=STARTING)
        else:
            key = f"show-{now.deck.name}-{show.id}"
            on_move = partial(keep_view_value, show, now, subject, key)
            reached = reached_goals(show, now)
            DRAWINGS[show.view](ViewContext(show, entry, settings, subject, ground, reached, now.opened, key, on_move))


def make_view_subject(now: CurrentScene, view: View) -> ViewSubject:
    """Return the experiments and runs that the view of a scene shows, including the visitor's changes to the experiment."""
    own = scene_experiment(now.deck, now.number)
    if own is None:
        return ViewSubject(Experiment(), view.experiment)
    draft = view.experiment if own.is_of(view.experiment) else own.start
    runs = gather_evidence(now, view).finished_of_deck
    return ViewSubject(own.start, draft, tuple(outcome for outcome in runs if own.is_of(outcome.run.experiment)))
