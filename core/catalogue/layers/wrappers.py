"""The wrapper layers, which hold another layer as an argument."""

from typing import Any

from core.catalogue.layers.arguments import SEQUENCE, layer
from core.parameters import Choice, EntryChoice, EntryRef, Integer, Parameter

READERS = EntryChoice("layers", ("LSTM", "GRU", "SimpleRNN"))
EACH_STEP = EntryChoice(
    "layers",
    (
        *("Dense", "Conv2D", "Conv1D", "SeparableConv2D", "DepthwiseConv2D"),
        *("MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D"),
        *("Flatten", "Dropout", "LayerNormalization"),
    ),
)
WITH_KERNEL = EntryChoice("layers", ("Conv2D", "Dense", "Conv1D", "Conv3D", "Conv2DTranspose", "DepthwiseConv2D"))
MODES = ("concat", "sum", "mul", "ave")


def _holds(name: str, arguments: tuple[Any, ...], constraint: EntryChoice, help_text: str) -> dict[str, Parameter]:
    return {"layer": Parameter("layer", EntryRef(name, arguments), constraint, help_text)}


WRAPPERS = (
    layer(
        "Bidirectional",
        group="Recurrent",
        sentence="Reads a sequence twice with a recurrent layer, from its beginning and from its end.",
        page="layers/recurrent_layers/bidirectional/",
        own={
            **_holds("LSTM", (("units", 64),), READERS, "The layer that reads; a copy reads backwards."),
            "merge_mode": Parameter("merge_mode", "concat", Choice(MODES), "The way to join both answers."),
        },
        first=("layer", "merge_mode"),
        size="course",
        accepted_ranks=SEQUENCE,
        bidirectional=True,
        slow_with_xla=True,
    ),
    layer(
        "TimeDistributed",
        group="Recurrent",
        sentence="Applies a layer to each step of a sequence by itself, always with the same weights.",
        page="layers/recurrent_layers/time_distributed/",
        own=_holds("Dense", (("units", 64),), EACH_STEP, "The layer that is applied to each step."),
        first=("layer",),
        accepted_ranks=(3, 4, 5),
        each_step=True,
        slow_with_xla=True,
    ),
    layer(
        "SpectralNormalization",
        group="Normalization",
        sentence="Keeps the weights of a layer from stretching anything to more than its length.",
        page="layers/normalization_layers/spectral_normalization/",
        own={
            **_holds("Conv2D", (("filters", 32), ("kernel_size", 3)), WITH_KERNEL, "Whose weights are kept small."),
            "power_iterations": Parameter("power_iterations", 1, Integer(1, 100), "How exactly the stretching is measured."),
        },
        first=("layer",),
        slow_with_xla=True,
    ),
)
