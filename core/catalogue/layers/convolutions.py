"""The convolutions over sequences, pictures and volumes: plain, separable, depthwise and transposed."""

from core.catalogue import Entry
from core.catalogue.layers.arguments import RANK, SPACE, layer, sizes, strides, window
from core.parameters import Optional, Parameter

FIRST = ("filters", "kernel_size", "activation", "padding")
FORMULA = r"y_{ijf} = \mathrm{activation}\Big(\sum_{uvc} x_{i+u,\,j+v,\,c}\, W_{uvcf} + b_f\Big)"


def _own(axes: int) -> dict[str, Parameter]:
    size = {1: "Length", 2: "Height and width", 3: "Depth, height and width"}[axes]
    outside = Optional(sizes(0, 63, axes), "as the other arguments ask")
    return {
        "kernel_size": window(axes, "kernel_size", 3, f"{size} of each pattern.", (3, 5, 7)),
        "strides": strides(axes),
        "dilation_rate": Parameter(
            "dilation_rate", 1, sizes(1, 32, axes), "The distance of the pixels in a window.", "pixels"
        ),
        "output_padding": Parameter("output_padding", None, outside, "The pixels to add on a side of the output.", "pixels"),
    }


def _convolution(name: str, axes: int, page: str, sentence: str, **row: object) -> Entry:
    return layer(
        name,
        **{
            "group": "Convolution",
            "sentence": sentence,
            "page": f"layers/convolution_layers/{page}/",
            "own": _own(axes),
            "first": FIRST,
            "accepted_ranks": RANK[axes],
            "window": "kernel_size",
            "sums": "convolution",
            "multiplies": {"kernel": "outputs", "bias": "outputs"},
            "slow_with_xla": True,
            "initial_arguments": {"activation": "relu"},
            **row,
        },
    )


CONVOLUTIONS = (
    _convolution(
        "Conv2D",
        2,
        "convolution2d",
        "Slides small patterns over the image and reports where each is found.",
        short="Looks for small patterns, and marks where they fit.",
        formula=FORMULA,
        size="lecture",
    ),
    _convolution(
        "SeparableConv2D",
        2,
        "separable_convolution2d",
        "Looks at each channel by itself, then mixes the channels: nearly a convolution, with far fewer weights.",
        size="course",
        sums="separable",
        multiplies={"depthwise_kernel": "outputs", "pointwise_kernel": "outputs", "bias": "outputs"},
    ),
    _convolution(
        "DepthwiseConv2D",
        2,
        "depthwise_convolution2d",
        "Slides patterns over each channel by itself, without mixing the channels.",
        first=("kernel_size", "activation", "padding", "depth_multiplier"),
        sums="depthwise",
    ),
    _convolution(
        "Conv2DTranspose",
        2,
        "convolution2d_transpose",
        "A convolution backwards: each number becomes a pattern, and the image grows.",
        window=None,
        sums="transposed",
        multiplies={"kernel": "inputs", "bias": "outputs"},
    ),
    _convolution(
        "Conv1D",
        1,
        "convolution1d",
        f"Slides short patterns along {SPACE[1]}, such as the rows of an image.",
        size="course",
    ),
    _convolution(
        "SeparableConv1D",
        1,
        "separable_convolution1d",
        f"Looks along {SPACE[1]} at each feature by itself, then mixes the features.",
        sums="separable",
        multiplies={"depthwise_kernel": "outputs", "pointwise_kernel": "outputs", "bias": "outputs"},
    ),
    _convolution(
        "DepthwiseConv1D",
        1,
        "depthwise_convolution1d",
        f"Slides patterns along {SPACE[1]}, over each feature by itself.",
        first=("kernel_size", "activation", "padding", "depth_multiplier"),
        sums="depthwise",
    ),
    _convolution(
        "Conv1DTranspose",
        1,
        "convolution1d_transpose",
        f"A convolution backwards: each step becomes a pattern, and {SPACE[1]} grows longer.",
        window=None,
        sums="transposed",
        multiplies={"kernel": "inputs", "bias": "outputs"},
    ),
    _convolution(
        "Conv3D",
        3,
        "convolution3d",
        "Slides cubes over a volume: images in layers, as of a body, or a film.",
    ),
    _convolution(
        "Conv3DTranspose",
        3,
        "convolution3d_transpose",
        "A convolution backwards: each number becomes a cube, and the volume grows.",
        window=None,
        sums="transposed",
        multiplies={"kernel": "inputs", "bias": "outputs"},
    ),
)
