"""Problems as values: what happened, what was expected, how to fix it, and repairs as data."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST_COMPARED = 40  # characters of a mistyped name
CLOSE = 4  # one edit in so many characters is a typing mistake; more edits mean another name
FEWEST_BEGUN, FEWEST_SHORTENED = 3, 5  # characters of a beginning, and of a short form; fewer match too many names
SHORTEST_SHARE = 0.4  # the least length of a short form, as a share of the name: "Conv2D" for "Convolution2D"
MOST_KNOWN = 20  # names listed in one message

ExperimentPath = tuple[str, ...]  # a path in an experiment: ("layers", "hidden", "arguments", "units")


@dataclass(frozen=True)
class Repair:
    """An edit of an experiment that solves a problem; `core.experiment.edits.apply_repair` applies it."""

    label: str  # the text of the button
    verb: str  # "set", "insert", "remove" or "move"
    path: ExperimentPath  # what to edit; for "insert", the layer to insert before (or "end")
    value: Any = None  # the new value; for "insert", (layer name, arguments[, inputs]); for "move", the number of positions


@dataclass(frozen=True)
class Problem:
    """A problem of an experiment, a file or the system. Every message has all parts."""

    code: str  # stable name for tests and links, such as "units-differ-from-classes"
    where: ExperimentPath  # the part of the experiment at fault; () for none
    happened: str  # what happened, with the value
    expected: str  # what was expected instead
    fix: str  # what to do now
    severity: str = "error"  # "error" prevents training, "warning" does not
    why: str = ""  # one sentence for the curious
    repairs: tuple[Repair, ...] = ()  # edits that solve it, best first
    also: tuple[ExperimentPath, ...] = ()  # other parts of the experiment that are involved and show the problem too

    def __post_init__(self) -> None:
        if not (self.happened and self.expected and self.fix):
            raise ValueError(f"the problem {self.code!r} lacks a part; it needs happened, expected and fix")

    def __str__(self) -> str:
        return f"{self.happened} {self.expected} {self.fix}"

    @property
    def title(self) -> str:
        """A short form of the problem: "units differ from classes"."""
        return self.code.replace("-", " ").replace("from logits", "from_logits")

    def concerns(self, *part: str) -> bool:
        """Whether the problem lies in a part of the experiment, or involves it."""
        return any(path[: len(part)] == part for path in (self.where, *self.also))

    @property
    def blocks(self) -> bool:
        """True when an experiment with this problem cannot be trained."""
        return self.severity == "error"

    @property
    def repairs_by_id(self) -> dict[str, Repair]:
        """The repairs by ids that stay the same while the problem does, whatever the labels say."""
        ids = ("/".join((self.code, repair.verb, *repair.path, str(number))) for number, repair in enumerate(self.repairs))
        return dict(zip(ids, self.repairs, strict=True))


def read_problem(content: dict[str, Any]) -> Problem:
    """Read a problem from JSON, which has no tuples.

    Parameters
    ----------
    content
        The result of `dataclasses.asdict` for a problem, read back from JSON.

    Returns
    -------
    Problem
        The problem without repairs that insert or replace whole layers: the check offers those again where the person edits
        the layer.

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
    """Raised where work cannot continue; carries the Problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    def __reduce__(self) -> tuple[Any, ...]:
        return (ProblemError, (self.problem,))


def closest(name: str, known: Sequence[str]) -> str | None:
    """Find the known name that a mistyped name most likely means, or None.

    Capitals and underscores are ignored. A name is close if at most a quarter of its characters differ, if only their order
    differs, or if one name begins with the other ("BatchNorm", "DenseLayer") or is a short form of it ("AvgPool2D").

    Parameters
    ----------
    name
        The name as typed; only its first 40 characters are compared.
    known
        All valid names; of several equally close names, the first is returned.
    """
    typed = _letters(name[:MOST_COMPARED])
    distances = [(_distance(typed, _letters(candidate)), index) for index, candidate in enumerate(known)]
    distance, index = min(distances, default=(math.inf, 0))
    return None if math.isinf(distance) else known[index]


def _letters(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _distance(typed: str, candidate: str) -> float:
    """The distance of two names: the number of edits; more for a beginning or a short form; infinite for other names."""
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
    remaining = iter(long)
    is_long_enough = len(short) >= max(FEWEST_SHORTENED, SHORTEST_SHARE * len(long)) and short[0] == long[0]
    is_shortened = is_long_enough and all(letter in remaining for letter in short)
    return MOST_COMPARED + 1 if is_shortened else math.inf


def _edits(typed: str, other: str) -> int:
    """The fewest insertions, deletions, replacements and swaps of neighbours (optimal string alignment)."""
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
    """A hint at the closest known name, such as "Did you mean 'units'?", or else at all known names.

    Parameters
    ----------
    name
        The name as typed; only its first 40 characters are compared.
    known
        All valid names.
    """
    close = closest(name, known)
    if close is not None:
        return f"Did you mean '{close}'?"
    more = f" and {len(known) - MOST_KNOWN} more" if len(known) > MOST_KNOWN else ""
    return f"Known are: {', '.join(known[:MOST_KNOWN])}{more}."


def quoted(value: object, length: int = 40) -> str:
    """The repr of a value for a message, cut to `length` characters."""
    text = repr(value) if not isinstance(value, str) else f"'{value[: length + 1]}'"
    text = text.encode("utf-8", "backslashreplace").decode()  # lone surrogates cannot be encoded
    return text if len(text) <= length + 2 else text[:length] + "…"
