"""The scenes of the lecture: the subjects that it may not lose, and what it says of the layers that learn."""

import re

import pytest

from core.teaching import library
from core.teaching.deck import LECTURE, Deck, Notes, Picture, Question, Recorded, Show, Words

SUBJECTS = {
    "learning rate": {"ball"},
    "overfitting": {"overfitting-digits", "overfitting"},
    "convolution": {"kernel", "window"},
    "three sets": {"sets"},
    "loss": {"cross-entropy"},
}
SENTENCE = re.compile(r"(?<=[.?!:;])\s+")


@pytest.fixture
def deck() -> Deck:
    (found,) = library.decks(LECTURE)
    return found


def drawings(deck: Deck) -> set[str]:
    """The names of all views, pictures and recorded runs of a deck."""
    parts = [part for scene in deck.scenes for part in scene.parts]
    return {
        part.view if isinstance(part, Show) else part.of if isinstance(part, Picture) else part.run
        for part in parts
        if isinstance(part, Show | Picture | Recorded)
    }


def sentences(deck: Deck) -> list[str]:
    """All sentences that a hall reads or hears."""
    texts = [scene.title for scene in deck.scenes]
    for part in (part for scene in deck.scenes for part in scene.parts):
        if isinstance(part, Words | Notes):
            texts.append(part.markdown)
        elif isinstance(part, Question):
            texts += [part.ask, *(f"{option.text}. {option.reply}" for option in part.options)]
    return [sentence for text in texts for sentence in SENTENCE.split(" ".join(text.split()))]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_lecture_has_the_scenes_of_a_subject(deck: Deck, subject: str) -> None:
    assert SUBJECTS[subject] <= drawings(deck)


def test_lecture_opens_the_test_set(deck: Deck) -> None:
    assert any("Open the test set" in scene.title and scene.page == "evaluate.py" for scene in deck.scenes)


def test_lecture_does_not_say_that_the_hidden_layers_alone_learn(deck: Deck) -> None:
    about = [text for text in sentences(deck) if re.search(r"hidden layers?", text, re.IGNORECASE) and "learn" in text]
    assert about == ["Hidden layers and the output layer both learn."]
