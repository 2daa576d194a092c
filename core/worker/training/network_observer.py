"""Measure a network during training: its predictions for the validation set, and the state of its layers.

Each measurement uses the numbers of a step or a validation, or needs a forward pass of a few hundred images.
"""

from functools import cached_property

import keras
import numpy as np

from core.experiment.model import Experiment
from core.network_state import NetworkState, WatchedImages
from core.run_events import Confusion, Health
from core.worker.data.load import Sets
from core.worker.training import layer_stats, validation_view
from core.worker.training.backend_hooks import recorder
from core.worker.training.evaluation import as_probabilities
from core.worker.training.network_state import NetworkReader, choose_image
from core.worker.training.preserve_state import preserved_state

SAMPLE_IMAGES = 512


class NetworkObserver:
    """An observer that measures a network during training.

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
        self._network = self._network_reader(sets)

    def watched(self) -> WatchedImages | None:
        """Return the validation images whose predictions are shown during training. Return None without such a set."""
        if self.validation is None:
            return None
        return validation_view.watched(self.sample_images, self.sample_labels, self.experiment.data.pixels, self.indexes)

    def sample(self) -> tuple[dict[str, float], Confusion]:
        """Return {"val_loss", "val_accuracy"} and the confusion matrix for the first images of the validation set."""
        with preserved_state(self.model) as model:
            answers = model.predict_on_batch(self.sample_images)
        actual = validation_view.as_integers(self.sample_labels)
        measured = {
            "val_loss": float(self.model.loss(self.sample_labels, answers)),
            "val_accuracy": float((answers.argmax(axis=-1) == actual).mean()),
        }
        return measured, self._confusion(actual, answers)

    def whole(self) -> Confusion | None:
        """Return the confusion matrix of the last validation, on the whole set. Return None without a validation set."""
        if self.validation is None:
            return None
        return self._confusion(self.validation[1], self.recorder.answers)

    def network(self) -> NetworkState:
        """Return the values that the network drawing shows: outputs of units, links and class probabilities."""
        with preserved_state(self.model):
            return self._network.read()

    def health(self) -> Health | None:
        """Return the measurements of `layer_stats` for all layers. Return None without a validation set."""
        if self.validation is None:
            return None
        gradients = self.recorder.gradient_norms()
        with preserved_state(self.model) as model:
            return layer_stats.measure(model, self.experiment, self.sample_images, gradients, self._with_layer_outputs)

    def _network_reader(self, sets: Sets) -> NetworkReader:
        images, labels = sets.validation or sets.train
        actual = validation_view.as_integers(labels[:SAMPLE_IMAGES])
        index = choose_image(actual, self.experiment.data.entry.num_classes)
        is_learned = sets.validation is None
        return NetworkReader(
            self.model, self.experiment, images[index : index + 1], int(actual[index]), is_learned=is_learned
        )

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
