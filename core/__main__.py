"""The command line, in one process and without a browser:

    python -m core run EXPERIMENT.json --output RESULT.json
    python -m core check EXPERIMENT.json
    python -m core export EXPERIMENT.json FILE.py
    python -m core catalogue
    python -m core prepare --only digits fashion_mnist

Exit codes: 0 done, 1 the experiment has problems or could not be run, or something is missing, 2 the input cannot be read.
"""

import argparse
import json
import os
import pkgutil
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.backends import check_backend, installed
from core.catalogue import listing
from core.catalogue.backends import VARIABLE
from core.catalogue.datasets import DATASETS, OWN_IMAGES, adopt_package_files, folder_of, is_own, missing_files
from core.checks import check, is_valid
from core.data_checks import missing_problem
from core.execution import choose
from core.experiment import Experiment
from core.export import script
from core.files import write_atomically
from core.memory import training_bytes
from core.phrases import layer_phrase
from core.preparation import configured, prepare
from core.problems import Problem, ProblemError
from core.reading import MAXIMUM_BYTES, loads
from core.shapes import Summary, memory_text, spoken

DONE, PROBLEMS, UNREADABLE = 0, 1, 2


def worker_function(name: str) -> Callable:
    """A function of the worker, by name: Keras is loaded only when a command needs it."""
    with silence():  # TensorFlow greets with ten lines of no use to anyone here
        return pkgutil.resolve_name(f"core.worker.{name}")


@contextmanager
def silence() -> Iterator[None]:
    """Nothing reaches the terminal's error output, not even from libraries in C."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def read_experiment(path: Path) -> Experiment:
    """The experiment in a file.

    Raises:
        ProblemError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return loads(file.read(MAXIMUM_BYTES + 1))
    except OSError as error:
        raise ProblemError(
            Problem(
                "unreadable",
                (),
                f"{path} cannot be read: {error.strerror}.",
                "Expected a file with an experiment as JSON.",
                "Check the name.",
            )
        ) from None


def look_for_images(experiment: Experiment) -> None:
    """Make sure that a data set is here before Keras is loaded, which takes seconds.

    Raises:
        ProblemError: its files are missing.
    """
    name = experiment.data.dataset
    adopt_package_files(name)
    if missing_files(name):
        raise ProblemError(missing_problem(name))


def print_problems(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        place = " → ".join(problem.where)
        print(f"{problem.severity}: {place + ': ' if place else ''}{problem}", file=sys.stderr)


def print_table(experiment: Experiment, summary: Summary) -> None:
    """The table of a stack, as Keras' own summary has it."""
    print(f"{'layer':<40}{'output shape':>24}{'parameters':>20}")
    print(f"{'(the image)':<40}{spoken(summary.input_shape):>24}{'':>20}")
    for layer, row in zip(experiment.layers, summary.rows, strict=False):
        print(f"{layer_phrase(layer)[:39]:<40}{spoken(row.output_shape):>24}{row.parameters:>20,}")
    memory = memory_text(training_bytes(experiment, summary))
    print(f"{'total':<40}{'':>24}{summary.parameters:>20,}")
    if summary.non_trainable:
        print(f"{'of them non-trainable':<40}{'':>24}{summary.non_trainable:>20,}")
    print(f"memory to train: about {memory}")


def run(path: Path, output: Path) -> int:
    """Train and evaluate an experiment, with progress on the terminal; the result goes to a file."""
    experiment = read_experiment(path)
    problems, summary = (*check(experiment), *check_backend(experiment, installed())), None
    if is_valid(problems):
        look_for_images(experiment)
        os.environ[VARIABLE] = experiment.fit.backend  # before anything imports Keras
        worker_function("alone")
        summary = worker_function("summary:summarise")(experiment)
        problems = check(experiment, summary)
    print_problems(problems)
    if not is_valid(problems):
        return PROBLEMS
    execution = choose(experiment, summary)
    result = worker_function("training:train")(experiment, print_event, lambda: "", execution=execution)
    keys = ("parameters", "history", "validation", "test", "confusion_matrix", "seconds")
    text = json.dumps({key: result[key] for key in keys}, indent=1) + "\n"
    write_atomically(output, lambda temporary: temporary.write_text(text))
    print(f"test loss {result['test']['loss']:.4f}, test accuracy {result['test']['accuracy']:.4f}; wrote {output}")
    return DONE


def print_event(event: dict) -> None:
    """One event of a training as a line; batches overwrite each other on a terminal."""
    if event["kind"] == "epoch":
        numbers = ", ".join(
            f"{name} {event[name]:.4f}"
            for name in event
            if name not in ("kind", "step", "epoch", "seconds") and event[name] is not None
        )
        print(f"{CLEAR}epoch {event['epoch']:.0f}: {numbers} ({event['seconds']:.1f} s)", flush=True)
    elif event["kind"] == "batch" and sys.stdout.isatty():
        print(f"{CLEAR}epoch {int(event['epoch']) + 1}, step {event['step']:,}", end="", flush=True)
    elif event["kind"] == "phase" and event["phase"] in ("loading", "compiling", "evaluating"):
        print(f"{CLEAR}{event['phase']} …", flush=True)


CLEAR = "\r\033[K" if sys.stdout.isatty() else ""


def check_command(path: Path) -> int:
    """Print the table of an experiment, or its problems."""
    experiment = read_experiment(path)
    problems, summary = check(experiment), None
    if not any(problem.code == "value-not-allowed" for problem in problems):
        summary = worker_function("summary:summarise")(experiment)
        problems = check(experiment, summary)
    print_problems(problems)
    if not is_valid(problems) or summary is None:
        return PROBLEMS
    print_table(experiment, summary)
    return DONE


def export(path: Path, output: Path) -> int:
    """Write the Keras script of an experiment."""
    experiment = read_experiment(path)
    problems = check(experiment)
    print_problems(problems)
    if not is_valid(problems):
        return PROBLEMS
    adopt_package_files(experiment.data.dataset)  # the script looks where Keras looks
    text = script(experiment, execution=choose(experiment, worker_function("summary:summarise")(experiment)))
    write_atomically(output, lambda temporary: temporary.write_text(text))
    print(f"wrote {output}")
    name = experiment.data.dataset
    if is_own(name):  # the script reads pictures of one's own from the folder that it is run in
        beside, kept = output.parent / f"{name}.npz", folder_of(name) / OWN_IMAGES
        write_atomically(beside, lambda temporary: shutil.copyfile(kept, temporary))
        print(f"wrote {beside}, which the script reads")
    return DONE


def add_prepare(command: argparse.ArgumentParser) -> None:
    """The options of `prepare`."""
    address, port = configured()
    command.add_argument(
        "--only", nargs="+", choices=tuple(DATASETS), default=tuple(DATASETS), metavar="DATA_SET", help=", ".join(DATASETS)
    )
    command.add_argument("--address", default=address, help="what the server will listen on")
    command.add_argument("--port", type=int, default=port, help="the port that it will have")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m core", description="Train, check or export an experiment; prepare for class."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, sentence in (
        ("run", "train and evaluate an experiment"),
        ("check", "print its table, or its problems"),
        ("export", "write it as a Keras script"),
    ):
        command = commands.add_parser(name, help=sentence)
        command.add_argument("experiment", type=Path, metavar="EXPERIMENT.json")
        if name == "run":
            command.add_argument("--output", type=Path, required=True, metavar="RESULT.json")
        if name == "export":
            command.add_argument("file", type=Path, metavar="FILE.py")
    add_prepare(commands.add_parser("prepare", help="bring the data sets, verify them, and say what a lecture lacks"))
    commands.add_parser("catalogue", help="print all that can be chosen, how much it is, and what is left out and why")
    given = parser.parse_args(arguments)
    try:
        if given.command == "run":
            return run(given.experiment, given.output)
        if given.command == "export":
            return export(given.experiment, given.file)
        if given.command == "prepare":
            ready = prepare(tuple(given.only), given.address, given.port, worker_function)
            return DONE if ready else PROBLEMS
        if given.command == "catalogue":
            print("\n".join(listing.lines()))
            return DONE
        return check_command(given.experiment)
    except ProblemError as error:
        print_problems((error.problem,))
        return UNREADABLE if error.problem.code == "unreadable" else PROBLEMS
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return PROBLEMS


if __name__ == "__main__":
    sys.exit(main())
