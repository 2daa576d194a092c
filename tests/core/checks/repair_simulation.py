"""What a person does who presses the first button of the first problem, until none is left."""

from functools import cache

from core.checks.run import check, is_valid
from core.experiment.edits import apply_repair
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.problems import Problem
from core.worker.training.summary import summarise

PRESSES = 3  # in a row, at most


@cache
def table(experiment: Experiment) -> Summary:
    """Keras' real table, which many ask for."""
    return summarise(experiment)


@cache
def problems_of(experiment: Experiment) -> tuple[Problem, ...]:
    """All problems; with Keras' real table, once all values are allowed."""
    problems = check(experiment)
    if any(problem.code == "value-not-allowed" for problem in problems):
        return problems
    return check(experiment, table(experiment))


def worst(problems: tuple[Problem, ...]) -> Problem:
    """The one that a person looks at: the first that blocks, or else the first."""
    return next((problem for problem in problems if problem.blocks), problems[0])


def presses_to_mend(experiment: Experiment, most: int = PRESSES) -> int | None:
    """How many presses lead to a network without any problem; None where `most` do not, 0 where there was none."""
    for presses in range(most + 1):
        problems = problems_of(experiment)
        if not problems and experiment.layers:
            return presses
        if presses == most or not worst(problems).repairs:
            return None
        experiment = apply_repair(experiment, worst(problems).repairs[0])
    return None


def presses_to_train(experiment: Experiment, most: int = PRESSES) -> int | None:
    """The same for a network that can be trained, be it with warnings."""
    for presses in range(most + 1):
        problems = problems_of(experiment)
        if is_valid(problems) and presses:
            return presses
        if presses == most or not problems or not worst(problems).repairs:
            return None
        experiment = apply_repair(experiment, worst(problems).repairs[0])
    return None
