"""The data that every page reads in one script run: the draft with its summary and problems, and the run in view."""

from dataclasses import dataclass

import streamlit as st

from core.application import application
from core.experiment.model import Experiment
from core.experiment.set_sizes import Counts
from core.experiment.shapes import Summary
from core.problems import Problem
from core.runs.drafts import Draft
from core.runs.run_record import Run
from pages.shell import session
from pages.shell.streamlit_patches import rerun


@dataclass(frozen=True)
class View:
    """The data that every page reads in one script run."""

    draft: Draft
    summary: Summary | None  # None while Keras has not answered
    problems: tuple[Problem, ...]
    run: Run | None  # the run in view
    counts: Counts | None = None  # of its images, where corrections left some out and a worker has counted the others

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
    """Read the draft with its summary and problems, and the run in view.

    Parameters
    ----------
    wait
        Whether to wait a moment for Keras' table of the network; see `rerun_when_ready`.
    """
    draft = session.draft()
    experiment = draft.experiment
    summary = application().runs.summaries.ask(experiment, wait=wait)
    counts = application().runs.looks.counts(experiment, wait=wait)
    return View(draft, summary, application().runs.checks.problems(experiment), session.shown_run(), counts)


def rerun_when_ready(view: View) -> None:
    """Rerun a page that was drawn without the summary or the counts, if they arrive within a moment."""
    has_table = view.summary is None and application().runs.summaries.ask(view.experiment) is not None
    if has_table or (view.counts is None and application().runs.looks.counts(view.experiment) is not None):
        rerun()


def run_counts(run: Run) -> Counts | None:
    """Return how many images each set of a run has, where corrections left some out; None where arithmetic tells."""
    return application().runs.looks.counts(run.experiment)


def current_view() -> View:
    """Return the view of this script run, which pages/main.py has read."""
    return st.session_state["view"]


def current_title() -> str:
    """The title of the page that is on the screen."""
    return st.session_state["page_title"]
