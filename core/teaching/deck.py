"""A deck: scenes in an order, each with words and with what happens. One deck serves as lecture, lesson or lab.

`core.teaching.deck_files.parse_deck` reads decks from Markdown; pages show them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

LECTURE, LESSON, LAB, CHALLENGE, INVENTORY = KINDS = ("lecture", "lesson", "lab", "challenge", "inventory")
HERE = "draft"  # an experiment that begins with the visitor's own draft


@dataclass(frozen=True)
class Words:
    """Text that everybody sees."""

    markdown: str  # plain Markdown, without HTML
    line: int  # of the deck's file, counted from 1, as in all parts below


@dataclass(frozen=True)
class ExperimentChange:
    """An experiment that a scene opens, or what changes in the draft."""

    start: str  # "draft", "lecture", or the name of a ready net
    content: Mapping[str, Any]  # parts of an experiment, as its JSON has them: data, layers, compile, fit
    line: int
    train: bool = False  # whether a run of it is started at once
    needs_repair: bool = False  # whether it cannot be trained on purpose: a task asks the visitor to repair it
    tab: str = ""  # the title of the tab that it opens on the page of its scene


@dataclass(frozen=True)
class Prediction:
    """A question that is answered before a run, and whose answer is computed from that run or from the draft."""

    id: str  # unique within its deck
    ask: str  # the question
    figure: str  # what answers it: a name of `core.teaching.checks.figures.FIGURES`
    bands: tuple[float, ...]  # edges between the options, in the unit of the figure; () for options by name or a number
    options: tuple[str, ...]  # the options by name; () for bands or a number
    within: float | None  # how far a typed number may be off; None where options stand
    arguments: Mapping[str, Any]  # of the figure: the name of a layer
    line: int
    variant: str = ""  # the variant of the deck that alone has it; "" for all


@dataclass(frozen=True)
class CheckCall:
    """A check by name, with its arguments."""

    name: str  # a name of `core.teaching.checks.task_checks.CHECKS`
    arguments: Mapping[str, Any]
    line: int


@dataclass(frozen=True)
class Task:
    """What a visitor is to reach."""

    id: str  # unique within its deck
    do: str  # one or two sentences
    checks: tuple[CheckCall, ...]  # all of them must pass
    hints: tuple[str, ...]  # from small to large
    show: ExperimentChange | None  # what "Show me" does to the draft; None where it only leads to the page
    seeds: int  # how many runs with seeds that the visitor did not choose must pass too; 0 where no check depends on chance
    line: int
    variant: str = ""  # as that of a prediction


@dataclass(frozen=True)
class Option:
    """An option of a multiple-choice question."""

    text: str
    reply: str  # what is said to who chose it
    is_right: bool
    misconception: str = ""  # in an inventory: what somebody believes who chooses a wrong option


@dataclass(frozen=True)
class Question:
    """A multiple-choice question."""

    id: str  # unique within its deck
    ask: str
    options: tuple[Option, ...]
    line: int
    variant: str = ""  # as that of a prediction


@dataclass(frozen=True)
class Mark:
    """An epoch to mark on the curves of one's own run: the one with the lowest validation loss."""

    id: str  # unique within its deck
    ask: str
    within: int  # epochs that the mark may be off
    line: int
    variant: str = ""  # as that of a prediction


@dataclass(frozen=True)
class Recorded:
    """A recorded run to replay where there is no time to train."""

    run: str  # a name of `core.teaching.recorded_runs.RECORDED_RUNS`
    line: int


@dataclass(frozen=True)
class Notes:
    """Words for who presents."""

    markdown: str
    line: int


Part = Words | ExperimentChange | Prediction | Task | Question | Mark | Recorded | Notes


@dataclass(frozen=True)
class Scene:
    """One step of a deck."""

    id: str  # its title in lower-case letters, digits and hyphens; unique within its deck
    title: str
    page: str  # the file of the page on which it takes place, such as "define.py"; "" for the deck's own page
    parts: tuple[Part, ...]  # in the order of the file
    line: int
    variant: str = ""  # as that of a prediction


@dataclass(frozen=True)
class Deck:
    """A deck as it was read."""

    name: str  # the file's name without its ending; unique among the decks of a server
    title: str
    kind: str  # one of KINDS
    sentence: str  # what somebody learns or shows
    minutes: int  # how long it takes
    scenes: tuple[Scene, ...]
    variants: tuple[str, ...] = ()  # their names, the usual one first; () where everybody gets the same deck
    drawing: str = ""  # the key of the term of the glossary whose drawing stands for the deck; "" for none

    def in_variant(self, variant: str) -> "Deck":
        """The deck as those see it who were assigned a variant; one without variants stays as it is.

        Parameters
        ----------
        variant
            The name of a variant; any other stands for the usual one.
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
        """The deck in each of its variants; the deck alone where it has none."""
        return tuple(map(self.in_variant, self.variants)) or (self,)
