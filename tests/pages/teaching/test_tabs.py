"""Tabs that tasks of decks ask for: seen where they are opened, and opened by Show me."""

import pytest

from core.application import application
from core.runs import manager
from core.teaching.deck import SHOWN_SETS, TABS
from core.teaching.deck_files.parse_deck import parse_deck
from tests.bring_deck import bring
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen

DECK = """\
---
title: Look
kind: lesson
sentence: Look at pixels.
minutes: 5
---

# Look {page=load.py}

```task
id: look
do: Look at all pixels.
checks:
  - opened: {views: [Pixel values]}
hints: [It is one of the tabs.]
show: {tab: Pixel values}
```

# Labels {page=load.py}

```experiment
tab: Labels
```
"""
ASKED, SEEN = "not opened yet; still to open: Pixel values", "opened: Pixel values"


@pytest.fixture
def looking(open_screen: Open, data_folder: object) -> Screen:
    deck = bring(DECK)
    application().progress.go_to(VISITOR, deck.name, "look")
    return open_screen("load", DIGITS)


@pytest.mark.parametrize("page", TABS)
def test_decks_know_the_tabs_of_a_page(
    page: str, open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, VISITOR)  # Evaluate has tabs once there is a run
    titles = [tab.label for tab in open_screen(page.removesuffix(".py"), DIGITS).app.tabs]
    assert titles == list(TABS[page])


def test_opened_tab_is_seen(looking: Screen) -> None:
    assert ASKED in looking.text("guide")
    looking.open_tab("Labels", "load-view").run()
    assert ASKED in looking.text("guide")
    looking.open_tab("Pixel values", "load-view").run()
    assert SEEN in looking.text("guide") and "Done. Go on" in looking.text("guide")


def test_show_me_opens_the_tab(looking: Screen) -> None:
    looking.press("Hint").press("Show me")
    assert looking.app.session_state["load-view"] == "Pixel values"
    assert SEEN in looking.text("guide")


def test_scene_opens_a_tab(looking: Screen) -> None:
    looking.press("Next")
    assert looking.app.session_state["load-view"] == "Labels"


def test_deck_that_names_no_tab_gets_the_closest(data_folder: object) -> None:
    problem = parse_deck(DECK.replace("{tab: Pixel values}", "{tab: Pixel value}").encode(), "deck").problems[0]
    assert problem.line == 16
    assert "tab of show of a task is 'Pixel value'" in problem.problem.happened
    assert problem.problem.fix == "Did you mean 'Pixel values'?"


def test_decks_know_the_sets_that_evaluate_shows(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    training.whole(installed, workers, VISITOR)
    assert tuple(open_screen("evaluate", DIGITS).widget("evaluate-set").options) == SHOWN_SETS
