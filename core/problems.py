"""Problems as data. A problem holds the event, the expected state, the fix, and perhaps repairs of the experiment."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST_COMPARED = 40  # the characters of a mistyped name that are compared
CHARACTERS_PER_MISTAKE = 4  # a name may have a typing mistake for every 4 characters; more mistakes mean another name
FEWEST_BEGUN, FEWEST_SHORTENED = 3, 5  # characters of a beginning, and of a short form; less would match too many names
SHORTEST_SHARE = 0.4  # the least length of a short form, as a share of the name: "Conv2D" for "Convolution2D"
MOST_KNOWN = 20  # names listed in a message

TITLES = {"wrong-rank": "a layer takes another shape"}  # titles of problems whose codes are words of mathematics

ExperimentPath = tuple[str, ...]  # a path in an experiment: ("layers", "hidden", "arguments", "units")


@dataclass(frozen=True)
class Repair:
    """An edit of an experiment that solves a problem, applied by `core.experiment.edits.apply_repair`."""

    label: str  # the text of the button
    verb: str  # "set", "insert", "remove" or "move"
    path: ExperimentPath  # the part to edit; for "insert", the layer to insert before (or "end")
    value: Any = None  # the new value; for "insert", (layer name, arguments[, inputs]); for "move", the number of positions


@dataclass(frozen=True)
class Problem:
    """A problem of an experiment, a file or the system. Its sentences name the event, the expected state, and the fix."""

    code: str  # a stable name for tests and links, such as "units-differ-from-classes"
    where: ExperimentPath  # the part of the experiment at fault; empty if no part is
    happened: str  # the event, with the value
    expected: str  # the expectation
    fix: str  # the step to take now
    severity: str = "error"  # "error" prevents training, "warning" does not
    why: str = ""  # a sentence for the curious
    repairs: tuple[Repair, ...] = ()  # edits that solve the problem, best first
    also: tuple[ExperimentPath, ...] = ()  # other parts of the experiment that are involved and show the problem too

    def __post_init__(self) -> None:
        if not (self.happened and self.expected and self.fix):
            raise ValueError(f"the problem {self.code!r} lacks happened, expected or fix")

    def __str__(self) -> str:
        return f"{self.happened} {self.expected} {self.fix}"

    @property
    def title(self) -> str:
        """A short form of the problem, such as "units differ from classes"."""
        return TITLES.get(self.code) or self.code.replace("-", " ").replace("from logits", "from_logits")

    def concerns(self, *part: str) -> bool:
        """Return whether the problem lies in a part of the experiment (`where`), or involves this part (`also`)."""
        return any(path[: len(part)] == part for path in (self.where, *self.also))

    @property
    def blocks(self) -> bool:
        """Whether an experiment with this problem cannot be trained."""
        return self.severity == "error"

    @property
    def repairs_by_id(self) -> dict[str, Repair]:
        """The repairs by id. The ids do not depend on the labels, so that they stay the same while the problem exists."""
        ids = ("/".join((self.code, repair.verb, *repair.path, str(number))) for number, repair in enumerate(self.repairs))
        return dict(zip(ids, self.repairs, strict=True))


def read_problem(content: dict[str, Any]) -> Problem:
    """Read a problem from JSON, which has lists instead of tuples.

    Parameters
    ----------
    content
        The result of `dataclasses.asdict` for a problem, read back from JSON.

    Returns
    -------
    Problem
        The problem, without repairs that insert or replace whole layers. The check offers such repairs again when the person
        edits the layer.

    Raises
    ------
    KeyError, TypeError, ValueError
        The content is not a problem.
    """
    plain = [repair for repair in content["repairs"] if not isinstance(repair["value"], dict | list)]
    repairs = tuple(Repair(**{**repair, "path": tuple(repair["path"])}) for repair in plain)
    also = tuple(map(tuple, content.get("also", ())))
    return Problem(**{**content, "where": tuple(content["where"]), "repairs": repairs, "also": also})


class ProblemError(Exception):
    """Raised if work cannot continue. The exception carries the problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    def __reduce__(self) -> tuple[Any, ...]:
        return (ProblemError, (self.problem,))


def closest(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that a mistyped name most likely means. Return None if no known name is close.

    Capitals and underscores are ignored. A name is close if at most a quarter of its characters differ, if only their order
    differs, or if a name begins with the other ("BatchNorm", "DenseLayer") or is its short form ("AvgPool2D").

    Parameters
    ----------
    name
        The name as typed. Only its first 40 characters are compared.
    known
        All valid names. If several names are equally close, the first of them is returned.
    """
    typed = _letters(name[:MOST_COMPARED])
    distances = [(_distance(typed, _letters(candidate)), index) for index, candidate in enumerate(known)]
    distance, index = min(distances, default=(math.inf, 0))
    return None if math.isinf(distance) else known[index]


def _letters(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _distance(typed: str, candidate: str) -> float:
    """Return the distance of two names: the number of edits, or a larger number for a beginning or a short form.

    Names that are not similar have an infinite distance.
    """
    short, long = sorted((typed, candidate), key=len)
    if not short:
        return math.inf
    if len(long) - len(short) <= len(long) / CHARACTERS_PER_MISTAKE:
        edits = _edits(typed, candidate)
        if edits <= len(long) / CHARACTERS_PER_MISTAKE or sorted(typed) == sorted(candidate):
            return edits
    is_begun = candidate.startswith(typed) and len(typed) >= FEWEST_BEGUN
    if is_begun or (typed.startswith(candidate) and len(candidate) >= max(FEWEST_BEGUN, len(typed) / 2)):
        return MOST_COMPARED
    remaining = iter(long)
    is_long_enough = len(short) >= max(FEWEST_SHORTENED, SHORTEST_SHARE * len(long)) and short[0] == long[0]
    is_shortened = is_long_enough and all(letter in remaining for letter in short)
    return MOST_COMPARED + 1 if is_shortened else math.inf


def _edits(typed: str, other: str) -> int:
    """Count the fewest insertions, deletions, replacements and swaps of neighbours (optimal string alignment)."""
    above, last = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, other_letter in enumerate(other, 1):
            edits = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != other_letter))
            if above and j > 1 and letter == other[j - 2] and typed[i - 2] == other_letter:
                edits = min(edits, above[j - 2] + 1)
            row.append(edits)
        above, last = last, row
    return last[-1]


def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """Return a hint such as "Did you mean 'units'?". If no known name is close, list the known names.

    Parameters
    ----------
    name
        The name as typed. Only its first 40 characters are compared.
    known
        All valid names.
    """
    close = closest(name, known)
    if close is not None:
        return f"Did you mean '{close}'?"
    more = f" and {len(known) - MOST_KNOWN} more" if len(known) > MOST_KNOWN else ""
    return f"Known are: {', '.join(known[:MOST_KNOWN])}{more}."


def quoted(value: object, length: int = 40) -> str:
    """Return the repr of a value for a message, cut to `length` characters."""
    text = repr(value) if not isinstance(value, str) else f"'{value[: length + 1]}'"
    text = text.encode("utf-8", "backslashreplace").decode()  # lone surrogates cannot be encoded
    return text if len(text) <= length + 2 else text[:length] + "…"
