"""Make a data set from an upload: select pictures, resize them, split them into two sets, and store them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import train_test_split

from core.datasets import user_datasets
from core.datasets.duplicates import hold_out, identical_groups
from core.datasets.image_files import fit_to_square, stretch_to_white
from core.datasets.upload_checks import small_classes, upload_problems
from core.datasets.upload_report import PIXELS, Report, UploadIndex, picture_at, read_index, read_report
from core.datasets.upload_state import UploadOptions
from core.problems import ProblemError

SEED = 0  # the seed of the split into training and test set
USUAL_SHARE = 0.1  # the share of the pictures that a validation set usually holds


@dataclass(frozen=True)
class Selection:
    """The pictures that are selected for each set, as positions in the upload, and the classes that remain."""

    train: list[int]
    test: list[int]
    labels: dict[int, int]  # the new number of each remaining class
    classes: tuple[str, ...]
    groups: np.ndarray | None  # the group of each training picture: near copies share a number; None without near copies
    torn: tuple[int, ...]  # new numbers of classes whose near copies could not stay together
    leaks: int  # the number of test pictures that are copies or near copies of a training picture


def make_dataset(folder: Path, choices: UploadOptions, visitor: str, report_progress: Callable[[int, int], None]) -> str:
    """Make a data set from an upload, store the data set, and return its name.

    Raises
    ------
    ProblemError
        The chosen settings leave too few pictures.
    """
    report, index = read_report(folder), read_index(folder)
    assert report is not None
    chosen = select_pictures(index, report, choices)
    positions = [*chosen.train, *chosen.test]
    grey = choices.colour == "grey"
    pixels = np.empty((len(positions), choices.side, choices.side) + (() if grey else (3,)), "uint8")
    report_progress(0, len(positions))
    with (folder / PIXELS).open("rb") as file:
        for done, position in enumerate(positions):
            picture = stretch_to_white(picture_at(file, index, position), choices.white)
            pixels[done] = fit_to_square(picture, choices.side, choices.rule, is_grey=grey)
            report_progress(done + 1, len(positions))
    labels = np.array([chosen.labels[index.labels[position]] for position in positions], "int64")
    count = len(chosen.train)
    sets = user_datasets.DataSetArrays(pixels[:count], labels[:count], pixels[count:], labels[count:], chosen.groups)
    title = user_datasets.clean_name(choices.title) or "My pictures"
    return user_datasets.save_data_set(sets, title, chosen.classes, visitor, torn=chosen.torn, leaks=chosen.leaks)


def select_pictures(index: UploadIndex, report: Report, choices: UploadOptions) -> Selection:
    """Select the pictures of the new data set, and split them if the upload has no test pictures.

    Classes with too few pictures are left out; so are copies and leaks (test pictures that are also training pictures) if
    `choices` says so. Copies and near copies stay in the same set, so that no test picture is nearly the same as a
    training picture. If no pictures are copies, scikit-learn splits the pictures.

    Raises
    ------
    ProblemError
        The chosen settings leave too few pictures.
    """
    leaked = {leak.test for leak in index.leaks()} if choices.leave_leaks_out else set()
    positions = [position for position in range(len(index.labels)) if position not in leaked]
    positions = _without_copies(index, positions) if choices.drop_copies else positions
    positions = _without_near(index, positions) if choices.drop_near else positions
    to_learn, to_test = (_counts(index, positions, report, of_test=of_test) for of_test in (False, True))
    now = replace(report, train=to_learn, test=to_test, has_test=any(to_test))
    if problems := upload_problems(now, choices):
        raise ProblemError(problems[0])
    small = small_classes(now)
    labels = {label: number for number, label in enumerate(old for old in range(len(report.classes)) if old not in small)}
    positions = [position for position in positions if index.labels[position] in labels]
    # Each class has at least 1 picture in the test set, and 2 in the training set.
    test_size = min(max(round(choices.test_share * len(positions)), len(labels)), len(positions) - 2 * len(labels))
    grouping = _group(index, positions, round(USUAL_SHARE * len(positions)) if now.has_test else test_size)
    if now.has_test:
        train = [position for position in positions if not index.is_test[position]]
        test = [position for position in positions if index.is_test[position]]
    elif grouping.has_any:
        order = np.random.default_rng(SEED).permutation(len(positions))  # hold_out keeps this order
        is_test = hold_out(grouping.labels[order], grouping.groups[order], test_size, SEED)
        train, test = ([positions[number] for number in order[chosen]] for chosen in (~is_test, is_test))
    else:
        class_numbers = [index.labels[position] for position in positions]
        train, test = train_test_split(positions, test_size=test_size, stratify=class_numbers, random_state=SEED)
    group_of = dict(zip(positions, grouping.groups.tolist(), strict=True))
    numbers = np.unique([group_of[position] for position in train], return_inverse=True)[1]  # the group numbers start at 0
    classes = tuple(report.classes[label] for label in labels)
    torn = tuple(labels[label] for label in grouping.torn)
    return Selection(
        train, test, labels, classes, numbers if numbers.max() + 1 < len(numbers) else None, torn, _leaks(index, train, test)
    )


def _leaks(index: UploadIndex, train: list[int], test: list[int]) -> int:
    """Count the test pictures that are copies or near copies of a training picture."""
    known = {index.prints[position] for position in train}
    pairs = [(index.prints[first], index.prints[second]) for first, second in index.near]
    near_copies = {second for first, second in pairs if first in known} | {
        first for first, second in pairs if second in known
    }
    return sum(index.prints[position] in known | near_copies for position in test)


@dataclass(frozen=True)
class Grouping:
    """Groups of pictures that are copies or near copies. All pictures of a group go to the same set."""

    labels: np.ndarray  # the label of each picture
    groups: np.ndarray  # the group of each picture: copies and near copies share a number
    torn: tuple[int, ...]  # classes with too few different pictures: each of their pictures is a group

    @property
    def has_any(self) -> bool:
        """Whether a group has more than a single picture."""
        return len(np.unique(self.groups)) < len(self.groups)


def group_numbers(index: UploadIndex) -> np.ndarray:
    """Return a group number for each picture. Pictures that a chain of copies or near copies links share a number."""
    copies = ((first, other) for first, *others in identical_groups(index.prints) for other in others)
    pairs = np.array([*index.near, *copies], int).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), [len(index.labels)] * 2)
    numbers: np.ndarray = connected_components(graph, directed=False)[1]  # numbered in the order of the pictures
    return numbers


def _group(index: UploadIndex, positions: list[int], count: int) -> Grouping:
    """Group the pictures that must go to the same set, if `count` pictures are held out.

    Some classes have too few different pictures, such as the frames of a film. If a class would get less than half of its
    share of held-out pictures for this reason, each of its pictures becomes a group.
    """
    numbers = group_numbers(index)[positions]
    labels = np.array(index.labels, int)[positions]
    share = np.bincount(labels) * count / len(labels)
    held_out = np.bincount(labels[hold_out(labels, numbers, count, SEED)], minlength=len(share))
    sizes = np.bincount(numbers)[numbers]
    torn = [label for label in np.flatnonzero(held_out < share / 2) if (sizes[labels == label] > 1).any()]
    is_torn = np.isin(labels, torn)
    numbers[is_torn] = len(index.labels) + np.arange(is_torn.sum())
    return Grouping(labels, numbers, tuple(int(label) for label in torn))


def _counts(index: UploadIndex, positions: list[int], report: Report, *, of_test: bool) -> tuple[int, ...]:
    labels = [index.labels[position] for position in positions if index.is_test[position] == of_test]
    return tuple(int(count) for count in np.bincount(np.array(labels, int), minlength=len(report.classes)))


def _without_near(index: UploadIndex, positions: list[int]) -> list[int]:
    """Remove near copies. Of each pair, the test picture stays. If both are in the same set, the first picture stays.

    Exact copies of a removed picture are removed, too.
    """
    by_print: dict[bytes, list[int]] = defaultdict(list)
    for position in positions:
        by_print[index.prints[position]].append(position)
    for pair in index.near:
        first, second = (index.prints[position] for position in pair)
        if by_print[first] and by_print[second]:
            to_test = [any(index.is_test[position] for position in by_print[fingerprint]) for fingerprint in (first, second)]
            by_print[first if to_test == [False, True] else second] = []
    return sorted(position for group in by_print.values() for position in group)


def _without_copies(index: UploadIndex, positions: list[int]) -> list[int]:
    """Remove exact copies. If both sets have a copy, the test picture stays."""
    kept: dict[bytes, int] = {}
    for position in sorted(positions, key=lambda position: not index.is_test[position]):
        kept.setdefault(index.prints[position], position)
    return sorted(kept.values())
