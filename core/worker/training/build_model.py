"""Build a compiled Keras model from an experiment."""

from typing import Any
from weakref import WeakKeyDictionary

import keras
import numpy as np

from core.catalogue.backends import BACKENDS
from core.experiment.execution import Execution, random_when_traced
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


def make_keras_object(chosen: EntryRef, kind: str, **more: object) -> Any:
    """Create the Keras object for an entry of the catalogue, such as a layer, a loss, or an optimizer with its schedule.

    Parameters
    ----------
    chosen
        The name of the class in the catalogue, with its arguments.
    kind
        The name of the catalogue, a key of MODULES.
    more
        Further arguments that a person does not choose, such as a layer's name.
    """
    values = keras_arguments(chosen, CATALOGUES[kind][chosen.name])
    made = {
        name: make_keras_object(value, NESTED[name]) if isinstance(value, EntryRef) else value
        for name, value in values.items()
    }
    return getattr(MODULES[kind], chosen.name)(**made, **more)


def make_layer(layer: Layer) -> keras.layers.Layer:
    """Create the Keras layer for a layer of an experiment. Its name is the layer's id."""
    return make_keras_object(layer, "layers", name=layer.id)


def keras_layer_by_id(model: keras.Model, layer_id: str) -> keras.layers.Layer:
    """Return the Keras layer of a model by the id in the experiment, even if the layer has another name in the model."""
    return _LAYERS_BY_ID[model][layer_id] if model in _LAYERS_BY_ID else model.get_layer(layer_id)


def call_layer(built: keras.layers.Layer, layer: Layer, inputs: list[Any]) -> Any:
    """Call a layer with its input tensors: a single tensor, a list, or separate arguments, as the layer expects."""
    inputs = call_inputs(layer, inputs)
    if not layer.entry.trait("num_inputs"):
        return built(*inputs)
    return built(*inputs) if layer.entry.trait("takes_arguments") else built(inputs)


def build(experiment: Experiment, execution: Execution | None = None, *, named_as_in_script: bool = False) -> keras.Model:
    """Build and compile the model of an experiment, ready to fit.

    The random initial weights come from the seed that is set: call this within `core.worker.keras_patches.seeded`.

    Parameters
    ----------
    experiment
        The experiment to build.
    execution
        How the steps are executed. None means single steps without XLA.
    named_as_in_script
        Whether the layers have their names in the exported script instead of their ids. TensorFlow simplifies a graph
        in an order that depends on names, which can change the last digit of a number. `keras_layer_by_id` finds the
        layers by their ids in both cases.
    """
    names = dict(custom_names(experiment)) if named_as_in_script else {layer.id: layer.id for layer in experiment.layers}
    if named_as_in_script:
        reset_layer_names()  # Keras numbers names within a process, and a script begins at 1
    image = keras.Input(experiment.data.entry.image_shape)
    built: dict[str, keras.layers.Layer] = {}

    def make_named(layer: Layer) -> keras.layers.Layer:
        built[layer.id] = make_keras_object(layer, "layers", **({"name": names[layer.id]} if layer.id in names else {}))
        return built[layer.id]

    if is_sequential(experiment):
        model = keras.Sequential([image, *map(make_named, experiment.layers)])
    else:
        tensors = {INPUT: image}
        for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
            tensors[layer.id] = call_layer(make_named(layer), layer, [tensors[input_id] for input_id in inputs])
        model = keras.Model(image, tensors[experiment.layers[-1].id])
    _LAYERS_BY_ID[model] = built
    model.compile(
        optimizer=make_keras_object(experiment.compile.optimizer, "optimizer"),
        loss=make_keras_object(experiment.compile.loss, "loss"),
        metrics=[make_metric(experiment, metric) for metric in experiment.compile.metrics],
        steps_per_execution=execution.steps_per_execution if execution else 1,
        jit_compile=BACKENDS[experiment.fit.backend].always_compiled or bool(execution and execution.jit_compile),
    )
    if execution and execution.is_fused:
        from core.worker.training.xla_loop import fuse  # noqa: PLC0415 - other backends have no such mode, and do without TensorFlow

        fuse(model, execution.steps_per_execution, experiment.fit.batch_size)
    return model


def named_by_ids(model: keras.Model, experiment: Experiment) -> keras.Model:
    """Return a copy of a trained network whose layers are named by their ids, to be saved to a file."""
    named = build(experiment)
    named.optimizer.build(named.trainable_variables)
    copies, originals = ([*network.variables, *network.optimizer.variables] for network in (named, model))
    for copy, original in zip(copies, originals, strict=True):
        copy.assign(original)
    return named


def build_optimizer_and_metrics(model: keras.Model, experiment: Experiment, labels: np.ndarray) -> None:
    """Build the variables of the optimizer and the metrics before the first step.

    Otherwise Keras builds them in that step, and TensorFlow traces the step twice, which takes half of the time until the
    first point of a curve. If a layer draws random numbers while TensorFlow traces the step, this function builds nothing:
    each trace changes the numbers, so the step must be traced as often as in the exported script.

    Parameters
    ----------
    model
        The compiled and built network. This function does not change its weights.
    experiment
        The experiment that the network was built from.
    labels
        At least one of the training labels, in the form that the loss expects.
    """
    if random_when_traced(experiment):
        return
    build_optimizer(model)
    model.compute_metrics(None, labels[:1], np.zeros((1, *model.output_shape[1:]), "float32"))
    model.reset_metrics()


def make_metric(experiment: Experiment, metric: EntryRef) -> "keras.metrics.Metric | str":
    """Return the Keras metric for integer or one-hot labels. Return a string if Keras itself chooses the class."""
    entry = CATALOGUES["metrics"][metric.name]
    plain = entry.trait("keras_string")
    if plain is not None:
        return str(plain)
    # Without this name, Keras would number its own: a second run would have "auc_1" instead of the script's "auc".
    name = entry.trait("history_name")
    if labels_are_integers(experiment):
        name = entry.trait("integer_history_name", name)
    return getattr(keras.metrics, metric_class(experiment, metric))(**keras_arguments(metric, entry), name=name)
