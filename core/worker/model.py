"""An experiment to a compiled Keras model."""

import keras

from core.catalogue.backends import BACKENDS
from core.execution import Execution
from core.experiment import CATALOGUES, Chosen, Experiment, Layer, passed
from core.export import labels_are_integers, metric_class
from core.worker.feeding import feed_without_tuner

feed_without_tuner()


def make_layer(layer: Layer) -> keras.layers.Layer:
    """The Keras layer that a layer of the stack stands for."""
    return getattr(keras.layers, layer.name)(**passed(layer, layer.entry))


def build(experiment: Experiment, execution: Execution | None = None) -> keras.Sequential:
    """The compiled model of an experiment, built and ready to fit.

    Its random start comes from Keras' global seed: call `keras.utils.set_random_seed` first.

    Arguments:
        experiment: what to make.
        execution: how its steps are executed; None: one at a time, without XLA.
    """
    layers = [make_layer(layer) for layer in experiment.layers]
    model = keras.Sequential([keras.Input(experiment.data.entry.image_shape), *layers])
    optimizer, loss = experiment.compile.optimizer, experiment.compile.loss
    model.compile(
        optimizer=make_optimizer(optimizer),
        loss=getattr(keras.losses, loss.name)(**passed(loss, CATALOGUES["loss"][loss.name])),
        metrics=[make_metric(experiment, metric) for metric in experiment.compile.metrics],
        steps_per_execution=execution.steps_per_execution if execution else 1,
        jit_compile=BACKENDS[experiment.fit.backend].always_compiled or bool(execution and execution.jit_compile),
    )
    return model


def make_optimizer(optimizer: Chosen) -> keras.optimizers.Optimizer:
    """The Keras optimizer of a choice, with its schedule where one drives the learning rate."""
    values = passed(optimizer, CATALOGUES["optimizer"][optimizer.name])
    made = {name: make_schedule(value) if isinstance(value, Chosen) else value for name, value in values.items()}
    return getattr(keras.optimizers, optimizer.name)(**made)


def make_schedule(schedule: Chosen) -> keras.optimizers.schedules.LearningRateSchedule:
    """The Keras schedule of a choice."""
    values = passed(schedule, CATALOGUES["schedules"][schedule.name])
    return getattr(keras.optimizers.schedules, schedule.name)(**values)


def make_callback(callback: Chosen) -> keras.callbacks.Callback:
    """The Keras callback of a choice."""
    return getattr(keras.callbacks, callback.name)(**passed(callback, CATALOGUES["callbacks"][callback.name]))


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
