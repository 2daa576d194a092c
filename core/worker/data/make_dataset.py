"""A data set of what was read from an upload: chosen, brought to one size, split and kept."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split

from core.datasets import user_datasets
from core.datasets.duplicates import groups, hold_out, joined
from core.datasets.image_files import brightened, fitted
from core.datasets.upload_checks import refusals, small_classes
from core.datasets.upload_report import PIXELS, Index, Report, picture_at, read_index, read_report
from core.datasets.uploads import Choices
from core.problems import ProblemError

SEED = 0  # of the split into training and test set
USUAL_SHARE = 0.1  # of the pictures, that a validation set holds


@dataclass(frozen=True)
class Selection:
    """Which pictures become a data set, by their places, and the classes that are left."""

    train: list[int]
    test: list[int]
    labels: dict[int, int]  # of each class that is left, its new number
    classes: tuple[str, ...]
    groups: np.ndarray | None  # of each for training: near copies share a number; None where there are none
    torn: tuple[int, ...]  # new numbers of classes whose near copies could not stay together
    leaks: int  # of those for testing, how many are the same as one for training, or nearly


def make_dataset(folder: Path, choices: Choices, visitor: str, tell: Callable[[int, int], None]) -> str:
    """Make a data set; its name.

    Raises
    ------
    ProblemError
        The chosen settings leave no picture.
    """
    report, index = read_report(folder), read_index(folder)
    assert report is not None
    chosen = select_pictures(index, report, choices)
    every = [*chosen.train, *chosen.test]
    grey = choices.colour == "grey"
    pixels = np.empty((len(every), choices.side, choices.side) + (() if grey else (3,)), "uint8")
    tell(0, len(every))
    with (folder / PIXELS).open("rb") as file:
        for done, place in enumerate(every):
            picture = brightened(picture_at(file, index, place), choices.white)
            pixels[done] = fitted(picture, choices.side, choices.rule, is_grey=grey)
            tell(done + 1, len(every))
    labels = np.array([chosen.labels[index.labels[place]] for place in every], "int64")
    count = len(chosen.train)
    sets = user_datasets.Sets(pixels[:count], labels[:count], pixels[count:], labels[count:], chosen.groups)
    title = user_datasets.clean_name(choices.title) or "My pictures"
    return user_datasets.keep(sets, title, chosen.classes, visitor, torn=chosen.torn, leaks=chosen.leaks)


def select_pictures(index: Index, report: Report, choices: Choices) -> Selection:
    """Choose the pictures to take: without leaks, copies and small classes, and split where that is needed.

    Copies and near copies stay together: what is held out must not be nearly what was learned. Where there are none,
    scikit-learn splits.

    Raises
    ------
    ProblemError
        Without the copies, too little is left.
    """
    leaked = {one.test for one in index.leaks()} if choices.leave_leaks_out else set()
    places = [one for one in range(len(index.labels)) if one not in leaked]
    places = _without_copies(index, places) if choices.drop_copies else places
    places = _without_near(index, places) if choices.drop_near else places
    to_learn, to_test = (_counts(index, places, report, of_test=one) for one in (False, True))
    now = replace(report, train=to_learn, test=to_test, has_test=any(to_test))
    if problems := refusals(now, choices):
        raise ProblemError(problems[0])
    small = small_classes(now)
    labels = {label: number for number, label in enumerate(one for one in range(len(report.classes)) if one not in small)}
    places = [one for one in places if index.labels[one] in labels]
    # At least one of each class is tested, and two are learned from.
    test_size = min(max(round(choices.test_share * len(places)), len(labels)), len(places) - 2 * len(labels))
    together = _together(index, places, round(USUAL_SHARE * len(places)) if now.has_test else test_size)
    if now.has_test:
        train = [one for one in places if not index.is_test[one]]
        test = [one for one in places if index.is_test[one]]
    elif together.has_any:
        order = np.random.default_rng(SEED).permutation(len(places))  # for hold_out keeps the order that there is
        is_test = hold_out(together.labels[order], together.groups[order], test_size, SEED)
        train, test = ([places[one] for one in order[mine]] for mine in (~is_test, is_test))
    else:
        of_each = [index.labels[one] for one in places]
        train, test = train_test_split(places, test_size=test_size, stratify=of_each, random_state=SEED)
    of_place = dict(zip(places, together.groups.tolist(), strict=True))
    numbers = np.unique([of_place[one] for one in train], return_inverse=True)[1]  # from 0 on
    classes = tuple(report.classes[one] for one in labels)
    torn = tuple(labels[one] for one in together.torn)
    return Selection(
        train, test, labels, classes, numbers if numbers.max() + 1 < len(numbers) else None, torn, _leaks(index, train, test)
    )


def _leaks(index: Index, train: list[int], test: list[int]) -> int:
    """How many of those for testing are the same as one for training, or nearly."""
    known = {index.prints[one] for one in train}
    pairs = [(index.prints[first], index.prints[second]) for first, second in index.near]
    near = {second for first, second in pairs if first in known} | {first for first, second in pairs if second in known}
    return sum(index.prints[one] in known | near for one in test)


@dataclass(frozen=True)
class Together:
    """Which pictures stay together."""

    labels: np.ndarray  # of each picture
    groups: np.ndarray  # of each: copies and near copies share a number
    torn: tuple[int, ...]  # classes of too few different pictures for that: each of theirs is on its own

    @property
    def has_any(self) -> bool:
        """Whether two pictures share a number."""
        return len(np.unique(self.groups)) < len(self.groups)


def _together(index: Index, places: list[int], count: int) -> Together:
    """Which pictures stay together when `count` of them are held out.

    Where this would leave a class less than half of its share, because it has too few different pictures, such as the
    frames of one film, its pictures are split one by one.
    """
    copies = ((first, other) for first, *others in groups(index.prints) for other in others)
    numbers = joined(len(index.labels), [*index.near, *copies])[places]
    labels = np.array(index.labels, int)[places]
    share = np.bincount(labels) * count / len(labels)
    got = np.bincount(labels[hold_out(labels, numbers, count, SEED)], minlength=len(share))
    sizes = np.bincount(numbers)[numbers]
    torn = [one for one in np.flatnonzero(got < share / 2) if (sizes[labels == one] > 1).any()]
    is_torn = np.isin(labels, torn)
    numbers[is_torn] = len(index.labels) + np.arange(is_torn.sum())
    return Together(labels, numbers, tuple(int(one) for one in torn))


def _counts(index: Index, places: list[int], report: Report, *, of_test: bool) -> tuple[int, ...]:
    labels = [index.labels[one] for one in places if index.is_test[one] == of_test]
    return tuple(int(one) for one in np.bincount(np.array(labels, int), minlength=len(report.classes)))


def _without_near(index: Index, places: list[int]) -> list[int]:
    """One of each pair that is nearly the same, with all its copies: the first, or the one for testing."""
    kept: dict[bytes, list[int]] = defaultdict(list)
    for one in places:
        kept[index.prints[one]].append(one)
    for pair in index.near:
        first, second = (index.prints[one] for one in pair)
        if kept[first] and kept[second]:
            to_test = [any(index.is_test[one] for one in kept[several]) for several in (first, second)]
            kept[first if to_test == [False, True] else second] = []
    return sorted(one for several in kept.values() for one in several)


def _without_copies(index: Index, places: list[int]) -> list[int]:
    """Each picture once; of those in both sets, the one for testing stays."""
    kept: dict[bytes, int] = {}
    for one in sorted(places, key=lambda place: not index.is_test[place]):
        kept.setdefault(index.prints[one], one)
    return sorted(kept.values())
