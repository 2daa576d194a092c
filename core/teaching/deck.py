"""The classes of a deck: a lecture, a lesson or a lab, made of scenes with texts, experiments, questions and tasks.

`core.teaching.deck_files.parse_deck` reads decks from Markdown; pages show them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

LECTURE, LESSON, LAB, CHALLENGE, INVENTORY = KINDS = ("lecture", "lesson", "lab", "challenge", "inventory")
HERE = "draft"  # the start of an experiment that changes the visitor's own draft
# The pages on which a scene may take place, and their tabs; `pages.shell.page_map` shows them.
SCENE_PAGES = (
    *("start.py", "load.py", "own.py", "images.py", "define.py", "compile.py", "train.py", "runs.py", "stage.py"),
    *("evaluate.py", "mistakes.py", "inside.py", "why.py", "try_it.py", "take_away.py"),
    *("border.py", "backends.py", "glossary.py", "ready.py"),
)
TABS: Mapping[str, tuple[str, ...]] = MappingProxyType(  # decks name tabs by titles, so that no title stands on two pages
    {
        "load.py": ("Images and numbers", "Class balance", "A hundred of a class", "Pixel values", "Labels", "In a table"),
        "images.py": ("Its numbers", "Change it", "Augmentation", "Upload a picture", "One unit by hand"),
        "evaluate.py": ("Confusion matrix", "Class by class", "Confidence", "Threshold", "Worst mistakes"),
        "backends.py": ("Why Keras?", "Three backends", "Then and now"),
    }
)
HELD_BACK = WARNINGS, CHANCE = "warnings", "chance"  # parts of pages that an open guess can hold back
SHOWN_SETS = ("Validation", "Test", "Both")  # sets that Evaluate shows; a scene opens a set like a tab


@dataclass(frozen=True)
class Words:
    """A Markdown text in a scene."""

    markdown: str  # plain Markdown, without HTML
    line: int  # the line in the deck's file, counted from 1, as in all parts below


@dataclass(frozen=True)
class ExperimentChange:
    """An experiment that a scene opens, or a change of the draft, which is the experiment that the visitor edits."""

    start: str  # "draft", "lecture", or the name of a ready net
    content: Mapping[str, Any]  # parts of an experiment, as its JSON has them: data, layers, compile, fit
    line: int
    train: bool = False  # whether a run is started at once
    needs_repair: bool = False  # whether the experiment is broken on purpose: a task asks the visitor for a repair
    tab: str = ""  # the title of the tab that opens on the page of its scene


@dataclass(frozen=True)
class Prediction:
    """A question that the visitor guesses. Its right answer is computed from the next run, or from the visitor's draft."""

    id: str  # unique within its deck
    ask: str  # the question
    predictable_value: str  # the right answer: a name of `core.teaching.checks.predictable_values.PREDICTABLE_VALUES`
    bands: tuple[float, ...]  # edges between the options, in the unit of the value; () for options by name or a number
    options: tuple[str, ...]  # the options by name; () for bands or a number
    within: float | None  # how far a typed number may be off; None if options are given
    arguments: Mapping[str, Any]  # the arguments of the value, such as the name of a layer
    line: int
    variant: str = ""  # the only variant of the deck with this part; "" means all variants
    reply: str = ""  # why the right answer is right, shown beside the result; "" if the deck does not say
    may_change: tuple[str, ...] | None = (
        None  # as in Task, for the run that answers; None: also what the scene's tasks change
    )
    hold_back: tuple[str, ...] = ()  # parts of pages that wait for the result, elements of HELD_BACK


@dataclass(frozen=True)
class CheckCall:
    """A call of a check in a task: the name of the check and its arguments."""

    name: str  # a name of `core.teaching.checks.task_checks.CHECKS`
    arguments: Mapping[str, Any]
    line: int


@dataclass(frozen=True)
class Task:
    """A task for the visitor, with the checks that decide whether the task is passed."""

    id: str  # unique within its deck
    do: str  # 1 or 2 sentences
    checks: tuple[CheckCall, ...]  # all of them must pass
    hints: tuple[str, ...]  # from small to large
    show: ExperimentChange | None  # the change of the draft by "Show me"; None if "Show me" only leads to the page
    seeds: int  # how many runs with seeds that the visitor did not choose must pass too; 0 if no check depends on chance
    line: int
    variant: str = ""  # as in Prediction
    may_change: tuple[str, ...] | None = (
        None  # the parts that may differ from the scene's experiment, beside the changes of `show`
    )
    reply: str = ""  # the reason of the solution, shown when the task is done; "" if the deck gives no reason


@dataclass(frozen=True)
class Option:
    """An option of a multiple-choice question."""

    text: str
    reply: str  # the reply to visitors who chose the option
    is_right: bool
    misconception: str = ""  # in an inventory: the belief of people who choose a wrong option


@dataclass(frozen=True)
class Question:
    """A multiple-choice question."""

    id: str  # unique within its deck
    ask: str
    options: tuple[Option, ...]
    line: int
    variant: str = ""  # as in Prediction


@dataclass(frozen=True)
class Mark:
    """A request to mark the epoch with the lowest validation loss on the curves of a run."""

    id: str  # unique within its deck
    ask: str
    within: int  # epochs that the mark may be off
    line: int
    variant: str = ""  # as in Prediction


@dataclass(frozen=True)
class Show:
    """An interactive view, drawn large beside the text of its scene, perhaps with goals for the visitor to reach."""

    view: str  # a name of `core.teaching.shows.catalogue.SHOWS`
    id: str  # unique within its deck
    do: str  # the goal in words; "" without a goal
    reach: tuple[str, ...]  # names of goals of the view; () means no goals
    settings: Mapping[str, Any]  # the view's settings in the deck
    line: int
    variant: str = ""  # as in Prediction
    reply: str = ""  # what the guide says once all goals were reached; "" if the deck says nothing


@dataclass(frozen=True)
class Recorded:
    """A recorded run that a scene replays if there is no time to train."""

    run: str  # a name of `core.teaching.recorded_runs.RECORDED_RUNS`
    line: int


@dataclass(frozen=True)
class Curves:
    """The recorded curves of loss and accuracy of a run, which a scene shows."""

    run: str  # a name of `core.teaching.recorded_runs.RECORDED_CURVES`
    line: int


@dataclass(frozen=True)
class Picture:
    """A picture in a scene, given by its name."""

    of: str  # a name of `core.teaching.lecture_pictures.NAMES`
    line: int


@dataclass(frozen=True)
class Result:
    """A comparison of the visitor's guess in an earlier scene with its result."""

    of: str  # the id of a prediction
    line: int


@dataclass(frozen=True)
class Editor:
    """A code editor for the visitor's draft. The edited code is read as the new draft, but never executed."""

    lines: int  # how many lines are visible
    line: int


@dataclass(frozen=True)
class Notes:
    """Notes for the presenter of a lecture."""

    markdown: str
    line: int


Part = (
    Words
    | ExperimentChange
    | Prediction
    | Task
    | Question
    | Mark
    | Show
    | Recorded
    | Curves
    | Picture
    | Result
    | Editor
    | Notes
)


@dataclass(frozen=True)
class Scene:
    """A step of a deck, with its texts, experiments, questions and tasks."""

    id: str  # its title in lower-case letters, digits and hyphens; unique within its deck
    title: str
    page: str  # the file of the page where the scene takes place, such as "define.py"; "" for the deck's own page
    parts: tuple[Part, ...]  # in the order of the file
    line: int
    variant: str = ""  # as in Prediction
    minutes: int = 0  # the time to present the scene; 0 if the deck does not say

    @property
    def opens_experiment(self) -> bool:
        """Whether the scene opens an experiment that does not depend on the visitor's draft."""
        return any(isinstance(part, ExperimentChange) and part.start != HERE for part in self.parts)

    @property
    def show(self) -> Show | None:
        """The interactive view of the scene, or None if the scene has no such view."""
        return next((part for part in self.parts if isinstance(part, Show)), None)


@dataclass(frozen=True)
class Deck:
    """A lecture, lesson, lab, challenge or inventory (a test), read from a Markdown file."""

    name: str  # the file's name without its ending; unique among the decks of a server
    title: str
    kind: str  # an element of KINDS
    sentence: str  # the subject
    minutes: int  # the duration
    scenes: tuple[Scene, ...]
    variants: tuple[str, ...] = ()  # their names, the usual variant first; () if everybody gets the same deck
    drawing: str = ""  # the key of the term of the glossary whose drawing stands for the deck; "" means no drawing
    chapter: str = ""  # the part of the path on Learn to which a lesson belongs; "" means no part
    can: str = ""  # the ability of people who passed, to follow "You can"; "" if the deck does not say

    def in_variant(self, variant: str) -> "Deck":
        """Return the deck without the scenes and parts of other variants. If the deck has no variants, return the same deck.

        Parameters
        ----------
        variant
            The name of a variant; any other text stands for the usual variant.
        """
        if not self.variants:
            return self
        mine = ("", variant if variant in self.variants else self.variants[0])
        scenes = tuple(
            replace(scene, parts=tuple(part for part in scene.parts if getattr(part, "variant", "") in mine))
            for scene in self.scenes
            if scene.variant in mine
        )
        return replace(self, scenes=scenes)

    @property
    def versions(self) -> tuple["Deck", ...]:
        """The deck in each of its variants. If there are no variants, only the deck itself."""
        return tuple(map(self.in_variant, self.variants)) or (self,)
