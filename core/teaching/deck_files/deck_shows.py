"""The reader of the block `show` of a deck, which is an interactive view, and the check of scenes with such views."""

from typing import Any

from core.parameters import Choice
from core.teaching.deck import Deck, ExperimentChange, Scene, Show, Words
from core.teaching.deck_files.deck_fields import Fields
from core.teaching.deck_files.deck_yaml import Node
from core.teaching.deck_problems import DeckProblem, mistake
from core.teaching.shows.catalogue import SHOWS
from core.teaching.shows.interactive_view import InteractiveView

FIELDS = ("view", "id", "do", "reach", "reply", "variant")  # the fields of every `show`, beside the settings of its view
VIEW = Choice(tuple(SHOWS))
MOST_WORDS = 40  # words of text beside an interactive view

Problems = list[DeckProblem]


def read_show(node: Node, problems: Problems) -> Show:
    """Return the interactive view that a block `show` describes.

    Parameters
    ----------
    node
        The content of the block.
    problems
        The list to which problems are added.
    """
    entry = _entry(node)
    names = tuple(parameter.name for parameter in entry.parameters) if entry else ()
    keys = (*FIELDS, *names) if entry else (*FIELDS, *_all_settings())
    fields = Fields(node, "a show", keys, problems)
    view, reach = fields.value("view", VIEW, "", "ball"), _goals(fields, entry)
    do = fields.text("do", "what to reach" if reach else "")
    if do and not fields.has("reach"):
        happened, expected = "A show has do, and nothing to reach.", "Expected both, or neither."
        fields.report(node.line, happened, expected, f"Add reach: {_example(entry)}, or remove do.")
    variant = fields.id("variant", "") if fields.has("variant") else ""
    reply = fields.text("reply") if fields.has("reply") else ""
    return Show(view, fields.id(), do, reach, _settings(fields, entry, problems), node.line, variant, reply)


def _entry(node: Node) -> InteractiveView | None:
    """Return the view that the block names. If the view is unknown, return None; `read_show` reports the mistake."""
    view = node.value.get("view") if isinstance(node.value, dict) else None
    return SHOWS.get(view.value) if view is not None and isinstance(view.value, str) else None


def _all_settings() -> tuple[str, ...]:
    """Return the names of the settings of all views, which are allowed if the view is unknown."""
    return tuple(dict.fromkeys(parameter.name for view in SHOWS.values() for parameter in view.parameters))


def _example(entry: InteractiveView | None) -> str:
    return f"[{', '.join(goal.name for goal in entry.goals)}]" if entry else "[crawls, arrives]"


def _goals(fields: Fields, entry: InteractiveView | None) -> tuple[str, ...]:
    """Return the names of the goals that the visitor has to reach. If there are no goals, return an empty tuple."""
    if not fields.has("reach"):
        return ()
    nodes = fields.items("reach", _example(entry))
    if entry is None:
        return ()
    if not entry.goals:
        happened = f"reach stands in a show of {entry.name}."
        fields.report(fields.line, happened, f"Expected none: {entry.name} has no goals.", "Remove reach and do.")
        return ()
    known = Choice(tuple(goal.name for goal in entry.goals))
    names = tuple(filter(None, (fields.value_of(node, "reach", known, "") for node in nodes)))
    if len(set(names)) < len(names):
        line = nodes[0].line
        fields.report(line, "reach of a show names a goal twice.", "Expected each goal once.", "Remove one of them.")
    return names


def _settings(fields: Fields, entry: InteractiveView | None, problems: Problems) -> dict[str, Any]:
    """Return the settings of the view that the block gives, without defaults."""
    if entry is None:
        return {}
    given = {
        parameter.name: fields.value(parameter.name, parameter.constraint, parameter.default)
        for parameter in entry.parameters
        if fields.has(parameter.name)
    }
    if (wrong := entry.wrong_settings(entry.settings(given))) is not None:
        problems.append(mistake(fields.line, "deck-field", *wrong))
    return given


def check_shows(deck: Deck, problems: Problems) -> None:
    """Report scenes with two views, on a page, or with too much text, and views that lack an experiment.

    Parameters
    ----------
    deck
        The deck, in a variant.
    problems
        The list to which problems are added.
    """
    for number, scene in enumerate(deck.scenes):
        if scene.show is not None:
            _check_scene(scene, scene.show, problems)
            _check_experiment(deck, number, scene.show, problems)


def _check_scene(scene: Scene, show: Show, problems: Problems) -> None:
    shows = [part for part in scene.parts if isinstance(part, Show)]
    if len(shows) > 1:
        happened = f"The scene shows a second view; it shows {show.view} in line {show.line}."
        fix = "Begin a scene of its own for this view."
        problems.append(mistake(shows[1].line, "deck-show", happened, "Expected one view in each scene.", fix))
    if scene.page:
        happened = f"A view to move stands in a scene of the page {scene.page}."
        fix = f"Remove page={scene.page} from the heading in line {scene.line}."
        problems.append(mistake(show.line, "deck-show", happened, "Expected a scene without a page, on Learn.", fix))
    count = sum(len(part.markdown.split()) for part in scene.parts if isinstance(part, Words)) + len(show.do.split())
    if count > MOST_WORDS:
        happened, expected = f"{count} words stand beside the view.", f"Expected at most {MOST_WORDS}, with those of do."
        fix = f"Leave out {count - MOST_WORDS}, or move them into a scene of their own."
        problems.append(mistake(show.line, "deck-show", happened, expected, fix))


def _check_experiment(deck: Deck, number: int, show: Show, problems: Problems) -> None:
    so_far = deck.scenes[: number + 1]
    if show.view in SHOWS and SHOWS[show.view].needs_experiment and not any(scene.opens_experiment for scene in so_far):
        opens = any(isinstance(part, ExperimentChange) for scene in so_far for part in scene.parts)
        happened = f"No scene up to this one opens an experiment for {show.view} to show."
        fix = "Add start: lecture to the experiment block." if opens else "Add an experiment block with start: lecture."
        problems.append(mistake(show.line, "deck-show", happened, "Expected an experiment of the deck's own.", fix))
