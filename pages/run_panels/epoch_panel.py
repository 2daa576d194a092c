"""What an epoch and a batch are, drawn from a run, or from the draft before there is one."""

from core.application import application
from core.experiment.model import Experiment
from core.runs.run_record import Run
from pages.components.epoch_strip.epoch_strip import epoch_strip
from pages.shell.addresses import live_url


def draw(experiment: Experiment, run: Run | None = None) -> None:
    """Draw the epochs, and one of them cut into batches.

    Parameters
    ----------
    experiment
        The experiment of the run, or the draft; all its values are allowed.
    run
        The run whose progress fills the drawing; None before a run.
    """
    epoch_strip(
        images=application().runs.looks.trained(experiment),
        batch_size=experiment.fit.batch_size,
        epochs=experiment.fit.epochs,
        url=live_url(run) if run is not None else "",
        key=f"epochs-{run.id}" if run is not None else "epochs",
    )
