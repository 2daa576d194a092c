"""Check batches that are too small for a layer that reads a whole batch, or so large that the weights hardly change."""

from collections.abc import Iterator

from core.catalogue.optimizers import OPTIMIZERS
from core.checks.repairs import remove, set_argument
from core.experiment import learning_rates
from core.experiment.layer_names import layer_label
from core.experiment.model import FIT, Experiment, Layer, arguments_with_defaults
from core.problems import ExperimentPath, Problem, Repair

BATCH_SIZE: ExperimentPath = ("fit", "batch_size")
BEHIND = 0.5  # share of a running average that is still its initial value; with more, validation is wrong
QUICK = 0.9  # momentum with which an average adapts in a few dozen steps
FEW = 3  # images; mean and variance of fewer are meaningless


def check_batches(experiment: Experiment) -> Iterator[Problem]:
    """The problems of how images are grouped into batches.

    Parameters
    ----------
    experiment
        The experiment to check.
    """
    for rule in (_small_batches, _last_batch, _one_batch, _too_few_updates, _slow_averages):
        yield from rule(experiment)


def _batch_layers(experiment: Experiment) -> tuple[Layer, ...]:
    """The layers that read a whole batch at once."""
    return tuple(layer for layer in experiment.layers if layer.entry.trait("reads_whole_batch"))


def _set_size(size: int) -> Repair:
    return Repair(f"Set batch size to {size:,}", "set", BATCH_SIZE, size)


def _usual_batch_size(experiment: Experiment) -> int:
    """A usual batch size that leaves no single image over."""
    usual = FIT["batch_size"].default
    return usual if not isinstance(usual, int) or experiment.data.num_used % usual != 1 else usual - 1


def _small_batches(experiment: Experiment) -> Iterator[Problem]:
    size, layers = experiment.fit.batch_size, _batch_layers(experiment)
    if size >= FEW or not layers:
        return
    usual = _usual_batch_size(experiment)
    for layer in layers:
        yield Problem(
            code="small-batches",
            where=("layers", layer.id),
            also=(BATCH_SIZE,),
            severity="warning",
            happened=f"{layer_label(experiment, layer.id)} gets batches of {size} image{'' if size == 1 else 's'}.",
            expected="Expected batches of 16 or more.",
            fix=f"Set batch size to {usual}, or remove {layer.name}.",
            why="It takes the mean of a batch away and divides by its spread: of one image nothing is left, of two "
            "hardly more than which is larger.",
            repairs=(_set_size(usual), remove(layer)),
        )


def _last_batch(experiment: Experiment) -> Iterator[Problem]:
    """A last batch of one image; skipped where corrections or near copies make the number of images uncertain."""
    data, size, layers = experiment.data, experiment.fit.batch_size, _batch_layers(experiment)
    if size < FEW or not layers or data.corrections or data.entry.keeps_together or data.num_used % size != 1:
        return
    better = next(smaller for smaller in range(size - 1, 0, -1) if data.num_used % smaller != 1)
    yield Problem(
        code="last-batch-of-one",
        where=BATCH_SIZE,
        also=tuple(("layers", layer.id) for layer in layers),
        severity="warning",
        happened=f"{data.num_used:,} images in batches of {size:,} leave 1 for the last batch of each epoch.",
        expected=f"Expected more for {layer_label(experiment, layers[0].id)}, which takes the mean of each batch.",
        fix=f"Set batch size to {better:,}.",
        why="Of one image no mean and no spread are left: that step learns nothing of it.",
        repairs=(_set_size(better),),
    )


def _one_batch(experiment: Experiment) -> Iterator[Problem]:
    """Batches as large as the training set: the weights change once per epoch."""
    images, size = experiment.data.num_used, experiment.fit.batch_size
    usual = FIT["batch_size"].default
    if size < images or not isinstance(usual, int) or images <= usual:
        return
    yield Problem(
        code="one-batch-an-epoch",
        where=BATCH_SIZE,
        severity="warning",
        happened=f"A batch holds {size:,} images, and there are {images:,} to train on.",
        expected=f"Expected far fewer in a batch: the weights change once a batch, which is {experiment.fit.epochs:,} "
        f"time{'' if experiment.fit.epochs == 1 else 's'} in this run.",
        fix=f"Set batch size to {usual}.",
        why="Many small steps lead further than a few large ones.",
        repairs=(_set_size(usual),),
    )


def _too_few_updates(experiment: Experiment) -> Iterator[Problem]:
    """Weights that wait for more batches than the run has, or a warm-up that is longer than the run."""
    optimizer = experiment.compile.optimizer
    values = arguments_with_defaults(optimizer, OPTIMIZERS[optimizer.name])
    batches = experiment.epoch_steps * experiment.fit.epochs
    for name, better, happened in (
        ("gradient_accumulation_steps", None, "changes the weights after each {} batches, and this run has {}"),
        ("warmup_steps", 0, "reaches its learning rate after {} steps, and this run has {}"),
    ):
        count = values.get(name)
        if not isinstance(count, int) or count <= batches:
            continue
        path = ("compile", "optimizer", "arguments", name)
        label = f"Set {name} to {better}" if better is not None else "Change the weights after each batch"
        yield Problem(
            code="longer-than-the-run",
            where=path,
            severity="warning",
            happened=f"{optimizer.name} {happened.format(f'{count:,}', f'{batches:,}')}.",
            expected="Expected far fewer than the run has.",
            fix=f"{label}.",
            why="Until then hardly anything is learned.",
            repairs=(Repair(label, "set", path, better),),
        )


def _slow_averages(experiment: Experiment) -> Iterator[Problem]:
    """Running averages that are still close to their initial values at the end of the run; validation uses them."""
    updates = learning_rates.num_updates(experiment)
    for layer in _batch_layers(experiment):
        momentum = layer.values.get("momentum")
        if not isinstance(momentum, float) or momentum <= QUICK or momentum**updates <= BEHIND:
            continue
        yield Problem(
            code="averages-stay-behind",
            where=("layers", layer.id),
            also=(("fit", "epochs"),),
            severity="warning",
            happened=f"{layer_label(experiment, layer.id)} has momentum={momentum:g}, and the weights change {updates:,} "
            "times.",
            expected=f"Expected a momentum of about {QUICK:g} in so short a run.",
            fix=f"Set momentum to {QUICK:g}, or train for longer.",
            why="It keeps a running mean for the validation, which follows too slowly: validation looks worse than it is.",
            repairs=(set_argument(layer, "momentum", QUICK),),
        )
