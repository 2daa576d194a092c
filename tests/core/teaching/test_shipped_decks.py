"""The decks that come with the product: whole, trainable, and in the words of the pages."""

import re

import pytest

from core.checks.experiment_checks import check
from core.glossary.preferred_terms import WORDINGS
from core.teaching import library
from core.teaching.checks.predictable_values import PREDICTABLE_VALUES
from core.teaching.deck import CHALLENGE, LESSON, SCENE_PAGES, Deck, Prediction, Question, Show, Task, Words
from core.teaching.deck_files.deck_experiments import experiment_after_each_change
from core.teaching.given_away import answers_given_away
from core.teaching.scene_experiments import opening_scene_number, scene_experiment
from core.worker.training.summary import summarise
from pages.shell.page_map import PAGES

DECKS = library.decks()
LESSONS, CHALLENGES = library.decks(LESSON), library.decks(CHALLENGE)
# Decks stand on Learn, two pages are for phones, and the window of who presents stands beside a lecture.
PAGES_WITHOUT_SCENES = {"learn.py", "classroom.py", "follow.py", "room.py", "presenter.py"}
CODE = re.compile(r"`[^`]*`|https?://\S+|\w+_\w+")


def name(deck: Deck) -> str:
    return deck.name


def parts(deck: Deck, kind: type) -> list:
    return [part for scene in deck.scenes for part in scene.parts if isinstance(part, kind)]


def texts(deck: Deck) -> list[str]:
    """All that a visitor reads."""
    found = [deck.title, deck.sentence, deck.can, *(scene.title for scene in deck.scenes)]
    found += [words.markdown for words in parts(deck, Words)]
    found += [prediction.ask for prediction in parts(deck, Prediction)]
    for task in parts(deck, Task):
        found += [task.do, *task.hints, task.reply]
    for question in parts(deck, Question):
        options = question.options
        found += [question.ask, *(text for one in options for text in (one.text, one.reply, one.misconception))]
    return found


def test_scenes_may_take_place_on_every_page() -> None:
    assert set(SCENE_PAGES) == {page.file for page in PAGES} - PAGES_WITHOUT_SCENES


def test_no_deck_has_a_mistake() -> None:
    assert {file: list(map(str, problems)) for file, problems in library.unreadable_decks().items()} == {}


@pytest.mark.parametrize(("kind", "decks"), [("lesson", LESSONS), ("challenge", CHALLENGES)])
def test_lessons_and_challenges_come_in_the_order_of_their_numbers(kind: str, decks: tuple[Deck, ...]) -> None:
    numbers = [int(deck.title.split(" · ")[0]) for deck in decks]
    assert numbers == sorted(set(numbers))
    assert len(decks) >= 13
    assert all(deck.name.startswith(f"{kind}-") for deck in decks)


def test_own_pictures_come_in_the_first_third_of_the_challenges() -> None:
    own = next(place for place, deck in enumerate(CHALLENGES) for task in parts(deck, Task) if is_of_own_pictures(task))
    assert own < len(CHALLENGES) / 3


def is_of_own_pictures(task: Task) -> bool:
    return any(call.name == "own_images" for call in task.checks)


def test_each_lesson_and_challenge_says_what_one_can_do_who_passed_it() -> None:
    said = [deck.can for deck in (*LESSONS, *CHALLENGES)]
    assert all(said)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("deck", DECKS, ids=name)
def test_every_experiment_can_be_trained_or_is_to_be_repaired(deck: Deck) -> None:
    for change, experiment in experiment_after_each_change(deck):
        problems = [str(problem) for problem in check(experiment, summarise(experiment)) if problem.blocks]
        assert bool(problems) == change.needs_repair, f"line {change.line}: {problems}"


@pytest.mark.parametrize("deck", LESSONS, ids=name)
def test_lesson_asks_lets_do_and_asks_again(deck: Deck) -> None:
    assert 6 <= deck.minutes <= 10
    asked = [
        number for number, scene in enumerate(deck.scenes) for part in scene.parts if isinstance(part, Question | Prediction)
    ]
    assert (parts(deck, Task) or parts(deck, Show)) and len(set(asked)) >= 2, (
        "a guess, and a second question of the same kind"
    )
    assert any(scene.title.startswith("Why") for scene in deck.scenes)


@pytest.mark.parametrize("deck", LESSONS, ids=name)
def test_run_that_answers_a_guess_is_made_in_the_same_scene(deck: Deck) -> None:
    for scene in deck.scenes:  # or guess and result would stand side by side where nobody looks any more
        guesses = [
            part
            for part in scene.parts
            if isinstance(part, Prediction) and PREDICTABLE_VALUES[part.predictable_value].needs_run
        ]
        runs = [
            call for part in scene.parts if isinstance(part, Task) for call in part.checks if call.name == "run_finished"
        ]
        assert runs or not guesses, f"line {scene.line}"


@pytest.mark.parametrize("deck", DECKS, ids=name)
def test_guess_is_not_made_where_its_answer_stands(deck: Deck) -> None:
    assert list(answers_given_away(deck)) == []


@pytest.mark.parametrize("deck", DECKS, ids=name)
def test_task_takes_no_run_of_just_any_experiment(deck: Deck) -> None:
    """A task that says neither how it is done nor what may change takes the runs of every other lesson."""
    for number, scene in enumerate(deck.scenes):
        if opening_scene_number(deck, number) is not None:
            free = [part.line for part in scene.parts if isinstance(part, Task) and part.show is part.may_change is None]
            assert free == []


@pytest.mark.parametrize("deck", CHALLENGES, ids=name)
def test_task_of_a_challenge_says_what_may_change(deck: Deck) -> None:
    """Else a run on other images would pass it, such as one of a lesson."""
    for number, scene in enumerate(deck.scenes):
        for task in (part for part in scene.parts if isinstance(part, Task)):
            if opening_scene_number(deck, number) is not None:
                own = scene_experiment(deck, number, task)
                assert own is not None and "dataset" not in own.free, f"line {task.line}"


@pytest.mark.parametrize("deck", LESSONS + CHALLENGES, ids=name)
def test_task_has_hints_from_small_to_large(deck: Deck) -> None:
    for task in parts(deck, Task):
        assert len(task.hints) >= 2, f"line {task.line}"


@pytest.mark.parametrize("deck", DECKS, ids=name)
def test_questions_have_wrong_options_and_replies(deck: Deck) -> None:
    for question in parts(deck, Question):
        assert len(question.options) >= 2
        replies = [option.misconception or option.reply for option in question.options]
        assert all(reply.endswith((".", "?", "!")) for reply in replies), f"line {question.line}"


@pytest.mark.parametrize("deck", DECKS, ids=name)
def test_deck_uses_the_words_of_the_pages(deck: Deck) -> None:
    for text in texts(deck):
        plain = CODE.sub(" ", text)
        for wording in WORDINGS:
            capitals = any(word != word.lower() for word in wording.others)
            words = "|".join(map(re.escape, wording.others))
            lost = re.search(rf"(?<![\w-])(?:{words})s?(?![\w-])", plain, 0 if capitals else re.IGNORECASE)
            assert lost is None, f"{lost.group()!r} in {text!r}: say {wording.word!r}, {wording.reason}"
