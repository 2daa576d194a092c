"""An interactive view of a scene: its settings, its goals, and the function that returns the reached goals."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.experiment.model import Experiment
from core.number_text import number
from core.parameters import Constraint, Parameter
from core.problems import Problem
from core.runs.comparison import Outcome
from core.runs.manager import Runs

Settings = Mapping[str, Any]  # all settings of a view, by name


def _nothing_wrong(_settings: Settings) -> None:
    return None


@dataclass(frozen=True)
class ViewSubject:
    """The experiments and runs of a visitor that a view may show."""

    experiment: Experiment  # the experiment that the scene opened
    draft: Experiment  # the visitor's draft if of the scene's experiment, else the scene's experiment
    outcomes: tuple[Outcome, ...] = ()  # the visitor's finished runs of the scene's experiment in the deck, the newest first


@dataclass(frozen=True)
class Goal:
    """A goal that visitors reach by moving a view."""

    name: str  # as decks write it: "jumps-out"
    words: str  # the text behind the tick, with settings in braces: "a loss below {below}"
    sentence: str  # the condition of the goal, for lecturers


@dataclass(frozen=True)
class InteractiveView:
    """An interactive view of a scene. The function `draw` of `pages/views/NAME/NAME.py` draws the view."""

    name: str  # as decks write it: "loss-bar"
    sentence: str  # how the view is moved, and the picture that follows; for lecturers
    ground: Callable[[Runs, ViewSubject, Settings, bool], Any]
    # returns the values that the view is computed from, or None without an answer; the last argument says whether to wait
    moved_to: Constraint  # the constraint for the value that a browser sends
    reached: Callable[[Any, Settings, Any], Iterable[str]]  # the goals that a value reaches, by ground, settings and value
    words: Callable[[Any], str]  # returns a value as text, for display behind a tick
    goals: tuple[Goal, ...] = ()
    parameters: tuple[Parameter, ...] = ()  # the parameters of the view's settings
    wrong_settings: Callable[[Settings], tuple[str, str, str] | None] = _nothing_wrong
    # returns the fault of settings that exclude each other, with the expectation and the advice; None without a fault
    needs_experiment: bool = True  # whether this scene or an earlier scene must open an experiment

    @property
    def folder(self) -> str:
        """The name of the view's folder and modules."""
        return self.name.replace("-", "_")

    def settings(self, given: Settings) -> dict[str, Any]:
        """Return all settings of the view, with defaults for settings that the deck does not give."""
        return {parameter.name: given.get(parameter.name, parameter.default) for parameter in self.parameters}

    def goal_words(self, name: str, given: Settings) -> str:
        """Return the text of a goal, which pages show behind its tick, with the view's settings filled in."""
        settings = {key: number(value) if isinstance(value, float) else value for key, value in self.settings(given).items()}
        return next(goal.words for goal in self.goals if goal.name == name).format(**settings)


def is_view_data(answer: Any) -> bool:
    """Return whether an answer holds the data of a view, and is neither a problem nor None."""
    return answer is not None and not isinstance(answer, Problem)
