"""Record the runs of the view stop-in-time: `python -m tests.record_stop_in_time`. It takes about a minute."""

import json
from dataclasses import replace

from core.experiment.model import Experiment
from core.files import write_atomically
from core.teaching.shows.stop_in_time import FILE
from tests.record_runs import EXPERIMENTS

SEEDS = (2, 4, 3, 1)  # in the order in which they are played; 0 is the seed of the lesson's own run
EPOCHS, DIGITS_PLACES = 30, 4


def experiment() -> Experiment:
    """A wide network on 60 images of Digits, checked on three images in ten."""
    wide = EXPERIMENTS["overfitting-digits"]
    return replace(wide, data=replace(wide.data, validation_split=0.3), fit=replace(wide.fit, epochs=EPOCHS))


def main() -> None:
    """Train it with each seed, and write the file."""
    from tests.core.teaching.trained_seeds import train_seeds  # noqa: PLC0415 - Keras is imported once a run is recorded

    known = {trained.seed: trained for trained in train_seeds(experiment(), max(SEEDS) + 1)}
    content = [
        {
            "seed": seed,
            **{name: [round(value, DIGITS_PLACES) for value in getattr(known[seed], name)] for name in ("loss", "val_loss")},
        }
        for seed in SEEDS
    ]
    text = json.dumps(content, separators=(",", ":")) + "\n"
    write_atomically(FILE, lambda path: path.write_text(text))


if __name__ == "__main__":
    main()
