"""How a fit is executed: how many steps at once, and whether XLA compiles them. It decides how fast a run is."""

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.catalogue.backends import BACKENDS
from core.experiment.model import Experiment, Layer
from core.experiment.multiply_adds import rule
from core.experiment.shapes import Summary
from core.files import write_atomically

# What parts of a net cost beside a step of the lecture's net, measured on all ready nets, 28 x 28 pictures, batches of 32.
# Estimates from these lie within a factor of about two; a run's own steps then tell better, see `core.runs.time_left`.
SECONDS_A_STEP = 0.0012  # of the lecture's net, where this machine has not measured it
LECTURE_LAYERS = 3
LAYER_SHARE = 0.24  # what each layer more costs, however small
LAYERS_WORTH = {"compares": 8, "reads_whole_numbers": 3}  # what layers with these traits cost more, in layers
LOOP_SHARE = 0.11  # each step that a recurrent layer goes by itself, there and back
MULTIPLIED_IN_A_LECTURE_STEP = 1.6e8  # multiply-adds of convolutions, forth and back, in the time of such a step
SLOW_SUMS = {"depthwise": 10.0, "separable": 3.0}  # how many times slower the multiply-adds of these are
WAY_TO_PYTHON = 0.5  # what several steps at once save
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
    reason: str = field(default="", compare=False)  # why it is this number of steps; "" where it is one without a choice

    @property
    def is_fused(self) -> bool:
        """Whether XLA compiles several steps as one; see `core.worker.training.xla_loop`."""
        return self.jit_compile and self.steps_per_execution > 1


def save_execution(folder: Path, execution: Execution) -> None:
    """Note down in a run's folder how it is executed: what is measured later on this machine may advise something else."""
    text = json.dumps(asdict(execution))
    write_atomically(folder / FILE, lambda path: path.write_text(text))


def load_execution(folder: Path) -> Execution | None:
    """How a run is executed, as noted in its folder; None where nothing is."""
    try:
        content = json.loads((folder / FILE).read_text())
        reason = str(content.get("reason", "")).partition("\n")[0]  # runs of before have none
        return Execution(int(content["steps_per_execution"]), bool(content["jit_compile"]), reason)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def choose_execution(experiment: Experiment, summary: Summary | None, seconds_per_step: float | None = None) -> Execution:
    """How an experiment is best executed on this machine.

    Several steps at once save the way back to Python after each; they give the same numbers to the last digit. XLA joins
    the operations of a step, which rounds elsewhere: only in mode "fast", and not where it makes a step slower.

    Parameters
    ----------
    experiment
        The experiment to train.
    summary
        The table of the layers; None where Keras has not answered, which gives one step at a time.
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
    """About how long a training step takes where steps are executed like this; arguments as `alone_seconds` has them."""
    alone = single_step_seconds(experiment, summary, lecture_step)
    if execution.jit_compile:
        return alone / XLA_SPEEDUP
    saved = WAY_TO_PYTHON * lecture_step * (1 - 1 / execution.steps_per_execution)
    return alone - saved


def single_step_seconds(experiment: Experiment, summary: Summary | None, lecture_step: float) -> float:
    """About how long one training step takes that is executed by itself.

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
    layers += sum(worth for one in experiment.layers for trait, worth in LAYERS_WORTH.items() if _has(one, trait))
    costs = 1 + LAYER_SHARE * max(0, layers)
    for layer, row in zip(experiment.layers, summary.rows if summary else (), strict=False):
        entry = rule(layer)
        slower = SLOW_SUMS.get(entry.trait("sums"), 1.0)
        costs += 3 * slower * row.multiply_adds * experiment.fit.batch_size / MULTIPLIED_IN_A_LECTURE_STEP  # back: two more
        if entry.trait("keeps_each_step") is not None:
            costs += LOOP_SHARE * (row.input_shapes[0][0] or 1) * (2 if layer.entry.trait("reads_twice") else 1)
    return lecture_step * costs


def _has(layer: Layer, trait: str) -> bool:
    return layer.entry.trait(trait) not in (None, False)


def drawing_when_traced(experiment: Experiment) -> str:
    """The name of a layer that draws random numbers when Keras builds the training step, and not only when it runs; or "".

    Whoever builds the step once more draws others: such a step computes something else.
    """
    return next((layer.name for layer in experiment.layers if layer.entry.trait("draws_when_traced")), "")
