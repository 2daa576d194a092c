"""The layers that replace operations of keras.ops, which Keras records where a network is written with tensors."""

from collections.abc import Mapping

from core.catalogue.activations import ACTIVATIONS
from core.catalogue.layers import LAYERS

OPERATIONS = ("keras.ops", "keras.src.ops")  # the modules of the operations
ARITHMETIC = ("Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Negative")
CROPPING = (
    "Use a layer that cuts the borders off: Cropping1D for a sequence, Cropping2D for an image. A row of numbers becomes a "
    "sequence by a Reshape before it"
)
HINTS: Mapping[str, str] = {
    "GetItem": f"{CROPPING}.",
    "Split": f"{CROPPING}, and each part needs a layer of its own.",
    "ExpandDims": "Use the layer Reshape.",
    "Squeeze": "Use the layer Reshape.",
    "Transpose": "Use the layer Permute.",
    "Mean": "Use a layer such as GlobalAveragePooling1D or GlobalAveragePooling2D.",
    "Max": "Use a layer such as GlobalMaxPooling1D or GlobalMaxPooling2D.",
    "Matmul": "Use the layer Dot, or Dense.",
}


def layer_instead(operation: str, inputs: int) -> str:
    """Return a sentence that says which layer does what an operation of keras.ops does.

    Parameters
    ----------
    operation
        The class of the operation, such as "GetItem" for `x[:, :4]`.
    inputs
        The number of tensors that the operation takes. An Add of a single tensor adds a number.
    """
    if operation in HINTS:
        return HINTS[operation]
    if operation in ARITHMETIC and inputs < 2:
        return "Use the layer Rescaling, which multiplies by a number and adds a number."
    if operation in LAYERS:
        return f"Use the layer {operation}."
    activation = next((name for name in ACTIVATIONS if name.replace("_", "") == operation.lower()), None)
    return f"Use the layer Activation with {activation}." if activation else "Use a layer that does the same."
