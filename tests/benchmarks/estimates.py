"""Train ready nets, and compare the promised durations of runs with their real durations.

    python -m tests.benchmarks.estimates [--dataset fashion_mnist] [--epochs 2] [--images 54000] [--nets lenet,vgg]

For each net, the command prints the seconds that were promised before the start (estimated from the layers), after 10 % and
50 % of the first epoch, and after the first epoch. Beside each promise stands the ratio of the promised to the real seconds.
The ratios within the first epoch should lie between 2/3 and 3/2. The last line is the worst of these ratios:

    worst_within_first_epoch=…

Other work on the machine that begins or ends during a run makes its earlier promises wrong.
"""

import argparse
import time

from core.experiment.execution import choose_execution
from core.experiment.templates import TEMPLATES, apply_template, lecture_experiment
from core.runs.time_estimates import estimated
from core.runs.time_left import RunTimeEstimate, RunWorkload, TimeLeft
from tests.core.sample_experiments import with_data, with_fit

MOMENTS = (0.1, 0.5, 1.0)  # the moments of a promise, in epochs


def promises(name: str, dataset: str, epochs: int, images: int | None, lecture_step: float) -> dict[str, float]:
    """Train a net. Return the ratio of promised to real seconds, by the moment of the promise."""
    from core.worker.training.summary import summarise
    from core.worker.training.train import train

    experiment = with_fit(with_data(apply_template(lecture_experiment(dataset), name), train_images=images), epochs=epochs)
    summary, work = summarise(experiment), RunWorkload.of(experiment, experiment.data.num_used)
    execution = choose_execution(experiment, summary, lecture_step)
    expected = RunTimeEstimate(work, estimated(experiment, work, lecture_step, summary, execution))
    left, told = TimeLeft(expected), {"before": (expected.seconds, time.perf_counter())}

    def report(event: dict) -> None:
        left.take(event)
        for moment in MOMENTS:
            key = f"{moment:.0%}"
            reached = event["kind"] == ("epoch" if moment == 1 else "batch") and event["epoch"] >= moment
            if reached and key not in told and left.is_measured:
                told[key] = (left.seconds, time.perf_counter())

    result = train(experiment, report, lambda: None, execution=execution)
    ended = time.perf_counter()
    ratios = {moment: promised / (ended - when) for moment, (promised, when) in told.items() if promised is not None}
    words = ", ".join(f"{moment} {promised:.1f} s ({ratios[moment]:.2f})" for moment, (promised, _) in told.items())
    whole = result["seconds"] + result["evaluation_seconds"]
    print(f"{name:<12} real {whole:7.1f} s; promised {words}", flush=True)
    return ratios


def main() -> None:
    parser = argparse.ArgumentParser(description="How true the promised times are.")
    parser.add_argument("--dataset", default="fashion_mnist")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--images", type=int)
    parser.add_argument("--nets", default=",".join(TEMPLATES))
    options = parser.parse_args()

    from core.worker.training.train import warm_up_trainer

    lecture_step = warm_up_trainer()["seconds_per_step"]
    print(f"a step of the lecture's net takes {1000 * lecture_step:.2f} ms")
    worst = 1.0
    for name in options.nets.split(","):
        ratios = promises(name, options.dataset, options.epochs, options.images, lecture_step)
        within = [ratio for moment, ratio in ratios.items() if moment in ("10%", "50%")]
        worst = max([worst, *(max(ratio, 1 / ratio) for ratio in within)])
    print(f"worst_within_first_epoch={worst:.2f}")


if __name__ == "__main__":
    main()
