"""What the last hidden layer gives for many images, laid out on a plane: images that it finds alike lie near each other."""

import keras
import numpy as np
from sklearn.decomposition import PCA

from core.analysis.explanations import FeatureScatter, ScatterPoint
from core.experiment.graph import inputs_of
from core.experiment.model import Experiment
from core.png import to_data_uri
from core.worker.data.load import prepare, to_bytes
from core.worker.interpret.layer_activations import layer_tensors
from core.worker.interpret.load_trained import errors_as_problems, load_model, load_set
from core.worker.training.validation_view import choose

IMAGES = 400  # dots that can still be told apart
BATCH = 100
COLUMNS = 20  # of the sheet of images
SIDE = 32  # pixels: of larger images, every second, third ... pixel is in the sheet


@errors_as_problems
def feature_map(experiment: Experiment, path: str) -> FeatureScatter:
    """Images of the validation set as the last hidden layer sees them, by scikit-learn's PCA.

    Parameters
    ----------
    experiment
        Only its data, its layers and its seed matter; without a validation set, training images are taken.
    path
        The file of the weights; see `core.worker.interpret.load_trained.load_model`.
    """
    part = "validation" if experiment.data.num_validation else "training"
    images, labels = load_set(experiment, part)
    chosen = choose(labels, experiment.data.entry.num_classes, IMAGES)
    raw = images[chosen]
    taken = inputs_of(experiment)[experiment.layers[-1].id]
    numbers, answers = features(experiment, load_model(experiment, path), prepare(raw, experiment.data), taken)
    name = " and ".join(taken)
    if numbers.shape[1] < 2 or len(numbers) < 2:
        return FeatureScatter(
            part, name, numbers.shape[1], (0.0, 0.0), (), "", 1, "A map needs two numbers for each of two images."
        )
    places, kept = project(numbers)
    said = answers.reshape(len(answers), -1).argmax(axis=-1)
    dots = tuple(
        ScatterPoint(int(index), float(x), float(y), int(labels[index]), int(answer))
        for index, (x, y), answer in zip(chosen, places, said, strict=True)
    )
    return FeatureScatter(
        part, name, numbers.shape[1], kept, dots, image_sheet(to_bytes(raw, experiment.data.dataset)), COLUMNS
    )


def features(
    experiment: Experiment, built: keras.Model, images: np.ndarray, taken: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The outputs of some layers, a row for each image, and the answers of the network.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    images
        The images, prepared.
    taken
        The ids of the layers; those that the last layer takes.
    """
    rows, answers = [], []
    for start in range(0, len(images), BATCH):
        found = layer_tensors(experiment, built, images[start : start + BATCH])
        given = [np.asarray(keras.ops.convert_to_numpy(found[one])) for one in taken]
        rows.append(np.concatenate([one.reshape(len(one), -1) for one in given], axis=1))
        answers.append(np.asarray(keras.ops.convert_to_numpy(found[experiment.layers[-1].id])))
    return np.concatenate(rows), np.concatenate(answers)


def project(numbers: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """Rows of numbers as places on a plane, (rows, 2), and the share of all differences that each axis shows."""
    if not np.ptp(numbers, axis=0).any():  # the layer gives the same for all
        return np.zeros((len(numbers), 2)), (0.0, 0.0)
    found = PCA(n_components=2, random_state=0)
    places = found.fit_transform(numbers.astype("float64"))
    first, second = found.explained_variance_ratio_
    return places, (float(first), float(second))


def image_sheet(images: np.ndarray) -> str:
    """Images, uint8 (images, height, width, channels), as one picture with COLUMNS of them in a row; a data: URI."""
    step = -(-max(images.shape[1:3]) // SIDE)
    small = images[:, ::step, ::step]
    rows = -(-len(small) // COLUMNS)
    padded = np.zeros((rows * COLUMNS, *small.shape[1:]), dtype="uint8")
    padded[: len(small)] = small
    lines = padded.reshape(rows, COLUMNS, *small.shape[1:]).transpose(0, 2, 1, 3, 4)
    return to_data_uri(lines.reshape(rows * small.shape[1], COLUMNS * small.shape[2], small.shape[3]))
