"""The layers that replace operations of keras.ops, which Keras records where a network is written with tensors."""

import re
from collections.abc import Mapping

from core.catalogue.activations import ACTIVATIONS
from core.catalogue.layers import LAYERS

OPERATIONS = ("keras.ops", "keras.src.ops")  # the modules of the operations
CROPPING = (
    "Use a layer that cuts the borders off: Cropping1D for a sequence, Cropping2D for an image. A row of numbers becomes a "
    "sequence by a Reshape before it"
)
RESCALING = "Use the layer Rescaling, which multiplies by a number and adds a number."
WITH_NUMBERS = ("add", "subtract", "multiply", "divide", "true_divide", "negative")  # functions of keras.ops
HINTS: Mapping[str, str] = {  # by the function of keras.ops
    "get_item": f"{CROPPING}.",
    "split": f"{CROPPING}, and each part needs a layer of its own.",
    "expand_dims": "Use the layer Reshape.",
    "squeeze": "Use the layer Reshape.",
    "transpose": "Use the layer Permute.",
    "mean": "Use a layer such as GlobalAveragePooling1D or GlobalAveragePooling2D.",
    "max": "Use a layer such as GlobalMaxPooling1D or GlobalMaxPooling2D.",
    "matmul": "Use the layer Dot, or Dense.",
}
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")  # the places between the words of a class name


def layer_instead(operation: str, inputs: int) -> str:
    """Return a sentence that says which layer does what an operation of keras.ops does.

    Parameters
    ----------
    operation
        The class of the operation, such as "GetItem" for `x[:, :4]`.
    inputs
        The number of tensors that the operation takes. An addition with a single tensor adds a number.
    """
    function, entry = WORD.sub("_", operation).lower(), LAYERS.get(operation)
    if function in HINTS:
        return HINTS[function]
    if function in WITH_NUMBERS and inputs == 1:
        return RESCALING
    if entry is not None and inputs >= entry.trait("num_inputs", (1,))[0]:
        return f"Use the layer {operation}."
    return f"Use the layer Activation with {function}." if function in ACTIVATIONS else "Use a layer that does the same."
