"""The scenes of lessons: titles that say something, a picture in each, right answers at all places."""

import re
from collections import Counter

import pytest

from core.analysis.sliding_window import conv_output_length
from core.experiment.edits import get_value, set_value
from core.teaching import library
from core.teaching.deck import (
    CHALLENGE,
    LAB,
    LESSON,
    Deck,
    Editor,
    Mark,
    Picture,
    Prediction,
    Question,
    Scene,
    Show,
    Task,
    Words,
)
from core.teaching.scene_experiments import experiment_to_open, scene_experiment

LESSONS = library.decks(LESSON)
EMPTY_TITLE = re.compile(r"(guess|do it|once more|why|train|what you saw)(:.*)?", re.IGNORECASE)


def lesson(number: int) -> Deck:
    return LESSONS[number - 1]


def said(deck: Deck) -> str:
    """All sentences of a deck, in one text."""
    parts = [part for scene in deck.scenes for part in scene.parts]
    words = [part.markdown for part in parts if isinstance(part, Words)]
    words += [f"{part.do} {' '.join(part.hints)}" for part in parts if isinstance(part, Task)]
    words += [f"{part.ask} {part.reply}" for part in parts if isinstance(part, Prediction)]
    words += [part.do for part in parts if isinstance(part, Show)]
    for part in parts:
        if isinstance(part, Question):
            words += [part.ask, *(f"{option.text} {option.reply}" for option in part.options)]
    return " ".join(" ".join(words).split())


@pytest.mark.parametrize("deck", LESSONS, ids=lambda deck: deck.name)
def test_title_of_a_scene_says_what_it_is_about(deck: Deck) -> None:
    assert [scene.title for scene in deck.scenes if EMPTY_TITLE.fullmatch(scene.title)] == []


def is_bare(scene: Scene) -> bool:
    """Whether a scene is text on an empty page."""
    has_table = any(isinstance(part, Words) and "```" in part.markdown for part in scene.parts)
    return (
        not scene.page
        and not has_table
        and not any(isinstance(part, Show | Picture | Editor | Mark) for part in scene.parts)
    )


@pytest.mark.parametrize("deck", LESSONS, ids=lambda deck: deck.name)
def test_scene_on_a_page_of_its_own_shows_something(deck: Deck) -> None:
    assert [scene.title for scene in deck.scenes if is_bare(scene)] == []


@pytest.mark.parametrize("deck", LESSONS, ids=lambda deck: deck.name)
def test_picture_pushes_no_question_off_the_screen(deck: Deck) -> None:
    for scene in deck.scenes:
        kinds = [type(part) for part in scene.parts]
        assert Picture not in kinds or not {Question, Prediction} & set(kinds[kinds.index(Picture) :]), scene.title


def places(*kinds: str) -> list[tuple[int, int]]:
    """The place of the right option of each question, and the number of its options."""
    questions = [
        part
        for kind in kinds
        for deck in library.decks(kind)
        for scene in deck.scenes
        for part in scene.parts
        if isinstance(part, Question) and not all(option.is_right for option in part.options)
    ]
    return [([option.is_right for option in one.options].index(True), len(one.options)) for one in questions]


@pytest.mark.parametrize("kinds", [(LESSON,), (CHALLENGE, LAB)], ids=" and ".join)
def test_right_option_stands_about_equally_often_at_each_place(kinds: tuple[str, ...]) -> None:
    counted = Counter(place for place, options in places(*kinds) if options == 3)
    assert set(counted) == {0, 1, 2}
    assert max(counted.values()) <= 1.5 * sum(counted.values()) / 3, counted


@pytest.mark.parametrize("deck", LESSONS, ids=lambda deck: deck.name)
def test_right_option_of_a_lesson_is_not_always_at_the_same_place(deck: Deck) -> None:
    questions = [part for scene in deck.scenes for part in scene.parts if isinstance(part, Question)]
    stand = {[option.is_right for option in one.options].index(True) for one in questions}
    assert len(questions) < 2 or len(stand) > 1


@pytest.mark.parametrize("deck", LESSONS, ids=lambda deck: deck.name)
def test_no_lesson_says_where_train_is_on_all_pages(deck: Deck) -> None:
    assert "lower right" not in said(deck)


def test_numbers_of_lesson_1_are_those_of_its_experiment() -> None:
    experiments = [found for scene in lesson(1).scenes if (found := experiment_to_open(scene))]
    assert [one.epoch_steps * one.fit.epochs for one in experiments] == [205, 41]
    assert "5 × 41 = 205 small changes" in said(lesson(1)) and "After 41 small changes" in said(lesson(1))
    assert experiments[0].fit.batch_size == 32


def test_last_batch_of_lesson_8_is_explained_with_the_guess() -> None:
    experiment = experiment_to_open(lesson(8).scenes[0])
    assert experiment is not None
    full, rest = divmod(experiment.data.train_images or 0, experiment.fit.batch_size)
    assert (full, rest) == (168, 24)
    assert "168 batches are full, and the last 24 images make one more." in said(lesson(8))


def test_shapes_of_lesson_5_are_explained_with_the_guesses() -> None:
    side = conv_output_length(8, 3, 1, "valid")
    assert side == 6 and side // 2 == 3
    assert "fits 6 times across and 6 times down" in said(lesson(5)) and "3 × 3 such squares" in said(lesson(5))


def test_lesson_2_says_why_the_code_of_digits_divides_by_another_number_than_255() -> None:
    data = lesson(2).scenes[0]
    opened = experiment_to_open(data)
    assert opened is not None and opened.data.pixels == "0-255"
    largest = opened.data.entry.pixel_maximum
    words = f"The files of Digits hold 0 to {largest}, so the Keras code divides by {largest}: the result is the same."
    assert words in said(lesson(2))


def test_questions_of_lesson_10_are_about_another_matrix_than_ones_own() -> None:
    asks = [part.ask for part in lesson(10).scenes[-1].parts if isinstance(part, Question)]
    assert all("another network" in ask or "that other matrix" in ask for ask in asks)


def test_map_of_a_unit_of_lesson_14_bends_at_a_line() -> None:
    """Along the line its output stays the same; it changes across the line."""
    assert "Its map bends at one straight line only." in said(lesson(14))
    assert "changes along one straight line" not in said(lesson(14))


def test_run_of_lesson_9_may_be_ended_by_the_callback_that_its_scene_names() -> None:
    scene = next(one for one in lesson(9).scenes if one.title == "Let it end there")
    (task,) = (part for part in scene.parts if isinstance(part, Task))
    own = scene_experiment(lesson(9), lesson(9).scenes.index(scene), task)
    assert any(isinstance(part, Words) and "EarlyStopping" in part.markdown for part in scene.parts)
    assert own is not None and "callbacks" in own.free


def test_networks_of_lesson_9_differ_in_the_learning_rate_alone() -> None:
    """Otherwise nobody could say which of two changes broke the second network."""
    first, more, second = (opened for scene in lesson(9).scenes if (opened := experiment_to_open(scene)))
    assert set_value(more, ("data", "train_images"), 60) == first, "more images, and no other change"
    rate = ("compile", "optimizer", "arguments", "learning_rate")
    assert [get_value(first, rate), get_value(second, rate)] == [0.01, 1.0]
    assert set_value(second, rate, get_value(first, rate)) == first


def test_lesson_11_takes_no_other_layer_than_the_convolution_and_a_number_of_this_layer() -> None:
    (task,) = (part for scene in lesson(11).scenes for part in scene.parts if isinstance(part, Task) and part.id == "open")
    assert [call.arguments["views"] for call in task.checks if call.name == "opened"] == [("layer:Conv2D", "number:Conv2D")]
