"""Summaries of runs: the headline of each run's result, its comparison with the run before, and the best run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.number_text import COUNTED_IMAGES, correct_count, correct_count_text, loss_text, quantity
from core.runs.comparison import ENDS_EARLY, Outcome
from core.runs.run_record import Run
from core.runs.states import STATES
from core.runs.verdicts import Verdict


@dataclass(frozen=True)
class Headline:
    """The result of a run in a few words, with the numbers of filled and of all dots in its drawing."""

    title: str  # "88 of 100 right"
    note: str = ""  # a limit of the result, as a sentence
    right: int = 0  # filled dots
    of: int = 0  # all dots; 0 for no field


def result_headline(outcome: Outcome) -> Headline:
    """Return the headline of a run that is over.

    Parameters
    ----------
    outcome
        The outcome of the run.
    """
    run, accuracy, loss = outcome.run, outcome.last("accuracy"), outcome.last("loss")
    if not outcome.epochs and not run.result:
        return Headline("No result", _end(outcome))
    if run.result and run.result["validation"] is None:
        return Headline("Trained", f"{_end(outcome)} No images were kept aside to check it on.".strip())
    if accuracy is not None:
        of = min(COUNTED_IMAGES, run.experiment.data.num_validation)
        return Headline(correct_count_text(accuracy, of), _end(outcome), correct_count(accuracy, of), of)
    if loss is not None:
        return Headline(f"Loss {loss_text(loss)}", f"{_end(outcome)} Lower is better.".strip())
    return Headline("No result", _end(outcome))


def new_images_sentence(run: Run) -> str:
    """Return the sentence below the headline of a result: the exact count, and how many a guess would get right."""
    accuracy, data = run.accuracy("validation"), run.experiment.data
    checked, of = data.num_validation, min(COUNTED_IMAGES, data.num_validation)
    guessed = f"Guessing would get {round(of / data.entry.num_classes)}"
    if accuracy is None or checked <= COUNTED_IMAGES:
        return f"on images it did not learn from. {guessed}."
    return f"{correct_count(accuracy, checked):,} of {checked:,} images it did not learn from. {guessed} of {of}."


def run_headline(outcome: Outcome) -> Headline:
    """Return the headline of a run. If the run is not over, the headline is the state of the run."""
    if outcome.run.is_over:
        return result_headline(outcome)
    return Headline(STATES[outcome.run.state].word.capitalize())


def _end(outcome: Outcome) -> str:
    """Say in a sentence how a run ended early. Return an empty string for a finished run."""
    run: Run = outcome.run
    if run.state not in ENDS_EARLY:
        return ""
    completed, epochs = len(outcome.epochs), run.experiment.fit.epochs
    if not completed:
        return f"It {ENDS_EARLY[run.state]} before its first epoch was complete."
    return f"It {ENDS_EARLY[run.state]} after {completed:,} of {quantity(epochs, 'epoch')}."


@dataclass(frozen=True)
class RunSummary:
    """A summary of a run: its result in a few words, and its comparison with the run before."""

    outcome: Outcome
    headline: Headline  # such as "88 of 100 right"; the state of a run that is not over
    verdict: Verdict | None  # the comparison with the run before; None if the two runs cannot be compared
    change: str  # what differs from the run before, where the verdict does not name it; may be empty
    note: str  # a limit of the result, or the reason for a missing verdict, as a sentence; may be empty
    is_best: bool


def best_runs(outcomes: Sequence[Outcome]) -> frozenset[str]:
    """Return the ids of the runs with the highest validation accuracy on each data set that several runs used.

    Parameters
    ----------
    outcomes
        The outcomes of a visitor's runs.
    """
    by_data: dict[str, dict[str, float]] = {}
    for outcome in outcomes:
        if outcome.run.is_over and (accuracy := outcome.last("accuracy")) is not None:
            by_data.setdefault(outcome.run.experiment.data.dataset, {})[outcome.run.id] = round(accuracy, 4)
    return frozenset(
        run
        for accuracies in by_data.values()
        for run, accuracy in accuracies.items()
        if len(accuracies) > 1 and accuracy == max(accuracies.values())
    )


def best_run_sentence(outcomes: Sequence[Outcome], verdict: Callable[[Run, Run], Verdict | None]) -> str:
    """Say in a sentence which run is best on the data set of the newest result, and why.

    Return an empty string if fewer than two runs on this data have a result.

    Parameters
    ----------
    outcomes
        The outcomes of a visitor's runs, the newest first.
    verdict
        Returns the verdict on a run compared with another run.
    """
    scored = [outcome for outcome in outcomes if outcome.run.is_over and outcome.last("accuracy") is not None]
    same_data = [each for each in scored if each.run.experiment.data.dataset == scored[0].run.experiment.data.dataset]
    chosen = best_runs(same_data)
    best = sorted((each for each in same_data if each.run.id in chosen), key=lambda each: each.run.number)
    others = [each for each in same_data if each.run.id not in chosen]
    if not best:
        return ""
    names = " and ".join(f"run {each.run.number}" for each in best)
    words = f"{names[0].upper()}{names[1:]} {'is' if len(best) == 1 else 'are'} best: {result_headline(best[0]).title}."
    if not others or len(best) > 1:
        return words
    second = max(others, key=lambda each: each.last("accuracy") or 0.0)
    beside = verdict(best[0].run, second.run)
    return f"{words} {beside.text}" if beside else words
