"""Record the curves for decks that teach how to read curves: `python -m tests.record_curves`, about a minute."""

import json
from collections.abc import Mapping
from dataclasses import replace

from core.experiment.model import Experiment, Layer, to_dict
from core.experiment.templates import lecture_experiment
from core.files import write_atomically
from core.parameters import EntryRef
from core.teaching.recorded_runs import CURVES_FILE

DIGITS_PLACES = 5  # the decimal places of a stored number: a chart shows fewer


def _lecture(epochs: int = 12, rate: float = 0.001, units: int = 128, images: int | None = None) -> Experiment:
    start = lecture_experiment("digits")
    layers = tuple(_with_units(layer, units) if layer.id == "hidden" else layer for layer in start.layers)
    return replace(
        start,
        data=replace(start.data, train_images=images),
        layers=layers,
        compile=replace(start.compile, optimizer=EntryRef("Adam", (("learning_rate", rate),))),
        fit=replace(start.fit, epochs=epochs),
    )


def _with_units(layer: Layer, units: int) -> Layer:
    return replace(layer, arguments=(("units", units), ("activation", "relu")))


EXPERIMENTS: Mapping[str, Experiment] = {
    "curve-a": _lecture(),
    "curve-b": _lecture(rate=0.00001),
    "curve-c": _lecture(rate=1.0),
    "curve-d": _lecture(epochs=40, rate=0.01, units=512, images=100),
    "curve-e": _lecture(epochs=3),
    "curve-f": _lecture(units=1),
}


def main() -> None:
    """Train all experiments with seed 0, and write the file of their curves."""
    from tests.core.teaching.trained_seeds import train_seeds  # noqa: PLC0415 - Keras is imported once a run is recorded

    content = {}
    for name, experiment in EXPERIMENTS.items():
        (trained,) = train_seeds(experiment, 1)
        rounded = {
            number: [round(value, DIGITS_PLACES) for value in getattr(trained, number)]
            for number in ("loss", "val_loss", "accuracy", "val_accuracy")
        }
        content[name] = {"experiment": to_dict(experiment), **rounded}
        print(name, rounded["val_loss"][-1], rounded["val_accuracy"][-1])
    text = json.dumps(content, separators=(",", ":")) + "\n"
    write_atomically(CURVES_FILE, lambda path: path.write_text(text))


if __name__ == "__main__":
    main()
