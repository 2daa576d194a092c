"""A person's corrections of a data set: labels to change, and images to leave out. The files themselves do not change.

The split uses the labels of the files and all their images, and the corrections apply to its result. Therefore runs before
and after a correction train and validate on the same images, except for the corrected images.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.number_text import quantity

PARTS = ("train", "test")  # the parts of a data set's files
MOST_CORRECTIONS = 200  # corrections of a data set; a link can hold so many, and people correct fewer by hand


@dataclass(frozen=True)
class Corrections:
    """The corrections of a data set. Each list is sorted, and no image has two corrections."""

    relabelled: tuple[tuple[str, int, int], ...] = ()  # part of the files, index in this part, the right class
    removed: tuple[tuple[str, int], ...] = ()  # part of the files, index in this part

    def __len__(self) -> int:
        return len(self.relabelled) + len(self.removed)

    def of(self, part: str) -> int:
        """Return the number of corrections in a part of the files, "train" or "test"."""
        return len(self.labels(part)) + len(self.left_out(part))

    def labels(self, part: str) -> dict[int, int]:
        """Return the corrected class of each relabelled image in a part of the files, by the image's index."""
        return {index: label for its_part, index, label in self.relabelled if its_part == part}

    def left_out(self, part: str) -> list[int]:
        """Return the indices of the images that are left out of a part of the files."""
        return [index for its_part, index in self.removed if its_part == part]

    def words(self) -> str:
        """Describe the corrections: "3 labels changed, 2 images removed".

        Return an empty string without corrections.
        """
        return ", ".join(
            f"{quantity(len(entries), name)} {done}"
            for entries, name, done in ((self.relabelled, "label", "changed"), (self.removed, "image", "removed"))
            if entries
        )


NONE = Corrections()


def relabel(before: Corrections, part: str, index: int, label: int) -> Corrections:
    """Return the corrections after changing the class of an image. An image that was left out is used again.

    Raises
    ------
    ValueError
        No more corrections are allowed.
    """
    kept = restore_original(before, part, index)
    return _checked(Corrections(_sorted((*kept.relabelled, (part, index, label))), kept.removed))


def remove(before: Corrections, part: str, index: int) -> Corrections:
    """Return the corrections after leaving out an image. An earlier change of its class is dropped.

    Raises
    ------
    ValueError
        No more corrections are allowed.
    """
    kept = restore_original(before, part, index)
    return _checked(Corrections(kept.relabelled, _sorted((*kept.removed, (part, index)))))


def restore_original(before: Corrections, part: str, index: int) -> Corrections:
    """Return the corrections without the corrections of this image."""
    return Corrections(
        tuple(entry for entry in before.relabelled if entry[:2] != (part, index)),
        tuple(entry for entry in before.removed if entry != (part, index)),
    )


def _checked(corrections: Corrections) -> Corrections:
    if len(corrections) > MOST_CORRECTIONS:
        raise ValueError(f"There are {len(corrections):,} corrections; at most {MOST_CORRECTIONS} are kept.")
    return corrections


def _sorted(entries: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(sorted(entries, key=lambda entry: (PARTS.index(entry[0]), *entry[1:])))
