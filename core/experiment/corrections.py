"""A person's corrections of a data set: wrong labels, and images to leave out. An overlay; the files stay as they are.

The split uses the labels of the files and all their images; the corrections apply to its result. So runs before and after
a correction train and validate on the same images, except for the corrected ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.number_text import quantity

PARTS = ("train", "test")  # of the files
MOST = 200  # in all: a link still carries so many, and people correct fewer by hand


@dataclass(frozen=True)
class Corrections:
    """Corrections of a data set, each list in order, no image twice."""

    relabelled: tuple[tuple[str, int, int], ...] = ()  # part of the files, index into it, the right class
    removed: tuple[tuple[str, int], ...] = ()  # part of the files, index into it

    def __len__(self) -> int:
        return len(self.relabelled) + len(self.removed)

    def of(self, part: str) -> int:
        """The number of corrections in one part of the files."""
        return len(self.labels(part)) + len(self.left_out(part))

    def labels(self, part: str) -> dict[int, int]:
        """The right classes in one part of the files, by index."""
        return {index: label for its_part, index, label in self.relabelled if its_part == part}

    def left_out(self, part: str) -> list[int]:
        """The images of one part of the files that are left out, by index."""
        return [index for its_part, index in self.removed if its_part == part]

    def words(self) -> str:
        """The corrections in words: "3 labels changed, 2 images removed"; "" for none."""
        return ", ".join(
            f"{quantity(len(entries), name)} {done}"
            for entries, name, done in ((self.relabelled, "label", "changed"), (self.removed, "image", "removed"))
            if entries
        )


NONE = Corrections()


def relabel(before: Corrections, part: str, index: int, label: int) -> Corrections:
    """The corrections with another class for an image, which is no longer left out.

    Raises
    ------
    ValueError
        No more corrections are allowed.
    """
    kept = restore_original(before, part, index)
    return _checked(Corrections(_sorted((*kept.relabelled, (part, index, label))), kept.removed))


def remove(before: Corrections, part: str, index: int) -> Corrections:
    """The corrections with an image left out, so that its class no longer matters.

    Raises
    ------
    ValueError
        No more corrections are allowed.
    """
    kept = restore_original(before, part, index)
    return _checked(Corrections(kept.relabelled, _sorted((*kept.removed, (part, index)))))


def restore_original(before: Corrections, part: str, index: int) -> Corrections:
    """The corrections without those of this image."""
    return Corrections(
        tuple(entry for entry in before.relabelled if entry[:2] != (part, index)),
        tuple(entry for entry in before.removed if entry != (part, index)),
    )


def _checked(corrections: Corrections) -> Corrections:
    if len(corrections) > MOST:
        raise ValueError(f"There are {len(corrections):,} corrections; at most {MOST} are kept.")
    return corrections


def _sorted(entries: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(sorted(entries, key=lambda entry: (PARTS.index(entry[0]), *entry[1:])))
