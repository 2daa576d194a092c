"""Check the report of an upload: list the problems that keep the upload from becoming a data set, and warnings."""

from collections.abc import Iterator
from dataclasses import replace

from core.datasets.upload_report import Report
from core.datasets.upload_state import UploadOptions
from core.number_text import percent
from core.problems import Problem, quoted

FEWEST_PICTURES = 3  # pictures of a class: a picture for each of the training, validation and test sets
FEW_PICTURES = 20  # pictures of a class: with fewer pictures, results depend on chance
UNEVEN_CLASS_RATIO = 10  # classes are uneven if the largest class has this multiple of the smallest class's pictures
MOST_NAMED = 5  # classes, or values, in a message
DARK_LEVEL = 64  # a level of 255; if all pixels are darker, these pictures store white as another number than 255


def upload_problems(report: Report, choices: UploadOptions) -> tuple[Problem, ...]:
    """Return the problems that keep an upload from becoming a data set, in the order in which to solve the problems."""
    return tuple(_refusals(report, choices))


def _refusals(report: Report, choices: UploadOptions) -> Iterator[Problem]:
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
        values = ", ".join(value for value, _ in report.renumbered[:MOST_NAMED])
        more = ", …" if len(report.renumbered) > MOST_NAMED else ""
        yield Problem(
            "labels-outside-classes",
            (),
            f"The labels are {values}{more}.",
            f"Expected whole numbers from 0 to {len(report.renumbered) - 1}, one for each class.",
            "Let them be numbered anew, or correct them and upload again.",
        )
    yield from _classes(report, choices)


def _classes(report: Report, choices: UploadOptions) -> Iterator[Problem]:
    small = small_classes(report)
    left = [label for label in range(len(report.classes)) if label not in small]
    present = [label for label in range(len(report.classes)) if report.train[label] + report.test[label]]
    if len(present) < 2:
        yield one_class_problem([report.classes[label] for label in present])
    elif small and not choices.leave_small_out:
        named = ", ".join(f"{report.classes[label]} ({_counts_text(report, label)})" for label in small[:MOST_NAMED])
        yield Problem(
            "class-too-small",
            (),
            f"{'A class has' if len(small) == 1 else f'{len(small)} classes have'} too few pictures: {named}"
            f"{', …' if len(small) > MOST_NAMED else ''}.",
            f"Expected at least {FEWEST_PICTURES} of each: to learn from, to check progress, and to test.",
            "Add pictures, or leave these classes out.",
        )
    elif len(left) < 2:
        yield one_class_problem([report.classes[label] for label in left])


def is_dark(report: Report) -> bool:
    """Return whether all pixels are dark, for instance because white is stored as 1 or 16 instead of 255."""
    return 0 < report.brightest < DARK_LEVEL


def without_leaks(report: Report) -> Report:
    """Return a copy of the report whose counts leave out the test pictures that are also in the training set."""
    test = tuple(count - leaked for count, leaked in zip(report.test, report.leaked, strict=True))
    return replace(report, test=test, has_test=any(test))


def small_classes(report: Report) -> tuple[int, ...]:
    """Return the labels of classes with too few pictures for training, validation and test."""
    both = enumerate(zip(report.train, report.test, strict=True))
    if report.has_test:
        return tuple(label for label, (train, test) in both if train < FEWEST_PICTURES - 1 or not test)
    return tuple(label for label, (train, _) in both if train < FEWEST_PICTURES)


def _counts_text(report: Report, label: int) -> str:
    return f"{report.train[label]} + {report.test[label]} for testing" if report.has_test else str(report.train[label])


def one_class_problem(names: list[str]) -> Problem:
    """Return the problem of an upload with fewer than two classes."""
    number_found = f"found {len(names)}: {names[0]}" if names else "found 0"
    return Problem(
        "one-class",
        (),
        f"Training needs at least 2 classes, {number_found}.",
        "With one class the loss is 0 from the start, and nothing is learned.",
        "Add pictures of another class.",
    )


def warnings(report: Report) -> tuple[str, ...]:
    """Return warnings about an upload, as sentences. A warning does not keep the upload from becoming a data set."""
    return tuple(_warnings(report))


def _warnings(report: Report) -> Iterator[str]:
    counts = [train + test for train, test in zip(report.train, report.test, strict=True)]
    few = [label for label, count in enumerate(counts) if FEWEST_PICTURES <= count < FEW_PICTURES]
    if few:
        named = ", ".join(f"{report.classes[label]} ({counts[label]})" for label in few[:MOST_NAMED])
        more = ", …" if len(few) > MOST_NAMED else ""
        change = "results change a lot from seed to seed"
        yield f"Few pictures of {named}{more}: with fewer than {FEW_PICTURES} of a class, {change}."
    kept = [count for count in counts if count >= FEWEST_PICTURES]
    if kept and max(kept) >= UNEVEN_CLASS_RATIO * min(kept):
        most, least = report.classes[counts.index(max(kept))], report.classes[counts.index(min(kept))]
        yield (
            f"Very uneven: {max(kept):,} pictures of {most}, {min(kept):,} of {least}. A network that "
            f"always says {most} would be right {percent(max(kept) / sum(counts))} of the time: look at each class, "
            "not at accuracy alone."
        )
