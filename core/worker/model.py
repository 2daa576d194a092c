"""An experiment to a compiled Keras model."""

import keras

from core.experiment import CATALOGUES, Chosen, Experiment, Layer
from core.export import metric_class


def make_layer(layer: Layer) -> keras.layers.Layer:
    """The Keras layer that a layer of the stack stands for."""
    return getattr(keras.layers, layer.name)(**dict(layer.arguments))


def build(experiment: Experiment) -> keras.Sequential:
    """The compiled model of an experiment, built and ready to fit.

    Its random start comes from Keras' global seed: call `keras.utils.set_random_seed` first.
    """
    layers = [make_layer(layer) for layer in experiment.layers]
    model = keras.Sequential([keras.Input(experiment.data.entry.image_shape), *layers])
    chosen = experiment.compile
    model.compile(
        optimizer=getattr(keras.optimizers, chosen.optimizer.name)(**dict(chosen.optimizer.arguments)),
        loss=getattr(keras.losses, chosen.loss.name)(**dict(chosen.loss.arguments)),
        metrics=[make_metric(experiment, metric) for metric in chosen.metrics],
    )
    return model


def make_metric(experiment: Experiment, metric: Chosen) -> "keras.metrics.Metric | str":
    """The Keras metric that fits the labels; a string where Keras chooses the class by itself."""
    plain = CATALOGUES["metrics"][metric.name].trait("keras_string")
    if plain is not None:
        return str(plain)
    return getattr(keras.metrics, metric_class(experiment, metric))(**dict(metric.arguments))
