"""An image that is sent through a network, with a card for the output of each layer."""

from typing import Any

from core.experiment.layer_names import layer_names
from core.experiment.model import INPUT, Layer
from core.experiment.shapes import LayerRow, shape_text
from core.number_text import percent
from core.teaching.shows.send_through import ForwardPass
from core.views.layer_outputs import LayerOutput
from pages.components.browser_modules import register
from pages.views.shared.view_context import ViewContext

_SEND_THROUGH = register("send_through", folder="views/send_through")


def draw(shown: ViewContext) -> None:
    """Draw the cards of the layers. See `pages.views.shared.view_context.ViewContext`."""
    way: ForwardPass = shown.ground
    data = shown.data() | {
        "image": _pictures(way.glimpse.outputs.get(INPUT)),
        "imageShape": shape_text(way.summary.input_shape),
        "layers": [_layer(way, layer) for layer in way.experiment.layers],
        "largest": way.largest,
    }
    _SEND_THROUGH(key=shown.key, data=data, on_moved_change=shown.on_move)


def _pictures(output: LayerOutput | None) -> list[str]:
    return list(output.pictures) if output else []


def _layer(way: ForwardPass, layer: Layer) -> dict[str, Any]:
    row, output = way.summary.row(layer.id), way.glimpse.outputs.get(layer.id)
    classes = way.experiment.data.entry.classes
    return {
        "name": layer_names(way.experiment)[layer.id],
        "kind": layer.name,
        "shape": shape_text(row.output_shape) if row else "",
        "pictures": _pictures(output),
        "answers": [[classes[label], percent(share)] for label, share in output.likeliest] if output else [],
        "count": _count_words(row) if row else "",
    }


def _count_words(row: LayerRow) -> str:
    """Return the number of a layer's parameters in words.

    For a Dense layer, show the computation from weights and biases.
    """
    if not row.parameters:
        return "0 parameters: it learns nothing"
    inputs, units = row.input_shapes[0] if row.input_shapes else (), row.output_shape
    if len(inputs) == len(units) == 1 and None not in (*inputs, *units):
        weights = int(inputs[0] or 0) * int(units[0] or 0)
        if row.parameters == weights + int(units[0] or 0):
            return f"{inputs[0]:,} × {units[0]:,} weights + {units[0]:,} biases = {row.parameters:,} parameters"
    return f"{row.parameters:,} parameters"
