"""A drawing of one's own: what the visitor says of the likeliest answer."""

import pytest

from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import ViewSubject
from core.teaching.shows.own_drawing import CONFUSED, OWN_DRAWING, RECOGNISED, TrainedNetwork
from tests.core.sample_experiments import LECTURE

NETWORK = TrainedNetwork(LECTURE, "model.keras", 3)


@pytest.mark.parametrize(("value", "goals"), [((3, 1), [RECOGNISED]), ((3, 0), [CONFUSED]), ((10, 1), [])])
def test_answer_is_right_or_wrong_as_the_visitor_says(value: tuple[int, int], goals: list[str]) -> None:
    assert list(OWN_DRAWING.reached(NETWORK, {}, value)) == goals
    assert OWN_DRAWING.words((3, 1)) == "the answer was class 3"


def test_without_a_run_nothing_answers(runs: Runs) -> None:
    problem = OWN_DRAWING.ground(runs, ViewSubject(LECTURE, LECTURE), {}, False)
    assert isinstance(problem, Problem)
    assert (
        problem.happened
        == "You have not trained the network of this lesson since you began it, so nothing answers a drawing."
    )
