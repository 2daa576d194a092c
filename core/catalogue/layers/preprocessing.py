"""The layers that prepare pictures without randomness: they scale, resize, crop or discretise."""

from collections.abc import Mapping
from typing import Any

from core.catalogue.layers.arguments import IMAGE, layer
from core.catalogue.layers.reshaping import INTERPOLATIONS
from core.parameters import BooleanValue, Choice, Integers, Parameter, Real, Reals

BILINEAR = ("bilinear", *(interpolation for interpolation in INTERPOLATIONS if interpolation != "bilinear"))


def _rescaling(values: Mapping[str, Any]) -> tuple[float, float]:
    """Return the factor and the offset by which a Rescaling layer with these arguments scales its input."""
    return values["scale"], values["offset"]


PREPROCESSING = (
    layer(
        "Rescaling",
        group="Preprocessing",
        sentence="Multiplies every number and adds an offset: 1/255 brings pixels of 0 to 255 to 0 to 1.",
        short="For pixels from 0 to 255: divides by 255, so that they lie from 0 to 1.",
        page="layers/preprocessing_layers/image_preprocessing/rescaling/",
        own={
            "scale": Parameter("scale", 0.00392156862745098, Real(-1e6, 1e6), "The factor of each number."),
        },
        first=("scale", "offset"),
        formula=r"y = x \cdot \mathrm{scale} + \mathrm{offset}",
        size="lecture",
        normalises=True,
        scales_by=_rescaling,
    ),
    layer(
        "Resizing",
        group="Preprocessing",
        sentence="Brings images to another height and width.",
        page="layers/preprocessing_layers/image_preprocessing/resizing/",
        own={
            "interpolation": Parameter(
                "interpolation", "bilinear", Choice(BILINEAR), "How values between pixels are found."
            ),
            "crop_to_aspect_ratio": Parameter(
                "crop_to_aspect_ratio", False, BooleanValue(), "Whether the rest is cut off, instead of squeezed in."
            ),
            "pad_to_aspect_ratio": Parameter(
                "pad_to_aspect_ratio", False, BooleanValue(), "Whether empty sides are filled, instead of stretched over."
            ),
            "fill_mode": Parameter("fill_mode", "constant", Choice(("constant",)), "How empty sides are filled."),
            "antialias": Parameter("antialias", False, BooleanValue(), "Whether the layer smooths before resizing."),
        },
        first=("height", "width", "interpolation"),
        accepted_ranks=IMAGE,
        slow_with_xla=True,
        at_most_one=("crop_to_aspect_ratio", "pad_to_aspect_ratio"),
    ),
    layer(
        "CenterCrop",
        group="Preprocessing",
        sentence="Cuts the middle out of each image.",
        page="layers/preprocessing_layers/image_preprocessing/center_crop/",
        first=("height", "width"),
        accepted_ranks=IMAGE,
        slow_with_xla=True,
    ),
    layer(
        "AutoContrast",
        group="Preprocessing",
        sentence="Stretches each image so that its darkest pixel is black and its brightest white.",
        page="layers/preprocessing_layers/image_preprocessing/auto_contrast/",
        first=("value_range",),
        accepted_ranks=IMAGE,
        pixel_range="value_range",
        slow_with_xla=True,
    ),
    layer(
        "ContrastLimitedAdaptiveHistogramEqualization",
        group="Preprocessing",
        sentence="Spreads the brightness of each part of an image by itself, but not so far that noise stands out.",
        page="layers/preprocessing_layers/image_preprocessing/contrast_limited_adaptive_histogram_equalization/",
        own={
            "clip_limit": Parameter(
                "clip_limit", 4.0, Real(0.0, 1000.0, low_open=True), "How far, at most.", "", (2.0, 4.0)
            ),
            # Keras fails for a single number, though its documentation allows it.
            "tile_grid_size": Parameter(
                "tile_grid_size", (8, 8), Integers(2, 2, 1, 64), "Into how many parts, down and across."
            ),
        },
        first=("value_range", "clip_limit"),
        accepted_ranks=IMAGE,
        pixel_range="value_range",
        slow_with_xla=True,
    ),
    layer(
        "Discretization",
        group="Preprocessing",
        sentence="Sorts numbers into steps and gives the step's whole number, for an Embedding to read.",
        page="layers/preprocessing_layers/numerical/discretization/",
        own={
            "bin_boundaries": Parameter(
                "bin_boundaries", (0.25, 0.5, 0.75), Reals(1, 16, -1e6, 1e6), "The borders between the steps."
            ),
        },
        first=("bin_boundaries",),
        gives_whole_numbers="bin_boundaries",
        slow_with_xla=True,
    ),
)
