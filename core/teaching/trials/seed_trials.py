"""Trials: a passed experiment runs again with seeds that its owner did not choose.

The seeds come from the server's secret, the visitor, the task and the experiment: nobody knows them before, the same
experiment always has the same, and trying it again changes nothing. The runs are a series of the visitor: they are watched
and stopped like any other, and where the server is started again, the database still knows how far a trial came.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.experiment.model import Experiment
from core.export.reproducibility import fingerprint
from core.lecturer_token import token
from core.number_text import quantity
from core.runs.comparison import Outcome
from core.runs.manager import Runs
from core.runs.results import RunResults
from core.runs.run_record import Run
from core.teaching.checks.check import Seen
from core.teaching.checks.evidence import Evidence, LookUp, look_up_of
from core.teaching.checks.experiment_form import without_seed
from core.teaching.checks.task_checks import CHECKS, chancy_calls
from core.teaching.deck import Task
from core.teaching.trials.trial_rule import MISSED, MORE, PASSED, SeedResult, verdict

SERIES = "trial-"  # how the series of trials begin
NAME = "Seed {number} of {task}"  # of the runs
RUNNING, STOPPED, FAILED, NONE = "running", "stopped", "failed", "none"


@dataclass(frozen=True)
class Trial:
    """How far a trial has come."""

    state: str  # "none", "running", "passed", "missed", "stopped" or "failed"
    series: str  # of its runs
    asked: int  # how many seeds the task asks for
    seeds: int  # how many runs it takes, as far as is known
    results: tuple[SeedResult, ...]  # of the runs that are over, in the order of their seeds
    outcomes: tuple[Outcome, ...]  # of the same runs
    unfinished: tuple[Run, ...]

    @property
    def words(self) -> str:
        """The state in one or two sentences."""
        done = f"{len(self.results)} of {quantity(self.seeds, 'seed')} that you did not choose"
        saw = "; ".join(seen.words for seen in self.closest)
        sentences = {
            NONE: f"Chance may have helped. {quantity(self.seeds, 'run')} with other seeds will tell.",
            RUNNING: f"Trained with {done}." + (" The first ones came close to the bar." if self.is_close else ""),
            PASSED: f"Passed with {done}.",
            MISSED: f"Missed with seed {len(self.results)}: it was luck.",
            STOPPED: f"Stopped after {done}. Begin it again to go on.",
            FAILED: f"A run with another seed failed after {done}. Begin it again to go on.",
        }
        return f"{sentences[self.state]} Closest to the bar: {saw}." if saw else sentences[self.state]

    @property
    def closest(self) -> tuple[Seen, ...]:
        """Of each check what it saw of the seed that came closest to the bar, or missed it."""
        of_checks = zip(*(result.seen for result in self.results), strict=False)
        return tuple(min(seen, key=lambda each: (each.has_passed, each.margin or 0.0)) for seen in of_checks)

    @property
    def is_close(self) -> bool:
        """Whether the first runs passed so narrowly that more were needed."""
        return self.seeds > self.asked


def series_of(visitor: str, deck: str, task: Task, experiment: Experiment) -> str:
    """The series of a trial: equal for equal experiments, whatever their seeds and the names of their layers."""
    plain = fingerprint(without_seed(experiment))
    return SERIES + _secret("series", visitor, deck, task.id, plain).hexdigest()[:24]


def trial_seeds(visitor: str, deck: str, task: Task, experiment: Experiment) -> tuple[int, ...]:
    """The seeds of a trial, those for a close result too; never the experiment's own.

    Parameters
    ----------
    visitor, deck, task, experiment
        What they are derived from, beside the server's secret.
    """
    plain, seeds, number = fingerprint(without_seed(experiment)), list[int](), 0
    while len(seeds) < 2 * task.seeds:
        digest = _secret("seed", visitor, deck, task.id, plain, str(number)).digest()
        seed, number = int.from_bytes(digest[:4], "big"), number + 1
        if seed != experiment.fit.seed and seed not in seeds:
            seeds.append(seed)
    return tuple(seeds)


def _secret(*parts: str) -> "hmac.HMAC":
    return hmac.new(token().encode(), "\0".join(("teaching", *parts)).encode(), hashlib.sha256)


def begin(runs: Runs, visitor: str, deck: str, task: Task, experiment: Experiment) -> None:
    """Queue the runs that a trial still needs; nothing where it is decided, or where they wait already.

    Parameters
    ----------
    runs
        The runs of this server.
    visitor
        The visitor, whose runs they are.
    deck
        The name of the deck.
    task
        The task, which asks for a number of seeds.
    experiment
        The experiment that passed.

    Raises
    ------
    ProblemError
        The experiment cannot be trained, or the queue is full.
    """
    series = series_of(visitor, deck, task, experiment)
    if (known := _known(runs, series)) and any(not run.is_over for run in known):
        return
    found = _results(runs, task, known)
    if found.is_pending or verdict(found.results, task.seeds) != MORE:
        return
    needed = task.seeds if len(found.results) < task.seeds else 2 * task.seeds
    seeds = trial_seeds(visitor, deck, task, experiment)[:needed]
    done = {result.seed for result in found.results}
    missing = [replace(experiment, fit=replace(experiment.fit, seed=seed)) for seed in seeds if seed not in done]
    runs.start_all(missing, visitor, series)
    for run in _known(runs, series):
        if not run.name:
            place = seeds.index(run.experiment.fit.seed) + 1 if run.experiment.fit.seed in seeds else 0
            runs.ledger.describe(run.id, name=NAME.format(number=place, task=task.id))


def stop(runs: Runs, visitor: str, deck: str, task: Task, experiment: Experiment) -> None:
    """Stop a trial: its runs that wait are cancelled, the one that trains is stopped."""
    for run in _known(runs, series_of(visitor, deck, task, experiment)):
        if not run.is_over:
            runs.stop(run.id)


def look(runs: Runs, visitor: str, deck: str, task: Task, experiment: Experiment) -> Trial:
    """How far a trial has come. Never waits.

    Parameters
    ----------
    runs, visitor, deck, task, experiment
        As `begin` takes them.
    """
    series = series_of(visitor, deck, task, experiment)
    known = _known(runs, series)
    found = _results(runs, task, known)
    results = found.results
    unfinished = tuple(run for run in known if not run.is_over)
    says = verdict(results, task.seeds)
    is_close = len(results) > task.seeds or (len(results) == task.seeds and says == MORE)
    state = says if says != MORE else RUNNING if unfinished or found.is_pending else _why_idle(known, results, task)
    return Trial(state, series, task.seeds, task.seeds * (1 + is_close), results, found.outcomes, unfinished)


def _why_idle(known: Sequence[Run], results: Sequence[SeedResult], task: Task) -> str:
    if not known:
        return NONE
    if len(known) == len(results) == task.seeds:
        return RUNNING  # close: `advance` queues the others
    return FAILED if any(run.state == "failed" for run in known) else STOPPED


def advance(runs: Runs, visitor: str, deck: str, task: Task, experiment: Experiment) -> Trial:
    """Look at a trial and do what follows: stop what is left of a missed one, and queue more runs after a close result.

    Parameters
    ----------
    runs, visitor, deck, task, experiment
        As `begin` takes them.

    Raises
    ------
    ProblemError
        The queue is full.
    """
    trial = look(runs, visitor, deck, task, experiment)
    if trial.state == MISSED and trial.unfinished:
        stop(runs, visitor, deck, task, experiment)
    elif trial.state == RUNNING and not trial.unfinished:
        begin(runs, visitor, deck, task, experiment)
    else:
        return trial
    return look(runs, visitor, deck, task, experiment)


def _known(runs: Runs, series: str) -> list[Run]:
    return list(reversed(runs.ledger.series(series)))


@dataclass(frozen=True)
class _Results:
    """What is known of the runs of a trial."""

    results: tuple[SeedResult, ...]  # in the order of the runs
    outcomes: tuple[Outcome, ...]
    is_pending: bool  # whether a worker still computes what a check asks of a run that is over


def _results(runs: Runs, task: Task, known: Sequence[Run]) -> _Results:
    """What was seen of each seed's last run that came to an end of its own."""
    over = {run.experiment.fit.seed: run for run in known if run.state == "finished" or _diverged(run)}
    look_up, outcomes = look_up_of(runs), tuple(map(RunResults(runs).outcome, over.values()))
    judged = [(result_of(task, outcome, look_up), outcome) for outcome in outcomes]
    whole = [(result, outcome) for result, outcome in judged if not any(seen.is_pending for seen in result.seen)]
    results, of = tuple(result for result, _ in whole), tuple(outcome for _, outcome in whole)
    return _Results(results, of, is_pending=len(whole) < len(judged))


def _diverged(run: Run) -> bool:
    """Whether a run ended by itself, at a loss that is no number: the same seed would do it again."""
    return run.is_over and run.problem is not None and run.problem.code == "not-finite"


def result_of(task: Task, outcome: Outcome, look_up: LookUp) -> SeedResult:
    """What the checks of a task that depend on chance see of a run; a task may ask for its test set."""
    run = replace(outcome.run, test_openings=1, test_sealed=False)
    if _diverged(run):
        return SeedResult(run.experiment.fit.seed, (Seen(0.0, "the loss became no number", "it must stay one"),))
    opened = replace(outcome, run=run)
    evidence = Evidence(run.experiment, (opened,), judged=opened, look_up=look_up)
    seen = [CHECKS[call.name].see(evidence, call.arguments) for call in chancy_calls(task)]
    untitled = (replace(each, saw=each.saw.removeprefix(f"{run.title}: ")) for each in seen)
    return SeedResult(run.experiment.fit.seed, tuple(untitled))
