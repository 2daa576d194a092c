"""Examples of what random layers do to one picture, made in the inspector."""

import numpy as np

from core.catalogue import keras_signatures
from core.experiment.model import Data, Layer
from core.problems import Problem, quoted
from core.worker.training.build_model import make
from core.worker.training.validation_view import to_pixels

EXAMPLES = 9  # three rows of three
SEED = 0  # the same layers give the same examples again


def augmented_examples(data: Data, layers: tuple[Layer, ...], picture: np.ndarray) -> np.ndarray | Problem:
    """The results of layers in training, applied in order, for several passes of one picture.

    Parameters
    ----------
    data
        The data settings, for the range of the pixels that the network takes.
    layers
        The layers at the beginning of a network; each takes the output of the one before, and each keeps a picture a
        picture.
    picture
        An array of uint8, (height, width, channels).

    Returns
    -------
    np.ndarray | Problem
        An array of uint8, (EXAMPLES, height, width, channels), brought back to 0 to 255; a Problem where Keras refuses
        the settings.
    """
    scale, offset = {"0-255": (1.0, 0.0), "0-1": (255.0, 0.0), "-1-1": (127.5, 127.5)}[data.pixels]
    prepared = ((picture.astype("float32") - offset) / scale)[np.newaxis]
    results = []
    try:
        built = [make(layer, "layers", **_seeded(layer, index)) for index, layer in enumerate(layers)]
        for _ in range(EXAMPLES):
            flow = prepared
            for built_layer in built:
                flow = built_layer(flow, training=True)
            results.append(np.asarray(flow)[0])
    except (ValueError, TypeError) as error:
        return Problem(
            code="augmentation-refused",
            where=(),
            happened=f"Keras refuses these settings: {quoted(str(error).partition(chr(10))[0], 200)}.",
            expected="Expected settings that the layer can work with on this picture.",
            fix="Change them.",
        )
    return to_pixels(np.clip(results, -offset / scale, (255 - offset) / scale), data.pixels)


def _seeded(layer: Layer, index: int) -> dict[str, int]:
    """A seed of its own for each layer that takes one, so that the process' own generator is left alone."""
    return {"seed": SEED + index} if "seed" in keras_signatures()["layers"][layer.name] else {}
