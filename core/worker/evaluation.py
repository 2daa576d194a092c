"""What a trained network says of held-out images, and what follows from it."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from core.experiment import Experiment
from core.files import write_atomically
from core.scores import Scores, score
from core.worker.datasets import Pair

MISTAKES_KEPT = 200  # enough to browse; a file of them takes 1 MB


@dataclass(frozen=True)
class Evaluation:
    """One set, evaluated."""

    metrics: dict[str, float]  # loss and the experiment's metrics, as `model.evaluate` gives them
    scores: Scores  # what scikit-learn computes from the predictions
    labels: np.ndarray  # actual classes, (images,)
    probabilities: np.ndarray  # the network's answers, float32 (images, classes)


def evaluate(model: keras.Model, experiment: Experiment, pair: Pair) -> Evaluation:
    """A model's metrics, predictions and scores on one set.

    Arguments:
        model: compiled and trained.
        experiment: what it was made from.
        pair: images and labels, encoded as the loss reads them.
    """
    images, encoded = pair
    metrics = model.evaluate(images, encoded, verbose=0, return_dict=True)
    answers = model.predict(images, verbose=0)
    labels = encoded.argmax(axis=-1) if encoded.ndim == 2 else encoded
    probabilities = as_probabilities(answers)
    return Evaluation(
        {name: float(value) for name, value in metrics.items()},
        score(labels, probabilities, experiment.data.entry.num_classes),
        labels,
        probabilities,
    )


def as_probabilities(answers: np.ndarray) -> np.ndarray:
    """Answers as probabilities: left as they are where every row adds up to 1, else their softmax (they are logits)."""
    finite = np.nan_to_num(answers, nan=0.0, posinf=1e30, neginf=-1e30)
    if (finite >= 0).all() and np.allclose(finite.sum(axis=-1), 1.0, atol=1e-3):
        return finite
    return np.asarray(keras.ops.softmax(finite, axis=-1))


def save(path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    """Keep the scores and the worst mistakes of one set, for pages to read without Keras.

    Arguments:
        path: a `.npz` file; replaced as a whole.
        evaluation: what `evaluate` gave.
        images: uint8 (images, height, width, channels), for people to look at.
    """
    worst = evaluation.scores.worst_mistakes[:MISTAKES_KEPT]
    content = {
        "confusion_matrix": evaluation.scores.confusion_matrix,
        "precision": evaluation.scores.precision,
        "recall": evaluation.scores.recall,
        "f1": evaluation.scores.f1,
        "support": evaluation.scores.support,
        "mistake_indexes": worst,
        "mistake_images": images[worst],
        "mistake_labels": evaluation.labels[worst],
        "mistake_probabilities": evaluation.probabilities[worst],
        "num_mistakes": np.array(len(evaluation.scores.worst_mistakes)),
    }

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, **content)

    write_atomically(path, write)
