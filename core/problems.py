"""Something wrong, as a value: what happened, what was expected, how to fix it, and the repair as data."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

MOST_KNOWN = 20  # names in one message

Path = tuple[str, ...]  # where in an experiment: ("layers", "hidden", "arguments", "units")


@dataclass(frozen=True)
class Repair:
    """One edit of an experiment that mends a problem; `core.experiment.repair` carries it out."""

    label: str  # what the button says
    verb: str  # "set", "insert", "remove" or "move"
    path: Path  # what to edit; for "insert", the layer to put it before (or "end")
    value: Any = None  # the new value; for "insert", a layer (name, arguments, inputs if it names them); for "move", places


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. Every part is compulsory, so that no message leaves a person alone."""

    code: str  # stable name for tests and links, such as "units-differ-from-classes"
    where: Path  # which part of the experiment is guilty; () when it is none
    happened: str  # what happened, with the value
    expected: str  # what was expected instead
    fix: str  # what to do now
    severity: str = "error"  # "error" blocks training, "warning" does not
    why: str = ""  # one sentence for the curious
    repairs: tuple[Repair, ...] = ()  # edits that mend it, best first
    also: tuple[Path, ...] = ()  # other choices that take part in it: it is shown there too

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


class ProblemError(Exception):
    """Raised where work cannot go on; carries the Problem that a person should read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    def __reduce__(self) -> tuple:
        return (ProblemError, (self.problem,))


def nearest(name: str, known: tuple[str, ...]) -> str:
    """The known name closest to `name` as a hint, such as "Did you mean 'units'?"; else a list of them.

    Arguments:
        name: what was written; only its first 40 characters are compared.
        known: all names that would have been right.
    """
    lower = {candidate.lower(): candidate for candidate in known}
    close = get_close_matches(name[:40].lower(), list(lower), n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{lower[close[0]]}'?"
    more = f" and {len(known) - MOST_KNOWN} more" if len(known) > MOST_KNOWN else ""
    return f"Known are: {', '.join(known[:MOST_KNOWN])}{more}."


def quoted(value: object, length: int = 40) -> str:
    """A value as it may be shown in a message: its repr, cut to `length` characters."""
    text = repr(value) if not isinstance(value, str) else f"'{value[: length + 1]}'"
    text = text.encode("utf-8", "backslashreplace").decode()  # half a character pair cannot be shown or sent
    return text if len(text) <= length + 2 else text[:length] + "…"
