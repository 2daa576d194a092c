"""`python -m core deck check`: every mistake of decks with file and line, and each experiment asked of Keras."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.checks.run import check
from core.command_output import STANDARD, print_error, print_line
from core.number_text import quantity
from core.problems import Problem, ProblemError
from core.teaching.deck import Deck
from core.teaching.deck_files.deck_experiments import experiments_of
from core.teaching.deck_files.parse_deck import MAXIMUM_BYTES, parse_deck
from core.teaching.deck_problems import DeckProblem, mistake

DONE, PROBLEMS, UNREADABLE = 0, 1, 2  # exit codes, as those of the other commands


def check_decks(sources: tuple[str, ...], worker_function: Callable[[str], Callable[..., Any]]) -> int:
    """Print the mistakes of decks, or what each of them holds.

    Parameters
    ----------
    sources
        The files; "-" reads standard input.
    worker_function
        Finds a worker's function by name; it imports Keras.

    Returns
    -------
    int
        The exit code: 0 where all decks are whole.
    """
    return max(_check_deck(source, worker_function) for source in sources)


def _check_deck(source: str, worker_function: Callable[[str], Callable[..., Any]]) -> int:
    try:
        content = _read(source)
    except ProblemError as error:
        print_error(f"error: {error.problem}")
        return UNREADABLE
    read = parse_deck(content, Path(source).stem)
    problems = read.problems or tuple(dict.fromkeys(_refused_by_keras(read.deck, worker_function) if read.deck else ()))
    for problem in problems:
        print_error(f"{source}:{problem.line}: {problem.problem}")
    if problems or read.deck is None:
        return PROBLEMS
    scenes, experiments = len(read.deck.scenes), sum(1 for _ in experiments_of(read.deck))
    print_line(f"{source}: {quantity(scenes, 'scene')}, {quantity(experiments, 'experiment')}, no mistakes")
    return DONE


def _read(source: str) -> bytes:
    """The bytes of a file or of standard input.

    Raises
    ------
    ProblemError
        It cannot be read.
    """
    try:
        if source == STANDARD:
            if sys.stdin is None:
                raise OSError("it is closed")
            return sys.stdin.buffer.read(MAXIMUM_BYTES + 1)
        with Path(source).open("rb") as file:
            return file.read(MAXIMUM_BYTES + 1)
    except (OSError, ValueError) as error:  # a name with a null byte raises ValueError
        name = "Standard input" if source == STANDARD else source
        happened = f"{name} cannot be read: {getattr(error, 'strerror', None) or error}."
        expected = "Expected a file with a deck as Markdown."
        raise ProblemError(Problem("unreadable", (), happened, expected, "Check the name.")) from None


def _refused_by_keras(deck: Deck, worker_function: Callable[[str], Callable[..., Any]]) -> Iterator[DeckProblem]:
    """What only Keras knows: layers that do not fit what they get. A network to repair must have such a problem."""
    known: set[Problem] = set()  # a change keeps what was wrong before it
    for change, experiment in (pair for version in deck.versions for pair in experiments_of(version)):
        summary = worker_function("training.summary:summarise")(experiment)
        wrong = {problem for problem in check(experiment, summary) if problem.blocks}
        if not change.needs_repair:
            yield from (DeckProblem(change.line, problem) for problem in wrong - known)
        elif not wrong:
            happened, expected = "The experiment is to be repaired, and can be trained.", "Expected a mistake in it."
            yield mistake(change.line, "deck-nothing-to-repair", happened, expected, "Remove the line repair: true")
        known |= wrong
