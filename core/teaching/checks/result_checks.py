"""Checks of the results of a run: its end, its accuracy and loss on each set, their gap, its epochs and its seconds."""

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
    CheckResult,
    count_bounds,
    judge_count,
    judge_number,
    number_bounds,
    partly_passed,
    passed,
)
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.run_numbers import SETS, gap_of, loss_rise, measured, stopped_by_itself

NO_RUN = CheckResult(0.0, "no new run of this experiment yet", "press Train")
OTHER = "{title} is {word}, and is a run of another experiment"
SEALED = "its test set is still sealed"


def no_run(evidence: Evidence) -> CheckResult:
    """Return the result of a check for a visitor who has no run of the experiment.

    If another run waits or trains, the page has no button Train. The result then names that run.
    """
    active = evidence.active
    if active is None:
        return NO_RUN
    return CheckResult(
        0.0,
        OTHER.format(title=active.title, word=STATES[active.state].word),
        "wait for its end, or stop it, and press Train",
    )


def _newest(evidence: Evidence) -> Outcome | None:
    """Return the run to check: `evidence.judged`, else the newest finished run, else the newest run."""
    return evidence.judged or next(iter((*evidence.finished, *evidence.runs)), None)


def _of_run(judge: Callable[[Outcome, Arguments], CheckResult]) -> Callable[[Evidence, Arguments], CheckResult]:
    """Wrap a function that checks a finished run. For a run that has not ended, the wrapper reports the progress."""

    def check(evidence: Evidence, arguments: Arguments) -> CheckResult:
        outcome = _newest(evidence)
        if outcome is None:
            return no_run(evidence)
        run = outcome.run
        if not run.is_over or not run.result:
            word = STATES[run.state].word
            ended = "wait until it has ended" if not run.is_over else "it ended before its last epoch: press Train again"
            return partly_passed(_progress(outcome) / 2, f"{run.title} is {word}", ended)
        return judge(outcome, arguments)

    return check


def _progress(outcome: Outcome) -> float:
    return len(outcome.epochs) / max(1, outcome.run.experiment.fit.epochs)


def _finished(outcome: Outcome, _arguments: Arguments) -> CheckResult:
    run, epochs = outcome.run, quantity(len(outcome.epochs), "epoch")
    if run.state == "finished":
        return passed(f"{run.title} finished after {epochs}")
    observed = f"{run.title} {STATES[run.state].word} after {epochs} of {run.experiment.fit.epochs:,}"
    return partly_passed(_progress(outcome), observed, "let a run train to its end")


def _accuracy(outcome: Outcome, arguments: Arguments) -> CheckResult:
    on, run = arguments["on"], outcome.run
    if on == "test" and not run.test_is_open:
        return CheckResult(0.0, f"{run.title}: {SEALED}", "open it on Evaluate")
    value = measured(outcome, on, "accuracy")
    if value is None:
        return CheckResult(0.0, f"{run.title} has no {on} accuracy", f"keep images aside for {on}")
    guessing = 1 / run.experiment.data.entry.num_classes
    return judge_number(value, arguments, f"{run.title}: {on} accuracy {accuracy_text(value)}", accuracy_text, guessing)


def _final_loss(outcome: Outcome, arguments: Arguments) -> CheckResult:
    on, run = arguments["on"], outcome.run
    if on == "test" and not run.test_is_open:
        return CheckResult(0.0, f"{run.title}: {SEALED}", "open it on Evaluate")
    value = measured(outcome, on, "loss")
    if value is None:
        return CheckResult(
            0.0, f"{run.title} has no finite {on} loss", "train with images kept aside, to a loss that is a number"
        )
    return judge_number(value, arguments, f"{run.title}: {on} loss {loss_text(value)}", loss_text)


def _points(share: float) -> str:
    return f"{number(round(100 * share, 1))} points"


def _gap(outcome: Outcome, arguments: Arguments) -> CheckResult:
    on, run = arguments["on"], outcome.run
    if on == "test" and not run.test_is_open:
        return CheckResult(0.0, f"{run.title}: {SEALED}", "open it on Evaluate")
    gap = gap_of(outcome, on)
    if gap is None:
        return CheckResult(
            0.0, f"{run.title} has no {on} accuracy beside its training accuracy", f"keep images aside for {on}"
        )
    shares = {name: None if arguments[name] is None else arguments[name] / 100 for name in BOUNDS[1:]}
    return judge_number(gap, shares, f"{run.title}: a gap of {_points(gap)} between training and {on}", _points)


def _loss_rise(outcome: Outcome, arguments: Arguments) -> CheckResult:
    rise, run = loss_rise(outcome), outcome.run
    if rise is None:
        return CheckResult(0.0, f"{run.title} has no finite validation loss", "keep images aside for validation")
    times = "" if round(rise, 2) == 1 else f"{rise:.2f} times "
    observed = f"{run.title} ends at {times}its lowest validation loss"
    return judge_number(rise, arguments, observed, lambda value: f"{value:.2f} times")


def _epochs_trained(outcome: Outcome, arguments: Arguments) -> CheckResult:
    return judge_count(len(outcome.epochs), arguments, "completed epoch", f"{outcome.run.title}: ")


def _stopped_early(outcome: Outcome, _arguments: Arguments) -> CheckResult:
    run, words = outcome.run, stopped_by_itself(outcome)
    if words:
        return passed(f"{run.title}: {words[0].lower()}{words[1:].rstrip('.')}")
    observed = f"{run.title} trained {len(outcome.epochs):,} of {quantity(run.experiment.fit.epochs, 'epoch')}"
    return partly_passed(
        0.3, observed, "asked for: a run that a callback ends", "take EarlyStopping, and allow more epochs, or less patience"
    )


def _shifted(evidence: Evidence, arguments: Arguments) -> CheckResult:
    outcome, pixels = _newest(evidence), arguments["pixels"]
    if outcome is None or not outcome.run.result:
        return no_run(evidence)
    answer, title = evidence.look_up.shifted(outcome.run, pixels), outcome.run.title
    if answer is None:
        return replace(partly_passed(0.3, f"{title}: its images are being shifted", "wait a moment"), is_pending=True)
    if isinstance(answer, Problem):
        return partly_passed(0.1, f"{title}: {answer.happened.rstrip('.')}", answer.fix.rstrip("."))
    as_they_are, shifted = answer
    way = quantity(pixels, "pixel")
    words = f"accuracy {accuracy_text(as_they_are)}, and {accuracy_text(shifted)} on images shifted by {way}"
    most = {"at_most": arguments["drop_at_most"] / 100}
    return judge_number(as_they_are - shifted, most, f"{title}: {words}", _points)


def _seconds(outcome: Outcome, arguments: Arguments) -> CheckResult:
    seconds = outcome.seconds
    if seconds is None:
        return CheckResult(0.0, f"{outcome.run.title} has no time", "press Train")
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
