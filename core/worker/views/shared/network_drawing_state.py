"""Compute the values for a drawing of all layers and an image, up to the first layer that cannot take its input."""

import math
from collections.abc import Collection, Mapping

import keras
import numpy as np

from core.analysis.network_columns import (
    MOST_SHEETS,
    DenseConnection,
    DrawnColumn,
    layer_columns,
    layer_connections,
    links_per_unit,
)
from core.experiment.model import Experiment
from core.network_state import NetworkDrawingState, NetworkLinks
from core.worker.training.network_state import (
    column_values,
    encode_strongest_links,
    maps_by_strength,
    pixel_image,
    replace_non_finite,
)

MAP_PIXELS = 32_000  # pixels in the maps of all layers together, which a browser gets with each image
LEAST_MAPS = 4  # maps of each layer that are sent in any case
MAP_SIDE = 28  # pixels; of a larger map, every second, third ... pixel is reported


def network_drawing_state(
    experiment: Experiment,
    values: Mapping[str, np.ndarray],
    built: Mapping[str, keras.layers.Layer],
    image: tuple[np.ndarray, int],
    trained: Collection[str] = (),
) -> NetworkDrawingState:
    """Return the values that a network drawing shows for an image, up to the first layer that cannot take its input.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    values
        The output of each layer, without the batch, by the layer's id.
    built
        The layers of Keras, by the same ids.
    image
        The pixels, uint8 (height, width, channels), and the class.
    trained
        The ids of the layers with weights of a trained network.
    """
    outputs = {layer_id: replace_non_finite(numbers) for layer_id, numbers in values.items()}
    shown = layer_columns(experiment, {layer_id: numbers.shape for layer_id, numbers in outputs.items()})
    joints = layer_connections(experiment, shown)
    by_id = {column.id: column for column in shown}
    most_maps = _most_maps({column.id: outputs[column.id].shape for column in shown if column.kind == "sheets"})
    links: list[NetworkLinks] = []
    weights: list[NetworkLinks] = []
    for joint in joints:
        kernel = replace_non_finite(keras.ops.convert_to_numpy(built[joint.target].kernel))
        carried = kernel * outputs[joint.fed_by].reshape(-1, 1)
        for told, amounts in ((weights, kernel), (links, carried)):
            told.append(_links(joint, by_id, amounts, len(joints)))
    answers = _answers(experiment, outputs)
    return {
        "image": pixel_image(image[0]),
        "label": image[1],
        "is_learned": True,
        "columns": [column_values(column, outputs, most_maps.get(column.id, 0), MAP_SIDE) for column in shown],
        "links": links,
        "weights": weights,
        "trained": sorted(trained),
        "maps": {layer_id: maps_by_strength(outputs[layer_id])[:most] for layer_id, most in most_maps.items()},
        "answers": np.round(answers.astype(float), 4).tolist(),
    }


def _most_maps(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """Return how many maps of each layer to send: all drawn maps, or as many as fit an equal share of MAP_PIXELS."""
    sizes = {layer_id: math.prod(min(size, MAP_SIDE) for size in shape[-3:-1]) for layer_id, shape in shapes.items()}
    left, most = MAP_PIXELS, {}
    for done, (layer_id, size) in enumerate(sorted(sizes.items(), key=lambda each: each[1])):  # small maps leave room
        share = left // (len(sizes) - done)
        most[layer_id] = min(MOST_SHEETS, shapes[layer_id][-1], max(LEAST_MAPS, share // size))
        left -= most[layer_id] * size
    return most


def _links(joint: DenseConnection, by_id: Mapping[str, DrawnColumn], amounts: np.ndarray, joint_count: int) -> NetworkLinks:
    source, target = by_id[joint.source], by_id[joint.target]
    at_places = _at_places(amounts[:, : target.drawn], source)
    each = links_per_unit(joint_count, target.drawn, len(at_places))
    ends = encode_strongest_links(at_places, np.arange(len(at_places)), each)
    return {"source": joint.source, "target": joint.target, "each": each, "ends": ends}


def _at_places(amounts: np.ndarray, source: DrawnColumn) -> np.ndarray:
    """Return the values of the links from each drawn unit of the source. For a strip, add up the values of each part."""
    if source.kind != "strip":
        return amounts[: source.drawn]
    starts = -(-np.arange(source.drawn) * len(amounts) // source.drawn)
    summed: np.ndarray = np.add.reduceat(amounts, starts, axis=0)
    return summed


def _answers(experiment: Experiment, outputs: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the class probabilities, or an empty array if the last layer gives no probabilities."""
    values = outputs.get(experiment.layers[-1].id) if experiment.layers else None
    if values is None or values.shape != (experiment.data.entry.num_classes,):
        return np.zeros(0)
    is_probability = np.isclose(values.sum(), 1, atol=1e-3) and bool((values >= 0).all())
    return values if is_probability else np.zeros(0)
