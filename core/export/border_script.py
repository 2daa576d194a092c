"""The Keras script of a small network that classifies points in a plane. The script gives the numbers on the page."""

from core.catalogue.point_sets import POINT_SETS, POINTS, SHARE_KEPT
from core.views.border import EPOCHS, BorderNetSettings


def border_script(net: BorderNetSettings) -> str:
    """Return the Keras script of a network that classifies points, in the five steps of the lecture.

    Parameters
    ----------
    net
        The settings of the network.
    """
    training = POINTS - round(SHARE_KEPT * POINTS)
    draw = POINT_SETS[net.points]
    lines = [
        *("import keras", "import numpy as np", "from keras import layers", ""),
        'keras.config.set_floatx("float64")  # digits enough to compare',
        f"keras.utils.set_random_seed({net.seed})",
        *("", "# Load"),
        f"x, y = {draw.name}(points={POINTS}, noise={net.noise / 100}, seed={net.seed})",
        "y = y[:, None]  # a column, as the output of the network",
        *("", "# Define", "model = keras.Sequential([", "    keras.Input((2,)),"),
        *(_layer(net, units, net.activation) for units in net.units),
        _layer(net, 1, "sigmoid"),
        *("])", "", "# Compile", "model.compile("),
        f"    optimizer=keras.optimizers.Adam({net.rate}),",
        *('    loss="binary_crossentropy",', '    metrics=["accuracy", "binary_crossentropy"],', ")"),
        *("", "# Train", "history = model.fit("),
        f"    x, y, epochs={EPOCHS}, batch_size={training},",
        *(f"    validation_split={SHARE_KEPT}, validation_freq=100,", "    shuffle=False, verbose=0,", ")"),
        *("", "# Evaluate"),
        f"for part in (slice({training}), slice({training}, {POINTS})):",
        "    print(model.evaluate(x[part], y[part], verbose=0, return_dict=True))",
    ]
    text = "\n".join(lines) + "\n"
    return text.replace("# Load\n", f"# Load\n{draw.source.replace(UNTYPED, '')}\n\n", 1)


UNTYPED = "  # type: ignore[no-untyped-def]"


def _layer(net: BorderNetSettings, units: int, activation: str) -> str:
    words = [str(units)] + ([f'"{activation}"'] if activation != "linear" else [])
    if net.penalty != "none":
        words.append(f"kernel_regularizer=keras.regularizers.{net.penalty}({net.strength})")
    return f"    layers.Dense({', '.join(words)}),"
