"""Rules of the data themselves: whether they are here."""

from collections.abc import Iterator

from core import own
from core.catalogue.datasets import is_own, missing_files
from core.experiment import Experiment
from core.problems import Problem


def check_pictures_are_here(experiment: Experiment) -> Iterator[Problem]:
    """A person's own pictures that were deleted, or that a link of another server names. Others can be downloaded."""
    name = experiment.data.dataset
    if is_own(name) and missing_files(name):
        yield own.missing_problem(name)
