"""Keras' `model.summary()` as a table, and which layers are hidden."""

from dataclasses import dataclass

from core.experiment.graph import inputs_of, is_sequential
from core.experiment.layer_names import layer_names
from core.experiment.model import INPUT, Experiment
from core.experiment.shapes import Shape, Summary

INPUT_LAYER, HIDDEN_LAYER, OUTPUT_LAYER = "input layer", "hidden layer", "output layer"


@dataclass(frozen=True)
class SummaryRow:
    """One line of the table, in the words of Keras."""

    layer: str  # its name
    type: str  # its class
    output_shape: str  # with None for the batch
    parameters: int
    role: str  # "hidden layer", "output layer" or ""
    takes: str  # the names of its inputs, joined by commas


def layer_roles(experiment: Experiment, summary: Summary | None) -> dict[str, str]:
    """The role of each layer by its id; "" where it has none.

    A hidden layer learns and stands before the output layer. The output layer is the last one that makes numbers of its own:
    an activation behind it only changes them.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    summary
        The table of the layers, which knows what learns; None while Keras has not answered.
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
    """The lines of `model.summary()`, down to the layer that Keras refused.

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
    """A shape as Keras prints it, with None for the batch: "(None, 28, 28, 1)"."""
    return str((None, *shape))
