"""The code of the draft in a text field. Edited code becomes the draft without being executed. Mistakes name their line."""

import streamlit as st

from core.application import application
from core.experiment.model import Experiment
from core.export.code_mistakes import CodeMistake
from core.export.code_tokens import LONGEST_TEXT
from core.export.edited_code import editable_code, read_code
from core.runs.drafts import Draft
from pages.shell import session
from pages.shell.messages import show_problem

USED = "code-used"  # the key of the code that the visitor made the draft, as the page shows it afterwards
MISTAKE = "code-mistake"  # the key of the last mistake, and of the text with the mistake
LINE_HEIGHT = 24  # pixels


def draw(draft: Draft, key: str, lines: int) -> None:
    """Draw the text field with the code, and the button that applies the edited code to the draft.

    Parameters
    ----------
    draft
        The visitor's draft.
    key
        The start of the keys of all elements.
    lines
        The number of lines in sight.
    """
    field = f"{key}-text#{session.revision()}"
    given = editable_code(draft.experiment)
    with st.container(key=f"{key}-editor", gap="small"):
        st.text_area(
            "The code of your draft, to edit",
            given,
            key=field,
            height=lines * LINE_HEIGHT,
            max_chars=LONGEST_TEXT,
            help="The code is read, never executed. Ctrl+Enter uses it; Undo on Define brings the draft back.",
            on_change=_use,
            args=(field, given),
        )
        _draw_mistake(field, given, key)
        st.button("Use this code", key=f"{key}-use", icon=":material/check:", on_click=_use, args=(field, given))
        if st.session_state.get(USED) == given:
            st.success("Your code is the draft now. **Undo** on Define takes it back.", icon=":material/check_circle:")


def _draw_mistake(field: str, given: str, key: str) -> None:
    """Draw the mistake that was found in the current text, with a button that repairs the mistake."""
    text, mistake = st.session_state.get(MISTAKE, ("", None))
    if mistake is None or text != st.session_state.get(field):
        return
    show_problem(mistake.problem, f"{key}-mistake")
    if mistake.repaired:
        st.button(
            mistake.label,
            key=f"{key}-repair",
            icon=":material/build:",
            on_click=_repair,
            args=(field, given, mistake.repaired),
        )


def _use(field: str, given: str) -> None:
    """Make the experiment of the text the draft, as a single step of Undo.

    If the text has a mistake, save the mistake for the page to show.
    """
    text = str(st.session_state.get(field, ""))
    if text == given or session.is_stale_event(field):
        return
    with application().drafts.edit_lock(session.visitor()):
        result = read_code(text, session.draft().experiment)
        st.session_state[MISTAKE] = (text, result if isinstance(result, CodeMistake) else None)
        if isinstance(result, Experiment) and result != session.draft().experiment:
            session.edit(result)
            st.session_state[USED] = editable_code(result)


def _repair(field: str, given: str, repaired: str) -> None:
    """Replace the text in the field by its repaired version, and make that experiment the draft."""
    st.session_state[field] = repaired
    _use(field, given)
