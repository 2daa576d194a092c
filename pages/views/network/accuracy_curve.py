"""The accuracy of a run as a small curve."""

from core.runs.run_record import Run
from pages.components.browser_modules import register
from pages.shell.addresses import live_url

_ACCURACY_CURVE = register("accuracy_curve", folder="views/network")


def accuracy_curve(run: Run, *, key: str) -> None:
    """Draw the accuracy of a run as a curve that grows while the run trains.

    Parameters
    ----------
    run
        The run.
    key
        The key of the element.
    """
    chance = 1 / run.experiment.data.entry.num_classes
    _ACCURACY_CURVE(key=key, data={"url": live_url(run), "epochs": run.experiment.fit.epochs, "chance": chance})
