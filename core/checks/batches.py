"""Check batches that are too small for a layer that reads a whole batch, or so large that the weights hardly change."""

from collections.abc import Iterator
from dataclasses import replace

from core.catalogue.optimizers import OPTIMIZERS
from core.checks.repairs import remove, set_argument
from core.experiment import learning_rates
from core.experiment.layer_names import layer_label
from core.experiment.model import FIT, Experiment, Layer, arguments_with_defaults
from core.number_text import percent
from core.problems import ExperimentPath, Problem, Repair

BATCH_SIZE: ExperimentPath = ("fit", "batch_size")
MOST_INITIAL_SHARE = 0.5  # share of a running average that is still its initial value; with more, validation is wrong
QUICK_MOMENTUM = 0.9  # momentum with which an average adapts in a few dozen steps
FEWEST_BATCH_IMAGES = 3  # images; mean and variance of fewer images are meaningless
FEW_IMAGES_TO_NORMALISE = 16  # images; mean and variance of fewer images are noisy
FEW_UPDATES = 60  # weight updates in a whole run; the coach judges such a run, since ready networks need 200 to 500
FEWEST_UPDATES = 10  # weight updates in a whole run; with fewer updates, no network learns, so that the checks warn
LARGE_BATCH = 256  # images
FEW_LARGE_UPDATES = 150  # weight updates in a whole run with batches that could be smaller
MOST_INITIAL_WEIGHT_SHARE = 0.1  # the share of the initial weights that the averaged weights may still hold
MOMENTA = (0.99, 0.98, 0.95, 0.9)  # momenta of averaged weights to suggest, the slowest first


def check_batches(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of the batch size and of the number of weight updates in a run.

    Parameters
    ----------
    experiment
        The experiment to check.
    """
    for rule in (_small_batches, _last_batch, _one_batch, _few_updates, _too_few_updates, _slow_averages, _averaged_weights):
        yield from rule(experiment)


def _batch_layers(experiment: Experiment) -> tuple[Layer, ...]:
    """Return the layers that read a whole batch at once."""
    return tuple(layer for layer in experiment.layers if layer.entry.trait("reads_whole_batch"))


def _set_size(size: int) -> Repair:
    return Repair(f"Set batch size to {size:,}", "set", BATCH_SIZE, size)


def usual_batch_size(experiment: Experiment) -> int:
    """Return the default batch size, or 1 less if the last batch would hold a single image.

    Parameters
    ----------
    experiment
        The experiment.
    """
    usual = FIT["batch_size"].default
    return usual if not isinstance(usual, int) or experiment.data.num_used % usual != 1 else usual - 1


def batch_size_for_batch_norm(experiment: Experiment) -> int:
    """Return a usual batch size, or a smaller size if running averages would lag behind with so few weight updates.

    Parameters
    ----------
    experiment
        An experiment with layers that read a whole batch.
    """
    usual = usual_batch_size(experiment)
    for size in (usual, FEW_IMAGES_TO_NORMALISE):
        resized = replace(experiment, fit=replace(experiment.fit, batch_size=size))
        if not any(_slow_averages(resized)) and experiment.data.num_used % size != 1:
            return size
    return usual


def _small_batches(experiment: Experiment) -> Iterator[Problem]:
    size, layers = experiment.fit.batch_size, _batch_layers(experiment)
    if size >= FEWEST_BATCH_IMAGES or not layers:
        return
    usual = batch_size_for_batch_norm(experiment)
    for layer in layers:
        yield Problem(
            code="small-batches",
            where=("layers", layer.id),
            also=(BATCH_SIZE,),
            severity="warning",
            happened=f"{layer_label(experiment, layer.id)} gets batches of {size} image{'' if size == 1 else 's'}.",
            expected=f"Expected batches of {FEW_IMAGES_TO_NORMALISE} or more.",
            fix=f"Set batch size to {usual}, or remove {layer.name}.",
            why="The layer subtracts the mean of a batch and divides by its spread: of one image nothing is left, of two "
            "hardly more than which is larger.",
            repairs=(_set_size(usual), remove(layer)),
        )


def _last_batch(experiment: Experiment) -> Iterator[Problem]:
    """Warn of a last batch with a single image.

    The rule is skipped if corrections or near-duplicates make the number of images uncertain.
    """
    data, size, layers = experiment.data, experiment.fit.batch_size, _batch_layers(experiment)
    if (
        size < FEWEST_BATCH_IMAGES
        or not layers
        or data.corrections
        or data.entry.keeps_together
        or data.num_used % size != 1
    ):
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
        why="A batch of one image has no spread: a step on this batch learns nothing from the image.",
        repairs=(_set_size(better),),
    )


def _one_batch(experiment: Experiment) -> Iterator[Problem]:
    """Warn of batches as large as the training set, which change the weights once per epoch."""
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


def _few_updates(experiment: Experiment) -> Iterator[Problem]:
    """Warn of batches so large that the whole run changes the weights only a few times."""
    updates, size, usual = learning_rates.num_updates(experiment), experiment.fit.batch_size, usual_batch_size(experiment)
    if size < LARGE_BATCH or updates > FEWEST_UPDATES or size >= experiment.data.num_used:
        return
    yield Problem(
        code="few-updates",
        where=BATCH_SIZE,
        also=(("fit", "epochs"),),
        severity="warning",
        happened=f"In batches of {size:,} images this run changes the weights {updates:,} times.",
        expected=f"Expected more than {FEW_LARGE_UPDATES} changes, better some hundreds.",
        fix=f"Set batch size to {usual}, or train for more epochs.",
        why="Each batch changes the weights once, by a small step.",
        repairs=(_set_size(usual),),
    )


def _too_few_updates(experiment: Experiment) -> Iterator[Problem]:
    """Warn of gradient accumulation over more batches than the run has, or of a warm-up that is longer than the run."""
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
    """Warn of running averages for validation that are still close to their initial values at the end of the run."""
    updates = learning_rates.num_updates(experiment)
    for layer in _batch_layers(experiment):
        momentum = layer.values.get("momentum")
        if not isinstance(momentum, float) or momentum <= QUICK_MOMENTUM or momentum**updates <= MOST_INITIAL_SHARE:
            continue
        yield Problem(
            code="averages-stay-behind",
            where=("layers", layer.id),
            also=(("fit", "epochs"),),
            severity="warning",
            happened=f"{layer_label(experiment, layer.id)} has momentum={momentum:g}, and the weights change {updates:,} "
            "times.",
            expected=f"Expected a momentum of about {QUICK_MOMENTUM:g} in so short a run.",
            fix=f"Set momentum to {QUICK_MOMENTUM:g}, or train for longer.",
            why="The running averages for the validation follow too slowly: the validation looks worse than it is.",
            repairs=(set_argument(layer, "momentum", QUICK_MOMENTUM),),
        )


def _averaged_weights(experiment: Experiment) -> Iterator[Problem]:
    """Warn of averaged weights (`use_ema`) that are still near the initial weights when they replace the weights."""
    optimizer, updates = experiment.compile.optimizer, learning_rates.num_updates(experiment)
    values = arguments_with_defaults(optimizer, OPTIMIZERS[optimizer.name])
    momentum = values.get("ema_momentum")
    if not values.get("use_ema") or not isinstance(momentum, int | float) or momentum**updates <= MOST_INITIAL_WEIGHT_SHARE:
        return
    path = ("compile", "optimizer", "arguments")
    quick = next((value for value in MOMENTA if value < momentum and value**updates <= MOST_INITIAL_WEIGHT_SHARE**2), None)
    off = Repair("Switch use_ema off", "set", (*path, "use_ema"), False)
    faster = [] if quick is None else [Repair(f"Set ema_momentum to {quick:g}", "set", (*path, "ema_momentum"), quick)]
    repairs = (*faster, off)
    yield Problem(
        code="weights-average-too-slowly",
        where=(*path, "ema_momentum"),
        also=(("fit", "epochs"),),
        severity="warning",
        happened=f"{optimizer.name} has use_ema with ema_momentum={momentum:g}, and the weights change {updates:,} times.",
        expected=f"Expected a momentum whose averages keep less than {percent(MOST_INITIAL_WEIGHT_SHARE)} of the start.",
        fix=f"{repairs[0].label}.",
        why=f"After the last epoch Keras replaces the weights by their running averages, and {percent(momentum**updates)} "
        "of these are still the weights of the start: validation and test are worse than the curves.",
        repairs=repairs,
    )
