"""The values that a network drawing shows for an image: outputs of units, values of links, and class probabilities.

A link carries its weight times the number of its source. Only the strongest links to a unit are reported. All numbers are
bytes, as shares of the largest number, so that an event stays below 30 kB.
"""

import base64
from functools import cached_property

import keras
import numpy as np

from core.analysis.network_columns import (
    MOST_SHEETS,
    DenseConnection,
    DrawnColumn,
    dense_connections,
    drawn_columns,
    links_per_unit,
)
from core.experiment.model import INPUT, Experiment
from core.network_state import NetworkColumn, NetworkLinks, NetworkState, PixelImage
from core.worker.training.build_model import keras_layer_by_id
from core.worker.training.evaluation import as_probabilities
from core.worker.training.validation_view import choose_images, to_pixels

LONGEST_SIDE = 32  # pixels; of a larger image, every second, third ... pixel is reported
MAP_SIDE = 14  # pixels; of a larger map, every second, third ... pixel is reported
MAPS = 4  # maps of a layer that are reported
MOST_OF_STRIP = 784  # numbers of a strip that are reported
ZERO = 128  # the byte of a link that carries nothing
FURTHEST_FROM_ZERO = 127  # the difference between ZERO and the byte of the strongest link


def choose_image(labels: np.ndarray, num_classes: int) -> int:
    """Return the index of the image for the network drawing: the last image of `choose_images`."""
    return int(choose_images(labels, num_classes)[-1])


class NetworkReader:
    """A reader of the values that a network drawing shows for an image, as often as needed during training.

    Parameters
    ----------
    model
        The network, built.
    experiment
        The experiment that the network was made from.
    image
        The image, prepared, (1, height, width, channels).
    label
        The class of the image.
    is_learned
        Whether the image is a training image.
    """

    def __init__(
        self, model: keras.Model, experiment: Experiment, image: np.ndarray, label: int, *, is_learned: bool
    ) -> None:
        self._model = model
        self._experiment = experiment
        self._image = image
        self._label = label
        self._is_learned = is_learned

    def read(self) -> NetworkState:
        """Return the values that the network drawing shows now.

        During training, call this method within `core.worker.training.preserve_state.preserved_state`.
        """
        shown = self._columns
        outputs = {
            layer_id: replace_non_finite(keras.ops.convert_to_numpy(values)[0])
            for layer_id, values in self._outputs(self._image, training=False).items()
        }
        outputs[INPUT] = self._image[0]
        probabilities = as_probabilities(outputs[self._last][None])[0]
        return {
            "image": self._pixels,
            "label": self._label,
            "is_learned": self._is_learned,
            "columns": [column_values(column, outputs) for column in shown],
            "links": [self._links(joint, outputs[joint.fed_by]) for joint in self._joints],
            "answers": np.round(probabilities.astype(float), 4).tolist() if self._has_answers else [],
        }

    @cached_property
    def _columns(self) -> tuple[DrawnColumn, ...]:
        layers = self._experiment.layers
        return drawn_columns(
            self._experiment, {layer.id: keras_layer_by_id(self._model, layer.id).output.shape[1:] for layer in layers}
        )

    @cached_property
    def _joints(self) -> tuple[DenseConnection, ...]:
        return dense_connections(self._experiment, self._columns)

    @property
    def _last(self) -> str:
        return self._experiment.layers[-1].id

    @property
    def _has_answers(self) -> bool:
        return tuple(self._model.output_shape[1:]) == (self._experiment.data.entry.num_classes,)

    @cached_property
    def _outputs(self) -> keras.Model:
        wanted = {column.id for column in self._columns if column.id} | {joint.fed_by for joint in self._joints}
        outputs = {layer_id: keras_layer_by_id(self._model, layer_id).output for layer_id in wanted - {INPUT, self._last}}
        return keras.Model(self._model.inputs[0], {**outputs, self._last: self._model.outputs[0]})

    @cached_property
    def _pixels(self) -> PixelImage:
        pixels = to_pixels(self._image, self._experiment.data.pixels)[0]
        return pixel_image(pixels)

    @cached_property
    def _pixel_of_number(self) -> np.ndarray:
        """The index of the drawn pixel for each number of the image, since a large image is drawn with fewer pixels."""
        _, height, width, channels = self._image.shape
        rows, columns = (np.arange(size) // -(-size // LONGEST_SIDE) for size in (height, width))
        return np.repeat((rows[:, None] * self._pixels["width"] + columns).ravel(), channels)

    def _links(self, joint: DenseConnection, values: np.ndarray) -> NetworkLinks:
        column = next(column for column in self._columns if column.id == joint.target)
        source = next((column for column in self._columns if column.id == joint.source), None)
        kernel = np.asarray(keras.ops.convert_to_numpy(keras_layer_by_id(self._model, joint.target).kernel), "float32")
        carried = values.reshape(-1, 1) * kernel[:, : column.drawn]  # (numbers, units)
        carried, places = self._at_places(carried, source)
        each = links_per_unit(len(self._joints), column.drawn, len(carried))
        return {
            "source": joint.source,
            "target": joint.target,
            "each": each,
            "ends": encode_strongest_links(carried, places, each),
        }

    def _at_places(self, carried: np.ndarray, source: DrawnColumn | None) -> tuple[np.ndarray, np.ndarray]:
        """Return the values of all links, and the index of the drawn pixel, unit or map where each link begins."""
        if source is None:
            return carried, self._pixel_of_number
        if source.kind == "sheets":  # a map carries the sum over its positions; channels are the last axis
            carried = carried.reshape(-1, source.count, carried.shape[-1]).sum(axis=0)
        return carried[: source.drawn], np.arange(source.drawn)


def pixel_image(pixels: np.ndarray) -> PixelImage:
    """Reduce an image, uint8 (height, width, channels), in size for the drawing, and encode its pixels."""
    small = _thinned(pixels, LONGEST_SIDE)
    height, width, channels = small.shape
    return {"height": height, "width": width, "channels": channels, "pixels": as_text(small)}


def encode_strongest_links(amounts: np.ndarray, places: np.ndarray, each: int) -> str:
    """Select the strongest links to each unit, and encode them as the field "ends" of `NetworkLinks`.

    Parameters
    ----------
    amounts
        The numbers that links carry: (positions, units).
    places
        The number of the pixel, unit or map where each link begins.
    each
        The number of links to a unit.
    """
    strongest = np.argsort(-np.abs(amounts), axis=0, kind="stable")[:each]
    amounts = np.take_along_axis(amounts, strongest, axis=0)
    largest = float(np.abs(amounts).max(initial=0.0))
    shares = np.rint(amounts / largest * FURTHEST_FROM_ZERO) if largest else np.zeros_like(amounts)
    begins = places[strongest]
    return as_text(np.stack([begins // 256, begins % 256, shares + ZERO], axis=-1).transpose(1, 0, 2))  # (units, links, 3)


def column_values(
    column: DrawnColumn, outputs: dict[str, np.ndarray], most_maps: int = MAPS, side: int = MAP_SIDE
) -> NetworkColumn:
    """Return the outputs of a layer as its column in the drawing shows them, scaled to bytes.

    Parameters
    ----------
    column
        The column.
    outputs
        The output of each layer for an image, by the layer's id.
    most_maps
        The largest number of maps that are reported.
    side
        The longest side of a reported map.
    """
    if column.kind in ("more", "card"):
        return _without_maps(column.id, "")
    if column.kind == "strip":
        return _without_maps(column.id, as_text(_brightness(_thinned(outputs[column.id].reshape(-1, 1), MOST_OF_STRIP))))
    if column.kind == "dots":
        return _without_maps(column.id, as_text(scale_to_bytes(np.abs(outputs[column.id])[: column.drawn])))
    shown = _maps(outputs[column.id])
    strengths = _map_strengths(shown)
    maps = [_thinned(shown[..., index], side) for index in maps_by_strength(outputs[column.id])[:most_maps]]
    height, width = maps[0].shape
    return {
        "id": column.id,
        "values": as_text(scale_to_bytes(strengths)),
        "maps": [as_text(plane) for plane in _brightness(np.stack(maps))],
        "height": height,
        "width": width,
    }


def maps_by_strength(values: np.ndarray) -> list[int]:
    """Return the indexes of a layer's maps, the map with the largest mean absolute value first."""
    return [int(index) for index in np.argsort(-_map_strengths(_maps(values)), kind="stable")]


def _map_strengths(maps: np.ndarray) -> np.ndarray:
    strengths: np.ndarray = np.abs(maps).mean(axis=(0, 1))[:MOST_SHEETS]
    return strengths


def _without_maps(column_id: str, values: str) -> NetworkColumn:
    return {"id": column_id, "values": values, "maps": [], "height": 0, "width": 0}


def _brightness(values: np.ndarray) -> np.ndarray:
    """Scale values so that the smallest becomes 0 and the largest 255."""
    low, high = float(values.min()), float(values.max())
    scaled: np.ndarray = (values - low) * (255 / (high - low) if high > low else 0.0)
    return scaled


def _maps(values: np.ndarray) -> np.ndarray:
    """Return a layer's output as maps, (rows, columns, maps). A volume gives its middle slice, a sequence a single map."""
    while values.ndim > 3:
        values = values[len(values) // 2]
    return values if values.ndim == 3 else values[..., None]


def replace_non_finite(values: np.ndarray) -> np.ndarray:
    """Return the values as float32, with 0 instead of NaN and infinite values."""
    numbers: np.ndarray = np.nan_to_num(np.asarray(values, "float32"), nan=0.0, posinf=0.0, neginf=0.0)
    return numbers


def _thinned(plane: np.ndarray, longest: int) -> np.ndarray:
    """Take every second, third ... row and column, so that no side is longer than `longest`."""
    return plane[:: -(-plane.shape[0] // longest), :: -(-plane.shape[1] // longest)]


def scale_to_bytes(values: np.ndarray) -> np.ndarray:
    """Scale non-negative values so that the largest becomes 255."""
    largest = float(values.max(initial=0.0))
    return values * (255 / largest) if largest else values


def as_text(numbers: np.ndarray) -> str:
    """Encode numbers from 0 to 255 as bytes in base64."""
    return base64.b64encode(np.rint(numbers).astype("uint8").tobytes()).decode("ascii")
