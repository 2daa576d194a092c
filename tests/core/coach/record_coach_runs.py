"""Train the coach's runs once and record their events, for tests that read instead of train.

`python -m tests.core.coach.record_coach_runs` trains those that have no recording, and then each failure once more with
what the coach
advises; names as arguments train these anew. It needs the files of Fashion-MNIST; own pictures are made in the data folder.
"""

import sys
import time

from core.coach.rules import find_alarm
from core.experiment.edits import apply_repair
from core.experiment.model import Experiment
from tests.core.coach.coach_plan import RUNS
from tests.core.coach.coach_recordings import MENDED, path_of, recordings, write
from tests.core.coach.coach_runs import events_of

MOST_REPAIRS = 3  # for a run with several faults


def main(names: list[str]) -> None:
    """Train and record a run, and print its duration."""
    every = [*RUNS, *(name + MENDED for name, planned in RUNS.items() if planned.code)]
    for name in names or [known for known in every if not path_of(known).exists()]:
        began = time.perf_counter()
        if name.endswith(MENDED):
            _mend(name.removesuffix(MENDED))
        else:
            experiment = RUNS[name].make()
            write(name, experiment, events_of.__wrapped__(experiment))
        print(f"{time.perf_counter() - began:6.1f} s  {name}", flush=True)


def _mend(name: str) -> None:
    """Apply the coach's first advice until the coach gives none."""
    recordings.cache_clear()
    RUNS[name].make()  # make its pictures
    experiment, events, tried = recordings()[name].experiment(), recordings()[name].events, []
    while len(tried) < MOST_REPAIRS and (repairs := _advice(experiment, events)):
        tried.append(repairs[0].label)
        experiment = apply_repair(experiment, repairs[0])
        events = events_of.__wrapped__(experiment)
    if tried:
        write(name + MENDED, experiment, events, tried)


def _advice(experiment: Experiment, events: tuple[dict, ...]) -> tuple:
    alarm = find_alarm(experiment, events)
    return alarm.repairs if alarm else ()


if __name__ == "__main__":
    main(sys.argv[1:])
