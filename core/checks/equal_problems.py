"""Join the warnings of layers that have the same mistake into a single problem with a repair for all layers."""

from collections.abc import Sequence
from dataclasses import replace

from core.checks.repairs import replace_layers
from core.experiment.edits import apply_repair
from core.experiment.model import Experiment
from core.number_text import quantity
from core.problems import ExperimentPath, Problem, Repair

Kind = tuple[str, ExperimentPath, object]


def join_equal_problems(experiment: Experiment, problems: Sequence[Problem]) -> list[Problem]:
    """Join problems that differ only in their layer into a single problem. Keep other problems unchanged.

    Parameters
    ----------
    experiment
        The experiment that has the problems.
    problems
        Its problems. Problems that prevent training stay unchanged.

    Returns
    -------
    list[Problem]
        The problems. A joined problem takes the position of its first layer's problem, and concerns all of its layers.
    """
    kinds: dict[Kind, list[Problem]] = {}
    for number, problem in enumerate(problems):
        kinds.setdefault(_kind(problem) or (str(number), (), None), []).append(problem)
    return [_joined(experiment, same) for same in kinds.values()]


def repair_all(experiment: Experiment, problems: Sequence[Problem], label: str) -> Repair:
    """Combine the first repairs of several problems into a single repair with a new label."""
    for problem in problems:
        experiment = apply_repair(experiment, problem.repairs[0])
    return replace_layers(label, experiment)


def _kind(problem: Problem) -> Kind | None:
    """Return a key that is equal for problems of the same mistake. Return None for a problem that is never joined."""
    if problem.blocks or problem.where[:1] != ("layers",) or not problem.repairs:
        return None
    repair, path = problem.repairs[0], problem.repairs[0].path
    if repair.verb == "remove":
        return problem.code, (), repair.label
    if repair.verb != "set" or len(path) < 2:
        return None
    return problem.code, path[2:] if path[0] == "layers" else path, repair.value


def _joined(experiment: Experiment, same: list[Problem]) -> Problem:
    first, num_more = same[0], len(same) - 1
    if not num_more:
        return first
    repairs = _for_all(experiment, same)
    return replace(
        first,
        happened=f"{first.happened} The same holds for {quantity(num_more, 'more layer')}.",
        fix=f"{repairs[0].label}.",
        repairs=repairs,
        also=(*(each.where for each in same[1:]), *first.also),
    )


def _for_all(experiment: Experiment, same: list[Problem]) -> tuple[Repair, ...]:
    first = same[0].repairs[0]
    if first.path[0] != "layers":
        return same[0].repairs[:1]
    if first.verb == "remove":
        label = f"Remove all {len(same)} {first.label.removeprefix('Remove ')} layers"
    else:
        label = f"{first.label} in all {len(same)} layers"
    return (repair_all(experiment, same, label),)
