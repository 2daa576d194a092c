"""A run's curves on a page: its own, and those of the run before as a pale ghost behind them."""

import math

from core.application import application
from core.experiment.model import CATALOGUES, Experiment
from core.runs.run_record import Run
from pages import components
from pages.shell.addresses import base_path, live_url


def guessing(experiment: Experiment) -> dict[str, float | None]:
    """Loss and accuracy of a network that only guesses: ln K where the loss is a cross-entropy, and 1/K."""
    classes = experiment.data.entry.num_classes
    is_log = CATALOGUES["loss"][experiment.compile.loss.name].trait("guess") == "log"
    return {"loss": math.log(classes) if is_log else None, "accuracy": 1 / classes}


def is_comparable(run: Run, before: Run) -> bool:
    """Whether the losses of two runs are the same thing, so that they can stand in one chart."""
    return before.experiment.compile.loss == run.experiment.compile.loss


def draw(run: Run, height: int | None = None) -> None:
    """The curves of a run, live.

    Parameters
    ----------
    run
        The run to draw.
    height
        The height of one chart, in pixels; None takes the room that the page around gives.
    """
    before = application().history.previous(run)
    drawn = before is not None and is_comparable(run, before)
    components.curves(
        url=live_url(run),
        epochs=run.experiment.fit.epochs,
        guess=guessing(run.experiment),
        ghost={"events": application().runs.readings.points(before)} if before is not None and drawn else None,
        ghost_label=f"run {before.number}" if before is not None else "",
        key=f"curves-{run.id}",
        base=base_path(),
        height=height,
    )
