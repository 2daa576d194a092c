"""What a person corrected in a data set: labels that are wrong, images to leave out. An overlay; the files stay as they are.

The split into training and validation set is made on the labels of the files and all their images, and the overlay is
laid on what comes of it: so runs before and after a correction train and validate on the same images, but for those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.number_text import quantity

PARTS = ("train", "test")  # of the files
MOST = 200  # in all: what a link still carries, and more than a person corrects by hand


@dataclass(frozen=True)
class Corrections:
    """Corrections of a data set, each list in order, no image twice."""

    relabelled: tuple[tuple[str, int, int], ...] = ()  # part of the files, index into it, the right class
    removed: tuple[tuple[str, int], ...] = ()  # part of the files, index into it

    def __len__(self) -> int:
        return len(self.relabelled) + len(self.removed)

    def of(self, part: str) -> int:
        """How many there are of one part of the files."""
        return len(self.labels(part)) + len(self.left_out(part))

    def labels(self, part: str) -> dict[int, int]:
        """The right classes in one part of the files, by index."""
        return {index: label for one, index, label in self.relabelled if one == part}

    def left_out(self, part: str) -> list[int]:
        """The images of one part of the files that are left out, by index."""
        return [index for one, index in self.removed if one == part]

    def words(self) -> str:
        """How many there are: "3 labels changed, 2 images removed"; "" for none."""
        return ", ".join(
            f"{quantity(len(several), name)} {done}"
            for several, name, done in ((self.relabelled, "label", "changed"), (self.removed, "image", "removed"))
            if several
        )


NONE = Corrections()


def relabel(before: Corrections, part: str, index: int, label: int) -> Corrections:
    """With another class for an image, which is no longer left out.

    Raises
    ------
    ValueError
        There are as many corrections as there may be.
    """
    kept = restore_original(before, part, index)
    return _checked(Corrections(_sorted((*kept.relabelled, (part, index, label))), kept.removed))


def remove(before: Corrections, part: str, index: int) -> Corrections:
    """With an image left out, so that its class no longer matters.

    Raises
    ------
    ValueError
        There are as many corrections as there may be.
    """
    kept = restore_original(before, part, index)
    return _checked(Corrections(kept.relabelled, _sorted((*kept.removed, (part, index)))))


def restore_original(before: Corrections, part: str, index: int) -> Corrections:
    """With an image as it is in the files."""
    return Corrections(
        tuple(one for one in before.relabelled if one[:2] != (part, index)),
        tuple(one for one in before.removed if one != (part, index)),
    )


def _checked(corrections: Corrections) -> Corrections:
    if len(corrections) > MOST:
        raise ValueError(f"There are {len(corrections):,} corrections; at most {MOST} are kept.")
    return corrections


def _sorted(several: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(sorted(several, key=lambda one: (PARTS.index(one[0]), *one[1:])))
