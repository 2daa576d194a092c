"""The layers that merge several inputs."""

from core.catalogue import Entry
from core.catalogue.layers.arguments import SEVERAL, layer
from core.parameters import BooleanValue, Integer, Parameter

TWO = (2, 2)


def _merge(name: str, sentence: str, formula: str = "", **row: object) -> Entry:
    defaults = {"group": "Merging", "page": f"layers/merging_layers/{name.lower()}/", "num_inputs": SEVERAL}
    return layer(name, **{"sentence": sentence, "formula": formula, **defaults, **row})


MERGING = (
    _merge(
        "Add",
        "Adds the outputs of several layers, number by number: the way back of a skip connection.",
        r"y = x_1 + x_2 + \dots",
        ends_shortcut=True,
        size="course",
    ),
    _merge(
        "Concatenate",
        "Lays the outputs of several layers side by side, by default along the channels.",
        own={"axis": Parameter("axis", -1, Integer(-4, 4), "Along which axis; -1 is the channels.")},
        size="course",
    ),
    _merge(
        "Multiply",
        "Multiplies the outputs of several layers, number by number: a layer may open or close a gate for another.",
        r"y = x_1 \cdot x_2 \cdot \dots",
    ),
    _merge(
        "Average",
        "Takes the mean of the outputs of several layers, number by number.",
        r"y = \frac{x_1 + x_2 + \dots}{n}",
        averages=True,
    ),
    _merge("Maximum", "Keeps the largest output of several layers, number by number.", r"y = \max(x_1, x_2, \dots)"),
    _merge("Minimum", "Keeps the smallest output of several layers, number by number.", r"y = \min(x_1, x_2, \dots)"),
    _merge(
        "Subtract",
        "Takes the second input away from the first, number by number.",
        "y = x_1 - x_2",
        num_inputs=TWO,
    ),
    _merge(
        "Dot",
        "Multiplies two inputs along an axis and adds up: how much alike they are.",
        r"y = \sum_i a_i b_i",
        own={
            "axes": Parameter("axes", -1, Integer(-3, 3), "Along which axis of both."),
            "normalize": Parameter("normalize", False, BooleanValue(), "Whether only the direction counts, not the length."),
        },
        first=("axes", "normalize"),
        num_inputs=TWO,
        sum_axes_argument="axes",
    ),
)
