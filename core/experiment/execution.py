"""How a fit is executed: how many steps at once, and whether XLA compiles them. This decides the speed of a run."""

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.catalogue.backends import BACKENDS
from core.experiment.model import Experiment, Layer
from core.experiment.multiply_adds import computing_entry
from core.experiment.shapes import Summary
from core.files import write_atomically

# Costs of parts of a net, measured beside a step of the lecture's net on all ready nets, 28 x 28 pictures, batches of 32.
# The estimates are right within a factor of about two; a run's own steps then tell better, see `core.runs.time_left`.
SECONDS_A_STEP = 0.0012  # of the lecture's net, where this machine has not measured it
LECTURE_LAYERS = 3
LAYER_SHARE = 0.24  # the cost of each further layer, however small
LAYERS_WORTH = {"heads_argument": 8, "reads_whole_numbers": 3}  # the extra cost of layers with these traits, in layers
LOOP_SHARE = 0.11  # the cost of each step of a recurrent layer, forward and back
MULTIPLIED_IN_A_LECTURE_STEP = 1.6e8  # multiply-adds of convolutions, forward and back, in the time of such a step
SLOW_SUMS = {"depthwise": 10.0, "separable": 3.0}  # how many times slower their multiply-adds are
WAY_TO_PYTHON = 0.5  # the share of a step that several steps at once save
LONGEST_SECONDS = 0.05  # of one execution: it reports and obeys nothing meanwhile, and people notice a tenth of a second
MOST_STEPS = 32  # more steps at once are not faster
XLA_SPEEDUP = 4.5  # of an epoch of the lecture's net, measured on such a machine
XLA_SLOWDOWN = 5.0  # of one with convolutions
FILE = "execution.json"  # in a run's folder
FEWEST_EXECUTIONS = 5  # in an epoch, or curves would jump


@dataclass(frozen=True)
class Execution:
    """Two of the arguments of Keras' `compile`, which change no number but for XLA's rounding."""

    steps_per_execution: int = 1  # training steps between two checks for commands
    jit_compile: bool = False  # whether XLA compiles the step
    reason: str = field(default="", compare=False)  # why this number of steps; "" where there was no choice

    @property
    def is_fused(self) -> bool:
        """Whether XLA compiles several steps as one; see `core.worker.training.xla_loop`."""
        return self.jit_compile and self.steps_per_execution > 1


def save_execution(folder: Path, execution: Execution) -> None:
    """Write down in a run's folder how it is executed: later measurements on this machine may advise something else."""
    text = json.dumps(asdict(execution))
    write_atomically(folder / FILE, lambda path: path.write_text(text))


def load_execution(folder: Path) -> Execution | None:
    """The execution that a run's folder records, or None."""
    try:
        content = json.loads((folder / FILE).read_text())
        reason = str(content.get("reason", "")).partition("\n")[0]  # runs of older versions have none
        return Execution(int(content["steps_per_execution"]), bool(content["jit_compile"]), reason)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def choose_execution(experiment: Experiment, summary: Summary | None, seconds_per_step: float | None = None) -> Execution:
    """The best execution of an experiment on this machine.

    Several steps at once save the return to Python after each step; they give the same numbers to the last digit. XLA joins
    the operations of a step, which changes the rounding: only in mode "fast", and not where it makes a step slower.

    Parameters
    ----------
    experiment
        The experiment to train.
    summary
        The table of the layers; None without an answer of Keras, which gives one step at a time.
    seconds_per_step
        The seconds of a step of the lecture's network in batches of 32, measured on this machine.
    """
    backend = BACKENDS[experiment.fit.backend]
    if summary is None or summary.refused or not backend.several_steps:
        return Execution()
    fit, steps = experiment.fit, math.ceil(experiment.data.num_used / experiment.fit.batch_size)
    by_xla = fit.mode == "fast" and backend.has_fast_mode and xla_helps(experiment)
    seconds = single_step_seconds(experiment, summary, seconds_per_step or SECONDS_A_STEP) / (XLA_SPEEDUP if by_xla else 1.0)
    if backend.always_compiled and not xla_helps(experiment):
        seconds *= XLA_SLOWDOWN
    measured = "measured on this machine" if seconds_per_step else "estimated for this machine"
    limits = (
        (MOST_STEPS, f"more than {MOST_STEPS} bring nothing"),
        (steps // FEWEST_EXECUTIONS, f"the largest power of 2 within 1/{FEWEST_EXECUTIONS} of an epoch"),
        (int(LONGEST_SECONDS / seconds), f"the largest power of 2 within 1/{round(1 / LONGEST_SECONDS)} s, {measured}"),
    )
    most, reason = min(limits)
    power = 2 ** int(math.log2(max(1, most)))  # a round number, which is easy to read aloud
    return Execution(power, by_xla, reason)


def xla_helps(experiment: Experiment) -> bool:
    """Whether XLA makes this net faster on a processor: convolutions become five times slower, loops over time too."""
    return not _slow_with_xla(experiment)


def _slow_with_xla(experiment: Experiment) -> list[str]:
    return sorted({layer.name for layer in experiment.layers if layer.entry.trait("slow_with_xla", False)})


def steps_sentence(execution: Execution) -> str:
    """Why so many steps run at once, in one sentence for a page; the script gives the same reason."""
    reason = f": {execution.reason}" if execution.reason else ""
    return (
        f"steps_per_execution is {execution.steps_per_execution}{reason}. "
        "It changes how fast a run is, and none of its numbers."
    )


def execution_sentence(experiment: Experiment, execution: Execution) -> str:
    """One sentence on how an experiment is executed, and what that means for its numbers."""
    steps = f"{execution.steps_per_execution} steps at a time" if execution.steps_per_execution > 1 else "one step at a time"
    if execution.jit_compile:
        return f"XLA compiles {steps}: the losses differ from those of a plain Keras script from about the 4th digit on."
    digits = f"It runs {steps}, with the numbers of a plain Keras script, to the last digit."
    slow = _slow_with_xla(experiment)
    if experiment.fit.mode == "fast" and slow and BACKENDS[experiment.fit.backend].has_fast_mode:
        return f"XLA would make {' and '.join(slow)} slower on a processor, so it is not used. {digits}"
    return digits


def step_seconds(experiment: Experiment, summary: Summary | None, lecture_step: float, execution: Execution) -> float:
    """The estimated seconds of a training step with this execution; the arguments are those of `single_step_seconds`."""
    alone = single_step_seconds(experiment, summary, lecture_step)
    if execution.jit_compile:
        return alone / XLA_SPEEDUP
    saved = WAY_TO_PYTHON * lecture_step * (1 - 1 / execution.steps_per_execution)
    return alone - saved


def single_step_seconds(experiment: Experiment, summary: Summary | None, lecture_step: float) -> float:
    """The estimated seconds of one training step that is executed by itself.

    Parameters
    ----------
    experiment
        The experiment that is trained.
    summary
        The table of the layers.
    lecture_step
        Seconds of a step of the lecture's net in batches of 32 on the same machine.
    """
    layers = len(experiment.layers) - LECTURE_LAYERS
    layers += sum(worth for layer in experiment.layers for trait, worth in LAYERS_WORTH.items() if _has(layer, trait))
    costs = 1 + LAYER_SHARE * max(0, layers)
    for layer, row in zip(experiment.layers, summary.rows if summary else (), strict=False):
        entry = computing_entry(layer)
        slower = SLOW_SUMS.get(entry.trait("sums"), 1.0)
        costs += (
            3 * slower * row.multiply_adds * experiment.fit.batch_size / MULTIPLIED_IN_A_LECTURE_STEP
        )  # the way back takes two more
        if entry.trait("values_per_step") is not None:
            costs += LOOP_SHARE * (row.input_shapes[0][0] or 1) * (2 if layer.entry.trait("bidirectional") else 1)
    return lecture_step * costs


def _has(layer: Layer, trait: str) -> bool:
    return layer.entry.trait(trait) not in (None, False)


def drawing_when_traced(experiment: Experiment) -> str:
    """The name of a layer that draws random numbers when Keras builds the training step, not only when it runs; or "".

    Building the step once more draws other numbers, so that the new step computes something else.
    """
    return next((layer.name for layer in experiment.layers if layer.entry.trait("draws_when_traced")), "")
