"""The words of the lessons: none is used before it is explained, and each term can be pressed where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core.glossary.terms import TERMS
from core.teaching import library
from core.teaching.deck import LESSON, Deck, Mark, Part, Prediction, Question, Show, Task, Words
from core.teaching.shows.catalogue import SHOWS
from tests.core.glossary.term_finder import find_terms

LESSONS = library.decks(LESSON)
STRESSED = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)  # how a lesson writes the word that a sentence explains
CODE = re.compile(r"`[^`]*`|```.*?```", re.DOTALL)
# Words of the field that are no terms of the glossary: a lesson stresses each where it explains it.
FURTHER_WORDS = ("run", "filter", "script", "export")
# What the sentence around it explains, though nothing is stressed there.
EXPLAINED_AROUND = {
    ("lesson-02-pixels", "scaling"): "a scene before stresses scale",
    ("lesson-04-layers", "output-layer"): "the last one of layers in a row",
}
# What stands there as plain English; pressed, the word is explained all the same.
PLAIN_ENGLISH = {"by heart", "split", "guessing"}
# Words of who makes decks and pages, which no lesson has explained.
JARGON = ("scene", "draft", "palette", "deck", "process", "hyperparameter", "tensor", "widget")


@dataclass(frozen=True)
class Text:
    """A text of a lesson."""

    lesson: str
    scene: str
    words: str  # Markdown
    is_choice: bool = False  # whether a press on it chooses it, so that no term of it can be pressed


def texts(deck: Deck) -> Iterator[Text]:
    """All that somebody reads who takes a lesson, in the order of the page."""
    for scene in deck.scenes:
        yield Text(deck.name, scene.title, scene.title)
        for part in scene.parts:
            for words, is_choice in _of(part):
                yield Text(deck.name, scene.title, words, is_choice)


def _of(part: Part) -> Iterator[tuple[str, bool]]:
    match part:
        case Words():
            yield part.markdown, False
        case Prediction():
            yield part.ask, False
            yield from ((option, True) for option in part.options)
        case Task():
            yield from ((words, False) for words in (part.do, *part.hints, part.reply))
        case Question():
            yield part.ask, False
            yield from (
                (words, is_choice) for one in part.options for words, is_choice in ((one.text, True), (one.reply, False))
            )
        case Mark():
            yield part.ask, False
        case Show():
            yield from ((words, False) for words in (part.do, part.reply))
            yield from ((SHOWS[part.view].goal_words(goal, part.settings), False) for goal in part.reach)


TEXTS = tuple(text for deck in LESSONS for text in texts(deck))


def stressed(text: Text) -> Iterator[tuple[int, int]]:
    """Where stressed words begin and end."""
    return (match.span() for match in STRESSED.finditer(text.words))


def test_no_term_of_the_glossary_is_used_before_a_lesson_explains_it() -> None:
    explained: set[str] = set()
    unexplained = []
    for text in TEXTS:
        ranges = tuple(stressed(text))
        found = tuple(find_terms(CODE.sub(lambda code: " " * len(code[0]), text.words)))
        explained |= {one.term.key for one in found if any(start <= one.start < end for start, end in ranges)}
        for one in found:
            is_plain = one.words.lower() in PLAIN_ENGLISH or (text.lesson, one.term.key) in EXPLAINED_AROUND
            is_title = text.words in {scene.title for deck in LESSONS for scene in deck.scenes}  # explained just below it
            if one.term.key not in explained and not is_plain and not is_title:
                unexplained.append(f"{text.lesson}: {one.words!r} in {text.words!r}")
    assert unexplained == []


@pytest.mark.parametrize("word", FURTHER_WORDS)
def test_no_further_word_of_the_field_is_used_before_a_lesson_explains_it(word: str) -> None:
    pattern = re.compile(rf"(?<![\w-])(\*\*)?{word}s?(?![\w-])")
    uses = [match for text in TEXTS for match in pattern.finditer(text.words)]
    assert uses and uses[0][1], f"{word!r} is first used in {uses[0].string!r}, without **{word}** and what it is"


@pytest.mark.parametrize("word", JARGON)
def test_no_lesson_uses_the_words_of_who_makes_pages(word: str) -> None:
    pattern = re.compile(rf"(?<![\w-]){word}(?:s|es)?(?![\w-])", re.IGNORECASE)
    assert [text for text in TEXTS if pattern.search(CODE.sub("", text.words))] == []


@pytest.mark.parametrize("deck", LESSONS, ids=lambda deck: deck.name)
def test_terms_stand_where_they_can_be_pressed_or_the_lesson_has_said_them(deck: Deck) -> None:
    said: set[str] = set()
    own = [text for text in TEXTS if text.lesson == deck.name]
    for text in own:
        said |= {found.term.key for match in STRESSED.finditer(text.words) for found in find_terms(match[1])}
        if text.is_choice:
            beside = {
                found.term.key
                for one in own
                if one.scene == text.scene and not one.is_choice
                for found in find_terms(one.words)
            }
            lost = {found.term.key for found in find_terms(text.words) if found.words.lower() not in PLAIN_ENGLISH}
            assert lost <= said | beside, f"{text.words!r} is chosen by a press, and nothing beside it says what it means"


def test_questions_and_answers_are_plain_words() -> None:
    questions = [part for deck in LESSONS for scene in deck.scenes for part in scene.parts if isinstance(part, Question)]
    assert [one.ask for one in questions if "**" in one.ask] == [], "a screen reader would read the asterisks"
    marked = [option.text for one in questions for option in one.options if re.search(r"[`*]", option.text)]
    assert marked == [], "an answer is shown as it is written"


def test_terms_are_found_as_browsers_find_them() -> None:
    keys = [one.term.key for one in find_terms("Learning rates, a Dense layer and dense fog; undo history, the test images")]
    assert keys == ["learning-rate", "dense", "test-set"]
    assert {one.term.key for text in TEXTS for one in find_terms(text.words)} <= set(TERMS)
