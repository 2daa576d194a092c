"""How soon each view into a network is answered while a training runs, on the lecture's net and a small convnet:

    python -m tests.benchmarks.views [--repeats 10]

Each question is a new one, about another image, layer or class, asked as a page asks it and waited for. What a person
waits for is this, and at most one more look of the page (0.4 s). Last line: `views_median=…`, the slowest view's median.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from pathlib import Path

from core.analysis.explanations import METHODS
from core.engine.cluster import Cluster
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.experiment.templates import apply_template, lecture
from core.problems import Problem
from core.runs.manager import Runs
from tests.core.sample_experiments import with_data, with_fit

REPEATS = 10
LONGEST_SECONDS = 60.0
NETS = ("lecture", "convnet")
# Each view, and what it is asked: of an experiment and the number of the question. A new view is a new line.
ASKED: dict[str, Callable[[Experiment, int], tuple[Hashable, ...]]] = {
    "picture": lambda net, number: (shown(number),),
    "inside": lambda net, number: (shown(number),),
    "maps": lambda net, number: (shown(number), layer(net, number)),
    "galleries": lambda net, number: (shown(number), layer(net, number), 0),
    "sums": lambda net, number: (shown(number), layer(net, number), 0, 0),
    "spreads": lambda net, number: (layer(net, number),),
    "says": lambda net, number: (shown(number),),
    **{f"explain {name}": lambda net, number, name=name: (shown(number), number % 10, name) for name in METHODS},
    "nudged": lambda net, number: (shown(number), 8),
    "cloud": lambda net, number: (),
}


def shown(number: int) -> ImageRef:
    return ImageRef("validation", number)


def layer(experiment: Experiment, number: int) -> str:
    return experiment.layers[number % len(experiment.layers)].id


def wait(known: Callable[[], object], seconds: float = LONGEST_SECONDS) -> float:
    """Seconds until something is there.

    Raises:
        TimeoutError: it was not, in time.
    """
    began = time.perf_counter()
    while not known():
        if time.perf_counter() - began > seconds:
            raise TimeoutError("there was no answer")
        time.sleep(0.005)
    return time.perf_counter() - began


def measured(runs: Runs, experiment: Experiment, path: str, repeats: int) -> Iterator[tuple[str, list[float]]]:
    """Of each view, how long its answers took."""
    for name, asked in ASKED.items():
        times, view = [], name.partition(" ")[0]
        questions = dict.fromkeys(asked(experiment, number) for number in range(repeats))  # each once: answers are kept
        for question in questions:
            found: list[object] = []

            def known(view: str = view, question: tuple = question, found: list = found) -> bool:
                found[:] = [runs.views.ask(view, experiment, path, *question)]
                return found[0] is not None

            times.append(wait(known))
            assert not isinstance(found[0], Problem), found[0]
        yield name, times


def trained(runs: Runs, experiment: Experiment, visitor: str) -> str:
    """The file of a network that was trained for a moment."""
    run = runs.start(with_fit(with_data(experiment, train_images=2_000), epochs=1), visitor)
    path = runs.reader.folder(run.id) / "model.keras"
    wait(lambda: runs.ledger.run(run.id).is_over)
    return str(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="questions for each view")
    repeats = parser.parse_args().repeats
    start = lecture("fashion_mnist")
    medians = []
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder), Cluster(1))
        try:
            runs.begin(start.data.dataset)
            assert runs.supervisor.wait_until_ready(LONGEST_SECONDS * 3), "the engine did not start"
            nets = [apply_template(start, name) for name in NETS]
            nets = [with_data(net, train_images=2_000) for net in nets]
            paths = [trained(runs, net, f"visitor {place}") for place, net in enumerate(nets)]
            runs.start(replace(start, fit=replace(start.fit, epochs=1_000)), "trainer")
            wait(lambda: runs.ledger.active_run("trainer").state == "training")
            for name, net, path in zip(NETS, nets, paths, strict=True):
                for view, times in measured(runs, net, path, repeats):
                    medians.append(statistics.median(times))
                    load = os.getloadavg()[0]
                    print(
                        f"{name:8} {view:30} median {medians[-1]:.3f} s, worst {max(times):.3f} s, load {load:.1f}",
                        flush=True,
                    )
        finally:
            runs.close()
    print(f"views_median={max(medians):.3f}")


if __name__ == "__main__":
    main()
