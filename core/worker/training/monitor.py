"""What can be seen of a network while it learns, beside its curves: its answers, and how its layers do.

Each event costs a look at what a step or a validation computed anyway, or at a few hundred images.
"""

from functools import cached_property
from typing import Any

import keras
import numpy as np

from core.experiment.model import Experiment
from core.worker.data.load import Sets
from core.worker.training import layer_stats, validation_view
from core.worker.training.backend_hooks import recorder
from core.worker.training.evaluation import as_probabilities
from core.worker.training.preserve_state import preserved_state

SAMPLE_IMAGES = 512


class Observer:
    """Looks at one network in training.

    Parameters
    ----------
    model
        The network, compiled and not traced yet.
    experiment
        The experiment that is trained.
    sets
        The training, validation and test set of the experiment.
    """

    def __init__(self, model: keras.Model, experiment: Experiment, sets: Sets) -> None:
        self.model = model
        self.experiment = experiment
        self.validation = sets.validation
        num_images = 0 if sets.validation is None else len(sets.validation[0])
        self.recorder = recorder(model, num_images)
        if sets.validation is not None:
            images, labels = sets.validation
            self.sample_images, self.sample_labels = images[:SAMPLE_IMAGES], labels[:SAMPLE_IMAGES]
            self.indexes = validation_view.choose(self.sample_labels, experiment.data.entry.num_classes)

    def watched(self) -> dict[str, Any] | None:
        """The `watched` event: the dozen images; None without a validation set."""
        if self.validation is None:
            return None
        found = validation_view.watched(self.sample_images, self.sample_labels, self.experiment.data.pixels, self.indexes)
        return {"kind": "watched", **found}

    def sample(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Loss, accuracy and answers on a part of the validation set, as fields of a `sample` and of a `look` event."""
        with preserved_state(self.model) as model:
            answers = model.predict_on_batch(self.sample_images)
        actual = validation_view.as_integers(self.sample_labels)
        measured = {
            "val_loss": float(self.model.loss(self.sample_labels, answers)),
            "val_accuracy": float((answers.argmax(axis=-1) == actual).mean()),
        }
        return measured, self._look(actual, answers)

    def whole(self) -> dict[str, Any] | None:
        """The fields of a `look` event on the whole validation set, as the last validation saw it."""
        if self.validation is None:
            return None
        return self._look(self.validation[1], self.recorder.answers)

    def health(self) -> dict[str, Any] | None:
        """The fields of a `health` event; None without a validation set."""
        if self.validation is None:
            return None
        gradients = self.recorder.gradient_norms()
        with preserved_state(self.model) as model:
            return layer_stats.measure(model, self.experiment, self.sample_images, gradients, self._looked_into)

    @cached_property
    def _looked_into(self) -> keras.Model:
        return layer_stats.looked_into(self.model, self.experiment)

    def _look(self, labels: np.ndarray, answers: np.ndarray) -> dict[str, Any]:
        probabilities = as_probabilities(answers)
        return {
            "images": len(labels),
            "whole": self.validation is not None and len(labels) == len(self.validation[1]),
            **validation_view.look(labels, probabilities.argmax(axis=-1), probabilities),
            "probabilities": np.round(probabilities[self.indexes].astype(float), 4).tolist(),
        }
