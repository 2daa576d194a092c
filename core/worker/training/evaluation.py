"""A trained network's predictions for held-out images, their scores, and the file that stores both."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from core.analysis.scores import Scores, compute_scores
from core.catalogue.datasets.entry import Pair
from core.experiment.model import Experiment
from core.files import write_atomically
from core.worker.training.build_model import make_keras_object

MISTAKES_KEPT = 200  # misclassified images that are stored in any case, enough to browse
PICTURES_BYTES = 1_000_000  # bytes of misclassified images, before compression: enough for all mistakes on small images


@dataclass(frozen=True)
class Evaluation:
    """The metrics, scores and predictions of a network on the validation or test set."""

    metrics: dict[str, float]  # loss and the experiment's metrics, as `model.evaluate` gives them
    scores: Scores  # computed by scikit-learn from the predictions
    labels: np.ndarray  # actual classes, (images,)
    probabilities: np.ndarray  # the network's answers, float32 (images, classes)
    losses: np.ndarray  # the loss of each image, float32 (images,); see `losses_of`


def evaluate(model: keras.Model, experiment: Experiment, pair: Pair) -> Evaluation:
    """Evaluate a model on labelled images: compute its metrics, predictions and scores.

    Parameters
    ----------
    model
        The network, compiled and trained.
    experiment
        The experiment that the network was made from.
    pair
        The images and the labels, encoded as the loss reads them.
    """
    images, encoded = pair
    metrics = model.evaluate(images, encoded, verbose=0, return_dict=True)
    answers = model.predict(images, verbose=0)
    labels = encoded.argmax(axis=-1) if encoded.ndim == 2 else encoded
    probabilities = as_probabilities(answers)
    return Evaluation(
        {name: float(value) for name, value in metrics.items()},
        compute_scores(labels, probabilities, experiment.data.entry.num_classes),
        labels,
        probabilities,
        losses_of(experiment, encoded, answers, probabilities[np.arange(len(labels)), labels]),
    )


def losses_of(experiment: Experiment, encoded: np.ndarray, answers: np.ndarray, of_truth: np.ndarray) -> np.ndarray:
    """Return the loss of each image, float32 (images,).

    Parameters
    ----------
    experiment
        The experiment that owns the loss.
    encoded
        The labels, as the loss reads them.
    answers
        The network's outputs.
    of_truth
        The probability of each image's own class. A loss that compares all images of a batch at once, such as Dice, has no
        value for a single image. Each image then gets the cross-entropy, minus the logarithm of this probability.
    """
    losses = keras.ops.convert_to_numpy(make_keras_object(experiment.compile.loss, "loss", reduction=None)(encoded, answers))
    if losses.shape != of_truth.shape:
        losses = -np.log(np.maximum(of_truth, keras.config.epsilon()))
    return np.asarray(losses.astype("float32"))


def as_probabilities(answers: np.ndarray) -> np.ndarray:
    """Convert network outputs to probabilities. Outputs that are negative or do not add up to 1 get a softmax."""
    finite = np.nan_to_num(answers, nan=0.0, posinf=1e30, neginf=-1e30)
    if (finite >= 0).all() and np.allclose(finite.sum(axis=-1), 1.0, atol=1e-3):
        return np.asarray(finite)
    return np.asarray(keras.ops.softmax(finite, axis=-1))


def save(path: Path, evaluation: Evaluation, images: np.ndarray, indexes_in_files: np.ndarray) -> None:
    """Store an evaluation for `core.analysis.evaluation_files`, so that pages can show the set without Keras.

    Parameters
    ----------
    path
        The `.npz` file, which is replaced as a whole.
    evaluation
        The result of `evaluate`.
    images
        The images for display, uint8 (images, height, width, channels). Only images of the worst mistakes are stored.
    indexes_in_files
        The index of each image in the files, (images,).
    """
    scores = evaluation.scores
    worst = scores.worst_mistakes[: max(MISTAKES_KEPT, PICTURES_BYTES // images[0].size)]
    content = {
        "labels": evaluation.labels.astype("int32"),
        "probabilities": evaluation.probabilities.astype("float32"),
        "losses": evaluation.losses,
        "places": indexes_in_files.astype("int32"),
        "confusion_matrix": scores.confusion_matrix,
        "precision": scores.precision,
        "recall": scores.recall,
        "f1": scores.f1,
        "support": scores.support,
        "order": scores.order,
        "top_k": np.array(list(scores.top_k.items()), dtype="float64").reshape(-1, 2),
        **{f"calibration_{name}": np.asarray(value) for name, value in vars(scores.calibration).items()},
        "mistake_indexes": worst,
        "mistake_images": images[worst],
        "mistake_labels": evaluation.labels[worst],
        "mistake_probabilities": evaluation.probabilities[worst],
        "num_mistakes": np.array(len(scores.worst_mistakes)),
    }

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, **content)

    write_atomically(path, write)
