"""Measure how soon each view into a network is answered during a training, for the lecture's net and a small convnet:

    python -m tests.benchmarks.views [--repeats 10] [--only weight]

Each question is new, about another image, layer or class, and is sent as a page sends it. A visitor waits for this time, and
for at most another 0.4 s until the page checks for the answer. The chain of a weight (`weight`) promises 0.3 s. The last
line is `views_median=…`, the median of the slowest view.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.engine.cluster import Cluster
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.experiment.templates import apply_template, lecture_experiment
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.all_weights import RATES
from core.views.activations import ActivationsQuestion, LayerMapsQuestion, WeightsAndStatesQuestion
from core.views.adversarial_image import AdversarialImageQuestion
from core.views.all_weights import AllWeightsQuestion, ChosenBatch
from core.views.distributions import DistributionsQuestion
from core.views.explanations import METHODS, ExplanationQuestion
from core.views.feature_map import FeatureMapQuestion
from core.views.predictions import ProbabilitiesQuestion
from core.views.set_images import ImageQuestion
from core.views.shared.question import Question
from core.views.weight_chain import ChosenWeight, WeightChainQuestion
from core.views.weighted_sums import WeightedSumQuestion
from tests.core.sample_experiments import with_data, with_fit

REPEATS = 10
LONGEST_SECONDS = 60.0
NETS = ("lecture", "convnet")
Ask = Callable[[Experiment, str, int], Question[Any]]
# For each view, a function that makes a question from an experiment, the file of its weights, and a number.
QUESTIONS: dict[str, Ask] = {
    "image": lambda net, _path, number: ImageQuestion(net, shown(number)),
    "activations": lambda net, path, number: ActivationsQuestion(net, path, shown(number)),
    "maps": lambda net, path, number: LayerMapsQuestion(net, path, shown(number), layer(net, number)),
    "galleries": lambda net, path, number: WeightsAndStatesQuestion(net, path, shown(number), layer(net, number), 0),
    "sums": lambda net, path, number: WeightedSumQuestion(net, path, shown(number), layer(net, number), 0, 0),
    "distributions": lambda net, path, number: DistributionsQuestion(net, path, layer(net, number)),
    "probabilities": lambda net, path, number: ProbabilitiesQuestion(net, path, shown(number)),
    **{
        f"explain {method}": lambda net, path, number, method=method: ExplanationQuestion(
            net, path, shown(number), number % 10, method
        )
        for method in METHODS
    },
    "adversarial": lambda net, path, number: AdversarialImageQuestion(net, path, shown(number), 8),
    "weight": lambda net, path, number: WeightChainQuestion(
        net, path, shown(number), ChosenWeight("", -1, -1, net.compile.loss)
    ),
    "weights": lambda net, path, _number: AllWeightsQuestion(net, path, ChosenBatch("", 32, RATES, net.compile.loss)),
    "feature map": lambda net, path, _number: FeatureMapQuestion(net, path),
}


def shown(number: int) -> ImageRef:
    return ImageRef("validation", number)


def layer(experiment: Experiment, number: int) -> str:
    return experiment.layers[number % len(experiment.layers)].id


def wait(known: Callable[[], object], seconds: float = LONGEST_SECONDS) -> float:
    """Wait until the function `known` returns something true, and return the seconds.

    Raises
    ------
    TimeoutError
        If `known` has returned nothing true after `seconds`.
    """
    began = time.perf_counter()
    while not known():
        if time.perf_counter() - began > seconds:
            raise TimeoutError("there was no answer")
        time.sleep(0.005)
    return time.perf_counter() - began


def measured(
    runs: Runs, experiment: Experiment, path: str, views: Sequence[str], repeats: int
) -> Iterator[tuple[str, list[float]]]:
    """Yield the name of each view, and the seconds of its answers."""
    for name, make in ((name, QUESTIONS[name]) for name in views):
        times: list[float] = []
        questions = dict.fromkeys(make(experiment, path, number) for number in range(repeats))  # answers are cached
        for question in questions:
            times.append(wait(lambda question=question: runs.inspector.ask(question) is not None))
            answer = runs.inspector.ask(question)
            assert not isinstance(answer, Problem), answer
        yield name, times


def trained(runs: Runs, experiment: Experiment, visitor: str) -> str:
    """Train a network for an epoch, and return the path of its file."""
    run = runs.start(with_fit(with_data(experiment, train_images=2_000), epochs=1), visitor)
    path = runs.reader.folder(run.id) / "model.keras"
    wait(lambda: runs.database.run(run.id).is_over)
    return str(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="questions for each view")
    names = list(QUESTIONS)
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="VIEW", help=" ".join(names))
    given = parser.parse_args()
    start = lecture_experiment("fashion_mnist")
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
            wait(lambda: runs.database.active_run("trainer").state == "training")
            for name, net, path in zip(NETS, nets, paths, strict=True):
                for view, times in measured(runs, net, path, given.only, given.repeats):
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
