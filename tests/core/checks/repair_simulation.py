"""Simulate a person who presses the first repair of the first problem until no problem is left."""

from functools import cache

from core.checks.experiment_checks import check, is_valid
from core.experiment.edits import apply_repair
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.problems import Problem
from core.worker.training.summary import summarise

PRESSES = 3  # at most


@cache
def table(experiment: Experiment) -> Summary:
    """Keras' table of an experiment, cached."""
    return summarise(experiment)


@cache
def problems_of(experiment: Experiment) -> tuple[Problem, ...]:
    """All problems, including those in Keras' table once all values are allowed."""
    problems = check(experiment)
    if any(problem.code == "value-not-allowed" for problem in problems):
        return problems
    return check(experiment, table(experiment))


def worst(problems: tuple[Problem, ...]) -> Problem:
    """The problem that a person looks at: the first error, or else the first warning."""
    return next((problem for problem in problems if problem.blocks), problems[0])


def presses_to_mend(experiment: Experiment, most: int = PRESSES) -> int | None:
    """The number of presses to a network without problems; None if `most` are not enough."""
    for presses in range(most + 1):
        problems = problems_of(experiment)
        if not problems and experiment.layers:
            return presses
        if presses == most or not worst(problems).repairs:
            return None
        experiment = apply_repair(experiment, worst(problems).repairs[0])
    return None


def presses_to_train(experiment: Experiment, most: int = PRESSES) -> int | None:
    """The number of presses to a network that can be trained, warnings aside; None if `most` are not enough."""
    for presses in range(most + 1):
        problems = problems_of(experiment)
        if is_valid(problems) and presses:
            return presses
        if presses == most or not problems or not worst(problems).repairs:
            return None
        experiment = apply_repair(experiment, worst(problems).repairs[0])
    return None
