"""Two live charts of a run, and three more where a person asks for them."""

from collections.abc import Mapping
from typing import Any

from pages.components.browser_modules import register

_CURVES = register("curves", isolate_styles=False)  # in a shadow root Plotly's layout breaks


def curves(  # noqa: PLR0913 - each is one thing that the charts show
    *,
    url: str,
    epochs: int,
    guess: Mapping[str, float | None],
    ghost: Mapping[str, Any] | None = None,
    ghost_label: str = "",
    key: str,
    metric: str = "accuracy",
    height: int | None = 320,
    unit_range: bool | None = None,
    replay: bool = False,
) -> None:
    """Two live charts of a run: its loss, and one metric.

    Parameters
    ----------
    url
        The path of the run's event stream, such as "/live/<run id>"; a new path starts the charts afresh.
    epochs
        The length of the x axis.
    guess
        Loss and metric of a network that only guesses, by their Keras history names; None draws no line.
    ghost
        {"events": [...]} of an earlier run to compare with, drawn pale.
    ghost_label
        What the legend calls that run.
    key
        The key of the element.
    metric
        The second chart's quantity, by its Keras history name.
    height
        The height of one chart, in pixels; None leaves it to the style of the page.
    unit_range
        Whether the metric lies between 0 and 1, which fixes its axis; None decides by its name.
    replay
        Whether the stream replays a run that is over; the charts then say so.
    """
    if unit_range is None:
        unit_range = "accuracy" in metric
    _CURVES(
        key=key,
        data={
            "url": url,
            "epochs": epochs,
            "guess": {name: guess.get(name) for name in ("loss", metric)},
            "ghost": {"events": list(ghost["events"])} if ghost else None,
            "ghost_label": ghost_label,
            "metric": metric,
            "ranges": {"loss": None, metric: [0, 1.02] if unit_range else None},  # a line at 1.0 keeps its full width
            "height": height,
            "replay": replay,
        },
    )
