"""What the inspector is asked: each question once; and one that ends it again and again is given a rest."""

from concurrent.futures import Future
from typing import Any

from core.engine.inspector import MOST_ENDS, REST_SECONDS, Answers
from core.problems import Problem


class Ended(Exception):
    """The inspector's process is gone."""


class Inspector:
    """Answers what the test lets it."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple, Future]] = []

    def inspect(self, _name: str, *arguments: Any) -> Future:
        self.asked.append((arguments, Future()))
        return self.asked[-1][1]


def opened(inspector: Inspector, seconds: list[float]) -> Answers:
    """Arguments: `seconds`, what the clock says, last."""
    is_ended = lambda error: isinstance(error, Ended)  # noqa: E731
    return Answers(inspector, lambda: True, "a question", 10, was_ended=is_ended, now=lambda: seconds[-1])


def test_question_that_ends_the_inspector_is_given_a_rest() -> None:
    inspector, seconds = Inspector(), [0.0]
    answers = opened(inspector, seconds)
    for _ in range(MOST_ENDS):
        assert answers.ask("heavy", wait=False) is None
        inspector.asked[-1][1].set_exception(Ended())
        assert answers.ask("heavy") is None
    found = answers.ask("heavy")
    assert isinstance(found, Problem) and found.code == "question-too-heavy"
    assert f"ended {MOST_ENDS} times" in found.happened
    assert len(inspector.asked) == MOST_ENDS
    assert answers.ask("another", wait=False) is None
    inspector.asked[-1][1].set_result("light")
    assert answers.ask("another") == "light"
    seconds.append(REST_SECONDS + 1)
    assert answers.ask("heavy", wait=False) is None
    inspector.asked[-1][1].set_result("there is more memory now")
    assert answers.ask("heavy") == answers.ask("heavy") == "there is more memory now"


def test_question_that_fails_otherwise_is_asked_again_and_again() -> None:
    inspector = Inspector()
    answers = opened(inspector, [0.0])
    for _ in range(3 * MOST_ENDS):
        assert answers.ask("lost", wait=False) is None
        inspector.asked[-1][1].set_exception(OSError("the scheduler went away"))
        assert answers.ask("lost") is None
    assert len(inspector.asked) == 3 * MOST_ENDS
