"""From an experiment to a compiled Keras model."""

from typing import Any
from weakref import WeakKeyDictionary

import keras
import numpy as np

from core.catalogue.backends import BACKENDS
from core.experiment.execution import Execution, drawing_when_traced
from core.experiment.graph import call_inputs, inputs_of, is_sequential
from core.experiment.layer_names import custom_names
from core.experiment.model import CATALOGUES, INPUT, NESTED, Experiment, Layer, keras_arguments
from core.export.script import labels_are_integers, metric_class
from core.parameters import EntryRef
from core.worker.keras_patches import reset_layer_names
from core.worker.training.backend_hooks import build_optimizer

_LAYERS_BY_ID: WeakKeyDictionary[keras.Model, dict[str, keras.layers.Layer]] = WeakKeyDictionary()

# Each kind of choice, and the module of keras that holds its classes.
MODULES = {
    "layers": keras.layers,
    "optimizer": keras.optimizers,
    "schedules": keras.optimizers.schedules,
    "loss": keras.losses,
    "callbacks": keras.callbacks,
    "initializers": keras.initializers,
    "regularizers": keras.regularizers,
    "constraints": keras.constraints,
}


def make(chosen: EntryRef, kind: str, **more: object) -> Any:
    """Make the Keras object of a choice: a layer, an optimizer with its schedule, a loss.

    Parameters
    ----------
    chosen
        The choice to make.
    kind
        The name of its catalogue.
    more
        Arguments that nobody chooses, such as a layer's name.
    """
    values = keras_arguments(chosen, CATALOGUES[kind][chosen.name])
    made = {name: make(value, NESTED[name]) if isinstance(value, EntryRef) else value for name, value in values.items()}
    return getattr(MODULES[kind], chosen.name)(**made, **more)


def make_layer(layer: Layer) -> keras.layers.Layer:
    """The Keras layer for a layer of the network; its name is the layer's id."""
    return make(layer, "layers", name=layer.id)


def layer_of(model: keras.Model, layer_id: str) -> keras.layers.Layer:
    """The Keras layer of a model for the layer with this id, whatever its name in the model."""
    return _LAYERS_BY_ID[model][layer_id] if model in _LAYERS_BY_ID else model.get_layer(layer_id)


def call(built: keras.layers.Layer, layer: Layer, inputs: list[Any]) -> Any:
    """The output of a layer for its inputs, passed as the layer takes them: one, several in a list, or one argument each."""
    inputs = call_inputs(layer, inputs)
    if not layer.entry.trait("num_inputs"):
        return built(*inputs)
    return built(*inputs) if layer.entry.trait("takes_arguments") else built(inputs)


def build(experiment: Experiment, execution: Execution | None = None, *, named_as_in_script: bool = False) -> keras.Model:
    """The compiled model of an experiment, built and ready to fit.

    Its random start comes from the seed that is set: call it within `core.worker.keras_patches.seeded`.

    Parameters
    ----------
    experiment
        The experiment to build.
    execution
        How the steps are executed; None takes one step at a time, without XLA.
    named_as_in_script
        Whether layers have the names that they get in the exported script, not their ids. TensorFlow simplifies a graph
        in an order that depends on the names in it, which can change the last digit of a number. `layer_of` finds them
        by their ids all the same.
    """
    names = dict(custom_names(experiment)) if named_as_in_script else {layer.id: layer.id for layer in experiment.layers}
    if named_as_in_script:
        reset_layer_names()  # Keras numbers names within a process; a script begins at 1
    image = keras.Input(experiment.data.entry.image_shape)
    built: dict[str, keras.layers.Layer] = {}

    def make_named(layer: Layer) -> keras.layers.Layer:
        built[layer.id] = make(layer, "layers", **({"name": names[layer.id]} if layer.id in names else {}))
        return built[layer.id]

    if is_sequential(experiment):
        model = keras.Sequential([image, *map(make_named, experiment.layers)])
    else:
        tensors = {INPUT: image}
        for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
            tensors[layer.id] = call(make_named(layer), layer, [tensors[input_id] for input_id in inputs])
        model = keras.Model(image, tensors[experiment.layers[-1].id])
    _LAYERS_BY_ID[model] = built
    model.compile(
        optimizer=make(experiment.compile.optimizer, "optimizer"),
        loss=make(experiment.compile.loss, "loss"),
        metrics=[make_metric(experiment, metric) for metric in experiment.compile.metrics],
        steps_per_execution=execution.steps_per_execution if execution else 1,
        jit_compile=BACKENDS[experiment.fit.backend].always_compiled or bool(execution and execution.jit_compile),
    )
    if execution and execution.is_fused:
        from core.worker.training.xla_loop import fuse  # noqa: PLC0415 - other backends have no such mode, and do without TensorFlow

        fuse(model, execution.steps_per_execution, experiment.fit.batch_size)
    return model


def named_by_ids(model: keras.Model, experiment: Experiment) -> keras.Model:
    """The same trained network, with the ids of its layers as names, for files."""
    named = build(experiment)
    named.optimizer.build(named.trainable_variables)
    copies, originals = ([*network.variables, *network.optimizer.variables] for network in (named, model))
    for copy, original in zip(copies, originals, strict=True):
        copy.assign(original)
    return named


def build_optimizer_and_metrics(model: keras.Model, experiment: Experiment, labels: np.ndarray) -> None:
    """Build the variables of the optimizer and the metrics before the first step.

    Otherwise Keras builds them in that step, and TensorFlow traces the step twice, which takes half of the time until the
    first point. If a layer draws numbers while it is traced, nothing is built here: the step must be traced as often as in
    a script.

    Parameters
    ----------
    model
        The network, compiled and built; none of its numbers changes.
    experiment
        The experiment that the network was built from.
    labels
        Some of the training labels, as the loss reads them.
    """
    if drawing_when_traced(experiment):
        return
    build_optimizer(model)
    model.compute_metrics(None, labels[:1], np.zeros((1, *model.output_shape[1:]), "float32"))
    model.reset_metrics()


def make_metric(experiment: Experiment, metric: EntryRef) -> "keras.metrics.Metric | str":
    """The Keras metric that fits the labels; a string where Keras chooses the class by itself."""
    entry = CATALOGUES["metrics"][metric.name]
    plain = entry.trait("keras_string")
    if plain is not None:
        return str(plain)
    # With a name: Keras numbers names within a process, and a second run would have "auc_1" where the script has "auc".
    name = entry.trait("history_name")
    if labels_are_integers(experiment):
        name = entry.trait("integer_history_name", name)
    return getattr(keras.metrics, metric_class(experiment, metric))(**keras_arguments(metric, entry), name=name)
