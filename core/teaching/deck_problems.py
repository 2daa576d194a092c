"""Problems of a deck, each with the line of the mistake in the deck's file."""

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
    """Return a mistake in a line of a deck's file. The code, such as "deck-html", names the kind of mistake."""
    line_text = "".join(letter if letter.isprintable() else " " for letter in happened)  # the message may quote the file
    return DeckProblem(line, Problem(code, (), line_text, expected, fix))


def unknown_name(line: int, kind: str, name: str, known: tuple[str, ...]) -> DeckProblem:
    """Return the mistake for an unknown name, which suggests known names.

    Parameters
    ----------
    line
        The line of the name.
    kind
        The kind of the named thing, with an article: "a check".
    name
        The name as written.
    known
        All names that are known.
    """
    happened = f"{kind[0].upper()}{kind[1:]} is named {quoted(name)}, which is unknown."
    return mistake(line, "deck-unknown-name", happened, did_you_mean(name, known), "Correct the name.")
