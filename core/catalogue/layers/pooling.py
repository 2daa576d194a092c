"""The pooling layers, which take the maximum or mean of each window, or of the whole input."""

from core.catalogue import Entry
from core.catalogue.layers.arguments import RANK, SPACE, layer, sizes, window
from core.parameters import Optional, Parameter

SMALLER = {1: "a shorter sequence", 2: "a smaller image", 3: "a smaller volume"}


def _pooling(name: str, axes: int, page: str, sentence: str, **row: object) -> Entry:
    size = window(axes, "pool_size", 2, "The size of the window.")
    steps = Optional(sizes(1, 64, axes), "as the window")
    own = {"pool_size": size, "strides": Parameter("strides", None, steps, "How far the window moves.", size.unit)}
    return layer(
        name,
        **{
            "group": "Pooling",
            "sentence": sentence,
            "page": f"layers/pooling_layers/{page}/",
            "own": own,
            "first": ("pool_size",),
            "accepted_ranks": RANK[axes],
            "window": "pool_size",
            "sums": "largest" if "max" in page else "mean",
            **row,
        },
    )


def _global(name: str, axes: int, page: str, content: str, **row: object) -> Entry:
    sentence = f"Turns each channel into a single number: {content} over {SPACE[axes].replace('the ', 'the whole ')}."
    return _pooling(name, axes, page, sentence, first=(), window=None, flattens=True, **row)


def _adaptive(name: str, axes: int, page: str, content: str) -> Entry:
    help_text = {1: "How many steps come out.", 2: "Height and width of the output."}
    output = window(axes, "output_size", 2, help_text.get(axes, "Depth, height and width of the output."))
    sentence = f"Keeps {content} of each window, and makes the windows as large as the size that you ask for needs."
    own = {"output_size": output}
    # On TensorFlow, Keras 3.15 also tries windows that are larger by 1. If the input is smaller than that, mean pooling
    # raises in training, and maximum pooling ends the process.
    return _pooling(name, axes, page, sentence, own=own, first=("output_size",), window=None, needs_room=True)


MAXIMUM, MEAN = "the largest number", "the mean"

POOLING = (
    _pooling(
        "MaxPooling2D",
        2,
        "max_pooling2d",
        f"Keeps {MAXIMUM} of each window: {SMALLER[2]} of the matches.",
        short="Keeps the largest number of each window: a smaller map.",
        size="lecture",
    ),
    _pooling(
        "AveragePooling2D",
        2,
        "average_pooling2d",
        "Keeps the mean of each window: a smaller, smoother image.",
        size="course",
    ),
    _global("GlobalAveragePooling2D", 2, "global_average_pooling2d", "its mean", size="course"),
    _global("GlobalMaxPooling2D", 2, "global_max_pooling2d", "its largest"),
    _adaptive("AdaptiveAveragePooling2D", 2, "adaptive_average_pooling2d", MEAN),
    _adaptive("AdaptiveMaxPooling2D", 2, "adaptive_max_pooling2d", MAXIMUM),
    _pooling("MaxPooling1D", 1, "max_pooling1d", f"Keeps {MAXIMUM} of each window of steps: {SMALLER[1]}."),
    _pooling("AveragePooling1D", 1, "average_pooling1d", f"Keeps {MEAN} of each window of steps: {SMALLER[1]}."),
    _global("GlobalAveragePooling1D", 1, "global_average_pooling1d", "its mean"),
    _global("GlobalMaxPooling1D", 1, "global_max_pooling1d", "its largest"),
    _adaptive("AdaptiveAveragePooling1D", 1, "adaptive_average_pooling1d", MEAN),
    _adaptive("AdaptiveMaxPooling1D", 1, "adaptive_max_pooling1d", MAXIMUM),
    _pooling("MaxPooling3D", 3, "max_pooling3d", f"Keeps {MAXIMUM} of each cube: {SMALLER[3]}."),
    _pooling("AveragePooling3D", 3, "average_pooling3d", f"Keeps {MEAN} of each cube: {SMALLER[3]}."),
    _global("GlobalAveragePooling3D", 3, "global_average_pooling3d", "its mean"),
    _global("GlobalMaxPooling3D", 3, "global_max_pooling3d", "its largest"),
    _adaptive("AdaptiveAveragePooling3D", 3, "adaptive_average_pooling3d", MEAN),
    _adaptive("AdaptiveMaxPooling3D", 3, "adaptive_max_pooling3d", MAXIMUM),
)
