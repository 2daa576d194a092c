"""Observations of a network while it learns, beside its curves: its answers, and the state of its layers.

Each event uses what a step or a validation computed anyway, or needs a pass over a few hundred images.
"""

from functools import cached_property

import keras
import numpy as np

from core.experiment.model import Experiment
from core.run_events import Confusion, Health, WatchedImages
from core.worker.data.load import Sets
from core.worker.training import layer_stats, validation_view
from core.worker.training.backend_hooks import recorder
from core.worker.training.evaluation import as_probabilities
from core.worker.training.preserve_state import preserved_state

SAMPLE_IMAGES = 512


class Observer:
    """Observe one network in training.

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
            self.indexes = validation_view.choose_images(self.sample_labels, experiment.data.entry.num_classes)

    def watched(self) -> WatchedImages | None:
        """The twelve images to watch; None without a validation set."""
        if self.validation is None:
            return None
        return validation_view.watched(self.sample_images, self.sample_labels, self.experiment.data.pixels, self.indexes)

    def sample(self) -> tuple[dict[str, float], Confusion]:
        """Loss and accuracy by their history names, and the confusion matrix, on a part of the validation set."""
        with preserved_state(self.model) as model:
            answers = model.predict_on_batch(self.sample_images)
        actual = validation_view.as_integers(self.sample_labels)
        measured = {
            "val_loss": float(self.model.loss(self.sample_labels, answers)),
            "val_accuracy": float((answers.argmax(axis=-1) == actual).mean()),
        }
        return measured, self._confusion(actual, answers)

    def whole(self) -> Confusion | None:
        """The confusion matrix on the whole validation set, as the last validation saw it; None without such a set."""
        if self.validation is None:
            return None
        return self._confusion(self.validation[1], self.recorder.answers)

    def health(self) -> Health | None:
        """The measurements of the layers; None without a validation set."""
        if self.validation is None:
            return None
        gradients = self.recorder.gradient_norms()
        with preserved_state(self.model) as model:
            return layer_stats.measure(model, self.experiment, self.sample_images, gradients, self._with_layer_outputs)

    @cached_property
    def _with_layer_outputs(self) -> keras.Model:
        return layer_stats.with_layer_outputs(self.model, self.experiment)

    def _confusion(self, labels: np.ndarray, answers: np.ndarray) -> Confusion:
        probabilities = as_probabilities(answers)
        return {
            "images": len(labels),
            "whole": self.validation is not None and len(labels) == len(self.validation[1]),
            "cells": validation_view.confusion_cells(labels, probabilities.argmax(axis=-1), probabilities),
            "probabilities": np.round(probabilities[self.indexes].astype(float), 4).tolist(),
        }
