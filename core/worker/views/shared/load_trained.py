"""Load a network with the weights of a file, and the images that a request refers to."""

import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import keras
import numpy as np
from cachetools import LRUCache

from core.experiment.image_ref import OWN, ImageRef
from core.experiment.model import Experiment
from core.problems import Problem, ProblemError
from core.views.layer_outputs import MOST_NUMBERS, MOST_PARAMETERS, is_small_enough
from core.worker.data.load import corrected_labels, load_raw, prepare, set_indexes, to_bytes
from core.worker.keras_patches import seeded
from core.worker.training.build_model import build
from core.worker.training.summary import summarise

CACHED_NETWORKS = 6  # networks in memory
_known: LRUCache[tuple[Any, ...], keras.Model] = LRUCache(CACHED_NETWORKS)
_lock = threading.RLock()  # the inspector's threads share Keras' names and its seed


def errors_as_problems(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function that computes a view, so that errors are returned as a Problem, which the page shows.

    If the function raised the error, the page would send the request again and again.
    """

    @wraps(view)
    def answer(*arguments: Any, **options: Any) -> Any:
        try:
            return view(*arguments, **options)
        except ProblemError as error:
            return error.problem
        except Exception as error:  # Keras raises many kinds
            return Problem(
                code="view-failed",
                where=(),
                happened=f"This view could not be computed: {type(error).__name__}: {error}"[:300],
                expected="Expected a network whose layers take what they get, and the file of its weights.",
                fix="Ask again; if that does not help, look at the messages on Define, or train the network again.",
            )

    return answer


def load_model(experiment: Experiment, path: str = "") -> keras.Model:
    """Return the built network of an experiment with its weights. Its layers have the ids of the experiment's layers.

    Parameters
    ----------
    experiment
        The experiment; only its data, its layers and its seed matter.
    path
        A `.keras` file of a run, or a `.npz` file of weights alone. An empty string means the initial weights. The network
        stays in memory until another file is written to the path.

    Raises
    ------
    ProblemError
        The file is gone, or the network cannot be built or is too large.
    """
    try:
        written = Path(path).stat().st_mtime_ns if path else 0
    except OSError as error:
        raise ProblemError(_gone()) from error
    key = (experiment.data.dataset, experiment.layers, experiment.fit.seed, path, written)
    with _lock:
        if key not in _known:
            _known[key] = _make(experiment, path)
        return _known[key]


def _make(experiment: Experiment, path: str) -> keras.Model:
    if path.endswith(".keras"):
        return keras.saving.load_model(path, compile=False)  # a file that this program wrote
    summary = summarise(experiment)
    if summary.refused or not is_small_enough(summary):
        raise ProblemError(_too_large() if not summary.refused else _refused(summary.refused))
    with seeded(experiment.fit.seed):
        network = build(experiment)
    if path:
        with np.load(path, allow_pickle=False) as content:
            network.set_weights([content[f"arr_{index}"] for index in range(len(content.files))])
    return network


def compiled_copy(experiment: Experiment, path: str) -> keras.Model:
    """Return a compiled copy of the network for a single caller, since views share the network of `load_model`."""
    original = load_model(experiment, path)
    with _lock, seeded(experiment.fit.seed):
        network = build(experiment)
    for variable, value in zip(network.variables, original.variables, strict=True):
        variable.assign(value)
    return network


def _too_large() -> Problem:
    return Problem(
        code="network-too-large",
        where=("layers",),
        happened="This network is too large to look into beside everything else.",
        expected=f"Expected at most {MOST_PARAMETERS:,} parameters, and {MOST_NUMBERS:,} numbers after a layer.",
        fix="Make a layer smaller, or look into a smaller network.",
    )


def _refused(layer_id: str) -> Problem:
    return Problem(
        code="network-refused",
        where=("layers",),
        happened=f"Layer {layer_id} cannot take what it gets, so that there is no network to look into.",
        expected="Expected layers that fit each other.",
        fix="Mend it on Define; the messages there say how.",
    )


def _gone() -> Problem:
    return Problem(
        code="weights-gone",
        where=(),
        happened="The file with this run's weights is gone from the data folder.",
        expected="Expected the file that the run left when it ended.",
        fix="Train the network again.",
    )


def load_image(experiment: Experiment, image_ref: ImageRef) -> tuple[np.ndarray, np.ndarray]:
    """Load the image that an `ImageRef` refers to.

    Parameters
    ----------
    experiment
        The experiment; only its data and its seed matter.
    image_ref
        The picture to load. An index that is too large starts again from 0.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        The image for display, uint8 (height, width, channels), and the prepared image, float32 (1, height, width,
        channels).
    """
    data = experiment.data
    if image_ref.part == OWN:
        raw = np.frombuffer(image_ref.pixels, dtype="uint8").reshape(data.entry.image_shape)
        return raw, prepare(raw[None] * (data.entry.pixel_maximum / 255), data)
    images, _ = load_set(experiment, image_ref.part)
    image = images[image_ref.index % len(images)][None]
    return to_bytes(image, data.dataset)[0], prepare(image, data)


def load_set(experiment: Experiment, part: str) -> tuple["ImageSubset", np.ndarray]:
    """Return the images of the set `part` as in the files, as an `ImageSubset`, and their labels, integers (images,).

    The part "test" means all test images, and any part but "validation" and "test" all training images.
    """
    train, test = load_raw(experiment.data.dataset)
    if part == "validation":
        indexes = set_indexes(experiment.data, experiment.fit.seed).validation
        return ImageSubset(train[0], indexes), corrected_labels(train[1], experiment.data, "train")[indexes]
    images, labels = test if part == "test" else train
    return ImageSubset(images, np.arange(len(images))), corrected_labels(
        labels, experiment.data, "test" if part == "test" else "train"
    )


class ImageSubset:
    """Some images of an array, in any order. Only images that are indexed are copied.

    Parameters
    ----------
    images
        The images of a whole set.
    indexes
        The indexes of the chosen images.
    """

    def __init__(self, images: np.ndarray, indexes: np.ndarray) -> None:
        self._images, self._indexes = images, indexes

    def __len__(self) -> int:
        return len(self._indexes)

    def __getitem__(self, key: Any) -> np.ndarray:
        return np.asarray(self._images[self._indexes[key]])
