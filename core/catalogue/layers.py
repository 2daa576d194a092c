"""The layers that can be stacked, each with all its arguments."""

from typing import Any

from core.catalogue import Entry, entry, table
from core.parameters import Choice, Integer, Optional, Parameter, Real, Shape, Sides, Switch

ACTIVATIONS = (
    "relu",
    "softmax",
    "sigmoid",
    "tanh",
    "linear",
    "gelu",
    "silu",
    "elu",
    "selu",
    "leaky_relu",
    "relu6",
    "softplus",
    "softsign",
    "exponential",
    "hard_sigmoid",
    "mish",
    "log_softmax",
)
INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "random_uniform",
    "random_normal",
    "truncated_normal",
    "uniform",
    "zeros",
    "ones",
)
REGULARIZERS = ("l1", "l2", "l1_l2")
CONSTRAINTS = ("max_norm", "min_max_norm", "non_neg", "unit_norm")

LEFT_OUT = {
    "data_format": "pictures are height, width, channels everywhere here",
    "name": "layers are named by their place",
    "lora_rank": "for fine-tuning a finished net, not for training one",
    "lora_alpha": "for fine-tuning a finished net, not for training one",
    "quantization_config": "for shrinking a finished net, not for training one",
    "noise_shape": "drops whole rows or channels; needs the batch size",
    "seed": "the experiment's one seed sets every layer's",
    "return_state": "gives several outputs, which a stack cannot pass on",
    "stateful": "carries memory from one batch of unrelated pictures to the next",
    "use_cudnn": "Keras chooses by itself",
    "weights": "an array, which no widget can hold",
    "synchronized": "for training on several machines at once",
    "renorm_clipping": "a dictionary, which no widget can hold",
    "mask_zero": "pixels of value 0 are part of the picture, not padding",
}


def _names(options: tuple[str, ...]) -> Optional:
    return Optional(Choice(options))


FRACTION = Real(0.0, 1.0, high_open=True)
UNITS = Integer(1, 1_000_000)

ARGUMENTS = {
    parameter.name: parameter
    for parameter in (
        Parameter("units", 64, UNITS, "How many neurons, which is how many numbers come out.", "", (16, 64, 128, 256)),
        Parameter("activation", None, _names(ACTIVATIONS), "The function applied to each output."),
        Parameter("recurrent_activation", "sigmoid", Choice(ACTIVATIONS), "The function of the gates."),
        Parameter("use_bias", True, Switch(), "Whether each output adds a number of its own."),
        Parameter("filters", 32, Integer(1, 4096), "How many patterns to look for.", "", (8, 16, 32, 64)),
        Parameter("kernel_size", 3, Sides(1, 64), "Height and width of each pattern.", "pixels", (3, 5, 7)),
        Parameter("pool_size", 2, Sides(1, 64), "Height and width of the window.", "pixels", (2, 3)),
        Parameter("strides", None, Optional(Sides(1, 64), "as the window"), "How far the window moves.", "pixels"),
        Parameter("padding", "valid", Choice(("valid", "same")), "Whether zeros around the picture keep its size."),
        Parameter("dilation_rate", 1, Sides(1, 32), "Gaps between the pixels that a pattern looks at.", "pixels"),
        Parameter("groups", 1, Integer(1, 4096), "Into how many groups the channels are split."),
        Parameter("kernel_initializer", "glorot_uniform", Choice(INITIALIZERS), "How the weights start."),
        Parameter("recurrent_initializer", "orthogonal", Choice(INITIALIZERS), "How the recurrent weights start."),
        Parameter("bias_initializer", "zeros", Choice(INITIALIZERS), "How the biases start."),
        Parameter("beta_initializer", "zeros", Choice(INITIALIZERS), "How the learned offset starts."),
        Parameter("gamma_initializer", "ones", Choice(INITIALIZERS), "How the learned scale starts."),
        Parameter("moving_mean_initializer", "zeros", Choice(INITIALIZERS), "How the running mean starts."),
        Parameter("moving_variance_initializer", "ones", Choice(INITIALIZERS), "How the running variance starts."),
        Parameter("embeddings_initializer", "uniform", Choice(INITIALIZERS), "How the vectors start."),
        Parameter("kernel_regularizer", None, _names(REGULARIZERS), "A penalty on large weights."),
        Parameter("recurrent_regularizer", None, _names(REGULARIZERS), "A penalty on large recurrent weights."),
        Parameter("bias_regularizer", None, _names(REGULARIZERS), "A penalty on large biases."),
        Parameter("beta_regularizer", None, _names(REGULARIZERS), "A penalty on a large offset."),
        Parameter("gamma_regularizer", None, _names(REGULARIZERS), "A penalty on a large scale."),
        Parameter("embeddings_regularizer", None, _names(REGULARIZERS), "A penalty on long vectors."),
        Parameter("activity_regularizer", None, _names(REGULARIZERS), "A penalty on large outputs."),
        Parameter("kernel_constraint", None, _names(CONSTRAINTS), "A rule that the weights must keep."),
        Parameter("recurrent_constraint", None, _names(CONSTRAINTS), "A rule that the recurrent weights must keep."),
        Parameter("bias_constraint", None, _names(CONSTRAINTS), "A rule that the biases must keep."),
        Parameter("beta_constraint", None, _names(CONSTRAINTS), "A rule that the offset must keep."),
        Parameter("gamma_constraint", None, _names(CONSTRAINTS), "A rule that the scale must keep."),
        Parameter("embeddings_constraint", None, _names(CONSTRAINTS), "A rule that the vectors must keep."),
        Parameter("keepdims", False, Switch(), "Whether height and width stay, as 1 by 1."),
        Parameter("rate", 0.3, FRACTION, "Which share of the inputs is set to 0 in training.", "", (0.2, 0.3, 0.5)),
        Parameter("axis", -1, Integer(-3, 3), "Which axis is normalised; -1 is the channels."),
        Parameter("momentum", 0.99, FRACTION, "How slowly the running mean and variance change."),
        Parameter("epsilon", 0.001, Real(0.0, 1.0, low_open=True), "A small number that avoids dividing by zero."),
        Parameter("center", True, Switch(), "Whether an offset (beta) is learned."),
        Parameter("scale", True, Switch(), "Whether a scale (gamma) is learned."),
        Parameter("renorm", False, Switch(), "Batch renormalisation, for small batches."),
        Parameter("renorm_momentum", 0.99, FRACTION, "How slowly the renormalisation changes."),
        Parameter("target_shape", (28, 28), Shape(1, 4, -1, 1_000_000), "The new shape; -1 works out what is left."),
        Parameter("offset", 0.0, Real(-1e6, 1e6), "What is added after the multiplication."),
        Parameter("dropout", 0.0, FRACTION, "Which share of the inputs is set to 0 in training."),
        Parameter("recurrent_dropout", 0.0, FRACTION, "Which share of the memory is set to 0 in training."),
        Parameter("return_sequences", False, Switch(), "Whether every step gives an output, or only the last."),
        Parameter("go_backwards", False, Switch(), "Whether the sequence is read from its end."),
        Parameter("unroll", False, Switch(), "Whether the loop is written out: faster to run, slower to start."),
        Parameter("unit_forget_bias", True, Switch(), "Whether the forget gate starts open."),
        Parameter("reset_after", True, Switch(), "Whether the reset gate acts after the multiplication."),
        Parameter("input_dim", 256, Integer(1, 1_000_000), "How many different whole numbers can come in.", "", (256,)),
        Parameter("output_dim", 8, Integer(1, 4096), "How many numbers stand for each of them.", "", (4, 8, 16)),
    )
}

ACTIVATION_REQUIRED = Parameter("activation", "relu", Choice(ACTIVATIONS), "The function applied to each number.")
SCALE_FACTOR = Parameter("scale", 0.00392156862745098, Real(-1e6, 1e6), "What each number is multiplied with.")
# In Conv2D, strides have a default of their own and may not be empty.
STRIDES = Parameter("strides", 1, Sides(1, 64), "How far the pattern moves at each step.", "pixels", (1, 2))

IMAGE = (4,)  # ranks count the batch: (batch, height, width, channels)
SEQUENCE = (3,)  # (batch, steps, features)
SEVERAL = (2, 200)  # how many inputs a layer takes, at least and at most
VECTOR = (2,)  # (batch, features)


def _layer(name: str, **row: Any) -> Entry:
    return entry("layers", name, arguments=ARGUMENTS, left_out=LEFT_OUT, **row)


LAYERS = table(
    _layer(
        "Dense",
        group="Fully connected",
        sentence="Every input is joined to every neuron: a weighted sum, a bias, and an activation.",
        page="layers/core_layers/dense/",
        first=("units", "activation"),
        formula=r"y = \mathrm{activation}(x W + b)",
        takes_rank=VECTOR,
        silently_takes_more=True,
        answers_with="units",
    ),
    _layer(
        "Flatten",
        group="Shape",
        sentence="Lays all numbers of a picture in one row, so that a Dense layer can read them.",
        page="layers/reshaping_layers/flatten/",
        flattens=True,
    ),
    _layer(
        "Reshape",
        group="Shape",
        sentence="Arranges the same numbers in another shape.",
        page="layers/reshaping_layers/reshape/",
        first=("target_shape",),
    ),
    _layer(
        "Rescaling",
        group="Shape",
        sentence="Multiplies every number and adds an offset: 1/255 brings pixels of 0 to 255 to 0 to 1.",
        page="layers/preprocessing_layers/image_preprocessing/rescaling/",
        own={"scale": SCALE_FACTOR},
        first=("scale", "offset"),
        formula=r"y = x \cdot \mathrm{scale} + \mathrm{offset}",
        normalises=True,
    ),
    _layer(
        "Conv2D",
        group="Convolution",
        sentence="Slides small patterns over the picture and reports where each is found.",
        page="layers/convolution_layers/convolution2d/",
        own={"strides": STRIDES},
        first=("filters", "kernel_size", "activation", "padding"),
        formula=r"y_{ijf} = \mathrm{activation}\Big(\sum_{uvc} x_{i+u,\,j+v,\,c}\, W_{uvcf} + b_f\Big)",
        takes_rank=IMAGE,
        window="kernel_size",
        slow_with_xla=True,
    ),
    _layer(
        "MaxPooling2D",
        group="Pooling",
        sentence="Keeps the largest number of each window: a smaller picture of what was found.",
        page="layers/pooling_layers/max_pooling2d/",
        first=("pool_size",),
        takes_rank=IMAGE,
        window="pool_size",
    ),
    _layer(
        "AveragePooling2D",
        group="Pooling",
        sentence="Keeps the mean of each window: a smaller, smoother picture.",
        page="layers/pooling_layers/average_pooling2d/",
        first=("pool_size",),
        takes_rank=IMAGE,
        window="pool_size",
    ),
    _layer(
        "GlobalAveragePooling2D",
        group="Pooling",
        sentence="Turns each channel into one number: its mean over the whole picture.",
        page="layers/pooling_layers/global_average_pooling2d/",
        takes_rank=IMAGE,
        flattens=True,
    ),
    _layer(
        "Dropout",
        group="Regularization",
        sentence="Sets a random share of its inputs to 0 while training, so that no neuron relies on another.",
        page="layers/regularization_layers/dropout/",
        first=("rate",),
    ),
    _layer(
        "BatchNormalization",
        group="Regularization",
        sentence="Brings each channel to mean 0 and variance 1 within the batch: training is steadier.",
        page="layers/normalization_layers/batch_normalization/",
        first=("momentum",),
        formula=r"y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",
        normalises=True,
    ),
    _layer(
        "Activation",
        group="Fully connected",
        sentence="Applies a function to every number, such as relu, which sets negative numbers to 0.",
        page="layers/core_layers/activation/",
        own={"activation": ACTIVATION_REQUIRED},
        first=("activation",),
        keeps_answer=True,
    ),
    _layer(
        "SimpleRNN",
        group="Recurrent",
        sentence="Reads a sequence step by step, such as the rows of a picture, and keeps a short memory.",
        page="layers/recurrent_layers/simple_rnn/",
        first=("units", "activation", "return_sequences"),
        formula=r"h_t = \tanh(x_t W + h_{t-1} U + b)",
        takes_rank=SEQUENCE,
        slow_with_xla=True,
    ),
    _layer(
        "LSTM",
        group="Recurrent",
        sentence="Reads a sequence step by step and decides by gates what to keep and what to forget.",
        page="layers/recurrent_layers/lstm/",
        first=("units", "return_sequences"),
        formula=r"c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t,\quad h_t = o_t \odot \tanh(c_t)",
        takes_rank=SEQUENCE,
        slow_with_xla=True,
    ),
    _layer(
        "GRU",
        group="Recurrent",
        sentence="A lighter LSTM: two gates instead of three.",
        page="layers/recurrent_layers/gru/",
        first=("units", "return_sequences"),
        formula=r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t",
        takes_rank=SEQUENCE,
        slow_with_xla=True,
    ),
    _layer(
        "Embedding",
        group="Recurrent",
        sentence="Replaces each whole number, such as a pixel's value from 0 to 255, by a learned vector.",
        page="layers/core_layers/embedding/",
        first=("input_dim", "output_dim"),
        takes_rank=VECTOR,
        silently_takes_more=True,
        reads_whole_numbers=True,
        slow_with_xla=True,
    ),
    _layer(
        "Add",
        group="Merging",
        sentence="Adds what several layers give, number by number: the way back of a skip connection.",
        page="layers/merging_layers/add/",
        formula=r"y = x_1 + x_2 + \dots",
        takes_several=SEVERAL,
    ),
    _layer(
        "Concatenate",
        group="Merging",
        sentence="Lays what several layers give side by side, by default along the channels.",
        page="layers/merging_layers/concatenate/",
        takes_several=SEVERAL,
    ),
)
