"""Trials, in which a passed experiment runs again with seeds that its owner did not choose.

The seeds are derived from the server's secret, the visitor, the task and the experiment. So nobody knows the seeds before,
and another trial of the same experiment gets the same seeds. The runs are a series of the visitor, which can be watched
and stopped like any other series. After a restart of the server, the database still knows how far a trial came.
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
from core.teaching import library
from core.teaching.checks.check import CheckResult
from core.teaching.checks.evidence import Evidence, EvidenceLoaders, make_evidence_loaders
from core.teaching.checks.experiment_form import without_seed
from core.teaching.checks.task_checks import CHECKS, seed_dependent_checks
from core.teaching.deck import Task
from core.teaching.trials.trial_rule import MISSED, MORE, PASSED, SeedResult, verdict

SERIES = "trial-"  # the beginning of the name of each series of a trial
NAME = "Seed {number} · {title}"  # the name of each run
RUNNING, STOPPED, FAILED, NONE = "running", "stopped", "failed", "none"


@dataclass(frozen=True)
class Trial:
    """The state of a trial, in which a passed experiment runs again with other seeds."""

    state: str  # "none", "running", "passed", "missed", "stopped" or "failed"
    series: str  # the name of the series that groups the runs
    asked: int  # how many seeds the task asks for
    seeds: int  # the number of runs, as far as known
    results: tuple[SeedResult, ...]  # the judgements of the runs that are over, in the order of their seeds
    outcomes: tuple[Outcome, ...]  # the outcomes of the same runs
    unfinished: tuple[Run, ...]

    @property
    def progress(self) -> tuple[str, ...]:
        """A key that changes as the trial goes on: the states of the trial and of its runs."""
        return (self.state, *(run.state for run in self.unfinished), *(str(result.seed) for result in self.results))

    @property
    def words(self) -> str:
        """The state of the trial in 1 or 2 sentences."""
        done = f"{len(self.results)} of {quantity(self.seeds, 'more run')}"
        passed = sum(result.has_passed for result in self.results)
        observed = "; ".join(check_result.words for check_result in self.closest)
        sentences = {
            NONE: f"Chance may have helped. {quantity(self.seeds, 'run')} with other seeds will tell.",
            RUNNING: f"{done} done."
            + (f" The first {self.asked} came close to the bar, so more follow." if self.is_close else ""),
            PASSED: f"Passed: {done} with other seeds pass, too.",
            MISSED: f"Missed: {passed} of {quantity(len(self.results), 'run')} with other seeds passed, and all must. "
            "A network well above the bar does not depend on chance.",
            STOPPED: f"Stopped after {done}. Begin again to go on.",
            FAILED: f"A run with another seed failed after {done}. Begin again to go on.",
        }
        return f"{sentences[self.state]} The weakest: {observed}." if observed else sentences[self.state]

    @property
    def closest(self) -> tuple[CheckResult, ...]:
        """For each check, its result for the seed that missed the bound or came closest."""
        of_checks = zip(*(result.check_results for result in self.results), strict=False)
        return tuple(min(of_check, key=lambda each: (each.has_passed, each.margin or 0.0)) for of_check in of_checks)

    @property
    def is_close(self) -> bool:
        """Whether the first runs passed so narrowly that more runs were needed."""
        return self.seeds > self.asked


def series_of(visitor: str, deck: str, task: Task, experiment: Experiment) -> str:
    """Return the name of the series that groups the runs of a trial.

    Equal experiments have the same series, even if their seeds or the names of their layers differ.
    """
    plain = fingerprint(without_seed(experiment))
    return SERIES + _secret("series", visitor, deck, task.id, plain).hexdigest()[:24]


def trial_seeds(visitor: str, deck: str, task: Task, experiment: Experiment) -> tuple[int, ...]:
    """Return the seeds of a trial, including the seeds for a close result. The experiment's own seed is left out.

    Parameters
    ----------
    visitor, deck, task, experiment
        The values from which the seeds are derived, together with the server's secret.
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


def begin_trial(
    runs: Runs, visitor: str, deck: str, task: Task, experiment: Experiment, *, is_lecturer: bool = False
) -> None:
    """Queue the runs that a trial still needs. Do nothing if the trial is decided, or if its runs already wait or train.

    Parameters
    ----------
    runs
        The runs of this server.
    visitor
        The visitor who owns the runs.
    deck
        The name of the deck.
    task
        The task, which asks for a number of seeds.
    experiment
        The experiment that passed.
    is_lecturer
        Whether the lecturer asks. The lecturer's runs come first, and the lecturer gets into a full queue.

    Raises
    ------
    ProblemError
        The experiment cannot be trained, or the queue is full.
    """
    series = series_of(visitor, deck, task, experiment)
    if (known := _known(runs, series)) and any(not run.is_over for run in known):
        return
    outcomes = _results(runs, task, known)
    if outcomes.is_pending or verdict(outcomes.results, task.seeds) != MORE:
        return
    needed = task.seeds if len(outcomes.results) < task.seeds else 2 * task.seeds
    seeds = trial_seeds(visitor, deck, task, experiment)[:needed]
    done = {result.seed for result in outcomes.results}
    missing = [replace(experiment, fit=replace(experiment.fit, seed=seed)) for seed in seeds if seed not in done]
    runs.start_all(missing, visitor, series, is_lecturer=is_lecturer)
    shown = library.find_deck(deck)
    title = shown.title if shown else task.id
    for run in _known(runs, series):
        if not run.name:
            index = seeds.index(run.experiment.fit.seed) + 1 if run.experiment.fit.seed in seeds else 0
            runs.database.describe(run.id, name=NAME.format(number=index, title=title))


def stop(runs: Runs, visitor: str, deck: str, task: Task, experiment: Experiment) -> None:
    """Stop the runs of a trial. Runs that wait in the queue are cancelled."""
    for run in _known(runs, series_of(visitor, deck, task, experiment)):
        if not run.is_over:
            runs.stop(run.id)


def trial_progress(runs: Runs, visitor: str, deck: str, task: Task, experiment: Experiment) -> Trial:
    """Return the state of a trial, without waiting for its runs.

    Parameters
    ----------
    runs, visitor, deck, task, experiment
        The same arguments as in `begin_trial`.
    """
    series = series_of(visitor, deck, task, experiment)
    known = _known(runs, series)
    outcomes = _results(runs, task, known)
    results = outcomes.results
    unfinished = tuple(run for run in known if not run.is_over)
    says = verdict(results, task.seeds)
    is_close = len(results) > task.seeds or (len(results) == task.seeds and says == MORE)
    state = says if says != MORE else RUNNING if unfinished or outcomes.is_pending else _why_idle(known, results, task)
    return Trial(state, series, task.seeds, task.seeds * (1 + is_close), results, outcomes.outcomes, unfinished)


def _why_idle(known: Sequence[Run], results: Sequence[SeedResult], task: Task) -> str:
    if not known:
        return NONE
    if len(known) == len(results) == task.seeds:
        return RUNNING  # close: `advance_trial` queues the others
    return FAILED if any(run.state == "failed" for run in known) else STOPPED


def advance_trial(
    runs: Runs, visitor: str, deck: str, task: Task, experiment: Experiment, *, is_lecturer: bool = False
) -> Trial:
    """Continue a trial: stop the other runs if a run has missed, or queue more runs after a close result.

    Return the new state of the trial.

    Parameters
    ----------
    runs, visitor, deck, task, experiment, is_lecturer
        The same arguments as in `begin_trial`.

    Raises
    ------
    ProblemError
        The queue is full.
    """
    trial = trial_progress(runs, visitor, deck, task, experiment)
    if trial.state == MISSED and trial.unfinished:
        stop(runs, visitor, deck, task, experiment)
    elif trial.state == RUNNING and not trial.unfinished:
        begin_trial(runs, visitor, deck, task, experiment, is_lecturer=is_lecturer)
    else:
        return trial
    return trial_progress(runs, visitor, deck, task, experiment)


def _known(runs: Runs, series: str) -> list[Run]:
    return list(reversed(runs.database.series(series)))


@dataclass(frozen=True)
class _Results:
    """The results of the checks for the runs of a trial."""

    results: tuple[SeedResult, ...]  # the judgements of the runs, in the order of the runs
    outcomes: tuple[Outcome, ...]
    is_pending: bool  # whether a worker still computes a number of a run that is over


def _results(runs: Runs, task: Task, known: Sequence[Run]) -> _Results:
    """Run the checks on the last run of each seed, if the run finished or its loss became NaN or infinite."""
    over = {run.experiment.fit.seed: run for run in known if run.state == "finished" or _diverged(run)}
    look_up, outcomes = make_evidence_loaders(runs), tuple(map(RunResults(runs).outcome, over.values()))
    judged = [(result_of(task, outcome, look_up), outcome) for outcome in outcomes]
    whole = [
        (result, outcome)
        for result, outcome in judged
        if not any(check_result.is_pending for check_result in result.check_results)
    ]
    results, of = tuple(result for result, _ in whole), tuple(outcome for _, outcome in whole)
    return _Results(results, of, is_pending=len(whole) < len(judged))


def _diverged(run: Run) -> bool:
    """Return whether a run ended because its loss became NaN or infinite. The same seed would end in the same way."""
    return run.is_over and run.problem is not None and run.problem.code == "not-finite"


def result_of(task: Task, outcome: Outcome, look_up: EvidenceLoaders) -> SeedResult:
    """Run the seed-dependent checks of a task on a run. The checks may use the test set."""
    run = replace(outcome.run, test_openings=1, test_sealed=False)
    if _diverged(run):
        return SeedResult(
            run.experiment.fit.seed, (CheckResult(0.0, "the loss became no number", "the loss must stay a number"),)
        )
    opened = replace(outcome, run=run)
    evidence = Evidence(run.experiment, (opened,), judged=opened, look_up=look_up)
    check_results = [CHECKS[call.name].apply(evidence, call.arguments) for call in seed_dependent_checks(task)]
    untitled = (replace(each, observed=each.observed.removeprefix(f"{run.title}: ")) for each in check_results)
    return SeedResult(run.experiment.fit.seed, tuple(untitled))
