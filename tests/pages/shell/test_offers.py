"""Addresses: whatever an address carries, it alone changes no draft, no run and no progress."""

import pytest

from core.application import application
from core.experiment.share_links import Link, write
from core.runs import manager
from core.teaching import library
from tests.bring_deck import bring
from tests.core.sample_experiments import RESIDUAL
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen

TRAINS_AT_ONCE = """\
---
title: A trap
kind: lesson
sentence: It trains at once.
minutes: 1
---

# Train {page=train.py}

```experiment
start: lecture
data: {dataset: digits}
fit: {epochs: 9}
train: true
```
"""
ADDRESSES = ("run", "experiment", "deck", "deleted", "load-view", "evaluate-view", "images-view", "term", "speed", "train")


@pytest.fixture
def deck(data_folder: object) -> str:
    """The name of a deck whose first scene trains."""
    return bring(TRAINS_AT_ONCE).name


def kept() -> tuple:
    """All that the server keeps of the visitor."""
    held, progress = application(), application().progress
    places = progress.places(VISITOR)
    return (
        held.drafts.draft(VISITOR),
        held.drafts.lock(VISITOR),
        held.history.runs_of(VISITOR),
        places,
        progress.answers(VISITOR),
    )


def test_deck_of_an_address_trains_only_after_a_press(open_screen: Open, deck: str) -> None:
    screen = open_screen("start")
    screen.app.query_params["deck"] = deck
    screen.go("start")
    assert screen.draft == DIGITS
    assert application().history.runs_of(VISITOR) == []
    assert screen.text("offer-deck").splitlines()[0] == (
        "A link offers the deck “A trap”: It trains at once. Its experiments replace your draft; Undo brings it back."
    )
    screen.press("accept-deck")
    assert [run.experiment.fit.epochs for run in application().history.runs_of(VISITOR)] == [9]
    assert not screen.has("offer-deck")


def test_deck_of_an_address_leaves_finished_decks_finished(open_screen: Open, deck: str) -> None:
    application().progress.mark_done(VISITOR, deck, "train")
    before = kept()
    screen = open_screen("start")
    screen.app.query_params["deck"] = deck
    screen.go("learn").press("decline-deck")
    assert kept() == before
    assert not screen.has("offer-deck")


def test_no_address_changes_what_is_kept(
    open_screen: Open, deck: str, installed: manager.Runs, training: Training, workers: ScriptedWorkers
) -> None:
    values = {"experiment": write(Link(RESIDUAL)), "deck": deck, "run": training.whole(installed, workers, "bob")}
    for finished in library.decks():
        application().progress.mark_done(VISITOR, finished.name, finished.scenes[-1].id)
    open_screen("start", DIGITS)
    before = kept()
    for page in ("start", "load", "define", "train", "evaluate", "runs", "learn", "own", "stage", "classroom", "glossary"):
        screen = Screen(installed)
        for name in ADDRESSES:
            screen.app.query_params[name] = values.get(name, "1")
        screen.go(page)
        assert screen.has("offer-experiment") and screen.has("offer-deck"), page
        assert kept() == before, page
