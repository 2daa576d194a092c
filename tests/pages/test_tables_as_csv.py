"""Tables on pages, which Streamlit lets everybody save as CSV: no text that a person typed is a formula in a spreadsheet."""

import pytest

from core.application import application
from core.runs import manager
from core.teaching import library
from core.teaching.progress import Learner
from pages.shell import session
from tests.bring_deck import bring
from tests.pages import brought_deck
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR

SIGNS = ("=", "+", "-", "@")


@pytest.mark.parametrize("sign", SIGNS)
def test_nickname_and_titles_of_a_deck_are_no_formulas_in_the_table_of_class(
    open_screen: Open, monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    formula = f"{sign}HYPERLINK(0)"
    monkeypatch.setattr(session, "is_lecturer", lambda: True)
    screen, progress = open_screen("classroom"), application().progress
    text = brought_deck.TEXT.replace("Count and train", f"'{formula}'").replace("# Welcome", f"# {formula}")
    deck = bring(text, VISITOR)
    assert [deck.title, deck.scenes[0].title] == [formula, formula]
    monkeypatch.setattr(library, "decks", lambda *kinds: () if kinds else (deck,))
    progress.choose(VISITOR, Learner(formula))
    progress.go_to(VISITOR, deck.name, deck.scenes[0].id)
    row = screen.run().app.dataframe[0].value.iloc[0]
    assert row[["Who", "Deck", "Scene"]].tolist() == [f"'{formula}"] * 3


@pytest.mark.parametrize("sign", SIGNS)
def test_name_and_note_of_a_run_are_no_formulas_in_the_table_of_runs(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training, sign: str
) -> None:
    screen = open_screen("runs")
    run = training.whole(installed, workers, VISITOR)
    installed.database.describe(run, name=f"{sign}HYPERLINK(0)", note=f"a note\n{sign}1")
    row = screen.run().put("runs-as-table", True).app.dataframe[0].value.iloc[0]
    assert row[["name", "note"]].tolist() == [f"'{sign}HYPERLINK(0)", f"a note\n'{sign}1"]
