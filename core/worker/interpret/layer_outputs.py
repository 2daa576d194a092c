"""What one picture becomes on its way through a network: the data after each layer, as small pictures."""

from pathlib import Path

import keras
import numpy as np

from core.analysis.layer_outputs import LayerOutput
from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment
from core.png import to_data_uri
from core.worker.data.load import load_raw, prepare
from core.worker.keras_patches.layer_seeds import seeded
from core.worker.training.build_model import call, make_layer

MAPS = 4  # channels that are shown of a layer
LONGEST_SIDE = 64  # numbers; of a longer one, every second, third ... is shown
STRIP = 16  # as many numbers are shown in one row; more are laid out as a square


def layer_outputs(experiment: Experiment, index: int, model: str = "") -> dict[str, LayerOutput]:
    """The data after each layer, for one picture of the training set; the picture itself under INPUT.

    Parameters
    ----------
    experiment
        The experiment; only its data, its layers and its seed matter.
    index
        The index of the picture in the training set, as in the files; an index that is too large starts again from 0.
    model
        The file of a trained network with the same layers; "" for the weights that training starts from.

    Returns
    -------
    dict[str, Glimpse]
        One glimpse for each layer, by its id; fewer than all where a layer cannot take its input, or the file does not
        exist.
    """
    (images, _), _ = load_raw(experiment.data.dataset)
    place = index % len(images)
    found = {}
    for identity, values in data_after_layers(
        experiment, prepare(images[place : place + 1], experiment.data), model
    ).items():
        found[identity] = _glimpse(values)
    return found


def data_after_layers(experiment: Experiment, image: np.ndarray, model: str = "") -> dict[str, np.ndarray]:
    """The output of each layer for one picture, without the batch; see `glimpse`.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    image
        Prepared, (1, height, width, channels).
    model
        The file of a trained network with the same layers; "" for the weights that training starts from.
    """
    flows = {INPUT: keras.ops.convert_to_tensor(image)}
    try:
        trained = keras.saving.load_model(Path(model), compile=False) if model else None  # a file that we wrote ourselves
        with seeded(experiment.fit.seed):
            for layer, taken in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
                built = trained.get_layer(layer.id) if trained else make_layer(layer)
                flows[layer.id] = call(built, layer, [flows[one] for one in taken])
    except Exception:  # Keras raises many kinds; the table of shapes says what is wrong, and what came before is shown
        pass
    return {identity: keras.ops.convert_to_numpy(flow)[0] for identity, flow in flows.items()}


def _glimpse(values: np.ndarray) -> LayerOutput:
    values = np.nan_to_num(np.asarray(values, dtype="float32"), posinf=0.0, neginf=0.0)
    while values.ndim > 3:  # of a solid, its middle slice
        values = values[len(values) // 2]
    if values.ndim < 2:
        return LayerOutput((to_data_uri(_to_bytes(_laid_out(np.ravel(values)))[..., None]),), 1, values.size)
    if values.ndim == 2:
        return LayerOutput((to_data_uri(_to_bytes(_thinned(values))[..., None]),), 1, values.size)
    channels = values.shape[2]
    if channels == 3:  # red, green, blue, or as good as
        return LayerOutput((to_data_uri(_to_bytes(_thinned(values))),), channels, values.size)
    maps = [_thinned(values[..., channel]) for channel in range(min(MAPS, channels))]
    return LayerOutput(tuple(to_data_uri(_to_bytes(one)[..., None]) for one in maps), channels, values.size)


def _laid_out(values: np.ndarray) -> np.ndarray:
    """A row of numbers, (columns,), as a picture; what a last row lacks is as small as the smallest."""
    if len(values) <= STRIP:
        return values[None]
    values = values[: LONGEST_SIDE**2]
    columns = int(np.ceil(np.sqrt(len(values))))
    padded = np.full(columns * -(-len(values) // columns), values.min(), dtype=values.dtype)
    padded[: len(values)] = values
    return padded.reshape(-1, columns)


def _thinned(values: np.ndarray) -> np.ndarray:
    return values[:: -(-values.shape[0] // LONGEST_SIDE), :: -(-values.shape[1] // LONGEST_SIDE)]


def _to_bytes(values: np.ndarray) -> np.ndarray:
    """The smallest number black, the largest white."""
    low, high = float(values.min()), float(values.max())
    return np.rint((values - low) * (255 / (high - low) if high > low else 0.0)).astype("uint8")
