"""A data set of what was read from an upload: chosen, brought to one size, split and kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split

from core import own
from core.inventory import PIXELS, Index, Report, picture_at, read_index, read_report
from core.pictures import fitted
from core.problems import ProblemError
from core.quality import refusals, small_classes
from core.uploads import Choices

SEED = 0  # of the split into training and test set


@dataclass(frozen=True)
class Chosen:
    """Which pictures become a data set, by their places, and the classes that are left."""

    train: list[int]
    test: list[int]
    labels: dict[int, int]  # of each class that is left, its new number
    classes: tuple[str, ...]


def make(folder: Path, choices: Choices, visitor: str, tell: Callable[[int, int], None]) -> str:
    """Make a data set; its name.

    Raises:
        ProblemError: what was chosen gives none.
    """
    report, index = read_report(folder), read_index(folder)
    assert report is not None
    chosen = choose(index, report, choices)
    every = [*chosen.train, *chosen.test]
    grey = choices.colour == "grey"
    pixels = np.empty((len(every), choices.side, choices.side) + (() if grey else (3,)), "uint8")
    tell(0, len(every))
    with (folder / PIXELS).open("rb") as file:
        for done, place in enumerate(every):
            pixels[done] = fitted(picture_at(file, index, place), choices.side, choices.rule, is_grey=grey)
            tell(done + 1, len(every))
    labels = np.array([chosen.labels[index.labels[place]] for place in every], "int64")
    count = len(chosen.train)
    sets = own.Sets(pixels[:count], labels[:count], pixels[count:], labels[count:])
    return own.keep(sets, own.clean_name(choices.title) or "My pictures", chosen.classes, visitor)


def choose(index: Index, report: Report, choices: Choices) -> Chosen:
    """Which pictures are taken: without copies, without small classes, and split with scikit-learn where that is needed.

    Raises:
        ProblemError: without the copies, too little is left.
    """
    places = _without_copies(index) if choices.drop_copies else list(range(len(index.labels)))
    places = _without_near(index, places) if choices.drop_near else places
    now = replace(
        report, train=_counts(index, places, report, of_test=False), test=_counts(index, places, report, of_test=True)
    )
    if problems := refusals(now, choices):
        raise ProblemError(problems[0])
    small = small_classes(now)
    labels = {label: number for number, label in enumerate(one for one in range(len(report.classes)) if one not in small)}
    places = [one for one in places if index.labels[one] in labels]
    if report.has_test:
        train = [one for one in places if not index.is_test[one]]
        test = [one for one in places if index.is_test[one]]
    else:
        of_each = [index.labels[one] for one in places]
        # At least one of each class is tested, and two are learned from.
        test_size = min(max(round(choices.test_share * len(places)), len(labels)), len(places) - 2 * len(labels))
        train, test = train_test_split(places, test_size=test_size, stratify=of_each, random_state=SEED)
    return Chosen(train, test, labels, tuple(report.classes[one] for one in labels))


def _counts(index: Index, places: list[int], report: Report, *, of_test: bool) -> tuple[int, ...]:
    labels = [index.labels[one] for one in places if index.is_test[one] == of_test]
    return tuple(int(one) for one in np.bincount(np.array(labels, int), minlength=len(report.classes)))


def _without_near(index: Index, places: list[int]) -> list[int]:
    """One of each pair that is nearly the same: the first, or the one for testing."""
    kept = set(places)
    for first, second in index.near:
        if first in kept and second in kept:
            kept.discard(first if index.is_test[second] and not index.is_test[first] else second)
    return sorted(kept)


def _without_copies(index: Index) -> list[int]:
    """Each picture once; of those in both sets, the one for testing stays."""
    kept: dict[bytes, int] = {}
    for one in sorted(range(len(index.labels)), key=lambda place: not index.is_test[place]):
        kept.setdefault(index.prints[one], one)
    return sorted(kept.values())
