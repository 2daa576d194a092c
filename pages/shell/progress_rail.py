"""The rail: the five verbs in teaching order, each with its state and its answer in a few words."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.catalogue.datasets import missing_files
from core.experiment.descriptions import compile_phrase, data_phrase
from core.glossary.terms import TERMS
from core.number_text import accuracy_text, quantity
from core.problems import Problem
from core.runs.states import STATES
from pages.components.find_anything.find_anything import find_anything
from pages.components.term_links.term_links import GLOSSARY_TERM
from pages.shell import session
from pages.shell.messages import plain
from pages.shell.page_map import HOME, PAGES, page_of
from pages.shell.view import View

FIND = "find-anything"  # the key of the search
NOT_ALLOWED = "a value is not allowed"
DONE, NEEDS_YOU, LATER, PROBLEM, WARNING, BUSY = "done", "needs you", "later", "problem", "warning", "busy"
ICONS = {
    DONE: ":material/check_circle:",
    NEEDS_YOU: ":material/radio_button_unchecked:",
    LATER: ":material/hourglass_empty:",
    PROBLEM: ":material/error:",
    WARNING: ":material/warning:",
    BUSY: ":material/pending:",
}


@dataclass(frozen=True)
class Step:
    """One cell of the rail."""

    page: str
    title: str
    state: str  # one of ICONS
    answer: str  # in a few words


def steps(view: View) -> tuple[Step, ...]:
    """The five verbs, each with its state and its answer."""
    experiment = view.experiment
    missing = missing_files(experiment.data.dataset)
    answers = {
        "load": data_phrase(experiment, view.counts),
        "define": _define_answer(view),
        "compile": compile_phrase(experiment),
    }
    parts = {"load": "data", "define": "layers", "compile": "compile"}
    problems = {name: _problems_at(view, part) for name, part in parts.items()}
    states = {name: _worst(several) for name, several in problems.items()}
    answers |= {name: _in_few_words(several) for name, several in problems.items() if several}
    if missing:
        states["load"], answers["load"] = PROBLEM, "files are missing"
    if view.summary is None and states["define"] == DONE:
        states["define"] = BUSY
    middle = tuple(Step(f"{name}.py", name.capitalize(), states[name], answers[name]) for name in states)
    return (*middle, _train_step(view), _evaluate_step(view))


def _problems_at(view: View, part: str) -> tuple[Problem, ...]:
    """The problems of a part of the experiment; where some stand in the way of training, those alone."""
    here = view.problems_at(part)
    return tuple(problem for problem in here if problem.blocks) or here


def _worst(problems: tuple[Problem, ...]) -> str:
    if not problems:
        return DONE
    return PROBLEM if problems[0].blocks else WARNING


def _in_few_words(problems: tuple[Problem, ...]) -> str:
    """The first problem by its title, and how many more there are."""
    more = len(problems) - 1
    title = NOT_ALLOWED if any(problem.code == "value-not-allowed" for problem in problems) else problems[0].title
    return f"{title}, {more} more" if more else title


def _define_answer(view: View) -> str:
    layers = quantity(len(view.experiment.layers), "layer")
    return f"{layers}, {quantity(view.summary.parameters, 'parameter')}" if view.summary else f"{layers}, checking"


def _train_step(view: View) -> Step:
    run = view.run
    if run is not None and not run.is_over:
        return Step("train.py", "Train", BUSY, f"{session.name_of(run)} is {STATES[run.state].word}")
    own = _problems_at(view, "fit")
    if _worst(own) == PROBLEM:
        return Step("train.py", "Train", PROBLEM, _in_few_words(own))
    if run is not None and run.state == "failed":
        return Step("train.py", "Train", PROBLEM, f"{session.name_of(run)} failed")
    if own:
        return Step("train.py", "Train", WARNING, _in_few_words(own))
    if run is None:
        return Step("train.py", "Train", NEEDS_YOU, "not trained yet")
    if run.experiment != view.experiment:
        is_own = run.visitor == session.visitor()
        return Step(
            "train.py", "Train", NEEDS_YOU, f"{'changed since' if is_own else 'differs from'} {session.name_of(run)}"
        )
    return Step("train.py", "Train", DONE, f"{session.name_of(run)} {STATES[run.state].word}")


def _evaluate_step(view: View) -> Step:
    run = view.run
    if run is None or not run.result:
        return Step("evaluate.py", "Evaluate", LATER, "after training")
    of = "" if run.experiment == view.experiment else f", {session.name_of(run)}"
    name = "test" if run.test_is_open else "validation"
    accuracy = run.accuracy(name)
    if accuracy is None:
        return Step("evaluate.py", "Evaluate", NEEDS_YOU, f"test set is sealed{of}")
    return Step("evaluate.py", "Evaluate", DONE, f"{name} accuracy {accuracy_text(accuracy)}{of}")


def rail(view: View, current: str) -> None:
    """Draw the way home and the five verbs in teaching order; each cell as a whole is a link to its page.

    Parameters
    ----------
    view
        The view of this script run.
    current
        The file of the page on the screen; the step to which it belongs is marked.
    """
    here = page_of(current).step
    with st.container(key="rail", horizontal=True, gap="small"):
        with st.container(key="home", width="content", gap=None):
            st.page_link(HOME.file, label="Layer by Layer")
        for number, step in enumerate(steps(view), 1):
            where = "here" if step.title == here else "there"
            answer = f"{step.state}: {step.answer}" if step.state != DONE else step.answer
            with st.container(key=f"rail-{step.title.lower()}-{where}", gap=None):
                st.page_link(step.page, label=f"{number} {step.title} :small[{plain(answer)}]", icon=ICONS[step.state])
        with st.container(key="find", width="content"):
            find_anything(current, key=FIND, on_chosen=_go_to_chosen)


def _go_to_chosen() -> None:
    """Go to the page of what was chosen in *Find anything*; a browser may ask for anything."""
    chosen = getattr(st.session_state.get(FIND), "chosen", None)
    if not isinstance(chosen, Mapping) or not any(page.file == chosen.get("page") for page in PAGES):
        return
    if chosen.get("term") in TERMS:
        st.session_state[GLOSSARY_TERM] = chosen["term"]
    st.session_state["go_to"] = chosen["page"]
