"""The network in the form that the builder draws: each layer with its output and costs, and the layers that can be added."""

from collections.abc import Sequence
from typing import Any

from core.analysis.network_columns import layer_column
from core.catalogue import Entry
from core.catalogue.layers import LAYERS
from core.experiment.descriptions import layer_phrase, layer_titles
from core.experiment.graph import inputs_of
from core.experiment.layer_names import layer_label, layer_names
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.ready_blocks import READY_BLOCKS
from core.experiment.shapes import LayerRow, Summary, shape_text
from core.experiment.summary_table import layer_roles
from core.problems import Problem

# A word of a group's name, and the drawing of its layers; the first that fits counts.
DRAWINGS = (
    ("convol", "convolution"),
    ("pool", "pooling"),
    ("recurrent", "recurrent"),
    ("attention", "attention"),
    ("merg", "merging"),
    ("embed", "embedding"),
    ("dropout", "dropout"),
    ("noise", "dropout"),
    ("normali", "normalisation"),
    ("augment", "augmentation"),
    ("preprocess", "augmentation"),
    ("regular", "dropout"),
    ("activation", "activation"),
    ("shape", "shape"),
    ("shaping", "shape"),
    ("connected", "dense"),
    ("wrap", "recurrent"),
)
SIZES = {"lecture": "Basics", "course": "More", "all": "All"}  # of the palette, the smallest first


def drawing(entry: Entry) -> str:
    """Return the name of the builder's drawing for a layer.

    Each family of layers has a drawing, which is found by the traits and the group of the layer.
    """
    if entry.trait("keeps_answer"):
        return "activation"
    if entry.trait("reads_whole_numbers"):
        return "embedding"
    if entry.trait("normalises"):
        return "normalisation"
    group = entry.group.lower()
    return next((name for word, name in DRAWINGS if word in group), "other")


def palette() -> list[dict[str, Any]]:
    """Return all layers that can be added, in the order of the catalogue, and after them the ready blocks."""
    blocks = [
        {
            "name": block.name,
            "group": "Blocks",
            "sentence": block.sentence,
            "drawing": "merging",
            "size": "course",
            "block": True,
        }
        for block in READY_BLOCKS.values()
    ]
    return [
        {
            "name": entry.name,
            "group": entry.group,
            "sentence": entry.sentence,
            "short": entry.trait("short", ""),
            "drawing": drawing(entry),
            "size": entry.trait("size", "all"),
        }
        for entry in LAYERS.values()
    ] + blocks


def blocks(experiment: Experiment, summary: Summary | None, problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return the layers from first to last, in the form of `pages.components.builder.builder`.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    summary
        The table of the layers, or None while Keras has not answered.
    problems
        The problems of the experiment. Each problem is shown with its layers.
    """
    inputs, names, previous_id, views = inputs_of(experiment), layer_names(experiment), INPUT, []
    roles, titles = layer_roles(experiment, summary), layer_titles(experiment)
    for layer in experiment.layers:
        own_problems = [problem for problem in problems if problem.concerns("layers", layer.id)]
        views.append(
            {
                "id": layer.id,
                "name": layer.name,
                "called": names[layer.id],
                "phrase": layer_phrase(layer),
                "title": titles[layer.id],
                "group": layer.entry.group,
                "sentence": layer.entry.sentence,
                "drawing": drawing(layer.entry),
                "role": roles[layer.id],
                "block": layer.block,
                "inputs": list(inputs[layer.id]),
                "takes": "" if inputs[layer.id] == (previous_id,) else inputs_text(experiment, inputs[layer.id]),
                **_costs(layer, summary),
                "column": _column(layer, summary),
                "problems": [_problem(problem) for problem in own_problems],
            }
        )
        previous_id = layer.id
    return views


def inputs_text(experiment: Experiment, inputs: Sequence[str]) -> str:
    """Return the inputs of a layer in words, as in "Conv2D (conv1) and the picture"."""
    known = {INPUT, *(layer.id for layer in experiment.layers)}
    return " and ".join(layer_label(experiment, source) if source in known else "a layer that is gone" for source in inputs)


def _column(layer: Layer, summary: Summary | None) -> dict[str, Any]:
    """Return the kind of the layer's drawing, its number of sheets or units, and its window, if the shape is known."""
    row = summary.row(layer.id) if summary else None
    column = layer_column(layer, row.output_shape if row else ())
    name = layer.entry.trait("window")
    size = layer.argument(name) if name and column.kind == "sheets" else None
    window = [size] * 2 if isinstance(size, int) else list(size or ())
    return {"kind": column.kind, "count": column.count, "drawn": column.drawn, "window": window}


def _costs(layer: Layer, summary: Summary | None) -> dict[str, Any]:
    """Return the output shape, the parameters and the operations of a layer. Unknown values are empty."""
    row: LayerRow | None = summary.row(layer.id) if summary else None
    if row is None:
        return {
            "shape": "no shape yet" if summary else "checking",
            "dims": [],
            "parameters": None,
            "nonTrainable": 0,
            "share": 0,
            "operations": None,
        }
    total = summary.parameters if summary else 0
    return {
        "shape": shape_text(row.output_shape),
        "dims": list(row.output_shape),
        "parameters": row.parameters,
        "nonTrainable": row.non_trainable,
        "share": row.parameters / total if total else 0,
        "operations": row.multiply_adds,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "blocks": problem.blocks,
        "happened": problem.happened,
        "rest": f"{problem.expected} {problem.fix}",
        "why": problem.why,
        "repairs": [{"id": key, "label": repair.label} for key, repair in problem.repairs_by_id.items()],
    }
