"""The normalisation layers, which bring numbers to a common size so that training is steadier."""

import math
from collections.abc import Mapping
from typing import Any

from core.catalogue.layers.arguments import layer
from core.parameters import BooleanValue, Integer, Parameter, Real

AXIS = Parameter("axis", -1, Integer(-3, 3), "The axis to normalise; -1 is the channels.")
# For any other axis, the output of Keras 3.15 has another shape than Keras announces.
LAST_AXIS = Parameter("axis", -1, Integer(-1, -1), "The axis to normalise: the channels.")


def _by_mean_and_variance(values: Mapping[str, Any]) -> tuple[float, float]:
    """Return the factor and the offset by which a Normalization layer with these arguments scales its input."""
    mean, spread = values["mean"], math.sqrt(values["variance"])
    return (spread, mean) if values["invert"] else (1 / spread, -mean / spread)


NORMALIZATION = (
    layer(
        "BatchNormalization",
        group="Normalization",
        sentence="Brings each channel to mean 0 and variance 1 within the batch: training is steadier.",
        short="Scales each channel: in training by its batch, in use by stored values.",
        page="layers/normalization_layers/batch_normalization/",
        first=("momentum",),
        formula=r"y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",
        size="lecture",
        normalises=True,
        reads_whole_batch=True,
    ),
    layer(
        "LayerNormalization",
        group="Normalization",
        sentence="Brings the numbers at each place, or of each step, to mean 0 and variance 1.",
        page="layers/normalization_layers/layer_normalization/",
        own={"axis": AXIS},
        formula=r"y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",
        size="course",
        levels="axis",
        normalises=True,
    ),
    layer(
        "GroupNormalization",
        group="Normalization",
        sentence="Brings groups of channels of each image to mean 0 and variance 1.",
        page="layers/normalization_layers/group_normalization/",
        own={"groups": Parameter("groups", 32, Integer(-1, 4096), "The number of groups; -1 makes each channel a group.")},
        first=("groups",),
        levels="groups",
        normalises=True,
    ),
    layer(
        "RMSNormalization",
        group="Normalization",
        sentence="Divides the numbers of each step by their usual size, and does not move their mean.",
        page="layers/normalization_layers/rms_normalization/",
        own={"axis": LAST_AXIS},
        formula=r"y = \gamma\,\frac{x}{\sqrt{\mathrm{mean}(x^2) + \epsilon}}",
        levels="axis",
        normalises=True,
    ),
    layer(
        "UnitNormalization",
        group="Normalization",
        sentence="Stretches or shrinks the numbers at each place to a length of 1.",
        page="layers/normalization_layers/unit_normalization/",
        own={"axis": AXIS},
        formula=r"y = \frac{x}{\lVert x \rVert_2}",
        levels="axis",
        normalises=True,
    ),
    layer(
        "Normalization",
        group="Normalization",
        sentence="Takes a mean away and divides by a standard deviation, both of which you say.",
        page="layers/preprocessing_layers/numerical/normalization/",
        own={
            "axis": AXIS,
            # None lets `adapt` learn the values from the data before training; here they are given. Lists with a number for
            # each channel are left out: Keras refuses them unless both have as many numbers as there are channels.
            "mean": Parameter("mean", 0.5, Real(-1e6, 1e6), "The number to subtract from all channels.", "", (0.0, 0.5)),
            "variance": Parameter(
                "variance", 0.25, Real(0.0, 1e6, low_open=True), "The square of the divisor, for all channels."
            ),
            "invert": Parameter(
                "invert", False, BooleanValue(), "Whether the layer goes the way back: multiplies, then adds."
            ),
        },
        first=("mean", "variance"),
        formula=r"y = \frac{x - \mathrm{mean}}{\sqrt{\mathrm{variance}}}",
        normalises=True,
        scales_by=_by_mean_and_variance,
    ),
)
