"""The recurrent layers, and the layers that feed them."""

from core.catalogue import Entry
from core.catalogue.layers.arguments import IMAGE, SEQUENCE, VECTOR, VOLUME, layer, sizes, strides, window
from core.parameters import Parameter, Real

EACH_STEP = {"kernel": "steps", "recurrent_kernel": "steps", "bias": "steps"}
GATES_OF_LSTM = 5  # values per step and unit: three gates, the candidate and the cell state


def _conv_lstm(axes: int, content: str, rank: tuple[int, ...]) -> Entry:
    # For windows with several axes, Keras accepts a single stride, but no strides beside a dilation.
    return layer(
        f"ConvLSTM{axes}D",
        group="Recurrent",
        sentence=f"An LSTM that reads {content} after another, with convolutions in its gates.",
        page=f"layers/recurrent_layers/conv_lstm{axes}d/",
        own={
            "kernel_size": window(axes, "kernel_size", 3, "The size of each pattern.", (3, 5)),
            "strides": strides(axes),
            "dilation_rate": Parameter("dilation_rate", 1, sizes(1, 32, axes), "The distance of the pixels in a window."),
        },
        first=("filters", "kernel_size", "padding", "return_sequences"),
        accepted_ranks=rank,
        values_per_step=GATES_OF_LSTM,
        multiplies=dict.fromkeys(EACH_STEP, "outputs of steps"),
        window="kernel_size",
        slow_with_xla=True,
    )


RECURRENT = (
    layer(
        "SimpleRNN",
        group="Recurrent",
        sentence="Reads a sequence step by step, such as the rows of an image, and keeps a short memory.",
        page="layers/recurrent_layers/simple_rnn/",
        first=("units", "activation", "return_sequences"),
        formula=r"h_t = \tanh(x_t W + h_{t-1} U + b)",
        size="course",
        values_per_step=0,
        multiplies=EACH_STEP,
        accepted_ranks=SEQUENCE,
        slow_with_xla=True,
    ),
    layer(
        "LSTM",
        group="Recurrent",
        sentence="Reads a sequence step by step and decides by gates which numbers to keep and to forget.",
        page="layers/recurrent_layers/lstm/",
        first=("units", "return_sequences"),
        formula=r"c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t,\quad h_t = o_t \odot \tanh(c_t)",
        size="course",
        values_per_step=GATES_OF_LSTM,
        multiplies=EACH_STEP,
        accepted_ranks=SEQUENCE,
        slow_with_xla=True,
    ),
    layer(
        "GRU",
        group="Recurrent",
        sentence="A lighter LSTM: two gates instead of three.",
        page="layers/recurrent_layers/gru/",
        first=("units", "return_sequences"),
        formula=r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t",
        size="course",
        values_per_step=3,
        multiplies=EACH_STEP,
        accepted_ranks=SEQUENCE,
        slow_with_xla=True,
    ),
    layer(
        "Embedding",
        group="Recurrent",
        sentence="Replaces each whole number, such as a pixel's value from 0 to 255, by a learned vector.",
        page="layers/core_layers/embedding/",
        first=("input_dim", "output_dim"),
        arguments_by_name=True,
        size="course",
        accepted_ranks=VECTOR,
        accepts_higher_rank=True,
        reads_whole_numbers=True,
        slow_with_xla=True,
    ),
    layer(
        "Masking",
        group="Recurrent",
        sentence="Lets recurrent layers skip the steps whose numbers are all the same, such as empty rows.",
        page="layers/core_layers/masking/",
        own={"mask_value": Parameter("mask_value", 0.0, Real(-255.0, 255.0), "The number that marks a step to skip.")},
        first=("mask_value",),
        accepted_ranks=SEQUENCE,
        slow_with_xla=True,
    ),
    _conv_lstm(1, "one sequence of places", IMAGE),
    _conv_lstm(2, "one image", VOLUME),
    _conv_lstm(3, "one volume", (6,)),
)
