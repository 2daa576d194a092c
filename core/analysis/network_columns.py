"""The layers that a network drawing shows as columns, and the pairs of columns whose links are weights of a Dense layer.

`core.worker.training.network_state` computes the numbers of columns and links for an image.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.experiment.descriptions import layer_phrase
from core.experiment.graph import inputs_of, is_sequential
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.shapes import Shape, num_values
from core.number_text import quantity

MOST_COLUMNS = 6  # drawn columns; a longer network shows its first and last layers
MOST_UNITS = 128  # units of a column that are drawn as dots
MOST_SHEETS = 32  # maps of a column that are drawn as sheets
MOST_LINKS = 2560  # links of a network; more links look like a carpet, and take a browser longer than a frame
MOST_LINKS_OF_COLUMN = 1280  # links between two neighbouring columns
# Groups of layers without a column of their own: they change neither the number nor the order of units.
PASSED = ("Shape", "Regularization", "Activation", "Normalization", "Preprocessing", "Augmentation")
MOST_PARTS = 28  # drawn parts of a strip: links begin at a part, not at each number of the strip

Kind = Literal["dots", "sheets", "more", "strip", "card"]


@dataclass(frozen=True)
class DrawnColumn:
    """A layer in the drawing of a network. A column of the kind "more" stands for several layers that are left out."""

    id: str  # the layer's id
    kind: Kind
    count: int  # the number of units, maps or numbers, or of the layers that are not drawn
    drawn: int  # the number of drawn dots, sheets or parts
    side: str = ""  # the size of a map: "26 × 26"
    phrase: str = ""  # the layer in a few words

    @property
    def title(self) -> str:
        """The heading of the column, such as "128 units", "32 maps" or "12 more layers"."""
        if self.kind == "more":
            return quantity(self.count, "more layer")
        return quantity(self.count, "unit" if self.kind == "dots" else "map")

    @property
    def note(self) -> str:
        """The text after the heading, such as "128 drawn" or "26 × 26". The text can be empty."""
        parts = [self.side, f"{self.drawn} drawn" if self.kind != "more" and self.drawn < self.count else ""]
        return ", ".join(filter(None, parts))


@dataclass(frozen=True)
class DenseConnection:
    """Two neighbouring columns. The target is a Dense layer, whose weights multiply the numbers of the source."""

    source: str  # the id of the column; INPUT for the image
    target: str  # the id of the column of the Dense layer
    fed_by: str  # the id of the Dense layer's input layer; INPUT for the image


def drawn_columns(experiment: Experiment, shapes: Mapping[str, Shape]) -> tuple[DrawnColumn, ...]:
    """Return the columns of a network drawing. If there are more than MOST_COLUMNS, layers in the middle are left out.

    Return an empty tuple if the shape of a layer is unknown.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    shapes
        The shape of each layer's output, without the batch, by the layer's id.
    """
    if not experiment.layers or any(layer.id not in shapes for layer in experiment.layers):
        return ()
    last = last_layer_with_units(experiment)
    drawn = [layer for layer in experiment.layers if layer == last or not has_no_column(layer)]
    drawn = drawn[: drawn.index(last) + 1]
    made = tuple(_column(layer, shapes[layer.id]) for layer in drawn)
    if len(made) <= MOST_COLUMNS:
        return made
    left_out = len(made) - MOST_COLUMNS + 1
    middle = DrawnColumn("", "more", left_out, 0)
    first = MOST_COLUMNS // 2
    return (*made[:first], middle, *made[first + left_out :])


def sized_columns(experiment: Experiment) -> tuple[DrawnColumn, ...]:
    """Return the columns of a stack of Dense layers from their argument `units`, before Keras has computed any shape.

    Returns
    -------
    tuple[DrawnColumn, ...]
        An empty tuple for any other network.
    """
    layers = experiment.layers
    dense = [layer for layer in layers if not has_no_column(layer)]
    is_flat = bool(dense) and any(layer.entry.trait("flattens") for layer in layers[: layers.index(dense[0])])
    if not is_flat or not is_sequential(experiment) or any(layer.entry.trait("sums") != "dense" for layer in dense):
        return ()
    units = [layer.argument("units") for layer in dense]
    if not all(isinstance(count, int) and count > 0 for count in units):
        return ()
    shapes: dict[str, Shape] = {layer.id: () for layer in layers}
    return drawn_columns(experiment, shapes | {layer.id: (count,) for layer, count in zip(dense, units, strict=True)})


def layer_columns(experiment: Experiment, shapes: Mapping[str, Shape]) -> tuple[DrawnColumn, ...]:
    """Return a column for each layer with a known shape, for a drawing that shows every layer.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    shapes
        The shape of each layer's output, without the batch, by the layer's id.
    """
    return tuple(layer_column(layer, shapes.get(layer.id, ())) for layer in experiment.layers if shapes.get(layer.id))


def layer_column(layer: Layer, shape: Shape) -> DrawnColumn:
    """Return the column of a layer, for a drawing that shows every layer.

    Parameters
    ----------
    layer
        The layer.
    shape
        The shape of the layer's output, without the batch. An empty tuple means that the shape is unknown.
    """
    if not shape:
        units = layer.argument("units") if layer.entry.trait("sums") == "dense" else None
        if not isinstance(units, int) or units < 1:
            return DrawnColumn(layer.id, "card", 0, 0, phrase=layer_phrase(layer))
        shape = (units,)
    if len(shape) == 1 and layer.entry.trait("flattens") and layer.entry.group == "Shape":
        numbers = num_values(shape)
        return DrawnColumn(layer.id, "strip", numbers, min(numbers, MOST_PARTS), phrase=layer_phrase(layer))
    column = _column(layer, shape)
    has_places = layer.entry.trait("sums") and (column.kind == "dots" or len(shape) > 2)
    return column if has_places else replace(column, kind="card", drawn=0)


def has_no_column(layer: Layer) -> bool:
    """Return whether a network drawing has no column for a layer, as for Dropout or Flatten."""
    return layer.entry.group in PASSED


def last_layer_with_units(experiment: Experiment) -> Layer:
    """Return the layer that computes the class scores. Later layers, such as Softmax, only apply a function to them."""
    index = len(experiment.layers) - 1
    while index and is_sequential(experiment) and _keeps_places(experiment.layers[index]):
        index -= 1
    return experiment.layers[index]


def dense_connections(experiment: Experiment, drawn: Sequence[DrawnColumn]) -> tuple[DenseConnection, ...]:
    """Return the pairs of neighbouring columns whose second column is a Dense layer, with a weight for each link."""
    pairs = []
    inputs, by_id = inputs_of(experiment), {layer.id: layer for layer in experiment.layers}
    for source, column in zip([INPUT, *(column.id for column in drawn)], drawn, strict=False):
        layer = by_id.get(column.id)
        if layer is None or layer.entry.trait("sums") != "dense" or column.kind != "dots" or not source:
            continue
        fed_by = reached = inputs[layer.id][0]
        while reached != source and reached != INPUT and _keeps_places(by_id[reached]) and len(inputs[reached]) == 1:
            reached = inputs[reached][0]
        if reached == source:
            pairs.append(DenseConnection(source, layer.id, fed_by))
    return tuple(pairs)


def layer_connections(experiment: Experiment, drawn: Sequence[DrawnColumn]) -> tuple[DenseConnection, ...]:
    """Return each Dense layer of `layer_columns` with the column that feeds the Dense layer.

    Layers between both that keep the order of the numbers, such as Dropout, are skipped.
    """
    pairs = []
    kinds, inputs = {column.id: column.kind for column in drawn}, inputs_of(experiment)
    by_id = {layer.id: layer for layer in experiment.layers}
    for layer in experiment.layers:
        if layer.entry.trait("sums") != "dense" or kinds.get(layer.id) != "dots":
            continue
        fed_by = reached = inputs[layer.id][0]
        while kinds.get(reached) == "card" and _keeps_places(by_id[reached]) and len(inputs[reached]) == 1:
            reached = inputs[reached][0]
        if kinds.get(reached) in ("dots", "strip"):
            pairs.append(DenseConnection(reached, layer.id, fed_by))
    return tuple(pairs)


def reads_pixels(experiment: Experiment, layer_id: str) -> bool:
    """Return whether the inputs of a layer are the pixels of the image, in their order."""
    inputs, by_id = inputs_of(experiment), {layer.id: layer for layer in experiment.layers}
    reached = inputs[layer_id]
    while len(reached) == 1 and reached[0] != INPUT and _keeps_places(by_id[reached[0]]):
        reached = inputs[reached[0]]
    return tuple(reached) == (INPUT,)


def links_per_unit(joint_count: int, targets: int, sources: int) -> int:
    """Return how many links are drawn to each unit of a column: the strongest, within the limits of the drawing."""
    most = min(MOST_LINKS_OF_COLUMN, MOST_LINKS // max(1, joint_count))
    return max(1, min(sources, most // max(1, targets)))


def _keeps_places(layer: Layer) -> bool:
    """Return whether each output of a layer belongs to the input at the same index, as in Dropout or Flatten."""
    if layer.entry.group == "Shape":
        return bool(layer.entry.trait("flattens"))
    return layer.entry.group in PASSED and (layer.entry.group != "Preprocessing" or bool(layer.entry.trait("normalises")))


def _column(layer: Layer, shape: Shape) -> DrawnColumn:
    phrase = layer_phrase(layer)
    if len(shape) == 1:
        units = num_values(shape)
        return DrawnColumn(layer.id, "dots", units, min(units, MOST_UNITS), phrase=phrase)
    maps = shape[-1] or 1 if len(shape) > 2 else 1
    plane = shape[-3:-1] if len(shape) > 2 else shape
    side = " × ".join(str(size or "?") for size in plane)
    return DrawnColumn(layer.id, "sheets", maps, min(maps, MOST_SHEETS), side, phrase)
