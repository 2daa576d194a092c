"""The command line of the dashboard, which works in a single process and without a browser.

    python -m core run EXPERIMENT.json --output RESULT.json
    python -m core check EXPERIMENT.json
    python -m core export EXPERIMENT.json FILE.py
    python -m core catalogue
    python -m core deck check DECK.md ...
    python -m core receipt FILE ...
    python -m core prepare --only digits fashion_mnist

`-` instead of a file is standard input or output. Results go to standard output, messages to standard error.
Exit codes: 0 done, 1 the experiment has problems or could not be run, or something is missing, 2 the input or the command
cannot be read, 130 ended by Ctrl-C.
"""

import argparse
import faulthandler
import json
import os
import pkgutil
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr
from pathlib import Path
from typing import Any, cast

from core.catalogue import listing
from core.catalogue.backends import VARIABLE
from core.catalogue.datasets import DATASETS, OWN_IMAGES, copy_package_files, folder_of, is_own, missing_files
from core.checks.data import missing_pictures_problem
from core.checks.experiment_checks import check, is_valid
from core.command_output import STANDARD, OutputTarget, have_same_content, print_error, print_line, silence_output
from core.deck_command import check_decks
from core.engine.installed_backends import check_backend, installed
from core.engine.lecture_preparation import configured_address, prepare
from core.experiment.descriptions import layer_phrase
from core.experiment.execution import choose_execution
from core.experiment.json_text import MAXIMUM_BYTES
from core.experiment.memory import training_bytes
from core.experiment.model import Experiment
from core.experiment.serialization import loads
from core.experiment.shapes import Summary, shape_text
from core.export.script import script
from core.files import write_atomically
from core.number_text import memory_text
from core.problems import Problem, ProblemError
from core.receipt_command import grade_receipts
from core.run_events import WorkerEvent, metric

DONE, PROBLEMS, UNREADABLE, INTERRUPTED = 0, 1, 2, 130
EPILOG = """\
- instead of a file is standard input or output. Nothing is overwritten without --force.

exit codes:
  0    done
  1    the experiment has problems, could not be run, or something is missing; standard error has the reason
  2    the experiment or the command cannot be read
  130  ended by Ctrl-C
"""


class RefusedError(Exception):
    """Raised for an experiment with problems, after the problems were printed."""


def worker_function(name: str) -> Callable[..., Any]:
    """Import a function of the package `core.worker` by its name. Only commands that need Keras call this function."""
    return cast("Callable[..., Any]", pkgutil.resolve_name(f"core.worker.{name}"))


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Discard the lines that C libraries write to standard error. Python's `sys.stderr` still works.

    On import, TensorFlow writes dozens of useless lines to standard error.
    """
    if sys.stderr is None:
        yield
        return
    sys.stderr.flush()
    terminal_copy, nowhere, was_on = os.dup(2), os.open(os.devnull, os.O_WRONLY), faulthandler.is_enabled()
    os.dup2(nowhere, 2)
    try:
        with os.fdopen(terminal_copy, "w", encoding="utf-8", errors="backslashreplace", closefd=False) as terminal:
            if not was_on:
                faulthandler.enable(terminal)  # show crashes of libraries all the same
            with redirect_stderr(terminal) if _is_error_output(sys.stderr) else nullcontext():
                yield
    finally:
        if not was_on:
            faulthandler.disable()
        os.dup2(terminal_copy, 2)
        os.close(terminal_copy)
        os.close(nowhere)


def _is_error_output(stream: object) -> bool:
    """Return whether a stream is the standard error of the process, and not the stream of a test or a notebook."""
    return stream is sys.__stderr__


def read_experiment(source: str) -> Experiment:
    """Read an experiment from a file or standard input.

    Raises
    ------
    ProblemError
        The file cannot be read.
    """
    try:
        if source == STANDARD:
            if sys.stdin is None:
                raise OSError("it is closed")
            return loads(sys.stdin.buffer.read(MAXIMUM_BYTES + 1))
        with Path(source).open("rb") as file:
            return loads(file.read(MAXIMUM_BYTES + 1))
    except (OSError, ValueError) as error:  # a name with a null byte raises ValueError
        name = "Standard input" if source == STANDARD else source
        raise ProblemError(
            Problem(
                "unreadable",
                (),
                f"{name} cannot be read: {getattr(error, 'strerror', None) or error}.",
                "Expected a file with an experiment as JSON.",
                "Check the name.",
            )
        ) from None


def require_images(experiment: Experiment) -> None:
    """Check that the data set is on this machine before Keras is loaded, which takes seconds.

    Raises
    ------
    ProblemError
        The files of the data set are missing.
    """
    name = experiment.data.dataset
    copy_package_files(name)
    if missing_files(name):
        raise ProblemError(missing_pictures_problem(name))


def print_problems(problems: tuple[Problem, ...]) -> None:
    """Print each problem to standard error, with its path in the experiment."""
    for problem in problems:
        where, text = " → ".join(problem.where), str(problem)
        print_error(f"{problem.severity}: {text if text.startswith(where) else f'{where}: {text}'}")


def print_layer_table(experiment: Experiment, summary: Summary) -> None:
    """Print a table of the layers, as Keras' `summary()` does, and the memory that training needs."""
    print_line(f"{'layer':<40}{'output shape':>24}{'parameters':>20}")
    print_line(f"{'(the image)':<40}{shape_text(summary.input_shape):>24}{'':>20}")
    for layer, row in zip(experiment.layers, summary.rows, strict=False):
        print_line(f"{layer_phrase(layer)[:39]:<40}{shape_text(row.output_shape):>24}{row.parameters:>20,}")
    memory = memory_text(training_bytes(experiment, summary))
    print_line(f"{'total':<40}{'':>24}{summary.parameters:>20,}")
    if summary.non_trainable:
        print_line(f"{'of them non-trainable':<40}{'':>24}{summary.non_trainable:>20,}")
    print_line(f"memory to train: about {memory}")


def refuse_invalid(problems: tuple[Problem, ...]) -> None:
    """Print the problems of an experiment, and raise an error if a problem prevents training.

    Raises
    ------
    RefusedError
        A problem prevents training.
    """
    print_problems(problems)
    if not is_valid(problems):
        raise RefusedError


def keras_summary(experiment: Experiment) -> Summary:
    """Print the warnings about an experiment, and return Keras' table of the layers.

    Raises
    ------
    RefusedError
        Keras or a rule refuses the experiment. The problem was printed.
    """
    problems, summary = check(experiment), None
    if not any(problem.code == "value-not-allowed" for problem in problems):
        summary = worker_function("training.summary:summarise")(experiment)
        problems = check(experiment, summary)
    refuse_invalid(problems)
    if summary is None:
        raise RefusedError
    return cast("Summary", summary)


def run(source: str, output: OutputTarget) -> int:
    """Train and evaluate an experiment, show the progress on the terminal, and write the result to a file."""
    experiment = read_experiment(source)
    problems = (*check(experiment), *check_backend(experiment, installed()))
    if not is_valid(problems):
        refuse_invalid(problems)
    output.check(Path(source))
    require_images(experiment)
    os.environ[VARIABLE] = experiment.fit.backend  # before anything imports Keras
    report_line = print_line if output.path is not None else print_error  # standard output is for the result alone
    result = train_here(experiment, report_line)
    keys = ("parameters", "history", "validation", "test", "confusion_matrix", "seconds")
    where, error = output.write_or_rescue(json.dumps({key: result[key] for key in keys}, indent=1) + "\n")
    if error is not None:
        print_error(
            f"error: {output.words} could not be written ({error.strerror}). The result is in {where}: move it from there."
        )
    report_line(f"test loss {result['test']['loss']:.4f}, test accuracy {result['test']['accuracy']:.4f}; wrote {where}")
    return DONE if error is None else PROBLEMS


def train_here(experiment: Experiment, report_line: Callable[..., None]) -> dict[str, Any]:
    """Train an experiment in this process. The backend must be chosen before Keras is imported."""
    worker_function("no_tensorflow")
    execution = choose_execution(experiment, keras_summary(experiment))
    train: Callable[..., dict[str, Any]] = worker_function("training.train:train")
    return train(experiment, lambda event: print_event(event, report_line), lambda: None, execution=execution)


def train_again(experiment: Experiment) -> dict[str, Any]:
    """Train an experiment of a receipt (the signed proof of a passed task) again. Print the progress to standard error."""
    require_images(experiment)
    return train_here(experiment, print_error)


def print_event(event: WorkerEvent, report_line: Callable[..., None]) -> None:
    """Print an event of a run as a line. On a terminal, the line of a batch overwrites the line of the previous batch."""
    is_terminal = report_line is print_line and _is_terminal()
    clear = "\r\033[K" if is_terminal else ""
    if event["kind"] == "epoch":
        numbers = ", ".join(
            f"{name} {value:.4f}"
            for name in event
            if name not in ("kind", "step", "epoch", "seconds") and (value := metric(event, name)) is not None
        )
        report_line(f"{clear}epoch {event['epoch']:.0f}: {numbers} ({event['seconds']:.1f} s)")
    elif event["kind"] == "batch" and is_terminal:
        print_line(f"{clear}epoch {int(event['epoch']) + 1}, step {event['step']:,}", end="")
    elif event["kind"] == "phase" and event["phase"] in ("loading", "compiling", "evaluating"):
        report_line(f"{clear}{event['phase']} …")


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def print_check(source: str) -> int:
    """Print the table of an experiment's layers, or its problems if the experiment cannot be trained."""
    experiment = read_experiment(source)
    print_layer_table(experiment, keras_summary(experiment))
    return DONE


def export(source: str, output: OutputTarget) -> int:
    """Write the Keras script of an experiment to a file, with the uploaded images that the script reads."""
    experiment = read_experiment(source)
    if not is_valid(problems := check(experiment)):
        refuse_invalid(problems)
    output.check(Path(source))
    name = experiment.data.dataset
    beside = output.path.parent / f"{name}.npz" if output.path and is_own(name) else None
    if beside is not None and not have_same_content(beside, folder_of(name) / OWN_IMAGES):
        OutputTarget(beside, output.may_replace).check()
    summary = keras_summary(experiment)
    copy_package_files(name)  # the script looks for the files where Keras does
    output.write(script(experiment, execution=choose_execution(experiment, summary)))
    if output.path is not None:
        print_line(f"wrote {output.words}")
    if beside is not None:  # the script reads a person's pictures from the current folder
        write_atomically(beside, lambda temporary: shutil.copyfile(folder_of(name) / OWN_IMAGES, temporary))
        print_line(f"wrote {beside}, which the script reads")
    elif is_own(name):
        print_error(f"The script reads {name}.npz: copy {folder_of(name) / OWN_IMAGES} there.")
    return DONE


def print_catalogue() -> int:
    """Print the names of all catalogue entries, such as layers and optimizers."""
    for line in listing.lines():
        print_line(line)
    return DONE


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands and options."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m core",
        description="Train, check or export an experiment; prepare for class.",
        epilog=EPILOG,
        formatter_class=form,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, sentence in (
        ("run", "train and evaluate an experiment"),
        ("check", "print its table, or its problems"),
        ("export", "write the experiment as a Keras script"),
    ):
        command = commands.add_parser(name, help=sentence, description=sentence, epilog=EPILOG, formatter_class=form)
        command.add_argument("experiment", metavar="EXPERIMENT.json", help="an experiment file; - reads standard input")
        if name == "run":
            command.add_argument("--output", required=True, metavar="RESULT.json", help="where the numbers go")
        if name == "export":
            command.add_argument("file", metavar="FILE.py", help="where the script goes")
        if name != "check":
            command.add_argument("--force", action="store_true", help="replace existing files")
    add_prepare(commands.add_parser("prepare", help="bring the data sets, verify them, and say what a lecture lacks"))
    deck = commands.add_parser("deck", help="check decks that teach").add_subparsers(dest="deck_command", required=True)
    sentence = "list the mistakes of decks, with file and line"
    check_command = deck.add_parser("check", help=sentence, description=sentence, epilog=EPILOG, formatter_class=form)
    check_command.add_argument(
        "decks", nargs="+", metavar="DECK.md", help="a deck, see docs/decks.md; - reads standard input"
    )
    add_receipt(commands.add_parser("receipt", help="read signed receipts, and train their runs again to the same digit"))
    commands.add_parser("catalogue", help="print and count all choices, and the parts of Keras left out, with the reason")
    return parser


def add_receipt(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `receipt`."""
    command.add_argument("receipts", nargs="+", metavar="FILE", help="a receipt of a passed task, or the HTML file of a lab")
    command.add_argument("--signature-only", action="store_true", help="train nothing")


def add_prepare(command: argparse.ArgumentParser) -> None:
    """Add the options of the command `prepare`."""
    address, port = configured_address()
    command.add_argument(
        "--only", nargs="+", choices=tuple(DATASETS), default=tuple(DATASETS), metavar="DATA_SET", help=", ".join(DATASETS)
    )
    command.add_argument("--address", default=address, help="the address of the server")
    command.add_argument("--port", type=int, default=port, help="the port of the server")


def run_command(arguments: argparse.Namespace) -> int:
    """Run a parsed command, and return the exit code.

    Raises
    ------
    ProblemError, RefusedError, OSError
        The command failed.
    """
    if arguments.command == "catalogue":
        return print_catalogue()
    if arguments.command == "check":
        return print_check(arguments.experiment)
    if arguments.command == "deck":
        return check_decks(tuple(arguments.decks), worker_function)
    if arguments.command == "receipt":
        return grade_receipts(tuple(arguments.receipts), None if arguments.signature_only else train_again)
    if arguments.command == "prepare":
        ready = prepare(tuple(arguments.only), arguments.address, arguments.port, worker_function)
        return DONE if ready else PROBLEMS
    name = arguments.output if arguments.command == "run" else arguments.file
    output = OutputTarget(None if name == STANDARD else Path(name), arguments.force)
    return {"run": run, "export": export}[arguments.command](arguments.experiment, output)


def main(arguments: list[str] | None = None) -> int:
    """Run a command of the command line, and return the exit code."""
    parsed = parser().parse_args(arguments)
    try:
        with quiet_libraries():
            return run_command(parsed)
    except RefusedError:
        return PROBLEMS
    except ProblemError as error:
        print_problems((error.problem,))
        return UNREADABLE if error.problem.code == "unreadable" else PROBLEMS
    except KeyboardInterrupt:
        print_error("\nStopped. Nothing was written.")
        return INTERRUPTED
    except BrokenPipeError:  # the reader closed the pipe
        silence_output()
        return PROBLEMS
    except OSError as error:
        print_problems((system_problem(error),))
        return PROBLEMS


def system_problem(error: OSError) -> Problem:
    """Return a problem that explains an OSError: a file or folder that cannot be read or written."""
    return Problem(
        "system",
        (),
        f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.",
        "Expected files and folders that this account may read and write.",
        "Check the names that were given, DASHBOARD_HOME and KERAS_HOME.",
    )


if __name__ == "__main__":
    if sys.stdout is not None:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
