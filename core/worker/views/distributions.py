"""Compute histograms of a layer's weights and of its outputs for a sample of images, and find its dead units."""

import keras
import numpy as np

from core.experiment.model import Experiment
from core.views.distributions import Distribution, LayerDistributions
from core.worker.data.load import prepare
from core.worker.training.validation_view import choose_images
from core.worker.views.shared.layer_tensors import layer_arrays
from core.worker.views.shared.load_trained import errors_as_problems, load_model, load_set

IMAGES = 128  # images of the sample
BATCH = 32  # images in a batch: maps of large layers take much memory
BINS = 40
MOST_COUNTED = 300_000  # numbers that a histogram counts
GIVES = "what it gives"


@errors_as_problems
def distributions(experiment: Experiment, path: str, layer_id: str) -> LayerDistributions:
    """Compute histograms of a layer's weights, and of its outputs for a sample of images."""
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
    """Return the names of a layer's weights: the last part of each path, or the path after the layer's id.

    If two paths have the same last part, all names take the longer form.

    Parameters
    ----------
    paths
        The paths of the weights in Keras; they begin with the network's name, unless the network was read from a file.
    layer_id
        The layer's id.
    """
    ends = [path.rpartition("/")[2] for path in paths]
    if len(set(ends)) == len(ends):
        return ends
    return [path.rpartition(f"/{layer_id}/")[2].removeprefix(f"{layer_id}/") for path in paths]


def distribution(name: str, values: np.ndarray) -> Distribution:
    """Return the histogram, mean and standard deviation of an array, without NaN and infinite numbers.

    If the array has more than MOST_COUNTED numbers, only every second, third ... number is counted, to save time.
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
