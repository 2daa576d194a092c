"""The decks that come with the product: whole, trainable, and in the words of the pages."""

import re

import pytest

from core.checks.run import check
from core.glossary.words import WORDINGS
from core.teaching import library
from core.teaching.checks.figures import FIGURES
from core.teaching.deck import CHALLENGE, LESSON, Deck, Prediction, Question, Task, Words
from core.teaching.deck_files.deck_experiments import experiments_of
from core.teaching.scene_pages import SCENE_PAGES
from core.worker.training.summary import summarise
from pages.shell.page_map import PAGES

DECKS = library.decks()
LESSONS, CHALLENGES = library.decks(LESSON), library.decks(CHALLENGE)
DECKS_OWN_PAGES = {"learn.py", "classroom.py"}  # scenes without a page stand on Learn
CODE = re.compile(r"`[^`]*`|https?://\S+|\w+_\w+")


def name(deck: Deck) -> str:
    return deck.name


def parts(deck: Deck, kind: type) -> list:
    return [part for scene in deck.scenes for part in scene.parts if isinstance(part, kind)]


def texts(deck: Deck) -> list[str]:
    """All that a visitor reads."""
    found = [deck.title, deck.sentence, *(scene.title for scene in deck.scenes)]
    found += [words.markdown for words in parts(deck, Words)]
    found += [prediction.ask for prediction in parts(deck, Prediction)]
    for task in parts(deck, Task):
        found += [task.do, *task.hints]
    for question in parts(deck, Question):
        options = question.options
        found += [question.ask, *(text for one in options for text in (one.text, one.reply, one.misconception))]
    return found


def test_scenes_may_take_place_on_every_page() -> None:
    assert set(SCENE_PAGES) == {page.file for page in PAGES} - DECKS_OWN_PAGES


def test_no_deck_has_a_mistake() -> None:
    assert {file: list(map(str, problems)) for file, problems in library.broken().items()} == {}


def test_there_are_twelve_lessons_and_twelve_challenges() -> None:
    for kind, decks in (("lesson", LESSONS), ("challenge", CHALLENGES)):
        assert [deck.name[: len(kind) + 3] for deck in decks] == [f"{kind}-{number:02}" for number in range(1, 13)]


@pytest.mark.parametrize("deck", DECKS, ids=name)
def test_every_experiment_can_be_trained_or_is_to_be_repaired(deck: Deck) -> None:
    for change, experiment in experiments_of(deck):
        problems = [str(problem) for problem in check(experiment, summarise(experiment)) if problem.blocks]
        assert bool(problems) == change.needs_repair, f"line {change.line}: {problems}"


@pytest.mark.parametrize("deck", LESSONS, ids=name)
def test_lesson_asks_lets_do_and_asks_again(deck: Deck) -> None:
    assert 6 <= deck.minutes <= 10
    asked = [
        number for number, scene in enumerate(deck.scenes) for part in scene.parts if isinstance(part, Question | Prediction)
    ]
    assert parts(deck, Task) and len(set(asked)) >= 2, "a guess, and a second question of the same kind"
    assert any(scene.title.startswith("Why") for scene in deck.scenes)


@pytest.mark.parametrize("deck", LESSONS, ids=name)
def test_run_that_answers_a_guess_is_made_in_the_same_scene(deck: Deck) -> None:
    for scene in deck.scenes:  # or guess and result would stand side by side where nobody looks any more
        guesses = [part for part in scene.parts if isinstance(part, Prediction) and FIGURES[part.figure].needs_run]
        runs = [
            call for part in scene.parts if isinstance(part, Task) for call in part.checks if call.name == "run_finished"
        ]
        assert runs or not guesses, f"line {scene.line}"


@pytest.mark.parametrize("deck", LESSONS, ids=name)
def test_guess_is_not_made_where_its_answer_stands(deck: Deck) -> None:
    for scene in deck.scenes:
        figures = {
            part.figure for part in scene.parts if isinstance(part, Prediction) and not FIGURES[part.figure].needs_run
        }
        assert "parameters" not in figures, f"line {scene.line}: the rail shows them on every page"
        assert not figures or not scene.page, f"line {scene.line}: Define shows shapes, and Train counts batches"


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
