"""Measure how soon a changed network on points has its first picture and is trained, alone and in a room of 30:

    python -m tests.benchmarks.borders [--students 30] [--seconds 60]

Each student changes the network every 15 s and waits for the answer as a page does. Every third change makes a network that
another student made before. The first picture shows the first epochs, and the browser draws the picture one frame later. The
last lines are `first_picture_p95=…` and `border_p95=…`: the 95th percentiles of the room, in seconds.
"""

import argparse
import random
import statistics
import tempfile
import threading
import time
from pathlib import Path

from core.catalogue.point_sets import POINT_SETS
from core.engine.cluster import Cluster
from core.engine.early_border import best_known_border
from core.runs.manager import Runs
from core.views.border import ACTIVATIONS, MOST_UNITS, BorderNetSettings, BorderQuestion, BorderTraining
from tests.benchmarks.views import wait

ALONE = 20  # the number of networks of a person without a room
STUDENTS, SECONDS, EVERY = 30, 60.0, 15.0
COMMON = 3  # every third change leads to a network that other students have too
READY_SECONDS = 240.0


def any_net(chance: random.Random) -> BorderNetSettings:
    """Return a random network, of any size that students can choose."""
    units = tuple(chance.randint(1, MOST_UNITS) for _ in range(chance.randint(0, 3)))
    common = chance.randrange(COMMON) == 0
    seed = 1 if common else chance.randint(1, 9999)
    return BorderNetSettings(
        chance.choice(list(POINT_SETS)), 10, (4,) if common else units, chance.choice(ACTIVATIONS), seed=seed
    )


def answered(runs: Runs, net: BorderNetSettings) -> tuple[float, float]:
    """Return the seconds until a network has its first picture, and the seconds until the network is trained."""
    first = wait(lambda: isinstance(best_known_border(runs.inspector, net)[0], BorderTraining))
    return first, first + wait(lambda: isinstance(runs.inspector.ask(BorderQuestion(net)), BorderTraining))


def student(runs: Runs, number: int, until: float, times: list[tuple[float, float]]) -> None:
    chance = random.Random(number)
    time.sleep(chance.uniform(0, EVERY))
    while time.perf_counter() < until:
        times.append(answered(runs, any_net(chance)))
        time.sleep(max(0.0, EVERY - times[-1][1]))


def room(runs: Runs, students: int, seconds: float) -> list[tuple[float, float]]:
    """Let students change networks at the same time. Return the seconds of each answer, as in `answered`."""
    times: list[tuple[float, float]] = []
    until = time.perf_counter() + seconds
    people = [threading.Thread(target=student, args=(runs, number, until, times)) for number in range(students)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return times


def told(words: str, pairs: list[tuple[float, float]]) -> list[float]:
    """Print a row for first pictures and a row for whole trainings. Return their 95th percentiles."""
    late = []
    for what, times in zip(("first picture", "trained"), zip(*pairs, strict=True), strict=True):
        late.append(statistics.quantiles(times, n=20)[-1])
        median, worst = statistics.median(times), max(times)
        print(f"{words}, {what}: {len(times)} answers, median {median:.2f} s, p95 {late[-1]:.2f} s, worst {worst:.2f} s")
    return late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=STUDENTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder), Cluster(1))
        try:
            runs.begin("digits")
            assert runs.supervisor.wait_until_ready(READY_SECONDS), "the engine did not start"
            first, whole = answered(runs, BorderNetSettings("ring", units=(3,)))
            print(f"the first network after the start: first picture {first:.2f} s, trained {whole:.2f} s")
            largest = [BorderNetSettings("spiral", 10, (8, 8, 8), "tanh", seed=seed) for seed in range(1, ALONE + 1)]
            told("alone, the largest network", [answered(runs, net) for net in largest])
            first, late = told(f"a room of {chosen.students}", room(runs, chosen.students, chosen.seconds))
        finally:
            runs.close()
    print(f"first_picture_p95={first:.2f}")
    print(f"border_p95={late:.2f}")


if __name__ == "__main__":
    main()
