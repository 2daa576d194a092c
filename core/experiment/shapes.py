"""The summary of a network as Keras reports it: shapes, parameters, and the layer that Keras refused.

`core.worker.training.summary` fills a Summary in; all other modules only read summaries.
"""

from dataclasses import dataclass
from math import prod

Shape = tuple[int | None, ...]  # a shape without the batch; None stands for a size that Keras does not know


@dataclass(frozen=True)
class LayerRow:
    """A row of the summary, which describes a layer."""

    id: str  # the layer's id
    output_shape: Shape  # the shape of the output, without the batch
    parameters: int  # the number of all weights of the layer
    trainable: int  # the number of weights that training changes
    input_shapes: tuple[Shape, ...] = ()  # the shapes of the inputs, in order
    multiply_adds: int = 0  # in the forward pass of an image; see `core.experiment.multiply_adds`

    @property
    def non_trainable(self) -> int:
        """The number of parameters that gradients do not change, such as running means."""
        return self.parameters - self.trainable


@dataclass(frozen=True)
class Summary:
    """The summary of a network, down to the first layer that Keras refuses."""

    input_shape: Shape  # the shape of an image: height, width, channels
    rows: tuple[LayerRow, ...]  # a row for each layer that Keras could build, in order
    refused: str = ""  # the id of the layer that Keras refused, or ""
    reason: str = ""  # the text of Keras' error message
    refused_shapes: tuple[Shape, ...] = ()  # the shapes of the refused layer's inputs

    @property
    def parameters(self) -> int:
        return sum(row.parameters for row in self.rows)

    @property
    def trainable(self) -> int:
        return sum(row.trainable for row in self.rows)

    @property
    def non_trainable(self) -> int:
        return self.parameters - self.trainable

    @property
    def multiply_adds(self) -> int:
        """The multiply-adds in the forward pass of an image; see `core.experiment.multiply_adds`."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def output_shape(self) -> Shape:
        return self.rows[-1].output_shape if self.rows else self.input_shape

    def row(self, layer_id: str) -> LayerRow | None:
        """Return the row of a layer, or None if the layer has no row (yet)."""
        return next((row for row in self.rows if row.id == layer_id), None)

    def inputs_of(self, layer_id: str) -> tuple[Shape, ...]:
        """Return the shapes of a layer's inputs. The result is empty for a layer that Keras has not reached."""
        if layer_id == self.refused:
            return self.refused_shapes
        row = self.row(layer_id)
        return row.input_shapes if row else ()

    def input_of(self, layer_id: str) -> Shape:
        """Return the shape of a layer's first input. If Keras has not reached the layer, return the shape of the image."""
        return next(iter(self.inputs_of(layer_id)), self.input_shape)


def num_values(shape: Shape) -> int:
    """Return the number of values in a shape. Unknown sizes count as 1."""
    return prod(size or 1 for size in shape)


def parameters_text(parameters: int, non_trainable: int) -> str:
    """Write a number of parameters as Keras' `summary()` splits it: "12 parameters, 6 of them non-trainable"."""
    word = "parameter" if parameters == 1 else "parameters"
    split = f", {non_trainable:,} of them non-trainable" if non_trainable else ""
    return f"{parameters:,} {word}{split}"


def shape_text(shape: Shape) -> str:
    """Write a shape for people: "28 × 28 × 1", or "784 numbers"."""
    sizes = ["?" if size is None else f"{size:,}" for size in shape]
    return f"{sizes[0]} number{'' if sizes[0] == '1' else 's'}" if len(sizes) == 1 else " × ".join(sizes)
