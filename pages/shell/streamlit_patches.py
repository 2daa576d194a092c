"""What a person did is done whole, however quickly they do the next thing."""

from functools import cache
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import ScriptRunner, get_script_run_ctx


@cache
def let_callbacks_end() -> None:
    """Let every click reach its callback, and every callback run to its end; to be called before the first one.

    When the next click arrives, Streamlit interrupts a script wherever it touches the session's state: also before it calls
    the callbacks of the click before, and in the middle of one. Nobody calls them again, so that of two quick clicks the
    first one is lost. There is no setting for that (https://github.com/streamlit/streamlit/issues/10578). So nobody looks
    for the next click until a page begins to be drawn, after the callbacks; what follows is interrupted as ever.
    """
    look = ScriptRunner._maybe_handle_execution_control_request

    def look_later(runner: ScriptRunner) -> None:
        context = get_script_run_ctx(suppress_warning=True)
        if context is None or context.has_script_started:
            look(runner)

    setattr(ScriptRunner, look.__name__, look_later)


def draw_anew() -> NoReturn:
    """Draw the page anew, unless a person asked for something meanwhile, such as another page, which comes first.

    Streamlit joins what it was asked for and keeps the page of what was asked last: a link that was clicked while the page
    waited for a worker would lead nowhere.
    """
    st.session_state.get("page_title")  # here Streamlit looks for what was asked for
    st.rerun()
