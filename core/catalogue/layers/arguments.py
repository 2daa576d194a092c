"""The arguments that several layers share, with the facts that Keras does not state."""

import re
from collections.abc import Mapping
from typing import Any

from core.catalogue import Entry, build_entry
from core.catalogue.activations import ACTIVATIONS
from core.catalogue.constraints import CONSTRAINTS
from core.catalogue.initializers import INITIALIZERS
from core.catalogue.regularizers import REGULARIZERS
from core.parameters import (
    BooleanValue,
    Choice,
    EntryChoice,
    Integer,
    Integers,
    Optional,
    Parameter,
    PerAxisInteger,
    Real,
    RealOrRange,
    WorkableRange,
)

LEFT_OUT = {
    "data_format": "images are height, width, channels everywhere here",
    "name": "layers are named by their place",
    "dtype": "all numbers here are of 32 bits",
    "lora_rank": "for fine-tuning a finished net, not for training",
    "lora_alpha": "for fine-tuning a finished net, not for training",
    "quantization_config": "for shrinking a finished net, not for training",
    "noise_shape": "drops whole rows or channels, as SpatialDropout does; needs the batch size",
    "seed": "the seed of the experiment sets every layer's",
    "return_state": "gives several outputs, which a layer here cannot pass on",
    "stateful": "carries memory between batches of unrelated images",
    "use_cudnn": "Keras chooses by itself",
    "flash_attention": "Keras chooses by itself",
    "weights": "an array, which no widget can hold",
    "backward_layer": "Keras reads backwards with a copy of the layer itself",
    "synchronized": "for training on several machines at once",
    "renorm_clipping": "a dictionary, which no widget can hold",
    "mask_zero": "pixels of value 0 are part of the image, not padding",
    "num_bins": "limits learned from the data before training; bin_boundaries says them outright",
    "output_mode": "an Embedding reads whole numbers",
    "sparse": "a way of storing that other layers do not read",
}


def _named(kind: str, catalogue: Mapping[str, Entry]) -> EntryChoice:
    """Return a constraint that allows any entry of a catalogue, as a short name or as an EntryRef with arguments."""
    return EntryChoice(
        kind, tuple(catalogue), tuple(short for entry in catalogue.values() for short in entry.trait("short"))
    )


# The names of layers in code, by group or class, if these names differ from the class's name in snake case.
SHORT_NAMES = {
    "Pooling": "pool",
    "Normalization": "norm",
    "MultiHeadAttention": "attention",
    "GroupQueryAttention": "attention",
    "AdditiveAttention": "attention",
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "Concatenate": "concat",
    "UpSampling1D": "upsampling",
    "UpSampling2D": "upsampling",
    "UpSampling3D": "upsampling",
    "ContrastLimitedAdaptiveHistogramEqualization": "equalization",
}

ACTIVATION = Choice(tuple(ACTIVATIONS))
INITIALIZER = _named("initializers", INITIALIZERS)
# For weights in a single row, such as biases.
ROW_INITIALIZER = _named(
    "initializers", {name: entry for name, entry in INITIALIZERS.items() if not entry.trait("needs_matrix")}
)
REGULARIZER = Optional(_named("regularizers", REGULARIZERS))
CONSTRAINT = Optional(_named("constraints", CONSTRAINTS))
FRACTION = Real(0.0, 1.0, high_open=True)
UNITS = Integer(1, 1_000_000)
PIXELS = RealOrRange(-255.0, 255.0, single=False)
FILLS = ("reflect", "constant", "nearest", "wrap")

ARGUMENTS = {
    parameter.name: parameter
    for parameter in (
        Parameter("units", 64, UNITS, "How many units, which is how many numbers come out.", "", (16, 64, 128, 256)),
        Parameter("activation", None, Optional(ACTIVATION), "The function applied to each output."),
        Parameter("recurrent_activation", "sigmoid", ACTIVATION, "The function of the gates."),
        Parameter("use_bias", True, BooleanValue(), "Whether each output adds a number of its own."),
        Parameter("filters", 32, Integer(1, 4096), "How many patterns to look for.", "", (8, 16, 32, 64)),
        Parameter("kernel_size", 3, PerAxisInteger(1, 64), "Height and width of each pattern.", "pixels", (3, 5, 7)),
        Parameter("pool_size", 2, PerAxisInteger(1, 64), "Height and width of the window.", "pixels", (2, 3)),
        Parameter("strides", None, Optional(PerAxisInteger(1, 64), "as the window"), "How far the window moves.", "pixels"),
        Parameter("padding", "valid", Choice(("valid", "same")), "Whether zeros around the image keep its size."),
        Parameter("dilation_rate", 1, PerAxisInteger(1, 32), "Gaps between the pixels that a pattern looks at.", "pixels"),
        Parameter("groups", 1, Integer(1, 4096), "Into how many groups the channels are split."),
        Parameter("kernel_initializer", "glorot_uniform", INITIALIZER, "How the weights start."),
        Parameter("recurrent_initializer", "orthogonal", INITIALIZER, "How the recurrent weights start."),
        Parameter("bias_initializer", "zeros", ROW_INITIALIZER, "How the biases start."),
        Parameter("beta_initializer", "zeros", ROW_INITIALIZER, "How the learned offset starts."),
        Parameter("gamma_initializer", "ones", ROW_INITIALIZER, "How the learned scale starts."),
        Parameter("moving_mean_initializer", "zeros", ROW_INITIALIZER, "How the running mean starts."),
        Parameter("moving_variance_initializer", "ones", ROW_INITIALIZER, "How the running variance starts."),
        Parameter("embeddings_initializer", "uniform", INITIALIZER, "How the vectors start."),
        Parameter("kernel_regularizer", None, REGULARIZER, "A penalty on large weights."),
        Parameter("recurrent_regularizer", None, REGULARIZER, "A penalty on large recurrent weights."),
        Parameter("bias_regularizer", None, REGULARIZER, "A penalty on large biases."),
        Parameter("beta_regularizer", None, REGULARIZER, "A penalty on a large offset."),
        Parameter("gamma_regularizer", None, REGULARIZER, "A penalty on a large scale."),
        Parameter("embeddings_regularizer", None, REGULARIZER, "A penalty on long vectors."),
        Parameter("activity_regularizer", None, REGULARIZER, "A penalty on large outputs."),
        Parameter("kernel_constraint", None, CONSTRAINT, "A rule that the weights must keep."),
        Parameter("recurrent_constraint", None, CONSTRAINT, "A rule that the recurrent weights must keep."),
        Parameter("bias_constraint", None, CONSTRAINT, "A rule that the biases must keep."),
        Parameter("beta_constraint", None, CONSTRAINT, "A rule that the offset must keep."),
        Parameter("gamma_constraint", None, CONSTRAINT, "A rule that the scale must keep."),
        Parameter("embeddings_constraint", None, CONSTRAINT, "A rule that the vectors must keep."),
        Parameter("keepdims", False, BooleanValue(), "Whether height and width stay, as 1 by 1."),
        Parameter("rate", 0.3, FRACTION, "Which share of the inputs is set to 0 in training.", "", (0.2, 0.3, 0.5)),
        Parameter("axis", -1, Integer(-3, 3), "Which axis is normalised; -1 is the channels."),
        Parameter("momentum", 0.99, FRACTION, "How slowly the running mean and variance change."),
        Parameter("epsilon", 0.001, Real(0.0, 1.0, low_open=True), "A small number that avoids dividing by zero."),
        Parameter("center", True, BooleanValue(), "Whether an offset (beta) is learned."),
        Parameter("scale", True, BooleanValue(), "Whether a scale (gamma) is learned."),
        Parameter("renorm", False, BooleanValue(), "Batch renormalisation, for small batches."),
        Parameter("renorm_momentum", 0.99, FRACTION, "How slowly the renormalisation changes."),
        Parameter("target_shape", (28, 28), Integers(1, 5, -1, 1_000_000), "The new shape; -1 stands for the rest."),
        Parameter("offset", 0.0, Real(-1e6, 1e6), "The number to add after the multiplication."),
        Parameter("dropout", 0.0, FRACTION, "Which share of the inputs is set to 0 in training."),
        Parameter("recurrent_dropout", 0.0, FRACTION, "Which share of the memory is set to 0 in training."),
        Parameter("return_sequences", False, BooleanValue(), "Whether every step gives an output, or only the last."),
        Parameter("go_backwards", False, BooleanValue(), "Whether the sequence is read from its end."),
        Parameter("unroll", False, BooleanValue(), "Whether the loop is written out: faster to run, slower to start."),
        Parameter("unit_forget_bias", True, BooleanValue(), "Whether the forget gate starts open."),
        Parameter("reset_after", True, BooleanValue(), "Whether the reset gate acts after the multiplication."),
        Parameter("depth_multiplier", 1, Integer(1, 64), "How many patterns for each channel."),
        Parameter("depthwise_initializer", "glorot_uniform", INITIALIZER, "How the patterns start."),
        Parameter("pointwise_initializer", "glorot_uniform", INITIALIZER, "How the mixing of channels starts."),
        Parameter("alpha_initializer", "zeros", ROW_INITIALIZER, "How the slopes start."),
        Parameter("depthwise_regularizer", None, REGULARIZER, "A penalty on large patterns."),
        Parameter("pointwise_regularizer", None, REGULARIZER, "A penalty on a strong mixing of channels."),
        Parameter("alpha_regularizer", None, REGULARIZER, "A penalty on steep slopes."),
        Parameter("depthwise_constraint", None, CONSTRAINT, "A rule that the patterns must keep."),
        Parameter("pointwise_constraint", None, CONSTRAINT, "A rule that the mixing of channels must keep."),
        Parameter("alpha_constraint", None, CONSTRAINT, "A rule that the slopes must keep."),
        Parameter(
            "stddev",
            0.1,
            Real(0.0, 1.0),
            "How strong the noise is: its standard deviation.",
            "",
            (0.05, 0.1, 0.2),
            workable=WorkableRange(0.0, 0.5, "Noise that is stronger than the image hides the image.", 0.1),
        ),
        Parameter("height", 24, Integer(1, 1024), "How many rows the image has afterwards.", "pixels", (16, 24, 32)),
        Parameter("width", 24, Integer(1, 1024), "How many columns the image has afterwards.", "pixels", (16, 24, 32)),
        Parameter("factor", 0.2, RealOrRange(0.0, 1.0), "How strong, at most; two numbers: from the first to the second."),
        Parameter("value_range", (0, 255), PIXELS, "The least and the greatest value of a pixel of the input."),
        Parameter("interpolation", "bilinear", Choice(("bilinear", "nearest")), "How values between pixels are found."),
        Parameter("fill_mode", "reflect", Choice(FILLS), "The filling of the space that the image has left."),
        Parameter("fill_value", 0.0, Real(-255.0, 255.0), "The value that is put there, where fill_mode is constant."),
        Parameter("input_dim", 256, Integer(1, 1_000_000), "How many different whole numbers can come in.", "", (256,)),
        Parameter("output_dim", 8, Integer(1, 4096), "How many numbers stand for each of them.", "", (4, 8, 16)),
    )
}

VECTOR = (2,)  # a rank counts the batch axis: (batch, features)
SEQUENCE = (3,)  # (batch, steps, features)
IMAGE = (4,)  # (batch, height, width, channels)
VOLUME = (5,)  # (batch, depth, height, width, channels)
SEVERAL = (2, 200)  # the least and greatest number of inputs of a merge
RANK = {1: SEQUENCE, 2: IMAGE, 3: VOLUME}  # the rank that a layer with so many axes reads
SPACE = {1: "the sequence", 2: "the image", 3: "the volume"}  # the input over which a window moves, by the number of axes


def sizes(low: int, high: int, axes: int) -> Integer | PerAxisInteger:
    """Return the constraint of a window's size: a whole number, or a whole number for each axis."""
    return Integer(low, high) if axes == 1 else PerAxisInteger(low, high, axes)


def window(axes: int, name: str, default: int, help_text: str, usual: tuple[Any, ...] = (2, 3)) -> Parameter:
    """Return the parameter for the size of a window over a sequence (1 axis), a picture (2 axes) or a volume (3 axes)."""
    return Parameter(name, default, sizes(1, 64, axes), help_text, "steps" if axes == 1 else "pixels", usual)


def strides(axes: int) -> Parameter:
    """Return the parameter for the strides of a convolution, whose default is 1. The strides of pooling may be None."""
    return window(axes, "strides", 1, "How far the pattern moves at each step.", (1, 2))


def layer(name: str, **row: Any) -> Entry:
    """Return the entry of a layer, a row in a table of layers. See `core.catalogue.build_entry` for the columns."""
    row.setdefault("short_name", SHORT_NAMES.get(row["group"]) or SHORT_NAMES.get(name) or _snake_case(name))
    return build_entry("layers", name, arguments=ARGUMENTS, left_out=LEFT_OUT, **row)


def _snake_case(name: str) -> str:
    """Return a class name in snake case, such as "separable_conv" for "SeparableConv2D"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", re.sub(r"\dD", "", name)).lower()
