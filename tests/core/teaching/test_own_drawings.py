"""The challenge of three things that one draws: fifteen pictures are learned in seconds, as its hints say."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from core.datasets.user_datasets import DataSetArrays, save_data_set
from core.experiment.templates import lecture_experiment
from core.teaching import library
from core.teaching.deck import CHALLENGE
from core.teaching.scene_experiments import experiment_to_open
from tests.core.sample_experiments import with_compile, with_data, with_fit
from tests.core.teaching.trained_seeds import train_seeds

EACH, CLASSES = 5, ("star", "house", "wave")


@pytest.fixture
def drawings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A data set of fifteen drawings: digits stand for them, four of each class to learn from and one to test."""
    monkeypatch.setenv("DASHBOARD_HOME", str(tmp_path))
    digits = load_digits()
    several = [np.flatnonzero(digits.target == label)[:EACH] for label in range(len(CLASSES))]
    images = (digits.images * 15.9).astype("uint8")
    train, test = (np.concatenate([few[part] for few in several]) for part in (slice(1, None), slice(1)))
    sets = DataSetArrays(images[train], digits.target[train], images[test], digits.target[test])
    return save_data_set(sets, "Drawings", CLASSES, "ada")


@pytest.mark.deep
def test_fifteen_drawings_are_learned_as_the_hint_says(drawings: str) -> None:
    experiment = with_fit(with_compile(lecture_experiment(drawings), optimizer={"name": "Adam"}), epochs=50)
    experiment = with_data(experiment, validation_split=0.25)  # one image of each class, as the repair on Train has it
    for trained in train_seeds(experiment, 3):
        assert max(trained.accuracy[-5:]) >= 0.9


def test_challenge_takes_any_network_on_own_pictures() -> None:
    deck = library.find_deck("challenge-15-own-drawings")
    assert deck is not None and deck.kind == CHALLENGE
    assert [experiment_to_open(scene) for scene in deck.scenes] == [None] * len(deck.scenes)
