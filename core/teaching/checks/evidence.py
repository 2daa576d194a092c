"""All that a check may see of a visitor: the draft, the runs with what came of them, answers, and what was opened.

`gather` is cheap enough for every run of a page's script: it reads runs that are over once, and opens no files. What only
some checks need is looked up when they ask.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any, cast

from cachetools import LRUCache

from core.analysis.evaluation_files import EvaluatedSet
from core.experiment.model import Experiment
from core.experiment.set_sizes import Counts
from core.experiment.shapes import Summary
from core.export.reproducibility import Stamp
from core.problems import Problem
from core.run_events import metric
from core.runs.comparison import Outcome
from core.runs.manager import Runs
from core.runs.results import RunResults
from core.runs.run_record import Run
from core.teaching.progress import Activity

_first_losses: LRUCache[str, float | None] = LRUCache(1_000)  # by the ids of runs that are over, which no other run gets
MOST_RUNS = 50  # the newest ones of a visitor; decks ask for a few


def _none(*_asked: object) -> None:
    return None


@dataclass(frozen=True)
class LookUp:
    """What is looked up only for the checks that need it; each answer is kept by whoever gives it."""

    summary: Callable[[Experiment], Summary | None] = _none  # None while Keras has not answered
    counts: Callable[[Experiment], Counts | None] = _none  # None where arithmetic knows, or nobody has counted yet
    evaluation: Callable[[Run, str], EvaluatedSet | None] = _none  # on "validation" or "test"
    first_loss: Callable[[Run], float | None] = _none  # of the first batches, before the network has learned
    shifted: Callable[[Run, int], tuple[float, float] | Problem | None] = _none  # accuracies on images, and on shifted ones
    stamp: Callable[[Run], Stamp | None] = _none  # what came of running the export


@dataclass(frozen=True)
class Evidence:
    """What a check may see."""

    experiment: Experiment  # the draft; or that of the run which is judged
    runs: tuple[Outcome, ...] = ()  # the visitor's, the newest first
    activities: tuple[Activity, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))  # by the ids of questions
    asked: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # the words of the questions, by id
    now: float = 0.0  # seconds since 1970
    start: Experiment | None = None  # the experiment that the scene opened; None where it opened none
    judged: Outcome | None = None  # the run that is judged; None for the draft
    look_up: LookUp = field(default=LookUp(), compare=False, repr=False)

    @property
    def summary(self) -> Summary | None:
        """Keras' table of the experiment; None while there is no answer."""
        return self.look_up.summary(self.experiment)

    @property
    def counts(self) -> Counts | None:
        """The images in each set, counted; None where arithmetic knows them, or nobody has counted yet."""
        return self.look_up.counts(self.experiment)

    @property
    def finished(self) -> tuple[Outcome, ...]:
        """The runs that are over and evaluated, the newest first."""
        return tuple(outcome for outcome in self.runs if outcome.run.is_over and outcome.run.result)

    def of_run(self, outcome: Outcome) -> "Evidence":
        """The same evidence, with a run to judge, and its experiment in the place of the draft."""
        return replace(self, experiment=outcome.run.experiment, judged=outcome)

    def noted(self, kind: str) -> tuple[str, ...]:
        """The details of all activities of a kind, in their order."""
        return tuple(activity.detail for activity in self.activities if activity.kind == kind)


def gather(  # noqa: PLR0913 - keyword arguments, one for each thing that a page knows of a visitor
    runs: Runs,
    visitor: str,
    experiment: Experiment,
    *,
    activities: Sequence[Activity] = (),
    answers: Mapping[str, Any] | None = None,
    asked: Mapping[str, str] | None = None,
    start: Experiment | None = None,
    since: float = 0.0,
) -> Evidence:
    """Gather the evidence of a visitor.

    Parameters
    ----------
    runs
        The runs of this server: `application().runs`.
    visitor
        The visitor.
    experiment
        The visitor's draft.
    activities
        What pages noted of the visitor.
    answers
        The visitor's answers to questions and predictions, by id.
    asked
        The words of the questions and predictions, by id; a question without words is named by its id.
    start
        The experiment that the scene opened, or None.
    since
        The time before which runs do not count, in seconds since 1970.
    """
    results = RunResults(runs)
    return Evidence(
        experiment=experiment,
        runs=tuple(map(results.outcome, runs.ledger.runs_of(visitor, MOST_RUNS, since=since))),
        activities=tuple(activities),
        answers=MappingProxyType(dict(answers or {})),
        asked=MappingProxyType(dict(asked or {})),
        now=time.time(),
        start=start,
        look_up=look_up_of(runs),
    )


def look_up_of(runs: Runs) -> LookUp:
    """What is looked up on a server. None of it waits."""
    results = RunResults(runs)
    return LookUp(
        summary=partial(runs.summaries.ask, wait=False),
        counts=partial(runs.looks.counts, wait=False),
        evaluation=results.evaluation,
        first_loss=partial(_first_loss, runs),
        shifted=partial(_shifted, runs, results),
        stamp=results.stamp,
    )


def _shifted(runs: Runs, results: RunResults, run: Run, pixels: int) -> tuple[float, float] | Problem | None:
    """The accuracies of a run's network on images and on shifted ones; None while there is no answer, or no network."""
    if not (model := results.model(run)):
        return None
    answer = runs.views.ask("shifted", run.experiment, model, pixels, wait=False)
    return cast("tuple[float, float] | Problem | None", answer)


def _first_loss(runs: Runs, run: Run) -> float | None:
    """The loss of a run's first batches, of its first `batch` event; None where it reported none."""
    if run.id not in _first_losses:
        batches = runs.ledger.events(run.id, kinds=("batch",))
        losses = (loss for event in batches if (loss := metric(event, "batch_loss") or metric(event, "loss")) is not None)
        _first_losses[run.id] = next(losses, None)
    return _first_losses[run.id]
