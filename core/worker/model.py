"""An experiment to a compiled Keras model."""

import keras

from core.experiment import CATALOGUES, Chosen, Experiment, Layer, passed
from core.export import labels_are_integers, metric_class


def make_layer(layer: Layer) -> keras.layers.Layer:
    """The Keras layer that a layer of the stack stands for."""
    return getattr(keras.layers, layer.name)(**passed(layer, layer.entry))


def build(experiment: Experiment) -> keras.Sequential:
    """The compiled model of an experiment, built and ready to fit.

    Its random start comes from Keras' global seed: call `keras.utils.set_random_seed` first.
    """
    layers = [make_layer(layer) for layer in experiment.layers]
    model = keras.Sequential([keras.Input(experiment.data.entry.image_shape), *layers])
    optimizer, loss = experiment.compile.optimizer, experiment.compile.loss
    model.compile(
        optimizer=getattr(keras.optimizers, optimizer.name)(**passed(optimizer, CATALOGUES["optimizer"][optimizer.name])),
        loss=getattr(keras.losses, loss.name)(**passed(loss, CATALOGUES["loss"][loss.name])),
        metrics=[make_metric(experiment, metric) for metric in experiment.compile.metrics],
    )
    return model


def make_metric(experiment: Experiment, metric: Chosen) -> "keras.metrics.Metric | str":
    """The Keras metric that fits the labels; a string where Keras chooses the class by itself."""
    entry = CATALOGUES["metrics"][metric.name]
    plain = entry.trait("keras_string")
    if plain is not None:
        return str(plain)
    # Named, since Keras numbers the names of a process: the second run here would have "auc_1" where the script has "auc".
    name = entry.trait("history_name")
    if labels_are_integers(experiment):
        name = entry.trait("integer_history_name", name)
    return getattr(keras.metrics, metric_class(experiment, metric))(**passed(metric, entry), name=name)
