"""Train every ready net on Fashion-MNIST as on a small machine. Each run must end and free the queue for the next run.

    python -m tests.benchmarks.ready_nets [--memory GB] [--batch IMAGES] [--whole] [NET ...]

Without --whole, each run is stopped after a few steps, when it has taken its memory, and is then evaluated. For each net,
the command prints how the run ended, and the peak memory of the trainer. The data folder is temporary.
"""

import argparse
import os
import tempfile
import threading
import time
from pathlib import Path

import psutil

from core import machine
from core.engine.cluster import Cluster
from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.experiment.templates import TEMPLATES, apply_template, lecture_experiment
from core.problems import ProblemError
from core.runs import manager
from tests.server import PATIENCE, engine_processes, name_of, wait_for

STEPS = 6  # the number of steps after which a run is stopped
MOST_SECONDS = 600  # the longest time that a run may take


class TrainerMemory:
    """The peak memory of the trainer's process since the last call of `take`, in bytes."""

    def __init__(self) -> None:
        self._most = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            for trainer in [process for process in engine_processes() if name_of(process) == "trainer-0"]:
                try:
                    self._most = max(self._most, trainer.memory_info().rss)
                except psutil.Error:
                    continue
            time.sleep(0.1)

    def take(self) -> int:
        most, self._most = self._most, 0
        return most


def experiment_for(net: str, batch_size: int) -> Experiment:
    """Return the experiment that trains a ready net for an epoch on the whole of Fashion-MNIST."""
    experiment = apply_template(lecture_experiment("fashion_mnist"), net)
    return set_value(set_value(experiment, ("fit", "batch_size"), batch_size), ("fit", "epochs"), 1)


def steps(queue: manager.Runs, identity: str) -> int:
    return max((event["step"] for event in queue.reader.events(identity) if event["kind"] == "batch"), default=0)


def outcome(queue: manager.Runs, experiment: Experiment, *, whole: bool) -> str:
    """Run an experiment, and return in words how the run ended. Raise an AssertionError if the run does not end."""
    wait_for(lambda: queue.facts.summary(experiment), PATIENCE, "the shapes of the net")
    try:
        run = queue.start(experiment, "somebody")
    except ProblemError as error:
        return f"refused: {error.problem}"
    stopped = False
    deadline = time.monotonic() + MOST_SECONDS
    while not (queue.database.run(run.id).is_over and len(queue.active_runs) == 0):
        assert time.monotonic() < deadline, f"the run is still {queue.database.run(run.id).state}"
        if not whole and not stopped and steps(queue, run.id) >= STEPS:
            stopped = True
            queue.stop(run.id)
        time.sleep(0.1)
    ended = queue.database.run(run.id)
    return f"{ended.state}{f': {ended.problem}' if ended.problem else ''}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("nets", nargs="*", default=list(TEMPLATES), metavar="NET")
    arguments.add_argument("--memory", type=float, default=4.0, help="of the machine, in GB")
    arguments.add_argument("--batch", type=int, default=512, help="images in a batch")
    arguments.add_argument("--whole", action="store_true", help="train the whole epoch")
    chosen = arguments.parse_args()
    os.environ["DASHBOARD_MEMORY"] = str(chosen.memory)
    os.environ["DASHBOARD_TRAINERS"] = "1"
    print(f"{chosen.memory:g} GB: a worker may have {machine.worker_memory_gb():.2f} GB", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        queue = manager.Runs(Path(folder), Cluster(machine.trainer_count(), lean=machine.is_lean()))
        queue.begin("fashion_mnist")
        try:
            assert queue.supervisor.wait_until_ready(PATIENCE), queue.engine
            memory = TrainerMemory()
            for net in chosen.nets:
                memory.take()
                began = time.monotonic()
                words = outcome(queue, experiment_for(net, chosen.batch), whole=chosen.whole)
                print(f"{net:12} {time.monotonic() - began:6.1f} s, {memory.take() / 1e9:.2f} GB: {words}", flush=True)
        finally:
            queue.close()


if __name__ == "__main__":
    main()
