"""Choose `steps_per_execution` and `jit_compile` for a run, which decide its speed."""

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.catalogue.backends import BACKENDS
from core.experiment.model import Experiment, Layer
from core.experiment.multiply_adds import unwrapped_entry
from core.experiment.shapes import Summary
from core.files import write_atomically

# Costs of parts of a net, measured beside a step of the lecture's net on all ready nets, 28 x 28 pictures, batches of 32.
# The estimates are right within a factor of about two; a run's own steps then tell better, see `core.runs.time_left`.
SECONDS_A_STEP = 0.0012  # the assumed duration of a step of the lecture's net, on a machine without a measurement
LECTURE_LAYERS = 3
LAYER_SHARE = 0.24  # the cost of each further layer, in steps of the lecture's net
LAYERS_WORTH = {"heads_argument": 8, "reads_whole_numbers": 3}  # the extra cost of layers with these traits, in layers
LOOP_SHARE = 0.11  # the cost of each step of a recurrent layer, forward and back, in steps of the lecture's net
MULTIPLIED_IN_A_LECTURE_STEP = 1.6e8  # multiply-adds of convolutions, forward and back, that take as long as this step
SLOW_SUMS = {"depthwise": 10.0, "separable": 3.0}  # how many times slower the multiply-adds of these convolutions are
WAY_TO_PYTHON = 0.5  # the share of a step that several steps at once save
LONGEST_SECONDS = 0.05  # the longest execution: a run reports and obeys only afterwards, and people notice 0.1 s
MOST_STEPS = 32  # steps of an execution; more steps at once are not faster
XLA_SPEEDUP = 4.5  # how many times faster XLA makes an epoch of the lecture's net
XLA_SLOWDOWN = 5.0  # how many times slower XLA makes a net with convolutions
FILE = "execution.json"  # the file in a run's folder
FEWEST_EXECUTIONS = 5  # executions in an epoch; with fewer executions, curves would jump


@dataclass(frozen=True)
class Execution:
    """Two arguments of Keras' `compile` that decide the speed of a run.

    Several steps per execution do not change the results. XLA rounds differently and draws other random numbers.
    """

    steps_per_execution: int = 1  # training steps between two checks for commands
    jit_compile: bool = False  # whether XLA compiles the step
    reason: str = field(default="", compare=False)  # the reason for this number of steps; empty if nothing was chosen

    @property
    def is_fused(self) -> bool:
        """Whether XLA compiles several steps together; see `core.worker.training.xla_loop`."""
        return self.jit_compile and self.steps_per_execution > 1


def save_execution(folder: Path, execution: Execution) -> None:
    """Record the execution in a run's folder, since later measurements on this machine may lead to another choice."""
    text = json.dumps(asdict(execution))
    write_atomically(folder / FILE, lambda path: path.write_text(text))


def load_execution(folder: Path) -> Execution | None:
    """Load the execution from a run's folder. Return None if its file is missing or unreadable."""
    try:
        content = json.loads((folder / FILE).read_text())
        reason = str(content.get("reason", "")).partition("\n")[0]  # runs of older versions have none
        return Execution(int(content["steps_per_execution"]), bool(content["jit_compile"]), reason)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def choose_execution(experiment: Experiment, summary: Summary | None, seconds_per_step: float | None = None) -> Execution:
    """Choose the best execution of an experiment on this machine.

    Several steps at once save the return to Python after each step; they give the same numbers to the last digit. XLA joins
    the operations of a step, which changes the rounding and the random numbers. Therefore XLA is used only in mode "fast",
    and only for networks that XLA makes faster.

    Parameters
    ----------
    experiment
        The experiment to train.
    summary
        The table of the layers. If Keras has not answered this is None, and the result has single steps.
    seconds_per_step
        The duration of a step of the lecture's network in batches of 32, in seconds, measured on this machine.
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
    """Tell whether XLA makes this network faster on a processor.

    XLA makes convolutions five times slower, and loops over time slower too.
    """
    return not _slow_with_xla(experiment)


def _slow_with_xla(experiment: Experiment) -> list[str]:
    return sorted({layer.name for layer in experiment.layers if layer.entry.trait("slow_with_xla", False)})


def random_layers(experiment: Experiment) -> list[str]:
    """Return the names of the layers that draw random numbers in training.

    For these layers, XLA draws other numbers than TensorFlow.
    """
    shares = ("rate", "stddev", "dropout", "recurrent_dropout")

    def draws(layer: Layer) -> bool:
        return bool(layer.entry.trait("augments")) or any(layer.values.get(name) for name in shares)

    return sorted({layer.name for layer in experiment.layers if draws(layer)})


def steps_sentence(execution: Execution) -> str:
    """State `steps_per_execution` and the reason for this number in a sentence. The script gives the same reason."""
    reason = f": {execution.reason}" if execution.reason else ""
    return (
        f"steps_per_execution is {execution.steps_per_execution}{reason}. "
        "It changes how fast a run is, and none of its numbers."
    )


def execution_sentence(experiment: Experiment, execution: Execution) -> str:
    """Describe in a sentence how Keras executes the training steps, and the effect on the numbers."""
    steps = f"{execution.steps_per_execution} steps at a time" if execution.steps_per_execution > 1 else "one step at a time"
    if execution.jit_compile and (drawing := random_layers(experiment)):
        names = " and ".join(drawing)
        return (
            f"XLA compiles {steps}, and draws other random numbers for {names}: the run differs from that of a plain Keras "
            "script as with another seed."
        )
    if execution.jit_compile:
        return f"XLA compiles {steps}: the losses differ from those of a plain Keras script from about the 4th digit on."
    digits = f"It runs {steps}, with the numbers of a plain Keras script, to the last digit."
    slow = _slow_with_xla(experiment)
    if experiment.fit.mode == "fast" and slow and BACKENDS[experiment.fit.backend].has_fast_mode:
        return f"XLA would make {' and '.join(slow)} slower on a processor, so it is not used. {digits}"
    return digits


def step_seconds(experiment: Experiment, summary: Summary | None, lecture_step: float, execution: Execution) -> float:
    """Estimate the seconds that a training step takes with this execution. For the arguments see `single_step_seconds`."""
    alone = single_step_seconds(experiment, summary, lecture_step)
    if execution.jit_compile:
        return alone / XLA_SPEEDUP
    saved = WAY_TO_PYTHON * lecture_step * (1 - 1 / execution.steps_per_execution)
    return alone - saved


def single_step_seconds(experiment: Experiment, summary: Summary | None, lecture_step: float) -> float:
    """Estimate the duration of a training step that is executed by itself, in seconds.

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
        entry = unwrapped_entry(layer)
        slower = SLOW_SUMS.get(entry.trait("sums"), 1.0)
        costs += (
            3 * slower * row.multiply_adds * experiment.fit.batch_size / MULTIPLIED_IN_A_LECTURE_STEP
        )  # 3: the backward pass takes twice as many as the forward pass
        if entry.trait("values_per_step") is not None:
            costs += LOOP_SHARE * (row.input_shapes[0][0] or 1) * (2 if layer.entry.trait("bidirectional") else 1)
    return lecture_step * costs


def _has(layer: Layer, trait: str) -> bool:
    return layer.entry.trait(trait) not in (None, False)


def random_when_traced(experiment: Experiment) -> str:
    """Return the name of a layer that draws random numbers already when Keras traces the training step.

    If Keras traces the step again, such a layer draws other numbers and gives other results. Return an empty string if
    the network has no such layer.
    """
    return next((layer.name for layer in experiment.layers if layer.entry.trait("draws_when_traced")), "")
