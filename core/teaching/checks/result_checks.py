"""Checks of what came of a run: that it ended, its accuracy and loss on each set, their gap, its epochs and seconds."""

from collections.abc import Callable
from dataclasses import replace

from core.number_text import accuracy_text, loss_text, number, quantity, seconds_text
from core.parameters import Choice, Integer, Parameter, Real
from core.problems import Problem
from core.runs.comparison import Outcome
from core.runs.states import STATES
from core.teaching.checks.check import (
    BOUNDS,
    RUN,
    Arguments,
    Check,
    Seen,
    count_bounds,
    judge_count,
    judge_number,
    number_bounds,
    partly,
    passed,
)
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.run_numbers import SETS, gap_of, loss_rise, measured, stopped_by_itself

NO_RUN = Seen(0.0, "no run of this experiment yet", "press Train")
SEALED = "its test set is still sealed"


def _newest(evidence: Evidence) -> Outcome | None:
    """The run to judge: the one that is named, else the newest that gave numbers, else the newest."""
    return evidence.judged or next(iter((*evidence.finished, *evidence.runs)), None)


def _of_run(judge: Callable[[Outcome, Arguments], Seen]) -> Callable[[Evidence, Arguments], Seen]:
    """A check of one run: before it has ended, it says so."""

    def check(evidence: Evidence, arguments: Arguments) -> Seen:
        outcome = _newest(evidence)
        if outcome is None:
            return NO_RUN
        run = outcome.run
        if not run.is_over or not run.result:
            word = STATES[run.state].word
            ended = "wait until it has ended" if not run.is_over else "it ended without a result: press Train again"
            return partly(_progress(outcome) / 2, f"{run.title} is {word}", ended)
        return judge(outcome, arguments)

    return check


def _progress(outcome: Outcome) -> float:
    return len(outcome.epochs) / max(1, outcome.run.experiment.fit.epochs)


def _finished(outcome: Outcome, _arguments: Arguments) -> Seen:
    run, epochs = outcome.run, quantity(len(outcome.epochs), "epoch")
    if run.state == "finished":
        return passed(f"{run.title} finished after {epochs}")
    saw = f"{run.title} {STATES[run.state].word} after {epochs} of {run.experiment.fit.epochs:,}"
    return partly(_progress(outcome), saw, "let a run train to its end")


def _accuracy(outcome: Outcome, arguments: Arguments) -> Seen:
    on, run = arguments["on"], outcome.run
    if on == "test" and not run.test_is_open:
        return Seen(0.0, f"{run.title}: {SEALED}", "open it on Evaluate")
    value = measured(outcome, on, "accuracy")
    if value is None:
        return Seen(0.0, f"{run.title} has no {on} accuracy", f"keep images aside for {on}")
    guessing = 1 / run.experiment.data.entry.num_classes
    return judge_number(value, arguments, f"{run.title}: {on} accuracy {accuracy_text(value)}", accuracy_text, guessing)


def _final_loss(outcome: Outcome, arguments: Arguments) -> Seen:
    on, run = arguments["on"], outcome.run
    if on == "test" and not run.test_is_open:
        return Seen(0.0, f"{run.title}: {SEALED}", "open it on Evaluate")
    value = measured(outcome, on, "loss")
    if value is None:
        return Seen(0.0, f"{run.title} has no finite {on} loss", "train with images kept aside, to a loss that is a number")
    return judge_number(value, arguments, f"{run.title}: {on} loss {loss_text(value)}", loss_text)


def _points(share: float) -> str:
    return f"{number(round(100 * share, 1))} points"


def _gap(outcome: Outcome, arguments: Arguments) -> Seen:
    on, run = arguments["on"], outcome.run
    if on == "test" and not run.test_is_open:
        return Seen(0.0, f"{run.title}: {SEALED}", "open it on Evaluate")
    gap = gap_of(outcome, on)
    if gap is None:
        return Seen(0.0, f"{run.title} has no {on} accuracy beside its training accuracy", f"keep images aside for {on}")
    shares = {name: None if arguments[name] is None else arguments[name] / 100 for name in BOUNDS[1:]}
    return judge_number(gap, shares, f"{run.title}: a gap of {_points(gap)} between training and {on}", _points)


def _loss_rise(outcome: Outcome, arguments: Arguments) -> Seen:
    rise, run = loss_rise(outcome), outcome.run
    if rise is None:
        return Seen(0.0, f"{run.title} has no finite validation loss", "keep images aside for validation")
    saw = f"{run.title}: its validation loss is {rise:.2f} times the lowest one"
    return judge_number(rise, arguments, saw, lambda value: f"{value:.2f} times")


def _epochs_trained(outcome: Outcome, arguments: Arguments) -> Seen:
    return judge_count(len(outcome.epochs), arguments, "completed epoch", f"{outcome.run.title}: ")


def _stopped_early(outcome: Outcome, _arguments: Arguments) -> Seen:
    run, words = outcome.run, stopped_by_itself(outcome)
    if words:
        return passed(f"{run.title}: {words[0].lower()}{words[1:].rstrip('.')}")
    saw = f"{run.title} trained {len(outcome.epochs):,} of {quantity(run.experiment.fit.epochs, 'epoch')}"
    return partly(0.3, saw, "a run is asked that a callback such as EarlyStopping ends: allow more epochs, or less patience")


def _shifted(evidence: Evidence, arguments: Arguments) -> Seen:
    outcome, pixels = _newest(evidence), arguments["pixels"]
    if outcome is None or not outcome.run.result:
        return NO_RUN
    answer, title = evidence.look_up.shifted(outcome.run, pixels), outcome.run.title
    if answer is None:
        return replace(partly(0.3, f"{title}: its images are being shifted", "wait a moment"), is_pending=True)
    if isinstance(answer, Problem):
        return partly(0.1, f"{title}: {answer.happened.rstrip('.')}", answer.fix.rstrip("."))
    as_they_are, shifted = answer
    way = quantity(pixels, "pixel")
    words = f"accuracy {accuracy_text(as_they_are)}, and {accuracy_text(shifted)} on images shifted by {way}"
    most = {"at_most": arguments["drop_at_most"] / 100}
    return judge_number(as_they_are - shifted, most, f"{title}: {words}", _points)


def _seconds(outcome: Outcome, arguments: Arguments) -> Seen:
    seconds = outcome.seconds
    if seconds is None:
        return Seen(0.0, f"{outcome.run.title} has no time", "press Train")
    return judge_number(seconds, arguments, f"{outcome.run.title} trained {seconds_text(seconds)}", seconds_text)


ON = Parameter("on", "validation", Choice(SETS), "The set that it is measured on.")
UNSEEN = Parameter("on", "validation", Choice(("validation", "test")), "The set that training is compared with.")

RESULT_CHECKS = (
    Check("run_finished", "A run of the experiment trained to its end.", _of_run(_finished), subject=RUN),
    Check(
        "accuracy",
        "A run reached such an accuracy on a set; 1 is all images right. The test set must be open.",
        _of_run(_accuracy),
        (ON, *number_bounds(0.0, 1.0)),
        one_of=BOUNDS[1:],
        subject=RUN,
        depends_on_chance=True,
    ),
    Check(
        "final_loss",
        "A run ended with such a loss on a set.",
        _of_run(_final_loss),
        (ON, *number_bounds(0.0, 1e9)),
        one_of=BOUNDS[1:],
        subject=RUN,
        depends_on_chance=True,
    ),
    Check(
        "gap",
        "The training accuracy of a run lies so many percentage points above that of a set it has not seen.",
        _of_run(_gap),
        (UNSEEN, *number_bounds(-100.0, 100.0, "points")),
        one_of=BOUNDS[1:],
        subject=RUN,
        depends_on_chance=True,
    ),
    Check(
        "loss_rise",
        "The validation loss of the weights that a run kept is so many times the lowest one: 1 where it never rose.",
        _of_run(_loss_rise),
        number_bounds(1.0, 1e6),
        one_of=BOUNDS[1:],
        subject=RUN,
        depends_on_chance=True,
    ),
    Check(
        "epochs_trained",
        "A run completed so many epochs.",
        _of_run(_epochs_trained),
        count_bounds("epochs"),
        one_of=BOUNDS,
        subject=RUN,
    ),
    Check(
        "stopped_early",
        "A callback ended a run before its last epoch.",
        _of_run(_stopped_early),
        subject=RUN,
        depends_on_chance=True,
    ),
    Check(
        "shift_robust",
        "The accuracy of a run falls by at most so many percentage points where its validation images are shifted by a few "
        "pixels, up, down, left or right.",
        _shifted,
        (
            Parameter("pixels", 2, Integer(1, 16), "How far.", "pixels"),
            Parameter("drop_at_most", 5.0, Real(0.0, 100.0), "The greatest fall that passes.", "points"),
        ),
        subject=RUN,
        depends_on_chance=True,
    ),
    Check(
        "seconds",
        "A run trained for so many seconds, without pauses.",
        _of_run(_seconds),
        number_bounds(0.0, 1e6, "s"),
        one_of=BOUNDS[1:],
        subject=RUN,
    ),
)
