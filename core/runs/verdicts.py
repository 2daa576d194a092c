"""Verdicts: how many more or fewer images a run classifies correctly than the run before, and whether by chance."""

import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from core.experiment.descriptions import changes
from core.number_text import COUNTED_IMAGES, correct_count, quantity
from core.runs.comparison import ENDS_EARLY, Outcome, ended_early, incomparable
from core.runs.run_record import Run

LEAST_WORSE_POINTS = 1.0  # percentage points; less is no reason to call a run worse
SURE_DEVIATIONS = 2.0  # standard deviations of a difference; chance alone exceeds this in 5 of 100 pairs of runs
# Without repeats the effect of another seed is unknown. Five seeds each of the lecture's network with 128 and 16
# units, on the same 6,000 images of Fashion-MNIST, have a standard deviation of 0.49 and 0.39 points; samples of so many
# images have 0.42 and 0.45. So another seed moves a result about as far as other images do, and both √2 times as far.
UNREPEATED = math.sqrt(2)
FEWEST_REPEATS = 3  # runs with other seeds that give a usable deviation; the deviation of two results is too uncertain
COUNTED = re.compile(r"^(?:.+ )?(units|filters|epochs) (\S+) \(was (.+)\)$")
BY_CHANCE = "no more than a new random start could change"
REPLACED = re.compile(r"^(.+) \(was (.+)\)$")


@dataclass(frozen=True)
class Verdict:
    """The verdict on a run: how many more of 100 images are classified correctly than in the run before, and why."""

    points: float  # difference in percentage points, of the accuracies as they are shown
    images: int  # difference in images, of the right answers that the headlines of both runs name
    other: str  # the run before: "run 1"
    cause: str  # the only change, if this change is the reason: "16 units"; "" for any other reason
    rest: str  # the sentence's end: " instead of 128", or another reason

    @property
    def is_worse(self) -> bool:
        return self.points <= -LEAST_WORSE_POINTS

    @property
    def direction(self) -> int:
        """The sign of the difference: 1 for more right answers than the run before, -1 for fewer, 0 for as many."""
        return (self.images > 0) - (self.images < 0)

    @property
    def size(self) -> str:
        """The difference in words, such as "2 fewer", "1 more" or "as many"."""
        if not self.images:
            return "as many"
        return f"{abs(self.images)} {'fewer' if self.images < 0 else 'more'}"

    @property
    def than(self) -> str:
        return f"{'than' if self.images else 'as'} {self.other}"

    @property
    def reason(self) -> str:
        """The reason in words, such as "because 16 units instead of 128" or BY_CHANCE."""
        return f"because {self.cause}{self.rest}" if self.cause else self.rest

    @property
    def text(self) -> str:
        """The verdict as a sentence, such as "2 fewer than run 1, because 16 units instead of 128."."""
        size = self.size[0].upper() + self.size[1:]
        return f"{', '.join(part for part in (f'{size} {self.than}', self.reason) if part)}."


def verdict(
    newer: Outcome, older: Outcome, repeats: Sequence[Sequence[float]] = (), steered: Sequence[Run] = ()
) -> Verdict | None:
    """Compare a run with the run before, and return the verdict. Return None if the two runs cannot be compared.

    Parameters
    ----------
    newer, older
        The outcomes of both runs.
    repeats
        The accuracies of the runs with other seeds, for each of the two experiments. May be empty.
    steered
        The runs, among these two, whose learning rate was changed by hand.
    """
    if incomparable_sentence(newer, older):
        return None
    now, was = (round(outcome.last("accuracy") or 0.0, 4) for outcome in (newer, older))
    points = round(100 * (now - was), 1)
    checked = newer.run.experiment.data.num_validation
    of = min(COUNTED_IMAGES, checked)
    images = correct_count(now, of) - correct_count(was, of)
    if not images:
        return Verdict(points, images, f"run {older.run.number}", "", "")
    is_sure = abs(points) > 100 * SURE_DEVIATIONS * difference_deviation(now, was, checked, repeats)
    cause, rest = _reason(newer, older, steered) if is_sure else ("", BY_CHANCE)
    return Verdict(points, images, f"run {older.run.number}", cause, rest)


def incomparable_sentence(newer: Outcome, older: Outcome) -> str:
    """Return why two runs cannot be compared, as a sentence. Return an empty string if they can be compared."""
    if reason := incomparable(newer, older):
        return f"{reason[0].upper()}{reason[1:]}."
    if not _have_same_images(newer, older):
        return f"Run {older.run.number} was checked on other images, so the two are not compared."
    return ""


def _have_same_images(newer: Outcome, older: Outcome) -> bool:
    now, was = newer.run.experiment, older.run.experiment
    same = ("dataset", "validation_split", "corrections")
    return now.fit.seed == was.fit.seed and all(getattr(now.data, name) == getattr(was.data, name) for name in same)


def difference_deviation(now: float, was: float, images: int, repeats: Sequence[Sequence[float]] = ()) -> float:
    """Return the standard deviation of the difference of two accuracies.

    Two accuracies on n images differ by chance with the standard deviation √(p(1 − p)/n + q(1 − q)/n), that of a difference
    of two proportions. Both networks judge the same images, so that their errors are correlated and this value is rather
    too large. Another seed changes a result as well: the deviation √(s² + t²) of repeats with other seeds is used if
    larger. An experiment without repeats is assumed to vary like the other experiment. If neither experiment has enough
    repeats, the deviation of the two proportions is multiplied by UNREPEATED.

    Parameters
    ----------
    now, was
        The two accuracies, from 0 to 1.
    images
        The number of images in both measurements.
    repeats
        The accuracies of the runs with other seeds, for each of the two experiments.
    """
    sampling = math.sqrt((now * (1 - now) + was * (1 - was)) / max(1, images))
    known = [statistics.variance(accuracies) for accuracies in repeats if len(accuracies) >= FEWEST_REPEATS]
    if not known:
        return UNREPEATED * sampling
    return max(sampling, math.sqrt(2 * statistics.fmean(known)))


def _reason(newer: Outcome, older: Outcome, steered: Sequence[Run]) -> tuple[str, str]:
    """Return `cause` and `rest` of the Verdict on two runs whose accuracies differ by more than chance."""
    changed = changes(newer.run.experiment, older.run.experiment)
    early = [outcome for outcome in (newer, older) if outcome.run.state in ENDS_EARLY]
    by_hand = [f"run {run.number} had its learning rate changed by hand" for run in steered]
    beside = [*map(ended_early, early), *by_hand]
    if not changed and not beside:
        return "", "though the experiment is the same"
    if len(changed) == 1 and not beside:
        return change_as_reason(changed[0])
    if not changed:
        return "", "; ".join(beside)
    several = ": a run with only one of them shows which did it" if len(changed) > 1 else ""
    return "", "; ".join([f"after {quantity(len(changed), 'change')}{several}", *beside])


def change_as_reason(change: str) -> tuple[str, str]:
    """Return a change as the end of a sentence that begins with "because", such as ("16 units", " instead of 128").

    Parameters
    ----------
    change
        A change as `core.experiment.descriptions.changes` writes it.
    """
    if counted := COUNTED.match(change):
        name, now, was = counted.groups()
        return f"{now} {name.removesuffix('s') if now == '1' else name}", f" instead of {was}"
    if replaced := REPLACED.match(change):
        return replaced[1], f" instead of {replaced[2]}"
    sign, _, added = change.partition(" ")
    if sign in ("+", "−"):
        return added, " was added" if sign == "+" else " was removed"
    return change, ""
