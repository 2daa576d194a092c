"""Problems of a deck, each with the line of its file at which a lecturer finds it."""

from dataclasses import dataclass

from core.problems import Problem, did_you_mean, quoted


@dataclass(frozen=True)
class DeckProblem:
    """A mistake in a deck's file."""

    line: int  # counted from 1
    problem: Problem

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


def mistake(line: int, code: str, happened: str, expected: str, fix: str) -> DeckProblem:
    """A mistake at a line; `code` is a stable name for tests, such as "deck-html"."""
    one_line = "".join(letter if letter.isprintable() else " " for letter in happened)  # it may quote the file
    return DeckProblem(line, Problem(code, (), one_line, expected, fix))


def unknown_name(line: int, what: str, name: str, known: tuple[str, ...]) -> DeckProblem:
    """A name that nothing has.

    Parameters
    ----------
    line
        The line of the name.
    what
        What the name is of, with an article: "a check".
    name
        The name as written.
    known
        All names that are known.
    """
    happened = f"{what[0].upper()}{what[1:]} is named {quoted(name)}, which is unknown."
    return mistake(line, "deck-unknown-name", happened, did_you_mean(name, known), "Correct the name.")
