"""The command `python -m core deck check`, which lists mistakes of lesson decks, and checks experiments with Keras."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.checks.experiment_checks import check
from core.command_output import STANDARD, print_error, print_line
from core.number_text import quantity
from core.problems import Problem, ProblemError
from core.teaching.deck import Deck
from core.teaching.deck_files.deck_experiments import experiment_after_each_change
from core.teaching.deck_files.parse_deck import MAXIMUM_BYTES, parse_deck
from core.teaching.deck_problems import DeckProblem, mistake
from core.teaching.given_away import answers_given_away

DONE, PROBLEMS, UNREADABLE = 0, 1, 2  # exit codes, which are the same for all commands


def check_decks(sources: tuple[str, ...], worker_function: Callable[[str], Callable[..., Any]]) -> int:
    """Print the mistakes of lesson decks. For a deck without mistakes, count its scenes and experiments.

    Parameters
    ----------
    sources
        The files of the decks. "-" reads standard input.
    worker_function
        A function that imports a function of `core.worker` by its name, and thereby Keras.

    Returns
    -------
    int
        The exit code, which is 0 if no deck has a mistake.
    """
    return max(_check_deck(source, worker_function) for source in sources)


def _check_deck(source: str, worker_function: Callable[[str], Callable[..., Any]]) -> int:
    try:
        content = _read(source)
    except ProblemError as error:
        print_error(f"error: {error.problem}")
        return UNREADABLE
    read = parse_deck(content, Path(source).stem)
    further = _further(read.deck, worker_function) if read.deck else ()
    problems = read.problems or tuple(sorted(dict.fromkeys(further), key=lambda problem: problem.line))
    for problem in problems:
        print_error(f"{source}:{problem.line}: {problem.problem}")
    if problems or read.deck is None:
        return PROBLEMS
    scenes, experiments = len(read.deck.scenes), sum(1 for _ in experiment_after_each_change(read.deck))
    print_line(f"{source}: {quantity(scenes, 'scene')}, {quantity(experiments, 'experiment')}, no mistakes")
    return DONE


def _read(source: str) -> bytes:
    """Read the bytes of a file or of standard input.

    Raises
    ------
    ProblemError
        The deck cannot be read.
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


def _further(deck: Deck, worker_function: Callable[[str], Callable[..., Any]]) -> Iterator[DeckProblem]:
    """Yield the mistakes that parsing does not find: visible answers to questions, and experiments that Keras refuses."""
    yield from answers_given_away(deck)
    yield from _refused_by_keras(deck, worker_function)


def _refused_by_keras(deck: Deck, worker_function: Callable[[str], Callable[..., Any]]) -> Iterator[DeckProblem]:
    """Yield the mistakes that only Keras notices, such as layers that do not fit their inputs.

    Also report an experiment that visitors should repair, if nothing is wrong with it.
    """
    known: set[Problem] = set()  # an experiment keeps the problems of earlier changes, which are listed once
    for change, experiment in (pair for version in deck.versions for pair in experiment_after_each_change(version)):
        summary = worker_function("training.summary:summarise")(experiment)
        wrong = {problem for problem in check(experiment, summary) if problem.blocks}
        if not change.needs_repair:
            yield from (DeckProblem(change.line, problem) for problem in wrong - known)
        elif not wrong:
            happened, expected = "The experiment is to be repaired, and can be trained.", "Expected a mistake."
            yield mistake(change.line, "deck-nothing-to-repair", happened, expected, "Remove the line repair: true")
        known |= wrong
