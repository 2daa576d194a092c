"""The number of images in each set of an experiment: estimated by arithmetic, or counted after the split."""

from dataclasses import dataclass

from core.experiment.model import Data


@dataclass(frozen=True)
class ImagesPerClass:
    """The number of images of each class in each set, after corrections."""

    train: tuple[int, ...]
    validation: tuple[int, ...]
    unused: tuple[int, ...]  # of the training files, neither in the training nor in the validation set
    test: tuple[int, ...]

    @property
    def files(self) -> tuple[int, ...]:
        """The number of images of each class in the training files, without left-out images."""
        return tuple(map(sum, zip(self.train, self.validation, self.unused, strict=True)))


@dataclass(frozen=True)
class ImagesPerSet:
    """The number of images in each set."""

    train: int
    validation: int
    unused: int
    test: int
    is_exact: bool = True  # if False, only the split knows the first three numbers

    def words(self, count: int) -> str:
        """Write the size of the training, validation or unused set: "1,290", or "about 1,293" for an estimate."""
        return f"{count:,}" if self.is_exact else f"about {count:,}"


def needs_label_count(data: Data) -> bool:
    """Tell whether a worker has to count the sets from the labels, because arithmetic cannot know the counts.

    A worker counts if labels or images were corrected, or if near-duplicates stay in the same set, which changes its size a
    little.
    """
    return bool(data.corrections) or (data.entry.keeps_together and bool(data.num_validation))


def images_per_set(data: Data, counts: ImagesPerClass | None = None) -> ImagesPerSet:
    """Return the number of images in each set: the sums of `counts`, or an estimate if `counts` is None."""
    if counts is not None:
        return ImagesPerSet(sum(counts.train), sum(counts.validation), sum(counts.unused), sum(counts.test))
    left_out = data.corrections.left_out
    return ImagesPerSet(
        train=data.num_used,
        validation=data.num_validation,
        unused=data.num_available - data.num_used,
        test=data.entry.num_test - len(left_out("test")),
        is_exact=not (left_out("train") or (data.entry.keeps_together and data.num_validation)),
    )
