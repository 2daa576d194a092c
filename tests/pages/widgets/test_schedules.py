"""Schedules on Compile and callbacks on Train: chosen, set, drawn, refused where they cannot work, and said elsewhere."""

import pytest

from core.catalogue.callbacks import CALLBACKS
from core.catalogue.schedules import SCHEDULES
from core.checks.training import suggested_callback
from core.experiment import learning_rates
from core.experiment.edits import set_value
from core.experiment.model import EntryRef
from tests.core.sample_experiments import with_fit
from tests.deep_cases import deep_after
from tests.pages.conftest import DIGITS, Open

NESTED = "/".join((*learning_rates.RATE, "arguments"))
PLANNED = set_value(DIGITS, learning_rates.RATE, learning_rates.suggested_schedule("CosineDecay", DIGITS))


def test_schedule_is_chosen_drawn_and_left_again(open_screen: Open) -> None:
    screen = open_screen("compile").put("rate-kind", "Schedule")
    assert screen.draft == PLANNED
    assert learning_rates.sentence(PLANNED) in screen.text("schedule")
    assert screen.rail()["Compile"] == ("done", "Adam CosineDecay from 0.001, cross-entropy")
    assert screen.put("rate-kind", "Constant").draft == DIGITS
    assert not screen.has("schedule")


@pytest.mark.parametrize("name", deep_after(2, SCHEDULES))
def test_every_schedule_can_be_chosen_and_has_all_its_settings(open_screen: Open, name: str) -> None:
    screen = open_screen("compile", PLANNED).put("schedule", name).unfold("/".join(learning_rates.RATE))
    assert screen.draft == set_value(DIGITS, learning_rates.RATE, learning_rates.suggested_schedule(name, PLANNED))
    assert screen.settings("/".join(learning_rates.RATE)) == {one.name for one in SCHEDULES[name].parameters}
    assert SCHEDULES[name].sentence in screen.text("schedule")
    assert not screen.app.error


def test_drawing_follows_the_settings(open_screen: Open) -> None:
    screen = open_screen("compile", PLANNED).put(f"{NESTED}/alpha", 0.5)
    assert learning_rates.sentence(screen.draft) in screen.text("schedule")
    assert "ends at 0.0005" in screen.text("schedule")


def test_lists_of_numbers_are_typed_and_refused_where_they_do_not_fit(open_screen: Open) -> None:
    pieces = set_value(DIGITS, learning_rates.RATE, learning_rates.suggested_schedule("PiecewiseConstantDecay", DIGITS))
    screen = open_screen("compile", pieces).put(f"{NESTED}/values", "0.01, 1e-3")
    assert learning_rates.schedule_of(screen.draft).argument("values") == (0.01, 0.001)
    assert "in boundaries and 2 in values" in screen.text("problem-optimizer-0")
    assert "The plan is drawn once its numbers are allowed" in screen.text("schedule")
    assert not screen.press("Make them fit each other").app.error
    screen.put(f"{NESTED}/values", "fast, slow")
    assert screen.app.error
    assert screen.go("train").button("line-train").disabled


def test_train_says_that_a_schedule_drives_the_rate(open_screen: Open) -> None:
    screen = open_screen("train", PLANNED)
    assert "Learning rate: **CosineDecay**" in screen.text("rate-planned")
    assert "Change the plan in Compile" in screen.text("rate-planned")
    for page in ("start", "load", "define", "evaluate", "runs"):
        screen.go(page)


@pytest.mark.parametrize("name", CALLBACKS)
def test_callback_is_chosen_with_what_fits_the_run_and_set(open_screen: Open, name: str) -> None:
    screen = open_screen("train", with_fit(DIGITS, epochs=20)).put("fit/callbacks", [name])
    path = f"fit/callbacks/{name}"
    assert screen.draft.fit.callbacks == (suggested_callback(name, screen.draft),)
    assert screen.unfold(path).settings(path) == {one.name for one in CALLBACKS[name].parameters}
    screen.put(f"{path}/arguments/monitor", "accuracy").put(f"{path}/arguments/patience", 7)
    callback = screen.draft.fit.callbacks[0]
    assert (callback.argument("monitor"), callback.argument("patience")) == ("accuracy", 7)
    assert f"{name} watches training accuracy." in screen.text("controls")
    assert screen.put("fit/callbacks", []).draft.fit.callbacks == ()


def test_pair_that_cannot_work_is_refused_before_training(open_screen: Open) -> None:
    reducing = EntryRef("ReduceLROnPlateau", (("patience", 2),))
    screen = open_screen("train", with_fit(PLANNED, callbacks=(reducing,)))
    assert "CosineDecay drives the learning rate, and ReduceLROnPlateau is to change it too." in screen.text("problem-fit-0")
    assert screen.button("line-train").disabled
    assert screen.press("Remove ReduceLROnPlateau").draft == PLANNED
    assert not screen.button("line-train").disabled
