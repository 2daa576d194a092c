"""What a person did is done whole, however quickly they do the next thing."""

from functools import cache

from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState


@cache
def let_callbacks_end() -> None:
    """Let every callback run to its end; to be called before the first one.

    When the next click arrives, Streamlit interrupts a script wherever it touches the session's state: also in the middle of
    a callback, which nobody calls again, so that of two quick clicks the first one is lost. There is no setting for that
    (https://github.com/streamlit/streamlit/issues/10578). So nobody looks for the next click during a callback; what follows
    a callback is interrupted as ever.
    """
    look = ScriptRunner._maybe_handle_execution_control_request

    def look_later(runner: ScriptRunner) -> None:
        if not (runner._execing and ThreadState.get().run_location is RunLocation.CALLBACK):
            look(runner)

    ScriptRunner._maybe_handle_execution_control_request = look_later  # type: ignore[method-assign]
