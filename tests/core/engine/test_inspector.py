"""Questions to the inspector: each question is sent once, and a question that ends the inspector several times must rest."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from core.engine.inspector import MOST_ENDS, REST_SECONDS, Inspector
from core.problems import Problem
from core.views.shared.question import Question


class Ended(Exception):
    """The inspector's process is gone."""


@dataclass(frozen=True)
class Asked(Question[str]):
    """A question for these tests."""

    about: str

    function = "a question"
    kept = 2


class Process:
    """Answers when the test sets a result."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple, Future]] = []

    def inspect(self, _name: str, *arguments: Any) -> Future:
        self.asked.append((arguments, Future()))
        return self.asked[-1][1]

    def was_killed(self, error: BaseException | None) -> bool:
        return isinstance(error, Ended)


def opened(process: Process, seconds: list[float]) -> Inspector:
    """An inspector with a clock: `seconds`, of which the last counts."""
    return Inspector(process, lambda: True, now=lambda: seconds[-1])


def test_question_that_ends_the_inspector_is_given_a_rest() -> None:
    process, seconds = Process(), [0.0]
    inspector = opened(process, seconds)
    for _ in range(MOST_ENDS):
        assert inspector.ask(Asked("heavy"), wait=False) is None
        process.asked[-1][1].set_exception(Ended())
        assert inspector.ask(Asked("heavy")) is None
    found = inspector.ask(Asked("heavy"))
    assert isinstance(found, Problem) and found.code == "question-too-heavy"
    assert f"ended {MOST_ENDS} times" in found.happened
    assert len(process.asked) == MOST_ENDS
    assert inspector.ask(Asked("another"), wait=False) is None
    process.asked[-1][1].set_result("light")
    assert inspector.ask(Asked("another")) == "light"
    seconds.append(REST_SECONDS + 1)
    assert inspector.ask(Asked("heavy"), wait=False) is None
    process.asked[-1][1].set_result("there is more memory now")
    assert inspector.ask(Asked("heavy")) == inspector.ask(Asked("heavy")) == "there is more memory now"


def test_question_that_fails_otherwise_is_asked_again_and_again() -> None:
    process = Process()
    inspector = opened(process, [0.0])
    for _ in range(3 * MOST_ENDS):
        assert inspector.ask(Asked("lost"), wait=False) is None
        process.asked[-1][1].set_exception(OSError("the scheduler went away"))
        assert inspector.ask(Asked("lost")) is None
    assert len(process.asked) == 3 * MOST_ENDS
