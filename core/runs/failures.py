"""The problems of runs that failed, were stopped, or cannot start."""

import re
from collections.abc import Mapping

from core.engine.exit_reports import OUT_OF_MEMORY
from core.experiment.edits import get_value
from core.experiment.model import Experiment
from core.machine import GB, trainer_memory_gb
from core.number_text import memory_text
from core.problems import Problem, Repair
from core.settings import setting, variable

# TensorFlow's message for an index that is out of range: "indices[0,1,3,0] = 364 is not in [0, 256)".
NOT_LOOKED_UP = re.compile(r"indices\[[\d,]*\] = (?P<number>-?\d+) is not in \[0, (?P<count>\d+)\)")
KEPT = "Expected it to run to its end; all points up to there are kept."
RESUME = "Press Resume to go on from the last epoch that was saved, or from the start where none was"


def interrupted() -> Problem:
    """Return the problem of a run during which the server or the machine was shut down."""
    return Problem(
        code="server-stopped",
        where=(),
        happened="The dashboard was closed while this run was on.",
        expected="Expected it to stay open until the run had ended; all points up to there are kept.",
        fix=f"{RESUME}.",
        severity="warning",
    )


def engine_lost() -> Problem:
    """Return the problem of a run that lost the connection to the Dask scheduler or cluster."""
    return Problem(
        code="engine-lost",
        where=(),
        happened="The connection to the processes that train was lost while this run was on.",
        expected="Expected the scheduler to answer; all points up to there are kept.",
        fix=f"{RESUME}: the dashboard starts, or looks for, a new one.",
        severity="warning",
    )


DEATHS: Mapping[int | str | None, str] = {
    OUT_OF_MEMORY: "it took more than the {most} of memory that it may have here (out of memory)",
    -9: "it was killed, often by the system for want of memory (signal 9)",
    137: "it was killed, often by the system for want of memory (exit code 137)",
    -11: "it crashed inside a library (signal 11, a segmentation fault)",
    139: "it crashed inside a library (exit code 139, a segmentation fault)",
    255: "the warm parent that it was forked from was ended from outside (exit code 255)",
    -15: "something asked it to end (signal 15)",
    None: "it, or the process that looks after it, was ended from outside",
}


def died(where: str, exit_code: int | str | None) -> Problem:
    """Return the problem of a run whose training process died.

    Parameters
    ----------
    where
        The point in training, such as "at epoch 3, step 41".
    exit_code
        The exit code, which is negative for a signal, or OUT_OF_MEMORY. None means an unknown exit code.
    """
    smaller = "Make the network or the batch smaller, then train again" if exit_code in (OUT_OF_MEMORY, -9, 137) else ""
    resume = f"{RESUME}: a new process is being started"
    cause = (DEATHS.get(exit_code) or _exit_words(exit_code)).format(most=memory_text(trainer_memory_gb() * GB))
    return Problem(
        code="worker-died",
        where=(),
        happened=f"The training process died {where}: {cause}.",
        expected=KEPT,
        fix=f"{resume}. {smaller}, if it dies again." if smaller else f"{resume}.",
    )


def _exit_words(exit_code: int | str | None) -> str:
    if isinstance(exit_code, int) and exit_code < 0:
        return f"it was ended by signal {-exit_code}"
    return f"exit code {exit_code}"


def failed(where: str, error: BaseException) -> Problem:
    """Return the problem of a run in which Python raised an exception."""
    if looked_up := NOT_LOOKED_UP.search(str(error)):
        return _no_vector(where, int(looked_up["number"]), int(looked_up["count"]))
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)  # without the path of a file
    message = words.strip().partition("\n")[0][:200].rstrip(" .")
    return Problem(
        code="training-failed",
        where=(),
        happened=f"Training failed {where}: {type(error).__name__}{': ' if message else ''}{message}.",
        expected=KEPT,
        fix="Change what the message names, or start again from the lecture's model.",
    )


def _no_vector(where: str, number: int, count: int) -> Problem:
    """Return the problem of a run in which an Embedding layer got an index that is out of range."""
    return Problem(
        code="training-failed",
        where=("layers",),
        happened=f"Training failed {where}: an Embedding has vectors for 0 to {count - 1}, and {number} came in.",
        expected=KEPT,
        fix="Let pixels come to it as they are, 0 to 255, and set input_dim to 256.",
    )


def forced_stop_problem(where: str, gone: bool | None = True) -> Problem:
    """Return the problem of a run whose process was ended by a second press on Stop.

    Parameters
    ----------
    where
        The point in training, such as "at epoch 3, step 41".
    gone
        Whether the process is known to be gone. None means that no process had begun the run.
    """
    happened = {
        True: f"The run did not listen, so its process was ended {where}.",
        False: f"The run did not listen {where}, and its process could not be ended yet: it is being tried.",
        None: "The run was taken back before a process had begun it; no process was ended.",
    }[gone]
    kept = "all points up to there are kept, but nothing was evaluated"
    return Problem(
        code="stop-forced",
        where=(),
        happened=happened,
        expected=f"Expected it to stop at its next batch; {kept}."
        if gone is not None
        else "Expected it to begin by itself.",
        fix=f"{RESUME}.",
        severity="warning",
    )


def silent_trainer_problem(where: str, seconds: float, gone: bool | None) -> Problem:
    """Return the problem of a run whose process was ended, since it gave no more signs of life.

    Parameters
    ----------
    where
        The point in training, such as "at epoch 3, step 41".
    seconds
        The seconds without a sign of life.
    gone
        Whether the process is known to be gone. None means that no process had begun the run.
    """
    ended = "so it was ended" if gone else "and it could not be ended yet: it is being tried"
    return Problem(
        code="trainer-silent",
        where=(),
        happened=f"The training process gave no sign of life for {seconds:.0f} s {where}, {ended}.",
        expected="Expected one each second, whatever it computes; all points up to there are kept.",
        fix=f"{RESUME}: a new process is being started.",
    )


def never_started_problem(seconds: float) -> Problem:
    """Return the problem of a run that no trainer began, even after a new trainer was started for the run."""
    return Problem(
        code="not-begun",
        where=(),
        happened=f"No trainer began the run within {seconds:.0f} s, though a fresh one was started for it.",
        expected="Expected a trainer to begin it; nothing of the run is lost.",
        fix="Press Resume to try again. If that fails too, start the dashboard again: its log says what the trainer said.",
    )


def too_long(minutes: float) -> Problem:
    """Return the problem of a run that was stopped at the time limit."""
    return Problem(
        code="time-limit",
        where=("fit", "epochs"),
        happened=f"The run was stopped after {minutes:g} minutes, the most that one run may take here.",
        expected="Expected it to end within that time, since others wait for the trainer too.",
        fix="Its last weights are kept. Choose fewer epochs, or fewer training images.",
        severity="warning",
    )


def not_finite(experiment: Experiment, step: int, kept_step: int) -> Problem:
    """Return the problem of a run whose loss or weights became NaN or infinite.

    For the causes see Goodfellow, Bengio and Courville, "Deep Learning" (2016), sections 4.1 and 8.2.4: steps that
    are too large, inputs that are too large, and numbers that overflow.

    Parameters
    ----------
    experiment
        The experiment that was trained.
    step
        The step at which the value was seen.
    kept_step
        The step at which the kept weights were last seen finite.
    """
    where = ("compile", "optimizer", "arguments", "learning_rate")
    rate = get_value(experiment, where)
    smaller = float(f"{rate / 10:.3g}") if isinstance(rate, int | float) else 0.0
    repairs = []
    if smaller > 0.0:
        repairs.append(Repair(f"Set the learning rate to {smaller:g}", "set", where, smaller))
    if experiment.data.pixels == "0-255":
        repairs.append(Repair("Scale pixels to the range 0 to 1", "set", ("data", "pixels"), "0-1"))
    pixels = ", or pixels that are not scaled" if experiment.data.pixels == "0-255" else ""
    spoken = f" of {rate:g}" if isinstance(rate, int | float) else ""
    return Problem(
        code="not-finite",
        where=("compile", "optimizer"),
        happened=f"The loss or the weights were no finite numbers any more at step {step:,}, so training stopped there.",
        expected=f"Expected finite numbers; the weights of step {kept_step:,}, the last that were finite, are kept.",
        fix=f"Likely causes: a learning rate{spoken} that is too high{pixels}. Take a tenth of it, and train again.",
        repairs=tuple(repairs),
    )


def disk_full_problem(free: int, needed: int, error: str) -> Problem:
    """Return the problem of a run that pauses, since the disk is too full to save an epoch."""
    have = f"{memory_text(free)} are free, {memory_text(needed)} are needed" if needed else error
    return Problem(
        code="disk-full",
        where=(),
        happened=f"The run pauses, since this epoch cannot be saved: {have}.",
        expected="Expected room for it on the disk of the data folder; what was saved before is unharmed.",
        fix="Free some space, for instance by deleting old runs, whose files go within a minute: then the run goes on "
        f"by itself. After {setting('pause_minutes'):g} minutes others get its trainer; Continue then resumes it.",
    )


def queue_full(name: str, waiting: int, more: int, noun: str = "run", end: str = "cancel") -> Problem:
    """Return the problem of a full queue, in which `waiting` runs or jobs wait and which cannot take `more`.

    Parameters
    ----------
    name
        The setting that limits the queue: "queue" or "queue_each".
    waiting
        The number of runs or jobs that wait already.
    more
        The number of runs or jobs that should be added.
    noun
        The noun for a waiting run or job.
    end
        The verb for taking a waiting run or job back, such as "cancel".
    """
    owned = " of yours" if name == "queue_each" else ""
    words = f"{noun}{owned} waits" if waiting == 1 else f"{noun}s{owned} wait"
    return Problem(
        code="queue-full",
        where=(),
        happened=f"{waiting:,} {words} already, so that {more:,} more cannot.",
        expected=f"Expected at most {setting(name):,} to wait.",
        fix=f"Wait until some have ended, or {end} some. The variable {variable(name)} sets the limit.",
    )


def other_run_active_problem(title: str) -> Problem:
    """Return the problem of a visitor who cannot start a run, since their run with this title is active."""
    return Problem(
        code="one-run-at-a-time",
        where=(),
        happened=f"{title} is still on.",
        expected="Expected one run of a person at a time.",
        fix="Stop it, or wait until it has ended; then try again.",
    )


def scheduled_rate_problem(schedule: str) -> Problem:
    """Return the problem of a run whose learning rate cannot be changed by hand, since a schedule sets the rate."""
    return Problem(
        code="rate-is-scheduled",
        where=(),
        happened=f"{schedule} drives the learning rate of this run, so that nobody can change the rate by hand.",
        expected="Expected a constant learning rate in a run in which it is to be changed.",
        fix="Stop the run, choose a constant learning rate on Compile, and train again.",
    )
