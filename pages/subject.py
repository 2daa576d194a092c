"""The network that is looked into: of the run in view, or the draft before it was trained; and what is asked about it."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import runs
from core.experiment import Experiment
from core.ledger import Run
from core.problems import Problem
from core.states import STATES
from pages.frame import View
from pages.widgets import show_problem

WAIT_SECONDS = 0.4  # between two looks whether an answer has come


@dataclass(frozen=True)
class Subject:
    """A network with its weights."""

    experiment: Experiment
    model: str  # the file of its weights; "" for those that training starts from
    words: str  # which weights these are
    run: Run | None  # that they are of

    @property
    def test_is_open(self) -> bool:
        return self.run is not None and self.run.test_openings > 0


def subject(view: View) -> Subject:
    """What can be looked into now: the run in view as it ended, else the weights that training starts from."""
    run = view.run
    if run is None or run.state == "cancelled":
        return Subject(view.experiment, "", "Not trained yet: the random weights that training starts from.", None)
    path = runs.current().folder(run.id) / "model.keras"
    if run.is_over and path.is_file():
        return Subject(run.experiment, str(path), f"{run.title}, as it left its weights.", run)
    words = f"{run.title} is {STATES[run.state].word}: the random weights that it started from."
    return Subject(run.experiment, "", words, run)


def ask(subject: Subject, name: str, *arguments: Hashable, wait: bool = True) -> Any | Problem:
    """What the inspector says of a network, or None while it does not; see `core.views.Views.ask`."""
    return runs.current().views.ask(name, subject.experiment, subject.model, *arguments, wait=wait)


def answer(subject: Subject, name: str, *arguments: Hashable, height: int = 200, said: str = "") -> Any:
    """The same for a card of a page: None where it has drawn what stands in its place, a skeleton or a problem.

    Arguments:
        subject: the network.
        name: of the view.
        arguments: of the view's own.
        height: of the skeleton, in pixels.
        said: what is being done, while it is.
    """
    found = ask(subject, name, *arguments)
    if found is None:
        _wait(subject, name, arguments, height, said)
        return None
    if isinstance(found, Problem):
        show_problem(found, f"view-{name}")
        return None
    return found


@st.fragment(run_every=WAIT_SECONDS)
def _wait(subject: Subject, name: str, arguments: tuple[Hashable, ...], height: int, said: str) -> None:
    if ask(subject, name, *arguments) is not None:
        st.rerun()
    st.skeleton(height=height)
    if runs.current().engine.state != "ready":
        st.caption("Keras is starting; this follows in a few seconds …")
    elif said:
        st.caption(said)
