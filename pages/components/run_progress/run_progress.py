"""The progress of a run on a single line."""

from collections.abc import Callable, Sequence

from pages.components.browser_modules import do_nothing, register

_RUN_PROGRESS = register("run_progress")


def run_progress(  # noqa: PLR0913 - a value for each part of the line
    *,
    url: str,
    run: str,
    state: str,
    word: str,
    epochs: int,
    key: str,
    on_state_change: Callable[[], None] | None = None,
    alarm: str = "",
    numbers: Sequence[str] = ("loss", "accuracy"),
) -> str | None:
    """Draw the progress of a run on a line. A new state of the run, or a new alarm of the coach, reruns the script.

    Parameters
    ----------
    url
        The path of the run's event stream, such as "/live/<run id>".
    run
        The run's id.
    state
        The state that this script run knows. The component returns any other state of the stream, once.
    word
        The word that people read for that state.
    epochs
        The number of epochs that the run should train.
    key
        The key of the element.
    on_state_change
        Called before the script reruns for a new state.
    alarm
        The code of the coach's alarm when this script ran, or an empty string.
    numbers
        The values to show, by their Keras history names. A narrow line shows only the first.

    Returns
    -------
    The new state in the script run that the state caused. In other script runs None.
    """
    result = _RUN_PROGRESS(
        key=key,
        data={
            "url": url,
            "run": run,
            "state": state,
            "word": word,
            "epochs": epochs,
            "alarm": alarm,
            "numbers": list(numbers),
        },
        on_state_change=on_state_change or do_nothing,
        on_alarm_change=do_nothing,
    )
    return result.state
