"""Something wrong, as a value: what happened, what was expected, how to fix it, and the repair as data."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST_COMPARED = 40  # characters of a name that was typed
CLOSE = 4  # one edit for so many characters is a slip of the fingers; more is another word
FEWEST_BEGUN, FEWEST_SHORTENED = 3, 5  # characters: fewer fit too much
SHORTEST_SHARE = 0.4  # of a name that may stand for the whole of it: "Conv2D" is that of "Convolution2D"
MOST_KNOWN = 20  # names in one message

ExperimentPath = tuple[str, ...]  # where in an experiment: ("layers", "hidden", "arguments", "units")


@dataclass(frozen=True)
class Repair:
    """One edit of an experiment that mends a problem; `core.experiment.model.repair` carries it out."""

    label: str  # what the button says
    verb: str  # "set", "insert", "remove" or "move"
    path: ExperimentPath  # what to edit; for "insert", the layer to put it before (or "end")
    value: Any = None  # the new value; for "insert", a layer (name, arguments, inputs if it names them); for "move", places


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. Every part is compulsory, so that no message leaves a person alone."""

    code: str  # stable name for tests and links, such as "units-differ-from-classes"
    where: ExperimentPath  # which part of the experiment is guilty; () when it is none
    happened: str  # what happened, with the value
    expected: str  # what was expected instead
    fix: str  # what to do now
    severity: str = "error"  # "error" blocks training, "warning" does not
    why: str = ""  # one sentence for the curious
    repairs: tuple[Repair, ...] = ()  # edits that mend it, best first
    also: tuple[ExperimentPath, ...] = ()  # other choices that take part in it: it is shown there too

    def __post_init__(self) -> None:
        if not (self.happened and self.expected and self.fix):
            raise ValueError(f"the problem {self.code!r} lacks a part; it needs happened, expected and fix")

    def __str__(self) -> str:
        return f"{self.happened} {self.expected} {self.fix}"

    @property
    def title(self) -> str:
        """It in a few words, for where there is room for no more: "units differ from classes"."""
        return self.code.replace("-", " ").replace("from logits", "from_logits")

    def concerns(self, *part: str) -> bool:
        """Whether it lies in a part of the experiment, or another choice there takes part in it."""
        return any(path[: len(part)] == part for path in (self.where, *self.also))

    @property
    def blocks(self) -> bool:
        """True when an experiment with this problem cannot be trained."""
        return self.severity == "error"


def read_problem(content: dict[str, Any]) -> Problem:
    """The problem that was written down as JSON, which knows no tuples.

    Parameters
    ----------
    content
        The result of `dataclasses.asdict` for a problem, after a way through JSON.

    Returns
    -------
    Problem
        The problem with its plain repairs. Those that put whole layers in came from a check, which offers them beside
        the layer too: they are left out.

    Raises
    ------
    KeyError, TypeError, ValueError
        The content is no problem.
    """
    plain = [repair for repair in content["repairs"] if not isinstance(repair["value"], dict | list)]
    repairs = tuple(Repair(**{**repair, "path": tuple(repair["path"])}) for repair in plain)
    also = tuple(map(tuple, content.get("also", ())))
    return Problem(**{**content, "where": tuple(content["where"]), "repairs": repairs, "also": also})


class ProblemError(Exception):
    """Raised where work cannot go on; carries the Problem that a person should read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    def __reduce__(self) -> tuple[Any, ...]:
        return (ProblemError, (self.problem,))


def closest(name: str, known: Sequence[str]) -> str | None:
    """The known name that a mistyped one most likely stands for; None where none is close.

    Capitals and underscores do not matter. Close is what differs by a quarter of its characters at most, by their order
    alone, what was begun ("BatchNorm") or goes on ("DenseLayer"), and what was shortened ("AvgPool2D").

    Parameters
    ----------
    name
        The name as written; only its first 40 characters are compared.
    known
        All names that would have been right; the first of several that are equally close is taken.
    """
    typed = _letters(name[:MOST_COMPARED])
    distances = [(_distance(typed, _letters(candidate)), index) for index, candidate in enumerate(known)]
    distance, index = min(distances, default=(math.inf, 0))
    return None if math.isinf(distance) else known[index]


def _letters(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _distance(typed: str, candidate: str) -> float:
    """How far a name is from what was typed: its edits, or more than any of these where it is only begun or shortened."""
    short, long = sorted((typed, candidate), key=len)
    if not short:
        return math.inf
    if len(long) - len(short) <= len(long) / CLOSE:
        edits = _edits(typed, candidate)
        if edits <= len(long) / CLOSE or sorted(typed) == sorted(candidate):
            return edits
    is_begun = candidate.startswith(typed) and len(typed) >= FEWEST_BEGUN
    if is_begun or (typed.startswith(candidate) and len(candidate) >= max(FEWEST_BEGUN, len(typed) / 2)):
        return MOST_COMPARED
    rest = iter(long)
    is_long_enough = len(short) >= max(FEWEST_SHORTENED, SHORTEST_SHARE * len(long)) and short[0] == long[0]
    is_shortened = is_long_enough and all(letter in rest for letter in short)
    return MOST_COMPARED + 1 if is_shortened else math.inf


def _edits(typed: str, other: str) -> int:
    """The fewest letters to insert, delete, replace, or swap with their neighbour (optimal string alignment)."""
    above, last = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            edits = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != wanted))
            if above and j > 1 and letter == other[j - 2] and typed[i - 2] == wanted:
                edits = min(edits, above[j - 2] + 1)
            row.append(edits)
        above, last = last, row
    return last[-1]


def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """The known name closest to `name` as a hint, such as "Did you mean 'units'?"; else a list of them.

    Parameters
    ----------
    name
        The name as written; only its first 40 characters are compared.
    known
        All names that would have been right.
    """
    close = closest(name, known)
    if close is not None:
        return f"Did you mean '{close}'?"
    more = f" and {len(known) - MOST_KNOWN} more" if len(known) > MOST_KNOWN else ""
    return f"Known are: {', '.join(known[:MOST_KNOWN])}{more}."


def quoted(value: object, length: int = 40) -> str:
    """A value as it may be shown in a message: its repr, cut to `length` characters."""
    text = repr(value) if not isinstance(value, str) else f"'{value[: length + 1]}'"
    text = text.encode("utf-8", "backslashreplace").decode()  # half a character pair cannot be shown or sent
    return text if len(text) <= length + 2 else text[:length] + "…"
