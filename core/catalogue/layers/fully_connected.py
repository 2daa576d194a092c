"""The Dense, activation and embedding layers."""

from core.catalogue.layers.arguments import ACTIVATION, VECTOR, layer
from core.parameters import Integer, Optional, Parameter, PerAxisInteger, Real, WorkableRange

ACTIVATION_REQUIRED = Parameter("activation", "relu", ACTIVATION, "The function applied to each number.")
SLOPE = Parameter(
    "negative_slope",
    0.0,
    Real(0.0, 10.0),
    "The slope below 0.",
    "",
    (0.01, 0.1, 0.3),
    workable=WorkableRange(
        0.0, 0.9, "Without a bend this is no activation: two layers in a row are no more than a single layer.", 0.1
    ),
)

FULLY_CONNECTED = (
    layer(
        "Dense",
        group="Fully connected",
        sentence="Every input is joined to every unit: a weighted sum, a bias, and an activation.",
        short="Joins every input to every unit, each link with a weight.",
        page="layers/core_layers/dense/",
        first=("units", "activation"),
        formula=r"y = \mathrm{activation}(x W + b)",
        size="lecture",
        accepted_ranks=VECTOR,
        accepts_higher_rank=True,
        output_size_argument="units",
        initial_arguments={"activation": "relu"},
        sums="dense",
        multiplies={"kernel": "outputs", "bias": "outputs"},
    ),
    layer(
        "Activation",
        group="Activation",
        sentence="Applies a function to every number, such as relu, which sets negative numbers to 0.",
        page="layers/core_layers/activation/",
        own={"activation": ACTIVATION_REQUIRED},
        first=("activation",),
        named_by="activation",
        size="course",
        keeps_answer=True,
    ),
    layer(
        "ReLU",
        group="Activation",
        sentence="Sets negative numbers to 0; or cuts large ones off too, or lets negative ones through weakened.",
        page="layers/activation_layers/relu/",
        own={
            "max_value": Parameter(
                "max_value",
                None,
                Optional(Real(0.0, 1e6), "without limit"),
                "Above this, numbers are cut off.",
                workable=WorkableRange(0.1, 1e6, "All that comes out is nearly 0: nothing reaches the next layer."),
            ),
            "negative_slope": SLOPE,
            "threshold": Parameter(
                "threshold",
                0.0,
                Real(0.0, 1e6),
                "Below this, numbers count as negative.",
                workable=WorkableRange(0.0, 10.0, "All that comes out is 0: nothing reaches the next layer."),
            ),
        },
        first=("max_value", "negative_slope"),
        formula=r"y = \max(0, x)",
        applies="relu",
        keeps_answer=True,
    ),
    layer(
        "LeakyReLU",
        group="Activation",
        sentence="Weakens negative numbers instead of setting them to 0, so that no unit falls silent for good.",
        page="layers/activation_layers/leaky_relu/",
        own={"negative_slope": SLOPE},
        first=("negative_slope",),
        formula=r"y = \max(x, \mathrm{slope} \cdot x)",
        applies="leaky_relu",
        keeps_answer=True,
    ),
    layer(
        "PReLU",
        group="Activation",
        sentence="A leaky relu that learns its slope below 0, for each number of its input.",
        page="layers/activation_layers/prelu/",
        own={
            "shared_axes": Parameter(
                "shared_axes",
                None,
                Optional(PerAxisInteger(1, 4), "a slope for each place"),
                "The axes that share a slope: (1, 2) leaves a slope for each channel of an image.",
            ),
        },
        first=("shared_axes",),
        formula=r"y = \max(0, x) + \alpha \min(0, x)",
        applies="leaky_relu",
        keeps_answer=True,
    ),
    layer(
        "ELU",
        group="Activation",
        sentence="Bends negative numbers smoothly towards a lowest value.",
        page="layers/activation_layers/elu/",
        own={"alpha": Parameter("alpha", 1.0, Real(0.0, 100.0), "How far below 0 the lowest value is.", "", (0.5, 1.0))},
        first=("alpha",),
        formula=r"y = x \text{ for } x > 0,\quad \alpha (e^x - 1) \text{ else}",
        applies="elu",
        keeps_answer=True,
    ),
    layer(
        "Softmax",
        group="Activation",
        sentence="Turns numbers into shares that add up to 1: the larger a number, the larger its share.",
        page="layers/activation_layers/softmax/",
        own={"axis": Parameter("axis", -1, Integer(-3, 3), "Along which axis the shares add up to 1.")},
        formula=r"y_i = \frac{e^{x_i}}{\sum_j e^{x_j}}",
        applies="softmax",
        keeps_answer=True,
    ),
    layer(
        "Identity",
        group="Activation",
        sentence="Returns its input: a point to look at, or a branch that does nothing.",
        page="layers/core_layers/identity/",
        keeps_answer=True,
    ),
)
