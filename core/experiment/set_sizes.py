"""How many images each set of an experiment holds: estimated by arithmetic, or counted after the split."""

from dataclasses import dataclass

from core.experiment.model import Data


@dataclass(frozen=True)
class Counts:
    """Images of each class in each set, after corrections."""

    train: tuple[int, ...]
    validation: tuple[int, ...]
    unused: tuple[int, ...]  # of the training files, in neither of the two
    test: tuple[int, ...]

    @property
    def files(self) -> tuple[int, ...]:
        """Images of each class in the training files that are not left out."""
        return tuple(map(sum, zip(self.train, self.validation, self.unused, strict=True)))


@dataclass(frozen=True)
class Sizes:
    """Images in each set."""

    train: int
    validation: int
    unused: int
    test: int
    is_exact: bool = True  # if not, only the split knows the first three

    def words(self, count: int) -> str:
        """The size of one of the first three sets in words: "1,290", or "about 1,293"."""
        return f"{count:,}" if self.is_exact else f"about {count:,}"


def needs_counting(data: Data) -> bool:
    """Whether a worker has to count the sets: it has the labels, and arithmetic cannot know the counts.

    This is so if images are left out, or if near-duplicates stay in one set, which then holds a few more or fewer.
    """
    return bool(data.corrections) or (data.entry.keeps_together and bool(data.num_validation))


def sizes(data: Data, counts: Counts | None = None) -> Sizes:
    """How many images each set holds, from its counts, or by arithmetic without them."""
    if counts is not None:
        return Sizes(sum(counts.train), sum(counts.validation), sum(counts.unused), sum(counts.test))
    left_out = data.corrections.left_out
    return Sizes(
        train=data.num_used,
        validation=data.num_validation,
        unused=data.num_available - data.num_used,
        test=data.entry.num_test - len(left_out("test")),
        is_exact=not (left_out("train") or (data.entry.keeps_together and data.num_validation)),
    )
