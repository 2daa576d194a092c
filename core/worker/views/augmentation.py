"""Show random outputs of augmentation layers for a picture."""

import numpy as np

from core.catalogue import keras_signatures
from core.experiment.model import Data, Layer
from core.problems import Problem, quoted
from core.worker.training.build_model import make_keras_object
from core.worker.training.validation_view import to_pixels

EXAMPLES = 9  # three rows of three
SEED = 0  # the same layers give the same examples again


def augmented_examples(data: Data, layers: tuple[Layer, ...], picture: np.ndarray) -> np.ndarray | Problem:
    """Pass a picture several times through layers in training mode, and return the results.

    Returns
    -------
    np.ndarray | Problem
        An array of uint8 from 0 to 255, (EXAMPLES, height, width, channels). A Problem if Keras refuses the settings.
    """
    scale, offset = {"0-255": (1.0, 0.0), "0-1": (255.0, 0.0), "-1-1": (127.5, 127.5)}[data.pixels]
    prepared = ((picture.astype("float32") - offset) / scale)[np.newaxis]
    results = []
    try:
        built = [make_keras_object(layer, "layers", **_seeded(layer, index)) for index, layer in enumerate(layers)]
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
    """Return the argument `seed` for a layer that has one, so that the process' random generator stays unchanged."""
    return {"seed": SEED + index} if "seed" in keras_signatures()["layers"][layer.name] else {}
