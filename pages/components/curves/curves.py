"""Live charts of a run's loss and metric, and three more charts that a person can unfold."""

from collections.abc import Mapping
from typing import Any

from pages.components.browser_modules import register

_CURVES = register("curves", isolate_styles=False)  # in a shadow root Plotly's layout breaks


def curves(  # noqa: PLR0913 - a value for each part of the charts
    *,
    url: str,
    epochs: int,
    guess: Mapping[str, float | None],
    ghost: Mapping[str, Any] | None = None,
    ghost_label: str = "",
    ghost_colour: int = 1,
    key: str,
    metric: str = "accuracy",
    height: int | None = 320,
    unit_range: bool | None = None,
    replay: bool = False,
    still_url: str = "",
) -> None:
    """Draw two live charts of a run, for its loss and for a metric.

    Parameters
    ----------
    url
        The path of the run's event stream, such as "/live/<run id>". A new path starts the charts afresh. "" draws the axes
        alone, before a run.
    epochs
        The length of the x axis.
    guess
        Loss and metric of a network that only guesses, by their Keras history names. A value of None draws no line.
    ghost
        {"events": [...]} of an earlier run to compare with, drawn dotted in its own colour.
    ghost_label
        The name of that run at the end of its line.
    ghost_colour
        The number of that run's colour, from 1. See `pages.shell.colours.run_colour`.
    key
        The key of the element.
    metric
        The second chart's quantity, by its Keras history name.
    height
        The height of each chart, in pixels, or None for the height in the style of the page.
    unit_range
        Whether the metric lies between 0 and 1, which fixes its axis. None decides by the name of the metric.
    replay
        Whether the stream replays a run that is over. The charts then say so.
    still_url
        The path of a stream with all events at once, for people who asked their system for less motion, or "".
    """
    if unit_range is None:
        unit_range = "accuracy" in metric
    _CURVES(
        key=key,
        data={
            "url": url,
            "still_url": still_url,
            "epochs": epochs,
            "guess": {name: guess.get(name) for name in ("loss", metric)},
            "ghost": {"events": list(ghost["events"])} if ghost else None,
            "ghost_label": ghost_label,
            "ghost_colour": ghost_colour,
            "metric": metric,
            "ranges": {"loss": None, metric: [0, 1.02] if unit_range else None},  # a line at 1.0 keeps its full width
            "height": height,
            "replay": replay,
        },
    )
