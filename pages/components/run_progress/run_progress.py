"""One line that says how far a run is."""

from collections.abc import Callable, Sequence

from pages.components.browser_modules import do_nothing, register

_RUN_PROGRESS = register("run_progress")


def run_progress(  # noqa: PLR0913 - each is one thing that the line shows
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
    """One line that says how far a run is; a new state of the run, or a new alarm of the coach, reruns the script.

    Parameters
    ----------
    url
        The path of the run's event stream, such as "/live/<run id>".
    run
        The run's id.
    state
        The state that this script run knows; the component returns any other state of the stream, once.
    word
        The word that people read for that state.
    epochs
        How many epochs were asked for.
    key
        The key of the element.
    on_state_change
        Called before the script reruns for a new state.
    alarm
        The code of the coach's alarm when this script ran; "" for none.
    numbers
        Which of the latest values to show, by their Keras history names; a narrow line shows the first only.

    Returns
    -------
    The new state in the script run that it caused, else None.
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
