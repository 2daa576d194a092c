"""The curves of a run on a page, with the curves of the previous run as a pale ghost behind them."""

import math

from core.application import application
from core.experiment.model import CATALOGUES, Experiment
from core.runs.run_record import Run
from pages.components.curves.curves import curves
from pages.shell.addresses import live_url


def guess_levels(experiment: Experiment) -> dict[str, float | None]:
    """The loss and accuracy of a network that only guesses: ln K for a cross-entropy loss, and 1/K."""
    classes = experiment.data.entry.num_classes
    is_log = CATALOGUES["loss"][experiment.compile.loss.name].trait("guessing_loss") == "log"
    return {"loss": math.log(classes) if is_log else None, "accuracy": 1 / classes}


def is_comparable(run: Run, previous: Run) -> bool:
    """Whether two runs have the same loss, so that one chart can show both."""
    return previous.experiment.compile.loss == run.experiment.compile.loss


def draw(run: Run, height: int | None = None) -> None:
    """The curves of a run, live.

    Parameters
    ----------
    run
        The run to draw.
    height
        The height of one chart, in pixels; None takes the room that the page around gives.
    """
    previous = application().history.previous(run)
    drawn = previous is not None and is_comparable(run, previous)
    curves(
        url=live_url(run),
        epochs=run.experiment.fit.epochs,
        guess=guess_levels(run.experiment),
        ghost={"events": application().runs.readings.points(previous)} if previous is not None and drawn else None,
        ghost_label=f"run {previous.number}" if previous is not None else "",
        key=f"curves-{run.id}",
        height=height,
    )
