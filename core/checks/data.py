"""Check that the data set is on this machine and has at least 2 classes."""

from collections.abc import Iterator

from core.catalogue.datasets import ALWAYS_WORKS, DATASETS, data_set, is_own, missing_files
from core.datasets import user_datasets
from core.experiment.model import Experiment
from core.problems import Problem, Repair


def check_pictures_exist(experiment: Experiment) -> Iterator[Problem]:
    """Report an uploaded data set without files, which was deleted or is only known from a link of another server.

    Other data sets are not reported here, since they can be downloaded.
    """
    name = experiment.data.dataset
    if is_own(name) and missing_files(name):
        yield user_datasets.missing_problem(name)


def missing_pictures_problem(name: str) -> Problem:
    """Return the problem of a data set without files on this machine."""
    if is_own(name):
        return user_datasets.missing_problem(name)
    dataset, missing = data_set(name), missing_files(name)
    absent = [path.name for path in missing if not path.exists()]
    folders = [path.name for path in missing if path.exists()]
    reasons = [f"{', '.join(absent)} missing"] * bool(absent) + [f"{name} is a folder, not a file" for name in folders]
    away = f"Move {', '.join(folders)} away first. " if folders else ""
    package = f", or install Debian's package {dataset.package}" if dataset.package else ""
    folder = missing[0].parent if missing else ""
    return Problem(
        code="data-set-missing",
        where=("data", "dataset"),
        happened=f"{dataset.title} is not on this machine: {'; '.join(reasons)}.",
        expected=f"Expected in {folder}.",
        fix=f"{away}Download it on the Load page, copy the files there{package}, or use Digits, which is always here.",
        repairs=(Repair("Use Digits", "set", ("data", "dataset"), "digits"),),
    )


def check_classes(experiment: Experiment) -> Iterator[Problem]:
    """Report a data set with a single class. Keras trains on such data, but nothing can be learned."""
    entry = experiment.data.entry
    if entry.num_classes < 2:
        yield Problem(
            code="one-class",
            where=("data", "dataset"),
            happened=f"{entry.title} needs at least 2 classes, found {entry.num_classes}: {', '.join(entry.classes)}.",
            expected="Expected images of 2 kinds or more: a network learns to tell them apart.",
            fix="Bring pictures of another kind too, or choose another data set.",
            why="With one class every answer is right, and nothing is learnt: loss 0 from the first step.",
            repairs=(Repair(f"Use {DATASETS[ALWAYS_WORKS].title}", "set", ("data", "dataset"), ALWAYS_WORKS),),
        )
