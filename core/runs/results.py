"""The results of a run: weights, evaluations, curves and script, and reasons why the script gives other numbers."""

from collections.abc import Sequence
from functools import partial

from core.analysis import evaluation_files
from core.analysis.evaluation_files import EvaluatedSet
from core.catalogue.datasets import are_pictures_gone
from core.experiment.descriptions import difference
from core.experiment.execution import Execution, load_execution
from core.export import reproducibility
from core.export.model_formats import MODEL
from core.export.reproducibility import ExportRunResult
from core.export.script import script
from core.run_events import read_command
from core.run_files import WEIGHTS, saved_epochs
from core.runs.comparison import OUTCOME_KINDS, Outcome, command_lines, outcome, points_csv
from core.runs.history import previous_run
from core.runs.manager import Runs
from core.runs.run_record import Run
from core.runs.run_summaries import RunSummary, best_run_sentence, best_runs, run_headline
from core.runs.time_left import RunWorkload
from core.runs.verdicts import Verdict, incomparable_sentence, verdict


class RunResults:
    """The results of all runs of this server, read from the database and from the files of each run."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def model(self, run: Run) -> str:
        """Return the path of the trained network's file. Return an empty string if the file does not exist."""
        path = self._runs.reader.folder(run.id) / MODEL
        return str(path) if path.is_file() else ""

    def epoch_weights(self, run: Run) -> dict[int, str]:
        """Return a dictionary from each saved epoch to the path of its weights, in order. Epoch 0 is before training."""
        folder = self._runs.reader.folder(run.id)
        return {epoch: str(folder / WEIGHTS.format(epoch=epoch)) for epoch in saved_epochs(folder, WEIGHTS)}

    def evaluation(self, run: Run, name: str) -> EvaluatedSet | None:
        """Return the evaluation of a run on the "validation" or "test" set. Return None if its file does not exist."""
        path, dataset = self._runs.reader.folder(run.id) / f"{name}.npz", run.experiment.data.dataset
        return evaluation_files.read_evaluated_set(path, are_pictures_gone=are_pictures_gone(dataset))

    def outcome(self, run: Run) -> Outcome:
        """Return the metrics of a run after each epoch."""
        return outcome(run, partial(self._runs.database.events, kinds=OUTCOME_KINDS))

    def outcomes(self, visitor: str) -> list[Outcome]:
        """Return the outcomes of all runs of a visitor, the newest first."""
        return [self.outcome(run) for run in self._runs.database.runs_of(visitor, None)]

    def verdict(self, run: Run, before: Run | None) -> Verdict | None:
        """Return the verdict on a run: how much better or worse its accuracy is than another run's, and why.

        Return None if either run has no result, or if the two runs cannot be compared.
        """
        if before is None or not run.result or not before.result:
            return None
        both = run, before
        steered = [each for each in both if self._changed_rates(each)]
        return verdict(self.outcome(run), self.outcome(before), [self._repeats(each) for each in both], steered)

    def not_compared(self, run: Run, before: Run) -> str:
        """Return a sentence that says why two finished runs cannot be compared, or an empty string if they can."""
        return incomparable_sentence(self.outcome(run), self.outcome(before))

    def summaries(self, shown: Sequence[Outcome], known: Sequence[Outcome]) -> list[RunSummary]:
        """Return a summary of each shown run.

        Parameters
        ----------
        shown
            The outcomes of the runs to describe.
        known
            The outcomes of all runs of the visitor, the newest first.
        """
        best, runs = best_runs(known), [outcome.run for outcome in known]
        return [self._summary(outcome, previous_run(outcome.run, runs), outcome.run.id in best) for outcome in shown]

    def best_words(self, known: Sequence[Outcome]) -> str:
        """Say which of a visitor's runs is best, and why. Return an empty string if no two runs can be compared."""
        return best_run_sentence(known, self.verdict)

    def _summary(self, outcome: Outcome, before: Run | None, is_best: bool) -> RunSummary:
        run, result = outcome.run, run_headline(outcome)
        beside, reason = self.verdict(run, before), ""
        if before is not None and beside is None and run.result and before.result:
            reason = self.not_compared(run, before)
        is_named = beside is not None and bool(beside.cause)
        change = difference(run.experiment, before.experiment) if before is not None and not is_named else ""
        return RunSummary(outcome, result, beside, change, f"{result.note} {reason}".strip(), is_best)

    def _repeats(self, run: Run) -> list[float]:
        """Return the validation accuracies of a run and its repeats with other seeds, or an empty list without repeats."""
        repeats = self._runs.database.series(run.series) if run.series else []
        return [accuracy for each in repeats if (accuracy := each.accuracy("validation")) is not None]

    def steering(self, run: Run) -> list[str]:
        """Return the commands that people gave to the run, each as a line of text.

        Commands of the server are left out, since they change nothing in the training of the run.
        """
        return command_lines(event for event in self._runs.database.commands(run.id) if event["by"] != "server")

    def points_csv(self, run: Run) -> str:
        """Return all points of the run's curves as CSV, without thinning."""
        return points_csv(self._runs.database.events(run.id))

    def awaits_evaluation(self, run: Run) -> bool:
        """Return whether the run was stopped and its network is still being evaluated."""
        return run.state == "stopped" and not run.result and run.id in self._runs.active_runs

    def stamp(self, run: Run) -> ExportRunResult | None:
        """Return the result of the last rerun of the run's script, or None if the run has changed since the rerun."""
        return reproducibility.read(self._runs.reader.folder(run.id), run.experiment)

    def execution(self, run: Run) -> Execution:
        """Return how the run was executed. If this was not stored, return how this server would execute the experiment."""
        return load_execution(self._runs.reader.folder(run.id)) or self._runs.checks.execution(run.experiment)

    def script(self, run: Run) -> str:
        """Return the Python script of the run. Comments in the script say why its numbers differ from the run's."""
        return script(run.experiment, self.differences(run), self.execution(run))

    def differences(self, run: Run) -> tuple[str, ...]:
        """Return sentences that say why the script gives other numbers than the run, or () if the numbers are equal."""
        return (*self._changed_rates(run), *self._early_end(run))

    def _changed_rates(self, run: Run) -> tuple[str, ...]:
        changed = [
            f"{command.value} at step {event['step']:,}"
            for event in self._runs.database.commands(run.id)
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
        work = RunWorkload.of(run.experiment, self._runs.facts.training_images(run.experiment))
        weights, whole = result["kept"], work.steps * work.epochs
        which, step = weights["which"], weights["step"]
        if which == "last" and step >= whole:
            return ()
        cause = " by itself, at a loss that is no number," if result["how"] == "not-finite" else " by hand"
        return (
            f"{run.title} was stopped{cause} and kept its {which} weights, of step {step:,} of {whole:,}.",
            "This script trains to the end: its numbers equal the run's only up to there.",
        )
