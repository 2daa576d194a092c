"""The network as the builder draws it: each layer with what it gives and costs, and the layers that can be added."""

from collections.abc import Sequence
from typing import Any

from core.catalogue import Entry
from core.catalogue.layers import LAYERS
from core.experiment.descriptions import layer_phrase
from core.experiment.graph import inputs_of
from core.experiment.layer_names import layer_label, layer_names
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.ready_blocks import READY_BLOCKS
from core.experiment.shapes import Row, Summary, shape_text
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
SIZES = {"lecture": "Lecture", "course": "Course", "all": "All"}  # of the palette, the smallest first


def drawing(entry: Entry) -> str:
    """The builder's drawing for a layer: one for each family, found by group and traits."""
    if entry.trait("keeps_answer"):
        return "activation"
    if entry.trait("reads_whole_numbers"):
        return "embedding"
    if entry.trait("normalises"):
        return "normalisation"
    group = entry.group.lower()
    return next((name for word, name in DRAWINGS if word in group), "other")


def palette() -> list[dict[str, Any]]:
    """All that can be added: the layers in the catalogue's order, then ready blocks."""
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
            "drawing": drawing(entry),
            "size": entry.trait("size", "all"),
        }
        for entry in LAYERS.values()
    ] + blocks


def blocks(experiment: Experiment, summary: Summary | None, problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """The layers from first to last, as `pages.components.builder.builder` takes them.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    summary
        The table of the layers; None while Keras has not answered.
    problems
        The problems of the experiment; each is shown with the layers that it concerns.
    """
    inputs, names, previous_id, views = inputs_of(experiment), layer_names(experiment), INPUT, []
    roles = layer_roles(experiment, summary)
    for layer in experiment.layers:
        own_problems = [problem for problem in problems if problem.concerns("layers", layer.id)]
        views.append(
            {
                "id": layer.id,
                "name": layer.name,
                "called": names[layer.id],
                "phrase": layer_phrase(layer),
                "group": layer.entry.group,
                "sentence": layer.entry.sentence,
                "drawing": drawing(layer.entry),
                "role": roles[layer.id],
                "block": layer.block,
                "inputs": list(inputs[layer.id]),
                "takes": "" if inputs[layer.id] == (previous_id,) else takes_words(experiment, inputs[layer.id]),
                **_costs(layer, summary),
                "problems": [_problem(problem) for problem in own_problems],
            }
        )
        previous_id = layer.id
    return views


def takes_words(experiment: Experiment, inputs: Sequence[str]) -> str:
    """The inputs of a layer in words: "Conv2D (conv1) and the picture"."""
    known = {INPUT, *(layer.id for layer in experiment.layers)}
    return " and ".join(layer_label(experiment, source) if source in known else "a layer that is gone" for source in inputs)


def _costs(layer: Layer, summary: Summary | None) -> dict[str, Any]:
    """The output and the costs of a layer: empty where they are not known (yet)."""
    row: Row | None = summary.row(layer.id) if summary else None
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
