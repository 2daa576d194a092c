"""What stands in the way of a data set, and what to think of, from the report of an upload."""

from collections.abc import Iterator
from dataclasses import replace

from core.datasets.upload_report import Report
from core.datasets.upload_state import Choices
from core.number_text import percent
from core.problems import Problem, quoted

FEWEST = 3  # of a class: one to learn from, one for validation, one to test
FEW = 20
UNEVEN = 10  # times as many pictures of one class as of another
NAMED = 5  # classes in one message
DARK = 64  # of 255: where no pixel of all is as bright, something else was meant by white


def refusals(report: Report, choices: Choices) -> tuple[Problem, ...]:
    """What stands in the way of making a data set as chosen, in the order in which to solve it."""
    return tuple(_refusals(report, choices))


def _refusals(report: Report, choices: Choices) -> Iterator[Problem]:
    if report.bad.count and not choices.leave_bad_out:
        first = report.bad.examples[0]
        yield Problem(
            "bad-files",
            (),
            f"{report.bad.count:,} of {report.total:,} files cannot be used; the first is {quoted(first[0])}: {first[1]}.",
            "Expected pictures that can be read.",
            "Leave them out, or correct them and upload again.",
        )
    if report.renumbered and not choices.renumber:
        values = ", ".join(value for value, _ in report.renumbered[:NAMED])
        more = ", …" if len(report.renumbered) > NAMED else ""
        yield Problem(
            "labels-outside-classes",
            (),
            f"The labels are {values}{more}.",
            f"Expected whole numbers from 0 to {len(report.renumbered) - 1}, one for each class.",
            "Let them be numbered anew, or correct them and upload again.",
        )
    yield from _classes(report, choices)


def _classes(report: Report, choices: Choices) -> Iterator[Problem]:
    small = small_classes(report)
    left = [label for label in range(len(report.classes)) if label not in small]
    present = [label for label in range(len(report.classes)) if report.train[label] + report.test[label]]
    if len(present) < 2:
        yield one_class([report.classes[label] for label in present])
    elif small and not choices.leave_small_out:
        named = ", ".join(f"{report.classes[label]} ({_counts_text(report, label)})" for label in small[:NAMED])
        yield Problem(
            "class-too-small",
            (),
            f"{'A class has' if len(small) == 1 else f'{len(small)} classes have'} too few pictures: {named}"
            f"{', …' if len(small) > NAMED else ''}.",
            f"Expected at least {FEWEST} of each: to learn from, to check progress, and to test.",
            "Add pictures, or leave these classes out.",
        )
    elif len(left) < 2:
        yield one_class([report.classes[label] for label in left])


def is_dark(report: Report) -> bool:
    """Whether all pictures are dark, as those are whose white is 1, or 16."""
    return 0 < report.brightest < DARK


def without_leaks(report: Report) -> Report:
    """The report of an upload from whose test set the pictures are left out that the training set holds too."""
    test = tuple(count - leaked for count, leaked in zip(report.test, report.leaked, strict=True))
    return replace(report, test=test, has_test=any(test))


def small_classes(report: Report) -> tuple[int, ...]:
    """The labels of classes that are too small to be learned, checked and tested."""
    both = enumerate(zip(report.train, report.test, strict=True))
    if report.has_test:
        return tuple(label for label, (train, test) in both if train < FEWEST - 1 or not test)
    return tuple(label for label, (train, _) in both if train < FEWEST)


def _counts_text(report: Report, label: int) -> str:
    return f"{report.train[label]} + {report.test[label]} for testing" if report.has_test else str(report.train[label])


def one_class(names: list[str]) -> Problem:
    """The problem of pictures that are all of one class."""
    number_found = f"found {len(names)}: {names[0]}" if names else "found 0"
    return Problem(
        "one-class",
        (),
        f"Training needs at least 2 classes, {number_found}.",
        "With one class the loss is 0 from the start, and nothing is learned.",
        "Add pictures of another class.",
    )


def warnings(report: Report) -> tuple[str, ...]:
    """Remarks on an upload that do not keep it from becoming a data set."""
    return tuple(_warnings(report))


def _warnings(report: Report) -> Iterator[str]:
    counts = [train + test for train, test in zip(report.train, report.test, strict=True)]
    few = [label for label, count in enumerate(counts) if FEWEST <= count < FEW]
    if few:
        named = ", ".join(f"{report.classes[label]} ({counts[label]})" for label in few[:NAMED])
        more = ", …" if len(few) > NAMED else ""
        yield f"Few pictures of {named}{more}: with fewer than {FEW} of a class, results change a lot from seed to seed."
    kept = [count for count in counts if count >= FEWEST]
    if kept and max(kept) >= UNEVEN * min(kept):
        most, least = report.classes[counts.index(max(kept))], report.classes[counts.index(min(kept))]
        yield (
            f"Very uneven: {max(kept):,} pictures of {most}, {min(kept):,} of {least}. A network that "
            f"always says {most} would be right {percent(max(kept) / sum(counts))} of the time: look at each class, "
            "not at accuracy alone."
        )
