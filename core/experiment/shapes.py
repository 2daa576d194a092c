"""The table of a stack as Keras reports it: shapes, parameters, and the layer that Keras refused.

`core.worker.training.summary` fills a Summary in; everything else only reads it.
"""

from dataclasses import dataclass
from math import prod

Shape = tuple[int | None, ...]  # without the batch; None where Keras does not know


@dataclass(frozen=True)
class Row:
    """One layer of the table."""

    id: str  # the layer's id
    output_shape: Shape  # of one image, without the batch
    parameters: int  # all of the layer's weights
    trainable: int  # those that training changes
    input_shapes: tuple[Shape, ...] = ()  # of its inputs, in order
    multiply_adds: int = 0  # for one picture on its way forward; see `core.experiment.multiply_adds`

    @property
    def non_trainable(self) -> int:
        """Parameters that gradients do not change, such as running means."""
        return self.parameters - self.trainable


@dataclass(frozen=True)
class Summary:
    """The table of a stack, down to the first layer that Keras refuses."""

    input_shape: Shape  # of one image: height, width, channels
    rows: tuple[Row, ...]  # one for each layer that could be built, in order
    refused: str = ""  # the id of the layer that Keras refused, or ""
    reason: str = ""  # Keras' own words
    refused_shapes: tuple[Shape, ...] = ()  # of that layer's inputs

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
        """For one picture on its way forward; see `core.experiment.multiply_adds`."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def output_shape(self) -> Shape:
        return self.rows[-1].output_shape if self.rows else self.input_shape

    def row(self, layer_id: str) -> Row | None:
        """The row of a layer, or None where there is none (yet)."""
        return next((row for row in self.rows if row.id == layer_id), None)

    def inputs_of(self, layer_id: str) -> tuple[Shape, ...]:
        """The shapes of a layer's inputs; none where Keras has not come that far."""
        if layer_id == self.refused:
            return self.refused_shapes
        row = self.row(layer_id)
        return row.input_shapes if row else ()

    def input_of(self, layer_id: str) -> Shape:
        """The shape of a layer's first input."""
        return next(iter(self.inputs_of(layer_id)), self.input_shape)


def num_values(shape: Shape) -> int:
    """How many numbers a shape holds; unknown sizes count as one."""
    return prod(size or 1 for size in shape)


def parameters_text(parameters: int, non_trainable: int) -> str:
    """A number of parameters for people, as Keras' `summary()` splits it: "12 parameters, 6 of them non-trainable"."""
    word = "parameter" if parameters == 1 else "parameters"
    split = f", {non_trainable:,} of them non-trainable" if non_trainable else ""
    return f"{parameters:,} {word}{split}"


def shape_text(shape: Shape) -> str:
    """A shape for people: "28 × 28 × 1", or "784 numbers"."""
    sizes = ["?" if size is None else f"{size:,}" for size in shape]
    return f"{sizes[0]} number{'' if sizes[0] == '1' else 's'}" if len(sizes) == 1 else " × ".join(sizes)
