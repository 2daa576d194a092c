"""Problems as messages with buttons that repair them; and texts that Streamlit does not read as Markdown."""

import re
from collections.abc import Sequence

import streamlit as st

from core.experiment.edits import apply_repair
from core.number_text import unbroken
from core.problems import Problem, Repair
from core.runs.run_record import Run
from pages.shell import session


def show_problems(problems: tuple[Problem, ...], key: str) -> None:
    """Show problems as messages, each with its repairs as buttons."""
    for number, problem in enumerate(problems):
        show_problem(problem, f"{key}-{number}")


def show_problem(problem: Problem, key: str, run: Run | None = None) -> None:
    """Show a problem: what happened, what was expected, how to fix it, and its repairs as buttons.

    Parameters
    ----------
    problem
        The problem to show.
    key
        The key of the buttons.
    run
        The run that has the problem; None for a problem of the draft, or of nobody.
    """
    draw = st.error if problem.blocks else st.warning
    icon = ":material/error:" if problem.blocks else ":material/warning:"
    why = f"\n\n_{plain(problem.why)}_" if problem.why else ""
    with st.container(key=f"problem-{key}", gap="small"):
        draw(f"{plain(problem.expected)} {plain(problem.fix)}{why}", title=plain(problem.happened), icon=icon)
        if problem.repairs:
            with st.container(horizontal=True, gap="small"):
                repairs(problem.repairs, key, run)


def repairs(several: Sequence[Repair], key: str, run: Run | None = None) -> None:
    """Show a button for each repair. A repair of a run leaves the run as it is, and makes the draft."""
    for number, one in enumerate(several):
        reason = session.why_locked(one.path[0])
        st.button(
            one.label,
            key=f"repair-{key}-{number}-{session.revision()}",
            icon=":material/build:" if number == 0 else None,
            disabled=bool(reason),
            help=reason or (f"Makes {session.name_of(run)}, so mended, your draft." if run else None),
            on_click=_repair,
            args=(one, run),
        )


def take_refusal() -> Problem | None:
    """Return why the last press of Train started no run, and forget it; None where there is no reason."""
    return st.session_state.pop("refusal", None)


def show_refusal() -> None:
    """Show why the last press of Train started no run."""
    if (problem := take_refusal()) is not None:
        show_problem(problem, "refusal")


def _repair(one: Repair, run: Run | None) -> None:
    if run is None:
        session.change(apply_repair, one)
    else:
        session.edit(apply_repair(run.experiment, one))


WORD_JOINER = "\u2060"  # invisible, and lines do not break at it


def plain(text: str, *, links: bool = False) -> str:
    """A text whose signs mean themselves, not Markdown, and whose addresses are no links.

    Streamlit makes links of all that looks like an address, after it has read the Markdown: only a sign within helps.

    Parameters
    ----------
    text
        The text to escape.
    links
        Whether addresses stay whole: for our own texts, from which people copy them.
    """
    broken = text if links else re.sub(r"(?i)(https?:|www(?=\.)|@)", rf"\1{WORD_JOINER}", text)
    return re.sub(r"([\\`*_{}\[\]<>#|~$:])", r"\\\1", unbroken(broken))
