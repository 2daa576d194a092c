"""Keras' `model.summary()` as a table, with the role of each layer: hidden layer or output layer."""

from dataclasses import dataclass

from core.experiment.graph import inputs_of, is_sequential
from core.experiment.layer_names import layer_names
from core.experiment.model import INPUT, Experiment
from core.experiment.shapes import Shape, Summary

INPUT_LAYER, HIDDEN_LAYER, OUTPUT_LAYER = "input layer", "hidden layer", "output layer"


@dataclass(frozen=True)
class SummaryRow:
    """A row of `model.summary()`, with the role of its layer."""

    layer: str  # the name of the layer
    type: str  # the class of the layer
    output_shape: str  # the shape of the output, with None for the batch
    parameters: int
    role: str  # "hidden layer", "output layer" or ""
    takes: str  # the names of the layer's inputs, joined by commas


def layer_roles(experiment: Experiment, summary: Summary | None) -> dict[str, str]:
    """Return the role of each layer by its id. The role is an empty string for a layer without a role.

    A hidden layer has weights and stands before the output layer. The output layer is the last layer, apart from layers
    that only transform its outputs, such as an activation.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    summary
        The table of the layers, with their weights, or None while Keras has not answered.
    """
    makers = [layer.id for layer in experiment.layers if not layer.entry.trait("keeps_answer")]
    output = makers[-1] if makers else ""
    roles = {}
    for layer in experiment.layers:
        row = summary.row(layer.id) if summary else None
        learns = bool(row and row.parameters)
        is_hidden = learns and layer.id in makers
        roles[layer.id] = OUTPUT_LAYER if layer.id == output else HIDDEN_LAYER if is_hidden else ""
    return roles


def summary_rows(experiment: Experiment, summary: Summary) -> list[SummaryRow]:
    """Return the rows of `model.summary()`, down to the layer that Keras refused.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    summary
        The table of its layers.
    """
    names, sources, roles = layer_names(experiment), inputs_of(experiment), layer_roles(experiment, summary)
    called = {**names, INPUT: "inputs"}
    rows = []
    for layer in experiment.layers:
        row = summary.row(layer.id)
        if row is not None:
            takes = (
                "" if is_sequential(experiment) else ", ".join(called.get(source, source) for source in sources[layer.id])
            )
            shape = batch_shape(row.output_shape)
            rows.append(SummaryRow(names[layer.id], layer.name, shape, row.parameters, roles[layer.id], takes))
    return rows


def batch_shape(shape: Shape) -> str:
    """Write a shape in Keras' notation, with None for the batch: "(None, 28, 28, 1)"."""
    return str((None, *shape))
