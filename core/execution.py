"""How a fit is executed: how many steps at once, and whether XLA compiles them. It decides how fast a run is."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from core.catalogue.backends import BACKENDS
from core.experiment import Experiment
from core.files import write_atomically
from core.shapes import Summary

# Seven ready nets on 28 x 28 pictures in batches of 32, on two cores of a server of 2024: all within a factor of two.
SECONDS_A_STEP = 0.0012  # of the lecture's net, where this machine has not measured it
LECTURE_LAYERS = 3
LAYER_SHARE = 0.09  # of a step of the lecture's net: what each layer more costs, however small
OPERATIONS_A_SECOND = 1.6e11  # of convolutions, where most of the multiplying is
LONGEST_SECONDS = 0.05  # of one execution: nothing is reported or obeyed within it, and people see a tenth of a second
MOST_STEPS = 32  # more bring nothing
XLA_SPEEDUP = 4.5  # of an epoch of the lecture's net, measured on such a machine
XLA_SLOWDOWN = 5.0  # of one with convolutions
FILE = "execution.json"  # in a run's folder
FEWEST_EXECUTIONS = 5  # in an epoch, or curves would jump


@dataclass(frozen=True)
class Execution:
    """Two of the arguments of Keras' `compile`, which change no number but for XLA's rounding."""

    steps_per_execution: int = 1  # training steps between two looks at what is asked
    jit_compile: bool = False  # whether XLA compiles the step

    @property
    def is_fused(self) -> bool:
        """Whether XLA compiles several steps as one; see `core.worker.fusing`."""
        return self.jit_compile and self.steps_per_execution > 1


def keep(folder: Path, execution: Execution) -> None:
    """Note down in a run's folder how it is executed: what is measured later on this machine may advise something else."""
    text = json.dumps(asdict(execution))
    write_atomically(folder / FILE, lambda path: path.write_text(text))


def kept(folder: Path) -> Execution | None:
    """How a run is executed, as noted in its folder; None where nothing is."""
    try:
        content = json.loads((folder / FILE).read_text())
        return Execution(int(content["steps_per_execution"]), bool(content["jit_compile"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def choose(experiment: Experiment, summary: Summary | None, seconds_per_step: float | None = None) -> Execution:
    """How an experiment is best executed on this machine.

    Several steps at once save the way back to Python after each; they give the same numbers to the last digit. XLA joins
    the operations of a step, which rounds elsewhere: only in mode "fast", and not where it makes a step slower.

    Arguments:
        experiment: what shall be trained.
        summary: the table of its stack; None where Keras has not answered, which gives one step at a time.
        seconds_per_step: of the lecture's net in batches of 32, measured on this machine.
    """
    backend = BACKENDS[experiment.fit.backend]
    if summary is None or summary.refused or not backend.several_steps:
        return Execution()
    fit, steps = experiment.fit, math.ceil(experiment.data.num_used / experiment.fit.batch_size)
    by_xla = fit.mode == "fast" and backend.has_fast_mode and xla_helps(experiment)
    seconds = step_seconds(experiment, summary, seconds_per_step or SECONDS_A_STEP) / (XLA_SPEEDUP if by_xla else 1.0)
    if backend.always_compiled and not xla_helps(experiment):
        seconds *= XLA_SLOWDOWN
    most = min(MOST_STEPS, steps // FEWEST_EXECUTIONS, int(LONGEST_SECONDS / seconds))
    power = 2 ** int(math.log2(max(1, most)))  # a round number, which is easy to read aloud
    return Execution(power, by_xla)


def xla_helps(experiment: Experiment) -> bool:
    """Whether XLA makes this net faster on a processor: convolutions become five times slower, loops over time too."""
    return not _slow_with_xla(experiment)


def _slow_with_xla(experiment: Experiment) -> list[str]:
    return sorted({layer.name for layer in experiment.layers if layer.entry.trait("slow_with_xla", False)})


def in_words(experiment: Experiment, execution: Execution) -> str:
    """One sentence on how an experiment is executed, and what that means for its numbers."""
    steps = f"{execution.steps_per_execution} steps at a time" if execution.steps_per_execution > 1 else "one step at a time"
    if execution.jit_compile:
        return f"XLA compiles {steps}: the losses differ from those of a plain Keras script from about the 4th digit on."
    digits = f"It runs {steps}, with the numbers of a plain Keras script, to the last digit."
    slow = _slow_with_xla(experiment)
    if experiment.fit.mode == "fast" and slow and BACKENDS[experiment.fit.backend].has_fast_mode:
        return f"XLA would make {' and '.join(slow)} slower on a processor, so it is not used. {digits}"
    return digits


def step_seconds(experiment: Experiment, summary: Summary, lecture_step: float) -> float:
    """About how long one training step takes.

    Arguments:
        experiment: what is trained.
        summary: the table of its stack.
        lecture_step: seconds of a step of the lecture's net in batches of 32 on the same machine.
    """
    overhead = 1 + LAYER_SHARE * max(0, len(experiment.layers) - LECTURE_LAYERS)
    multiplying = 6 * summary.multiply_adds * experiment.fit.batch_size  # forward, and backward about twice as long
    return lecture_step * overhead + multiplying / OPERATIONS_A_SECOND
