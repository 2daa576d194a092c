"""The distributions of a layer's weights and of its outputs for many images, and its dead units."""

import keras
import numpy as np

from core.analysis.layer_activations import Distribution, LayerDistributions
from core.experiment.model import Experiment
from core.worker.data.load import prepare
from core.worker.interpret.layer_activations import layer_arrays
from core.worker.interpret.load_trained import errors_as_problems, load_model, load_set
from core.worker.training.validation_view import choose_images

IMAGES = 128  # of the sample
BATCH = 32  # at a time: maps of large layers take much memory
BINS = 40
MOST_COUNTED = 300_000  # numbers
GIVES = "what it gives"


@errors_as_problems
def distributions(experiment: Experiment, path: str, layer_id: str) -> LayerDistributions:
    """The distributions of one layer.

    Parameters
    ----------
    experiment
        The experiment; only its data, its layers and its seed matter.
    path
        The file of the weights; see `core.worker.interpret.load_trained.load_model`.
    layer_id
        The layer's id.
    """
    built = load_model(experiment, path)
    part = "validation" if experiment.data.num_validation else "training"
    images, labels = load_set(experiment, part)
    sample = images[choose_images(labels, experiment.data.entry.num_classes, IMAGES)]
    variables = built.get_layer(layer_id).weights
    weights = tuple(
        distribution(name, np.asarray(keras.ops.convert_to_numpy(variable)))
        for name, variable in zip(weight_names([variable.path for variable in variables], layer_id), variables, strict=True)
    )
    outputs = []
    for start in range(0, len(sample), BATCH):
        arrays = layer_arrays(experiment, built, prepare(sample[start : start + BATCH], experiment.data), layer_id)
        if layer_id not in arrays:
            return LayerDistributions(weights, None, 0, part, 0, ())
        outputs.append(arrays[layer_id])
    numbers = np.concatenate(outputs)
    flat = numbers.reshape(-1, numbers.shape[-1])
    dead = tuple(map(int, np.flatnonzero(~flat.any(axis=0))))
    return LayerDistributions(weights, distribution(GIVES, numbers), len(sample), part, flat.shape[1], dead)


def weight_names(paths: list[str], layer_id: str) -> list[str]:
    """The names of a layer's weights: the end of their paths, or the whole path below the layer where ends are ambiguous.

    Parameters
    ----------
    paths
        The paths of the weights in Keras; they begin with the network's name, unless it was read from a file.
    layer_id
        The layer's id.
    """
    ends = [path.rpartition("/")[2] for path in paths]
    if len(set(ends)) == len(ends):
        return ends
    return [path.rpartition(f"/{layer_id}/")[2].removeprefix(f"{layer_id}/") for path in paths]


def distribution(name: str, values: np.ndarray) -> Distribution:
    """The distribution of some numbers, without NaN and infinite ones.

    Above MOST_COUNTED numbers, every second, third ... is counted, which looks the same and is much faster.
    """
    numbers = np.ravel(values)
    counted = numbers[:: -(-numbers.size // MOST_COUNTED) or 1].astype("float64")
    counted = counted[np.isfinite(counted)]
    if not counted.size:
        return Distribution(name, numbers.size, (0.0, 1.0), (0,), 0.0, 0.0, 0.0)
    counts, edges = np.histogram(counted, BINS)
    histogram = tuple(map(float, edges)), tuple(map(int, counts))
    return Distribution(
        name, numbers.size, *histogram, float(counted.mean()), float(counted.std()), float((counted == 0).mean())
    )
