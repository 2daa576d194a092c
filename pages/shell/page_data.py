"""The data that every page reads in a script run: the draft, its summary and problems, and the run in view."""

from dataclasses import dataclass, replace

import streamlit as st

from core.application import application
from core.catalogue.datasets import missing_files
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment
from core.experiment.set_sizes import ImagesPerClass
from core.experiment.shapes import Summary
from core.problems import Problem
from core.runs.drafts import Draft
from core.runs.run_record import Run
from core.teaching.deck import WARNINGS
from pages.shell import session
from pages.shell.page_map import PAGES

HELD_BACK = "held_back"  # the key of the parts of pages that an open guess of a deck holds back: `core.teaching.held_back`
REPAIRS_WAIT = "repairs_wait"  # the key of whether repairs and warnings wait for the second hint of a challenge's task


@dataclass(frozen=True)
class View:
    """The data that every page reads in a script run: the draft, its summary and problems, and the run in view."""

    draft: Draft
    summary: Summary | None  # or None while Keras has not answered
    problems: tuple[Problem, ...]
    run: Run | None  # the run in view
    counts: ImagesPerClass | None = (
        None  # of images in its sets, if corrections left some out and a worker has counted the rest
    )

    @property
    def experiment(self) -> Experiment:
        return self.draft.experiment

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocks)

    @property
    def all_allowed(self) -> bool:
        """Whether every value of the experiment is allowed."""
        return all(problem.code != "value-not-allowed" for problem in self.problems)

    def problems_at(self, *where: str) -> tuple[Problem, ...]:
        """Return the problems that concern a part of the experiment."""
        return tuple(problem for problem in self.problems if problem.concerns(*where))


def read_view(*, wait: bool) -> View:
    """Read the draft, its summary and problems, and the run in view.

    Parameters
    ----------
    wait
        Whether to wait a moment for Keras' table of the network. See `complete_view`.
    """
    draft = session.draft()
    experiment = draft.experiment
    summary = application().facts.summary(experiment, wait=wait)
    counts = application().facts.counts(experiment, wait=wait)
    problems = without_early_advice(application().checks.problems(experiment))
    return View(draft, summary, problems, session.shown_run(), counts)


def without_early_advice(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems of the draft that a visitor may see now.

    Warnings stay away while a guess of a deck holds them back, and while a challenge's task waits for its second hint, since
    a warning may name the cause that is to be found. In the challenge, errors say neither the expected state nor a repair.
    """
    if WARNINGS not in held_back() and not st.session_state.get(REPAIRS_WAIT):
        return problems
    errors = tuple(problem for problem in problems if problem.blocks)
    if not st.session_state.get(REPAIRS_WAIT):
        return errors
    expected, fix = "Try a repair yourself.", "The second hint shows repairs here."
    return tuple(replace(error, expected=expected, fix=fix, repairs=()) if error.repairs else error for error in errors)


def held_back() -> frozenset[str]:
    """Return the parts of pages that an open guess of the visitor's deck holds back. See `core.teaching.held_back`."""
    held: frozenset[str] = st.session_state.get(HELD_BACK, frozenset())
    return held


def complete_view(view: View) -> View:
    """Wait a moment for the summary and the image counts that a view lacks, and return the view of what is known then.

    What is drawn afterwards in this script run, such as the bar, reads the new view.
    """
    facts, experiment = application().facts, view.experiment
    has_table = view.summary is None and facts.summary(experiment) is not None
    if has_table or (view.counts is None and facts.counts(experiment) is not None):
        view = st.session_state["view"] = read_view(wait=False)
    return view


def run_counts(run: Run) -> ImagesPerClass | None:
    """Return the number of images in each set of a run if corrections left some out, or else None.

    Without corrections, arithmetic gives these numbers.
    """
    return application().facts.counts(run.experiment)


def current_view() -> View:
    """Return the view of this script run, which pages/main.py has read."""
    return st.session_state["view"]


def current_page_step() -> str:
    """Return the title of the step to which the current page belongs.

    Return an empty string for a page outside the five steps.
    """
    return next((page.step for page in PAGES if page.title == current_title()), "")


def current_title() -> str:
    """Return the title of the page that is on the screen."""
    return st.session_state["page_title"]


def train_refusal(view: View) -> str:
    """Return why the draft cannot be trained, in a few words. Return an empty string if the draft can be trained."""
    if missing_files(view.experiment.data.dataset):
        return f"{view.experiment.data.entry.title} is not on this machine: see Load."
    if view.blocking:
        return first_problem_text(view, view.blocking)
    if application().engine.state == "failed":
        return "The engine did not start: see the foot of the Start page."
    return ""


def first_problem_text(view: View, problems: tuple[Problem, ...]) -> str:
    """Return a text with the first problem, its page and layer, and the number of further problems."""
    first, more = problems[0], len(problems) - 1
    pages = {"data": "Load", "layers": "Define", "compile": "Compile", "fit": "Train"}
    guilty = layer_label(view.experiment, first.where[1]) if first.where[0] == "layers" and len(first.where) > 1 else ""
    where = [pages[first.where[0]], *([guilty] if guilty and guilty not in first.happened else [])]
    return f"{', '.join(where)}: {first.happened}" + (f" And {more} more." if more else "")
