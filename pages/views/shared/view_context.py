"""The data of an interactive view in a scene: its settings, its reached goals, and the function to call after a move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.teaching.deck import Show
from core.teaching.shows.interactive_view import InteractiveView, Settings, ViewSubject

MOVED = "moved"  # the trigger of the component that draws the view, with the value of the move


@dataclass(frozen=True)
class ViewContext:
    """An interactive view in a scene, as the argument of the view's `draw` function."""

    show: Show  # the block of the deck
    entry: InteractiveView  # the view in the catalogue
    settings: Settings  # all settings of the view
    subject: ViewSubject
    ground: Any  # the result of `entry.ground`
    reached: Mapping[str, Any]  # the reached goals, each with the first value that reached the goal
    opened: float  # when the scene was opened, or begun anew, in seconds since 1970
    key: str  # of the component, whose session state has MOVED
    on_move: Callable[[], None]  # called before the script reruns for a move

    def data(self) -> dict[str, Any]:
        """Return what every view's component needs: the goals, the values that reached them, when the scene was opened."""
        return {
            "goals": [{"name": goal, "words": self.entry.goal_words(goal, self.show.settings)} for goal in self.show.reach],
            "reached": dict(self.reached),
            "opened": self.opened,
        }
