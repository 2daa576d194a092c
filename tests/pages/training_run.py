"""An active run for several tests of pages, with functions that pause, end and check the run."""

from collections.abc import Callable

from core.experiment.model import Experiment
from core.run_files import CHECKPOINT
from core.runs import manager
from tests.core.sample_experiments import with_fit
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short
from tests.pages.screen import Screen

SHORT = short()
LONG = with_fit(SHORT, epochs=6)
PLACE = {"step": 9, "epoch": 0.219512, "seconds": 0.1}
BATCH = {"kind": "batch", **PLACE, "loss": 2.0, "accuracy": 0.3}
PAUSED = {"kind": "paused", **PLACE, "no_room": None}
CONTINUED = {"kind": "continued", **PLACE}
WATCHERS = "Only whoever started this run, or the lecturer, can steer it."


class Room:
    """The fixtures of a test with an active run, and functions that start, pause and end the run."""

    def __init__(
        self, open_screen: Callable[..., Screen], training: Training, installed: manager.Runs, workers: ScriptedWorkers
    ) -> None:
        self.open, self.training, self.installed, self.workers = open_screen, training, installed, workers

    def begin(self, visitor: str = "ada", experiment: Experiment = SHORT) -> str:
        """Start a run, let it reach the middle of its first epoch, and return its id."""
        run = self.training.start(self.installed, self.workers, visitor, experiment)
        self.workers.report(run, **BATCH)
        return run

    def pause(self) -> tuple[str, Screen]:
        """Start and pause a run. Return its id, and its owner's page Train."""
        run = self.begin()
        screen = self.open("train", SHORT).press("pause")
        self.workers.report(run, **PAUSED)
        return run, screen.run()

    def save(self, run: str, epoch: int) -> None:
        """Write the checkpoint file of an epoch, from which a run can be resumed."""
        path = self.installed.reader.folder(run) / CHECKPOINT.format(epoch=epoch)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def end(self, run: str, how: str) -> None:
        """Let a run end in a state, after one saved epoch."""
        self.save(run, 1)
        if how == "failed":
            self.workers.die(run, -9)
        elif how == "interrupted":
            self.installed.active_runs.lost()
        else:
            self.installed.stop(run)
            self.training.end(self.installed, self.workers, run, how="stop", kept=kept("last", 50))
            (self.installed.reader.folder(run) / CHECKPOINT.format(epoch=2)).unlink()  # a copy from the recorded run

    def state(self, run: str) -> str:
        found = self.installed.database.run(run)
        assert found is not None
        return found.state

    def steered(self, run: str) -> list[tuple[str, str]]:
        """Return the actions with which people controlled a run, and the role of each person."""
        events = self.installed.database.events(run)
        return [(event["what"], event["by"]) for event in events if event["kind"] == "steered"]


def kept(which: str, step: int) -> dict:
    return {"which": which, "step": step, "epoch": step // 41}


def tell_epochs(room: Room, run: str, *losses: float) -> None:
    """Let a run report an epoch for each loss, with equal numbers for the training and the validation set."""
    for number, loss in enumerate(losses, 1):
        right = max(0.1, 1 - loss / 2.4)
        numbers = {"loss": loss, "val_loss": loss, "accuracy": right, "val_accuracy": right}
        room.workers.report(run, kind="epoch", step=41 * number, epoch=float(number), seconds=0.2, **numbers)
