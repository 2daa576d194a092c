"""Draw a scatter plot of images: the outputs of the last hidden layer, reduced to two dimensions by PCA."""

import keras
import numpy as np
from sklearn.decomposition import PCA

from core.experiment.graph import inputs_of
from core.experiment.model import Experiment
from core.png import to_data_uri
from core.views.feature_map import FeatureScatter, ScatterPoint
from core.worker.data.load import prepare, to_bytes
from core.worker.training.validation_view import choose_images
from core.worker.views.shared.layer_tensors import layer_tensors
from core.worker.views.shared.load_trained import errors_as_problems, load_model, load_set

IMAGES = 400  # images in the plot; nobody could tell more dots apart
BATCH = 100
COLUMNS = 20  # columns of the sheet of images
SIDE = 32  # pixels: larger images are shown by every second, third ... pixel


@errors_as_problems
def feature_map(experiment: Experiment, path: str) -> FeatureScatter:
    """Reduce the last hidden layer's outputs for validation images to two dimensions by PCA.

    Without a validation set, training images are used.
    """
    part = "validation" if experiment.data.num_validation else "training"
    images, labels = load_set(experiment, part)
    chosen = choose_images(labels, experiment.data.entry.num_classes, IMAGES)
    raw = images[chosen]
    layer_ids = inputs_of(experiment)[experiment.layers[-1].id]
    outputs, answers = features(experiment, load_model(experiment, path), prepare(raw, experiment.data), layer_ids)
    name = " and ".join(layer_ids)
    if outputs.shape[1] < 2 or len(outputs) < 2:
        return FeatureScatter(
            part, name, outputs.shape[1], (0.0, 0.0), (), "", 1, "A map needs two numbers for each of two images."
        )
    points, kept = project(outputs)
    predicted = answers.reshape(len(answers), -1).argmax(axis=-1)
    dots = tuple(
        ScatterPoint(int(index), float(x), float(y), int(labels[index]), int(answer))
        for index, (x, y), answer in zip(chosen, points, predicted, strict=True)
    )
    return FeatureScatter(
        part, name, outputs.shape[1], kept, dots, image_sheet(to_bytes(raw, experiment.data.dataset)), COLUMNS
    )


def features(
    experiment: Experiment, built: keras.Model, images: np.ndarray, layer_ids: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the outputs of some layers, with a row for each image, and the outputs of the network.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    images
        The images, prepared.
    layer_ids
        The ids of the layers, which are the inputs of the last layer.
    """
    rows, answers = [], []
    for start in range(0, len(images), BATCH):
        tensors = layer_tensors(experiment, built, images[start : start + BATCH])
        outputs = [np.asarray(keras.ops.convert_to_numpy(tensors[layer_id])) for layer_id in layer_ids]
        rows.append(np.concatenate([output.reshape(len(output), -1) for output in outputs], axis=1))
        answers.append(np.asarray(keras.ops.convert_to_numpy(tensors[experiment.layers[-1].id])))
    return np.concatenate(rows), np.concatenate(answers)


def project(numbers: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """Reduce rows of numbers to points, (rows, 2), by PCA. Return also each axis' share of the variance."""
    if not np.ptp(numbers, axis=0).any():  # the layer gives the same for all
        return np.zeros((len(numbers), 2)), (0.0, 0.0)
    pca = PCA(n_components=2, random_state=0)
    points = pca.fit_transform(numbers.astype("float64"))
    first, second = pca.explained_variance_ratio_
    return points, (float(first), float(second))


def image_sheet(images: np.ndarray) -> str:
    """Join images, uint8 (images, height, width, channels), to a single picture in COLUMNS columns. Return a data: URI."""
    step = -(-max(images.shape[1:3]) // SIDE)
    small = images[:, ::step, ::step]
    rows = -(-len(small) // COLUMNS)
    padded = np.zeros((rows * COLUMNS, *small.shape[1:]), dtype="uint8")
    padded[: len(small)] = small
    lines = padded.reshape(rows, COLUMNS, *small.shape[1:]).transpose(0, 2, 1, 3, 4)
    return to_data_uri(lines.reshape(rows * small.shape[1], COLUMNS * small.shape[2], small.shape[3]))
