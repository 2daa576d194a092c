"""Problems of batches: too small for a layer that looks at a whole batch, or so large that the weights hardly change."""

from collections.abc import Iterator

from core.experiment import FIT, Experiment, Layer
from core.mending import place, remove
from core.problems import Path, Problem, Repair

BATCH_SIZE: Path = ("fit", "batch_size")
FEW = 4  # images: of fewer, a mean and a variance say nothing


def check_batches(experiment: Experiment) -> Iterator[Problem]:
    """The problems of how images are put into batches.

    Arguments:
        experiment: what to check.
    """
    for rule in (_small_batches, _last_batch, _one_batch):
        yield from rule(experiment)


def _batch_layers(experiment: Experiment) -> tuple[Layer, ...]:
    """The layers that look at a whole batch at once."""
    return tuple(layer for layer in experiment.layers if layer.entry.trait("over_batch"))


def _set_size(size: int) -> Repair:
    return Repair(f"Set batch size to {size:,}", "set", BATCH_SIZE, size)


def _usual(experiment: Experiment) -> int:
    """A batch size that suits, and leaves no image alone."""
    usual = FIT["batch_size"].default
    return usual if not isinstance(usual, int) or experiment.data.num_used % usual != 1 else usual - 1


def _small_batches(experiment: Experiment) -> Iterator[Problem]:
    size, layers = experiment.fit.batch_size, _batch_layers(experiment)
    if size >= FEW or not layers:
        return
    usual = _usual(experiment)
    for layer in layers:
        yield Problem(
            code="small-batches",
            where=("layers", layer.id),
            also=(BATCH_SIZE,),
            severity="warning",
            happened=f"{place(experiment, layer.id)} gets batches of {size} image{'' if size == 1 else 's'}.",
            expected="Expected batches of 16 or more.",
            fix=f"Set batch size to {usual}, or remove {layer.name}.",
            why="It takes the mean of a batch away and divides by its spread: of one image nothing is left, of two or three "
            "hardly more than which is larger.",
            repairs=(_set_size(usual), remove(layer)),
        )


def _last_batch(experiment: Experiment) -> Iterator[Problem]:
    """One image that is left over for the last batch; corrections make the number uncertain, and near copies too."""
    data, size, layers = experiment.data, experiment.fit.batch_size, _batch_layers(experiment)
    if size < FEW or not layers or data.corrections or data.entry.keeps_together or data.num_used % size != 1:
        return
    better = next(one for one in range(size - 1, 0, -1) if data.num_used % one != 1)
    yield Problem(
        code="last-batch-of-one",
        where=BATCH_SIZE,
        also=tuple(("layers", layer.id) for layer in layers),
        severity="warning",
        happened=f"{data.num_used:,} images in batches of {size:,} leave 1 for the last batch of each epoch.",
        expected=f"Expected more for {place(experiment, layers[0].id)}, which takes the mean of each batch.",
        fix=f"Set batch size to {better:,}.",
        why="Of one image no mean and no spread are left: that step goes anywhere, right before the validation.",
        repairs=(_set_size(better),),
    )


def _one_batch(experiment: Experiment) -> Iterator[Problem]:
    """Batches as large as the training set: the weights change once an epoch."""
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
