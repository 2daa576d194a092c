"""A drawing of epochs and batches, for a run, or for the draft before the first run."""

from core.application import application
from core.experiment.model import Experiment
from core.runs.run_record import Run
from pages.components.epoch_strip.epoch_strip import epoch_strip
from pages.shell.addresses import live_url


def draw(experiment: Experiment, run: Run | None = None) -> None:
    """Draw the epochs of a run or of the draft, and the batches of an epoch.

    Parameters
    ----------
    experiment
        The experiment of the run, or the draft, whose values are all allowed.
    run
        The run whose progress fills the drawing, or None before a run.
    """
    epoch_strip(
        images=application().facts.training_images(experiment),
        batch_size=experiment.fit.batch_size,
        epochs=experiment.fit.epochs,
        url=live_url(run) if run is not None else "",
        key=f"epochs-{run.id}" if run is not None else "epochs",
    )
