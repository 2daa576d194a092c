"""How the weights of a layer are distributed, and what it gives for many images; which of its units are dead."""

import keras
import numpy as np

from core.analysis.layer_activations import Distribution, LayerDistributions
from core.experiment.model import Experiment
from core.worker.data.load import prepare
from core.worker.interpret.layer_activations import layer_arrays
from core.worker.interpret.load_trained import errors_as_problems, load_model, load_set
from core.worker.training.validation_view import choose

IMAGES = 128  # of the sample
BATCH = 32  # at a time: maps of large layers take much memory
BINS = 40
MOST_COUNTED = 300_000  # numbers
GIVES = "what it gives"


@errors_as_problems
def distributions(experiment: Experiment, path: str, identity: str) -> LayerDistributions:
    """The distributions of one layer.

    Parameters
    ----------
    experiment
        The experiment; only its data, its layers and its seed matter.
    path
        The file of the weights; see `core.worker.interpret.load_trained.load_model`.
    identity
        The layer's id.
    """
    built = load_model(experiment, path)
    part = "validation" if experiment.data.num_validation else "training"
    images, labels = load_set(experiment, part)
    sample = images[choose(labels, experiment.data.entry.num_classes, IMAGES)]
    made = built.get_layer(identity).weights
    weights = tuple(
        distribution(name, np.asarray(keras.ops.convert_to_numpy(one)))
        for name, one in zip(weight_names([one.path for one in made], identity), made, strict=True)
    )
    given = []
    for start in range(0, len(sample), BATCH):
        found = layer_arrays(experiment, built, prepare(sample[start : start + BATCH], experiment.data), identity)
        if identity not in found:
            return LayerDistributions(weights, None, 0, part, 0, ())
        given.append(found[identity])
    numbers = np.concatenate(given)
    flat = numbers.reshape(-1, numbers.shape[-1])
    dead = tuple(map(int, np.flatnonzero(~flat.any(axis=0))))
    return LayerDistributions(weights, distribution(GIVES, numbers), len(sample), part, flat.shape[1], dead)


def weight_names(paths: list[str], identity: str) -> list[str]:
    """The names of a layer's weights: the end of their paths, or the whole path below the layer where ends are ambiguous.

    Parameters
    ----------
    paths
        The paths of the weights in Keras; they begin with the network's name, unless it was read from a file.
    identity
        The layer's id.
    """
    ends = [path.rpartition("/")[2] for path in paths]
    if len(set(ends)) == len(ends):
        return ends
    return [path.rpartition(f"/{identity}/")[2].removeprefix(f"{identity}/") for path in paths]


def distribution(name: str, values: np.ndarray) -> Distribution:
    """The distribution of some numbers; those that are infinite, or none, are left out.

    Of more than MOST_COUNTED, every second, third ... is counted, which looks the same and is told much sooner.
    """
    numbers = np.ravel(values)
    some = numbers[:: -(-numbers.size // MOST_COUNTED) or 1].astype("float64")
    some = some[np.isfinite(some)]
    if not some.size:
        return Distribution(name, numbers.size, (0.0, 1.0), (0,), 0.0, 0.0, 0.0)
    counts, edges = np.histogram(some, BINS)
    places = tuple(map(float, edges)), tuple(map(int, counts))
    return Distribution(name, numbers.size, *places, float(some.mean()), float(some.std()), float((some == 0).mean()))
