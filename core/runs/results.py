"""The results of a run: its weights, evaluations, curves and script, and why the script's numbers may differ."""

from functools import partial

from core.analysis import evaluation_files
from core.analysis.evaluation_files import EvaluatedSet
from core.experiment.execution import Execution, load_execution
from core.export import reproducibility
from core.export.model_formats import MODEL
from core.export.reproducibility import Stamp
from core.export.script import script
from core.run_events import read_command
from core.run_files import WEIGHTS, saved_epochs
from core.runs.comparison import OUTCOME_KINDS, Outcome, command_lines, outcome, points_csv
from core.runs.manager import Runs
from core.runs.run_record import Run
from core.runs.time_left import Work


class RunResults:
    """The results of all runs of this server."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def model(self, run: Run) -> str:
        """The path of the file with the trained network; "" if there is none."""
        path = self._runs.reader.folder(run.id) / MODEL
        return str(path) if path.is_file() else ""

    def epoch_weights(self, run: Run) -> dict[int, str]:
        """The paths of the saved weights by epoch, in order; epoch 0 is before training."""
        folder = self._runs.reader.folder(run.id)
        return {epoch: str(folder / WEIGHTS.format(epoch=epoch)) for epoch in saved_epochs(folder, WEIGHTS)}

    def evaluation(self, run: Run, name: str) -> EvaluatedSet | None:
        """The evaluation on the "validation" or "test" set; None if it has no file."""
        return evaluation_files.read_evaluated_set(self._runs.reader.folder(run.id) / f"{name}.npz")

    def outcome(self, run: Run) -> Outcome:
        """The numbers of the run, epoch by epoch."""
        return outcome(run, partial(self._runs.ledger.events, kinds=OUTCOME_KINDS))

    def outcomes(self, visitor: str) -> list[Outcome]:
        """The outcomes of all runs of a visitor, the newest first."""
        return [self.outcome(run) for run in self._runs.ledger.runs_of(visitor, None)]

    def steering(self, run: Run) -> list[str]:
        """The commands to the run in words, a line each."""
        return command_lines(self._runs.ledger.commands(run.id))

    def points_csv(self, run: Run) -> str:
        """All points of the run's curves as CSV, none left out."""
        return points_csv(self._runs.ledger.events(run.id))

    def awaits_evaluation(self, run: Run) -> bool:
        """Whether the run was stopped and its network is still being evaluated."""
        return run.state == "stopped" and not run.result and run.id in self._runs.active_runs

    def stamp(self, run: Run) -> Stamp | None:
        """The outcome of running the run's script; None if that was not done since the run changed."""
        return reproducibility.read(self._runs.reader.folder(run.id), run.experiment)

    def execution(self, run: Run) -> Execution:
        """How the run was executed, or would be."""
        return load_execution(self._runs.reader.folder(run.id)) or self._runs.checks.execution(run.experiment)

    def script(self, run: Run) -> str:
        """The script of the run, with the reasons why its numbers differ as comments."""
        return script(run.experiment, self.differences(run), self.execution(run))

    def differences(self, run: Run) -> tuple[str, ...]:
        """Sentences on why the script's numbers differ from those of the run, since commands changed it; () if none did."""
        return (*self._changed_rates(run), *self._early_end(run))

    def _changed_rates(self, run: Run) -> tuple[str, ...]:
        changed = [
            f"{command.value} at step {event['step']:,}"
            for event in self._runs.ledger.commands(run.id)
            if (command := read_command(event.get("asked", ""))) and command.name == "learning_rate"
        ]
        if not changed:
            return ()
        return (
            f"{run.title} had its learning rate changed by hand: to {', then to '.join(changed)}.",
            "This script keeps the one that it starts with: its numbers equal the run's only up to there.",
        )

    def _early_end(self, run: Run) -> tuple[str, ...]:
        result = run.result
        if not result or result["how"] == "whole":
            return ()
        work = Work.of(run.experiment, self._runs.looks.trained(run.experiment))
        weights, whole = result["kept"], work.steps * work.epochs
        which, step = weights["which"], weights["step"]
        if which == "last" and step >= whole:
            return ()
        how = " by itself, at a loss that is no number," if result["how"] == "not-finite" else " by hand"
        return (
            f"{run.title} was stopped{how} and kept its {which} weights, of step {step:,} of {whole:,}.",
            "This script trains to the end: its numbers equal the run's only up to there.",
        )
