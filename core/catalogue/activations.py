"""Activation functions, which layers take by name.

Traits:

- `range`: the lowest and the highest output of a function that is flat at both ends, as a pair.
- `sums_to_one`: True if the outputs add up to 1.
"""

from typing import Any

from core.catalogue import Entry, build_entry, table

BY_LAYER = "the layer of the same name sets it"
LEFT_OUT_ARGUMENTS = {
    "x": "the numbers that come in",
    **dict.fromkeys(("axis", "alpha", "negative_slope", "max_value", "threshold", "b"), BY_LAYER),
    "approximate": "Keras' own is exact",
}


def _function(name: str, sentence: str, formula: str = "", **traits: Any) -> Entry:
    return build_entry(
        "activations",
        name,
        group="Activation",
        sentence=sentence,
        page="layers/activations/",
        arguments={},
        left_out=LEFT_OUT_ARGUMENTS,
        formula=formula,
        **traits,
    )


ACTIVATIONS = table(
    _function("relu", "Sets negative numbers to 0.", r"\max(0, x)"),
    _function("softmax", "Turns numbers into shares that add up to 1.", r"\frac{e^{x_i}}{\sum_j e^{x_j}}", sums_to_one=True),
    _function("sigmoid", "Squeezes every number between 0 and 1.", r"\frac{1}{1 + e^{-x}}", range=(0.0, 1.0)),
    _function("tanh", "Squeezes every number between -1 and 1.", r"\tanh(x)", range=(-1.0, 1.0)),
    _function("linear", "Leaves every number as it is.", "x"),
    _function("gelu", "A smooth relu, as in transformers.", r"x \cdot \Phi(x)"),
    _function("silu", "A smooth relu: each number times its own sigmoid.", r"\frac{x}{1 + e^{-x}}"),
    _function("elu", "Bends negative numbers smoothly towards -1.", r"e^x - 1 \text{ below } 0"),
    _function("selu", "An elu scaled so that deep nets keep mean 0 and variance 1."),
    _function("celu", "An elu without a kink, whatever its alpha."),
    _function("leaky_relu", "Weakens negative numbers to a fifth.", r"\max(0.2\,x, x)"),
    _function("relu6", "A relu that is cut off at 6.", r"\min(\max(0, x), 6)"),
    _function("softplus", "A smooth relu that is never 0.", r"\ln(1 + e^x)"),
    _function(
        "softsign", "Squeezes every number between -1 and 1, more gently than tanh.", r"\frac{x}{1 + |x|}", range=(-1.0, 1.0)
    ),
    _function("exponential", "The exponential function: no number is negative.", "e^x"),
    _function(
        "hard_sigmoid", "A sigmoid of straight lines, which is quicker.", r"\min(\max(0, x / 6 + 0.5), 1)", range=(0.0, 1.0)
    ),
    _function("hard_silu", "A silu of straight lines, which is quicker."),
    _function("hard_tanh", "A tanh of straight lines: cut off at -1 and 1.", r"\min(\max(-1, x), 1)", range=(-1.0, 1.0)),
    _function("hard_shrink", "Sets small numbers to 0 and leaves the others."),
    _function("soft_shrink", "Brings every number a little nearer to 0, and small ones to 0."),
    _function("tanh_shrink", "The rest that tanh takes away.", r"x - \tanh(x)"),
    _function("mish", "A smooth relu that lets a little of negative numbers through.", r"x \tanh(\ln(1 + e^x))"),
    _function("log_sigmoid", "The logarithm of sigmoid.", r"-\ln(1 + e^{-x})"),
    _function("log_softmax", "The logarithm of softmax.", sums_to_one=True),
    _function("sparsemax", "A softmax that sets small shares to 0.", sums_to_one=True),
    _function("sparse_plus", "A relu with a soft bend between -1 and 1."),
    _function("sparse_sigmoid", "A sigmoid that reaches 0 and 1, at -1 and 1.", range=(0.0, 1.0)),
    _function("squareplus", "A smooth relu made of a square root.", r"\frac{x + \sqrt{x^2 + 4}}{2}"),
)
LEFT_OUT_ACTIVATIONS = {
    "hard_swish": "another name of hard_silu",
    "swish": "another name of silu",
    "glu": "halves its input, and is therefore no function of each number",
    "threshold": "has no limits of its own, and a name alone cannot say them",
}
