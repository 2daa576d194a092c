"""The initializers, which set the initial weights. A short name, such as "he_normal", means Keras' default arguments.

Traits:

- `short`: the short names of the initializer.
- `equal_weights`: True if all weights get the same value.
- `equal_if_zero`: all weights get the same value if this argument is 0, or if these two arguments are equal.
- `needs_matrix`: True if the initializer cannot be used for weights in a single row, such as biases.
- `mean_and_spread`: a function of the arguments that returns the mean and the standard deviation of the weights. The trait
  is absent if these two depend on the size of the layer.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from core.catalogue import Entry, build_entry, keras_signatures, table
from core.parameters import Choice, Parameter, Real, WorkableRange

KIND = "initializers"
FAR = "Sums become so large that activations stand at their ends, and gradients explode or vanish."
ARGUMENTS: Mapping[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            "mean",
            0.0,
            Real(-100.0, 100.0),
            "Around which number they lie.",
            "",
            (0.0,),
            workable=WorkableRange(0.0, 0.5, FAR),
        ),
        Parameter(
            "stddev",
            0.05,
            Real(0.0, 100.0),
            "How far they spread: their standard deviation.",
            "",
            (0.01, 0.05, 0.1),
            workable=WorkableRange(0.0, 1.0, FAR),
        ),
        Parameter("minval", -0.05, Real(-100.0, 100.0), "The least of them.", workable=WorkableRange(0.0, 2.0, FAR)),
        Parameter("maxval", 0.05, Real(-100.0, 100.0), "The greatest of them.", workable=WorkableRange(0.0, 2.0, FAR)),
        Parameter(
            "value", 0.0, Real(-100.0, 100.0), "The number that all of them are.", workable=WorkableRange(0.0, 10.0, FAR)
        ),
        Parameter("gain", 1.0, Real(0.0, 100.0), "The factor of the numbers.", workable=WorkableRange(0.0, 10.0, FAR)),
        Parameter("scale", 1.0, Real(0.0, 100.0, low_open=True), "How large their variance is.", "", (1.0, 2.0)),
        Parameter("mode", "fan_in", Choice(("fan_in", "fan_out", "fan_avg")), "Whether inputs or outputs are counted."),
        Parameter(
            "distribution",
            "truncated_normal",
            Choice(("truncated_normal", "untruncated_normal", "uniform")),
            "Bell-shaped, or all equally likely.",
        ),
    )
}
LEFT_OUT_ARGUMENTS = {
    "seed": "the seed of the experiment sets all seeds",
    "input_axes": "Keras reads the axes from the shape of the weights",
    "output_axes": "Keras reads the axes from the shape of the weights",
}


def _initializer(name: str, short: tuple[str, ...], sentence: str, **traits: Any) -> Entry:
    return build_entry(
        KIND,
        name,
        group="Initializer",
        sentence=sentence,
        page="layers/initializers/",
        arguments=ARGUMENTS,
        first=tuple(argument for argument in keras_signatures()[KIND][name] if argument in ARGUMENTS),
        left_out=LEFT_OUT_ARGUMENTS,
        short=short,
        **traits,
    )


def _uniform(values: Mapping[str, Any]) -> tuple[float, float]:
    return (values["minval"] + values["maxval"]) / 2, (values["maxval"] - values["minval"]) / math.sqrt(12)


def _bell(values: Mapping[str, Any]) -> tuple[float, float]:
    return values["mean"], values["stddev"]


def _number(number: float) -> Callable[[Mapping[str, Any]], tuple[float, float]]:
    return lambda _: (number, 0.0)


INITIALIZERS = table(
    _initializer("GlorotUniform", ("glorot_uniform",), "Random, smaller with more inputs and outputs: the usual start."),
    _initializer("GlorotNormal", ("glorot_normal",), "As glorot_uniform, but bell-shaped."),
    _initializer("HeUniform", ("he_uniform",), "Random and a little larger, made for relu."),
    _initializer("HeNormal", ("he_normal",), "As he_uniform, but bell-shaped."),
    _initializer("LecunUniform", ("lecun_uniform",), "Random, the smaller the more inputs."),
    _initializer("LecunNormal", ("lecun_normal",), "As lecun_uniform, but bell-shaped: made for selu."),
    _initializer(
        "Orthogonal",
        ("orthogonal",),
        "Random and at right angles to each other: for recurrent weights.",
        needs_matrix=True,
        equal_if_zero=("gain",),
    ),
    _initializer(
        "RandomUniform",
        ("random_uniform", "uniform"),
        "Random between two numbers, all equally likely.",
        equal_if_zero=("minval", "maxval"),
        mean_and_spread=_uniform,
    ),
    _initializer(
        "RandomNormal",
        ("random_normal", "normal"),
        "Random and bell-shaped around a mean.",
        equal_if_zero=("stddev",),
        mean_and_spread=_bell,
    ),
    _initializer(
        "TruncatedNormal",
        ("truncated_normal",),
        "As random_normal, but nothing far away.",
        equal_if_zero=("stddev",),
        mean_and_spread=_bell,
    ),
    _initializer("VarianceScaling", ("variance_scaling",), "The general form of glorot, he and lecun: random, by size."),
    _initializer(
        "Zeros",
        ("zeros", "Zeros"),
        "All 0: for biases, never for weights.",
        equal_weights=True,
        mean_and_spread=_number(0.0),
    ),
    _initializer("Ones", ("ones",), "All 1.", equal_weights=True, mean_and_spread=_number(1.0)),
    _initializer(
        "Constant", (), "All the same number.", equal_weights=True, mean_and_spread=lambda values: (values["value"], 0.0)
    ),
    _initializer(
        "Identity", ("identity",), "Returns its input: for square weights, as of a SimpleRNN's memory.", needs_matrix=True
    ),
)
LEFT_OUT_INITIALIZERS = {
    "Initializer": "the base of all, and does nothing itself",
    "IdentityInitializer": "another name of Identity",
    "OrthogonalInitializer": "another name of Orthogonal",
    "STFT": "for sound, not for images",
    "STFTInitializer": "for sound, not for images",
}
