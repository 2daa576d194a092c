"""Try the coach on runs that its rules were not made for: sixty failures and fifty-eight healthy runs, drawn by a seed.

    python -m tests.benchmarks.coach_trial [--seed SEED] [--only WORD] [--keep FOLDER]

Each run is trained on Digits, on a part of Fashion-MNIST, or on coloured pictures, in seconds. A failure counts as named
if the last alarm has the planted cause, and as mended if the validation accuracy is higher after the first repair. The
command prints the table of docs/coach.md: the kinds of failures, and the causes that the coach named instead of the planted
causes. With --keep, runs whose results are in the folder are not trained again. The command needs the files of
Fashion-MNIST.
"""

import argparse
import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.checks.experiment_checks import find_warnings
from core.coach.rules import find_alarm
from core.experiment.edits import apply_repair
from core.experiment.model import Experiment, to_dict
from core.problems import Problem
from tests.benchmarks.coach_failures import Kind, failures
from tests.benchmarks.coach_healthy import healthy
from tests.core.checks.repair_simulation import table
from tests.core.coach.coach_recordings import shortened
from tests.core.coach.coach_runs import all_told, verdicts

SEED = 1
RISE = 0.02  # the rise of the validation accuracy that counts as mended; a smaller rise may be chance


@dataclass(frozen=True)
class Trained:
    """The events of a run, and its final validation accuracy, or its training accuracy if it had no validation set."""

    events: tuple[dict, ...]
    accuracy: float


def trained(experiment: Experiment, folder: Path) -> Trained:
    """Train an experiment, or read the result of an earlier training from the folder."""
    text = json.dumps(to_dict(experiment), sort_keys=True)
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"
    if not path.exists():
        path.write_text(json.dumps(_train(experiment)), encoding="utf-8")
    content = json.loads(path.read_text(encoding="utf-8"))
    return Trained(tuple(content["events"]), content["accuracy"])


def _train(experiment: Experiment) -> dict:
    from core.experiment.execution import choose_execution  # noqa: PLC0415
    from core.worker.training.summary import summarise  # noqa: PLC0415
    from core.worker.training.train import clear_trained_models, train  # noqa: PLC0415

    events: list[dict] = []
    with all_told():
        result = train(
            experiment, events.append, lambda: None, execution=choose_execution(experiment, summarise(experiment))
        )
    clear_trained_models()
    end = result["validation"] or {"accuracy": result["history"]["accuracy"][-1]}
    return {"events": shortened(events), "accuracy": float(end["accuracy"])}


@dataclass(frozen=True)
class Named:
    """The coach's answer to a failure, and the accuracy before and after the first repair."""

    alarm: Problem | None
    is_right: bool
    others: tuple[str, ...]  # the codes of earlier alarms that name other causes
    before: float
    after: float | None  # the accuracy with the first repair, or None without a repair

    @property
    def code(self) -> str:
        return self.alarm.code if self.alarm else "nothing"

    @property
    def is_mended(self) -> bool:
        return self.after is not None and self.after > self.before + RISE


def name_failure(kind: Kind, make: Callable[[], Experiment], folder: Path) -> Named:
    """Train a failure, ask the coach for the cause, and train again with the coach's first repair."""
    experiment = make()
    run = trained(experiment, folder)
    summary = table(experiment)
    alarm = find_alarm(experiment, run.events, summary)
    is_right = alarm is not None and alarm.code in kind.codes and kind.word in f"{alarm.happened} {alarm.why} {alarm.fix}"
    others = {verdict.code for verdict in verdicts(experiment, run.events, summary)} - {"", *kind.codes}
    repairs = alarm.repairs if alarm else ()
    after = trained(apply_repair(experiment, repairs[0]), folder).accuracy if repairs else None
    return Named(alarm, is_right, tuple(sorted(others)), run.accuracy, after)


def print_failures(seed: int, word: str, folder: Path) -> None:
    """Print a line for each failure, and then a table of the planted causes and the causes that the coach named."""
    results: dict[str, Named] = {}
    for name, (kind, make) in failures(seed).items():
        if word.lower() not in name.lower():
            continue
        result = results[name] = name_failure(kind, make, folder)
        label = result.alarm.repairs[0].label if result.alarm and result.alarm.repairs else "no button"
        after = "" if result.after is None else f", then {result.after:.2f}"
        wrong = "" if result.is_right else "WRONG "
        earlier = f"; before: {', '.join(result.others)}" if result.others else ""
        print(f"{name}: {wrong}{result.code}; {label}: {result.before:.2f}{after}{earlier}", flush=True)
    print("\n| Planted cause | Named | Accuracy before and after the first repair |\n|---|---|---|")
    for kind_name in dict.fromkeys(name.rpartition(" ")[0] for name in results):
        same = [result for name, result in results.items() if name.rpartition(" ")[0] == kind_name]
        codes = Counter(result.code for result in same)
        said = ", ".join(f"`{code}`{f' {count} times' if count > 1 else ''}" for code, count in codes.items())
        accuracies = "; ".join(f"{each.before:.2f}, {'-' if each.after is None else f'{each.after:.2f}'}" for each in same)
        print(f"| {kind_name} | {said} | {accuracies} |")
    right, mended = (sum(getattr(result, name) for result in results.values()) for name in ("is_right", "is_mended"))
    print(f"\nnamed: {right} of {len(results)}; mended by the first repair: {mended} of {len(results)}\n", flush=True)


def print_healthy(seed: int, word: str, folder: Path) -> None:
    alarmed, count = 0, 0
    for name, make in healthy(seed).items():
        if word.lower() not in name.lower():
            continue
        experiment, count = make(), count + 1
        summary = table(experiment)
        if warned := find_warnings(experiment, summary):
            raise ValueError(f"{name} is not healthy: {warned[0]}")
        run = trained(experiment, folder)
        told = [verdict for verdict in verdicts(experiment, run.events, summary) if verdict.code]
        said = [f"{verdict.code} at epoch {verdict.epoch:.0f}" for verdict in told]
        alarmed += bool(said)
        print(f"{name}: {run.accuracy:.2f}{', **' + ', '.join(said) + '**' if said else ''}", flush=True)
    print(f"\nalarmed: {alarmed} of {count} healthy runs", flush=True)


def main() -> None:
    """Read the command line, and print the coach's answers to the failures and to the healthy runs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="", metavar="WORD", help="kinds whose name holds this word")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where runs are kept")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["DASHBOARD_HOME"] = str(folder / "data")
        print_failures(asked.seed, asked.only, folder)
        print_healthy(asked.seed, asked.only, folder)


if __name__ == "__main__":
    main()
