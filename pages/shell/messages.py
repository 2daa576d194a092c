"""Messages for problems, with buttons that repair the problems, and an escape for texts that are not Markdown."""

import re
from collections.abc import Sequence

import streamlit as st

from core.experiment.edits import apply_repair
from core.number_text import with_no_break_spaces
from core.problems import Problem, Repair
from core.runs.run_record import Run
from pages.shell import session


def show_problems(problems: tuple[Problem, ...], key: str) -> None:
    """Show problems as messages, each with its repairs as buttons."""
    for number, problem in enumerate(problems):
        show_problem(problem, f"{key}-{number}")


def show_problem(problem: Problem, key: str, run: Run | None = None) -> None:
    """Show a problem: its cause, the expected state, a way to fix the problem, and a button for each repair.

    Parameters
    ----------
    problem
        The problem to show.
    key
        The key of the buttons.
    run
        The run that has the problem, or None if the problem belongs to the draft or to neither.
    """
    draw = st.error if problem.blocks else st.warning
    icon = ":material/error:" if problem.blocks else ":material/warning:"
    why = f"\n\n_{escape_markdown(problem.why)}_" if problem.why else ""
    with st.container(key=f"problem-{key}", gap="small"):
        draw(
            f"{escape_markdown(problem.expected)} {escape_markdown(problem.fix)}{why}",
            title=escape_markdown(problem.happened),
            icon=icon,
        )
        if problem.repairs:
            with st.container(horizontal=True, gap="small"):
                repairs(problem.repairs, key, run)


def repairs(several: Sequence[Repair], key: str, run: Run | None = None) -> None:
    """Show a button for each repair.

    A repair of a run leaves the run unchanged, and the repaired experiment becomes the draft.
    """
    for number, repair in enumerate(several):
        reason = session.why_locked(repair.path[0])
        st.button(
            repair.label,
            key=f"repair-{key}-{number}-{session.revision()}",
            icon=":material/build:" if number == 0 else None,
            disabled=bool(reason),
            help=reason or (f"Makes {session.run_name_text(run)}, so mended, your draft." if run else None),
            on_click=_repair,
            args=(repair, run),
        )


def pop_refusal() -> Problem | None:
    """Return the problem of the last refused action, and remove the problem from the session.

    Return None if there is none.
    """
    return st.session_state.pop("refusal", None)


def show_refusal() -> None:
    """Show the problem of the last refused action, such as a click on Train."""
    if (problem := pop_refusal()) is not None:
        show_problem(problem, "refusal")


def _repair(repair: Repair, run: Run | None) -> None:
    session.note_repair()
    if run is None:
        session.change(apply_repair, repair)
    else:
        session.edit(apply_repair(run.experiment, repair))


WORD_JOINER = "\u2060"  # an invisible sign at which lines do not break


def escape_markdown(text: str, *, links: bool = False) -> str:
    """Escape a text so that Streamlit shows the text unchanged, without Markdown and without links for its addresses.

    Parameters
    ----------
    text
        The text to escape.
    links
        Whether addresses stay links, as in our own texts, from which people copy them.
    """
    broken = text if links else re.sub(r"(?i)(https?:|www(?=\.)|@)", rf"\1{WORD_JOINER}", text)
    return re.sub(r"([\\`*_{}\[\]<>#|~$:])", r"\\\1", with_no_break_spaces(broken))
