"""Train small nets on Digits with many seeds, and record the accuracy of each seed.

`python -m tests.core.teaching.trials.record_seed_accuracies [SEEDS]` writes `seed_accuracies.json`: for each net, the
validation accuracy of each seed. As in the dashboard, a seed decides on the split, the initial weights and the order of
images. All seeds of a net train the same compiled network, which gets the seed's weights and a new optimizer. So the network
is compiled only once.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from core.experiment.model import Experiment
from core.files import write_atomically
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_fit

FILE = Path(__file__).parent / "seed_accuracies.json"
SEEDS = 120
FIRST_SEED = 1_000

NETS: Mapping[str, Experiment] = {
    "narrow": with_fit(stack(FLATTEN, layer("Dense", units=8, activation="relu"), OUTPUT), epochs=6, batch_size=16),
    "no hidden layer": with_fit(stack(FLATTEN, OUTPUT), epochs=6, batch_size=16),
    "the lecture's": with_fit(LECTURE, epochs=3),
}


def accuracies(experiment: Experiment, seeds: int) -> Iterator[float]:
    """Return the validation accuracy of each seed."""
    import keras  # noqa: PLC0415 - tests that read the file stay free of Keras

    from core.experiment.execution import Execution  # noqa: PLC0415
    from core.worker.data.load import load_sets  # noqa: PLC0415
    from core.worker.training.build_model import build, build_optimizer_and_metrics  # noqa: PLC0415

    execution = Execution(steps_per_execution=experiment.epoch_steps)
    model = build(experiment, execution)
    build_optimizer_and_metrics(model, experiment, load_sets(experiment).train[1])
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        seeded = with_fit(experiment, seed=seed)
        sets = load_sets(seeded)
        keras.utils.set_random_seed(seed)
        model.set_weights(build(seeded).get_weights())
        for variable in model.optimizer.variables:
            if variable is not model.optimizer._learning_rate:
                variable.assign(keras.ops.zeros_like(variable))
        fit = experiment.fit
        model.fit(*sets.train, epochs=fit.epochs, batch_size=fit.batch_size, verbose=0)
        predicted = model.predict_on_batch(sets.validation[0]).argmax(axis=-1)
        yield float((predicted == sets.validation[1]).mean())


def main(seeds: int = SEEDS) -> None:
    """Train all nets with all seeds, and write the accuracies after each net."""
    content: dict[str, list[float]] = {}
    for name, experiment in NETS.items():
        began = time.perf_counter()
        content[name] = [round(accuracy, 6) for accuracy in accuracies(experiment, seeds)]
        text = json.dumps(content, separators=(",", ":")) + "\n"
        write_atomically(FILE, lambda path, text=text: path.write_text(text))
        print(f"{time.perf_counter() - began:6.1f} s  {name}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
