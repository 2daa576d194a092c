"""The evidence by which checks judge a visitor: the draft, the runs with their results, answers, and opened views.

`collect_evidence` is cheap enough for every rerun of a page: finished runs are read only once, and no files are opened.
Numbers that only some checks need are loaded when a check asks for them.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from cachetools import LRUCache

from core.analysis.evaluation_files import EvaluatedSet
from core.experiment.model import Experiment
from core.experiment.set_sizes import ImagesPerClass
from core.experiment.shapes import Summary
from core.export.reproducibility import ExportRunResult
from core.problems import Problem
from core.run_events import metric
from core.runs.comparison import Outcome
from core.runs.manager import Runs
from core.runs.results import RunResults
from core.runs.run_record import Run
from core.teaching.progress import Activity
from core.views.shifted_images import ShiftedImagesQuestion

_first_losses: LRUCache[str, float | None] = LRUCache(1_000)  # the first losses of finished runs, by the ids of the runs
MOST_RUNS = 50  # the number of newest runs that checks may use; decks ask for a few


def _none(*_asked: object) -> None:
    return None


def _always(_experiment: Experiment) -> bool:
    return True


@dataclass(frozen=True)
class EvidenceLoaders:
    """The functions that load numbers for the few checks that need them. Each function caches its results."""

    summary: Callable[[Experiment], Summary | None] = _none  # None while Keras has not answered
    counts: Callable[[Experiment], ImagesPerClass | None] = _none  # None if counting is not needed, or not done yet
    evaluation: Callable[[Run, str], EvaluatedSet | None] = _none  # the evaluation on the set "validation" or "test"
    first_loss: Callable[[Run], float | None] = _none  # the loss of the first batches, before the network has learned
    shifted: Callable[[Run, int], tuple[float, float] | Problem | None] = _none  # accuracies on images, and on shifted ones
    stamp: Callable[[Run], ExportRunResult | None] = _none  # the comparison of an export with its run


@dataclass(frozen=True)
class Evidence:
    """The data by which checks judge a visitor, such as their experiment, runs, activities and answers."""

    experiment: Experiment  # the draft, or the experiment of the judged run
    runs: tuple[
        Outcome, ...
    ] = ()  # the visitor's runs of the scene's experiment since the task was opened, the newest first
    activities: tuple[Activity, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))  # by the ids of questions
    asked: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # the words of the questions, by id
    now: float = 0.0  # seconds since 1970
    start: Experiment | None = None  # the experiment that the scene opened; None if the scene opened no experiment
    judged: Outcome | None = None  # the run that is judged; None if the draft is judged
    deck_runs: tuple[Outcome, ...] | None = None  # of all experiments of the deck since its start; None means `runs`
    active: Run | None = None  # the run of the visitor that waits or trains now, of any experiment
    foreign: tuple[str, ...] = ()  # in words, the differences of the draft from the scene's experiment
    look_up: EvidenceLoaders = field(default=EvidenceLoaders(), compare=False, repr=False)

    @property
    def summary(self) -> Summary | None:
        """Keras' summary of the experiment, or None while Keras has not answered."""
        return self.look_up.summary(self.experiment)

    @property
    def counts(self) -> ImagesPerClass | None:
        """The number of images in each set, as counted by a worker. None if no count is needed or known yet."""
        return self.look_up.counts(self.experiment)

    @property
    def finished(self) -> tuple[Outcome, ...]:
        """The runs that have ended and have a result, the newest first."""
        return tuple(outcome for outcome in self.runs if outcome.run.is_over and outcome.run.result)

    @property
    def finished_of_deck(self) -> tuple[Outcome, ...]:
        """The runs of the whole deck that have ended and have a result, the newest first."""
        outcomes = self.runs if self.deck_runs is None else self.deck_runs
        return tuple(outcome for outcome in outcomes if outcome.run.is_over and outcome.run.result)

    def of_run(self, outcome: Outcome) -> "Evidence":
        """Return the evidence for checks of a single run. The experiment of the run replaces the draft."""
        return replace(self, experiment=outcome.run.experiment, judged=outcome)

    def noted(self, kind: str) -> tuple[str, ...]:
        """Return the details of all activities of a kind, in their order."""
        return tuple(activity.detail for activity in self.activities if activity.kind == kind)


@dataclass(frozen=True)
class RunScope:
    """The conditions by which a run counts for a scene, or for its deck."""

    to_scene: Callable[[Experiment], bool] = _always
    to_deck: Callable[[Experiment], bool] = _always
    since: float = 0.0  # when the scene asked for a run, in seconds since 1970
    until: float = float("inf")  # when the visitor opened an experiment from a file: later runs are not their own work

    def is_scene(self, run: Run) -> bool:
        """Return whether a run counts for the scene: the scene's experiment, started after the task was opened."""
        return self.since <= run.created < self.until and self.to_scene(run.experiment)

    def is_deck(self, run: Run) -> bool:
        """Return whether a run counts for the deck: its experiment, started before the visitor opened a file."""
        return run.created < self.until and self.to_deck(run.experiment)


def collect_evidence(  # noqa: PLR0913 - keyword arguments, for each thing that a page knows of a visitor
    runs: Runs,
    visitor: str,
    experiment: Experiment,
    *,
    activities: Sequence[Activity] = (),
    answers: Mapping[str, Any] | None = None,
    questions: Mapping[str, str] | None = None,
    start: Experiment | None = None,
    foreign: Sequence[str] = (),
    belonging: RunScope | None = None,
    since: float = 0.0,
) -> Evidence:
    """Gather the evidence by which checks judge a visitor.

    Parameters
    ----------
    runs
        The runs of this server: `application().runs`.
    visitor
        The visitor.
    experiment
        The visitor's draft.
    activities
        The visitor's activities, from pages.
    answers
        The visitor's answers to questions and predictions, by id.
    questions
        The words of the questions and predictions, by id; a question without words is named by its id.
    start
        The experiment that the scene opened, or None.
    foreign
        In words, the differences of the draft from the scene's experiment.
    belonging
        The rule that tells which runs count. None means that all runs count.
    since
        The time before which runs do not count, in seconds since 1970.
    """
    results, belonging = RunResults(runs), belonging or RunScope()
    several = runs.database.runs_of(visitor, MOST_RUNS, since=since)
    outcomes = {run.id: results.outcome(run) for run in several if belonging.is_deck(run)}
    return Evidence(
        experiment=experiment,
        runs=tuple(outcomes[run.id] for run in several if run.id in outcomes and belonging.is_scene(run)),
        deck_runs=tuple(outcomes.values()),
        active=runs.database.active_run(visitor),
        foreign=tuple(foreign),
        activities=tuple(activities),
        answers=MappingProxyType(dict(answers or {})),
        asked=MappingProxyType(dict(questions or {})),
        now=time.time(),
        start=start,
        look_up=make_evidence_loaders(runs),
    )


def make_evidence_loaders(runs: Runs) -> EvidenceLoaders:
    """Return the functions that load numbers from a server without waiting."""
    results = RunResults(runs)
    return EvidenceLoaders(
        summary=runs.facts.known_summary,
        counts=partial(runs.facts.counts, wait=False),
        evaluation=results.evaluation,
        first_loss=partial(_first_loss, runs),
        shifted=partial(_shifted, runs, results),
        stamp=results.stamp,
    )


def _shifted(runs: Runs, results: RunResults, run: Run, pixels: int) -> tuple[float, float] | Problem | None:
    """Return the accuracies of a run's network on images and on shifted images.

    Return None while there is no answer, or if the run has no network.
    """
    if not (model := results.model(run)):
        return None
    return runs.inspector.ask(ShiftedImagesQuestion(run.experiment, model, pixels), wait=False)


def _first_loss(runs: Runs, run: Run) -> float | None:
    """Return the loss of a run's first batches, from its first `batch` event with a loss.

    Return None if there is no such event.
    """
    if run.id not in _first_losses:
        batches = runs.database.events(run.id, kinds=("batch",))
        losses = (loss for event in batches if (loss := metric(event, "batch_loss") or metric(event, "loss")) is not None)
        _first_losses[run.id] = next(losses, None)
    return _first_losses[run.id]
