"""The bar: the home link, the five steps with their states, and the tools Learn, Find, Code, Share and More pages."""

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
from pages.components.find_entries import lecturer_entries
from pages.components.term_links.term_links import GLOSSARY_TERM
from pages.frame import code_panel, share
from pages.frame.page_tabs import more_pages
from pages.shell import session
from pages.shell.addresses import base_path
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View
from pages.shell.page_map import HOME, LEARN, PAGES, page_of

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
    """A step in the bar, such as Train, with its state and a few words about the draft or run."""

    page: str
    title: str
    state: str  # a key of ICONS
    answer: str  # in a few words


def steps(view: View) -> tuple[Step, ...]:
    """Return the five steps, each with its state and a few words about the draft or run."""
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


def done_steps(several: tuple[Step, ...]) -> list[str]:
    """Return the names of the finished steps, such as "load", for screen readers, since their links show only an icon."""
    return [step.title.lower() for step in several if step.state == DONE]


def _problems_at(view: View, part: str) -> tuple[Problem, ...]:
    """Return the problems of a part of the experiment. If some of them prevent training, return only those."""
    here = view.problems_at(part)
    return tuple(problem for problem in here if problem.blocks) or here


def _worst(problems: tuple[Problem, ...]) -> str:
    if not problems:
        return DONE
    return PROBLEM if problems[0].blocks else WARNING


def _in_few_words(problems: tuple[Problem, ...]) -> str:
    """Return the title of the first problem and the number of further problems, as a short text."""
    more = len(problems) - 1
    title = NOT_ALLOWED if any(problem.code == "value-not-allowed" for problem in problems) else problems[0].title
    return f"{title}, {more} more" if more else title


def _define_answer(view: View) -> str:
    layers = quantity(len(view.experiment.layers), "layer")
    return f"{layers}, {quantity(view.summary.parameters, 'parameter')}" if view.summary else f"{layers}, checking"


def _train_step(view: View) -> Step:
    run = view.run
    if run is not None and not run.is_over:
        return Step("train.py", "Train", BUSY, f"{session.run_name_text(run)} is {STATES[run.state].word}")
    own = _problems_at(view, "fit")
    if _worst(own) == PROBLEM:
        return Step("train.py", "Train", PROBLEM, _in_few_words(own))
    if run is not None and run.state == "failed":
        return Step("train.py", "Train", PROBLEM, f"{session.run_name_text(run)} failed")
    if own:
        return Step("train.py", "Train", WARNING, _in_few_words(own))
    if run is None:
        return Step("train.py", "Train", NEEDS_YOU, "not trained yet")
    if run.experiment != view.experiment:
        is_own = run.visitor == session.visitor()
        return Step(
            "train.py", "Train", NEEDS_YOU, f"{'changed since' if is_own else 'differs from'} {session.run_name_text(run)}"
        )
    return Step("train.py", "Train", DONE, f"{session.run_name_text(run)} {STATES[run.state].word}")


def _evaluate_step(view: View) -> Step:
    run = view.run
    if run is None or not run.result:
        return Step("evaluate.py", "Evaluate", LATER, "after training")
    of = "" if run.experiment == view.experiment else f", {session.run_name_text(run)}"
    name = "test" if run.test_is_open else "validation"
    accuracy = run.accuracy(name)
    if accuracy is None:
        return Step("evaluate.py", "Evaluate", NEEDS_YOU, f"test set is sealed{of}")
    return Step("evaluate.py", "Evaluate", DONE, f"{name} accuracy {accuracy_text(accuracy)}{of}")


def rail(view: View, several: tuple[Step, ...], current: str) -> None:
    """Draw the bar: the home link, the five steps in teaching order, each as a link to its page, and the tools.

    Parameters
    ----------
    view
        The view of this script run.
    several
        The five steps, as `steps` gives them.
    current
        The file of the page on the screen, whose step is marked.
    """
    with st.container(key="bar", horizontal=True, gap=None):
        with st.container(key="rail", horizontal=True, gap=None):
            _steps(several, page_of(current).step)
        with st.container(key="bar-tools", horizontal=True, width="content", gap=None):
            _tools(view, current)


def _steps(several: tuple[Step, ...], here: str) -> None:
    """Draw the home link and the five steps. `here` is the title of the current page's step, or "" for no step.

    On a phone only a single step has room for its name: the current one, else the first that is not done.
    """
    named = here or next((step.title for step in several if step.state != DONE), "")
    this, other = ("here", "there") if here else ("next", "away")
    with st.container(key="home", width="content", gap=None):
        st.page_link(HOME.file, label="Layer by Layer")
    for number, step in enumerate(several, 1):
        where = this if step.title == named else other
        answer = f"{step.state}: {step.answer}" if step.state != DONE else step.answer
        with st.container(key=f"rail-{step.title.lower()}-{where}", gap=None):
            st.page_link(step.page, label=f"{number} {step.title} :small[{escape_markdown(answer)}]", icon=ICONS[step.state])


def _tools(view: View, current: str) -> None:
    """Draw Learn, Find, Code, Share and More pages."""
    st.page_link(LEARN, label=page_of(LEARN).title, icon=":material/school:")
    more = lecturer_entries() if session.is_lecturer() else []
    with st.container(key="find", width="content"):
        find_anything(current, more, key=FIND, on_chosen=_go_to_chosen)
    if page_of(current).has_code and not session.is_hidden("code"):
        code_panel.toggle(is_open=view.draft.code_open)
    share.popover(view.experiment, base_path(), view.run)
    more_pages()


def _go_to_chosen() -> None:
    """Go to the page of the entry that was chosen in *Find anything*.

    Ignore an unknown page, since a browser may send any value.
    """
    chosen = getattr(st.session_state.get(FIND), "chosen", None)
    if not isinstance(chosen, Mapping) or not any(page.file == chosen.get("page") for page in PAGES):
        return
    if chosen.get("term") in TERMS:
        st.session_state[GLOSSARY_TERM] = chosen["term"]
    st.session_state["go_to"] = chosen["page"]
