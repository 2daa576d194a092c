"""Who is looking, and what they find again: the draft, the run in view, and nothing of anybody else's."""

import threading

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests, ScriptRequestType
from streamlit.testing.v1 import AppTest

from core.experiment.edits import set_value
from core.experiment.learning_rates import suggested_schedule
from core.experiment.model import EntryRef, Experiment
from core.experiment.templates import lecture_experiment
from core.runs import manager
from tests.core.sample_experiments import with_compile, with_fit
from tests.deep_cases import deep_after
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short
from tests.server import PATIENCE

SHORT = short()
RATE = ("compile", "optimizer", "arguments", "learning_rate")
PLANNED = set_value(DIGITS, RATE, suggested_schedule("CosineDecay", DIGITS))
WITH_TOP_K = with_compile(DIGITS, metrics=[{"name": "Accuracy"}, {"name": "TopKCategoricalAccuracy"}])
WITH_CALLBACK = with_fit(DIGITS, callbacks=(EntryRef("EarlyStopping"),))
UNITS = ("layers", "hidden", "arguments", "units")


def test_draft_is_found_again_in_a_new_session(open_screen: Open) -> None:
    open_screen("define").build("select", layer="hidden").put("/".join(UNITS), 16)
    screen = open_screen("define").build("select", layer="hidden")
    assert screen.draft == set_value(DIGITS, UNITS, 16)
    assert screen.widget("/".join(UNITS)).value == 16
    assert screen.press("undo").draft == DIGITS


def test_drafts_of_two_visitors_are_apart(open_screen: Open) -> None:
    grace = open_screen("define", DIGITS, visitor="grace")
    open_screen("define").press("start-again").open("templates").tell("ready_nets", "chosen", "lenet")
    assert grace.run().draft == DIGITS


def test_edit_waits_for_no_other_visitor(open_screen: Open, installed: manager.Runs) -> None:
    """Else the slowest edit in a hall would be everybody's."""
    screen = open_screen("define").build("select", layer="hidden")
    locked, done = threading.Event(), threading.Event()

    def edit_for_long() -> None:
        with installed.database.edit_lock("grace"):
            locked.set()
            done.wait(PATIENCE)

    other = threading.Thread(target=edit_for_long)
    other.start()
    assert locked.wait(PATIENCE)
    try:
        assert screen.put("/".join(UNITS), 16).draft == set_value(DIGITS, UNITS, 16)
        assert other.is_alive(), "the edit did not wait for it"
    finally:
        done.set()
        other.join()


def test_visitor_is_the_cookie_where_there_is_one(
    open_screen: Open, installed: manager.Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ContextProxy, "cookies", {"visitor": "cookie"})
    installed.database.edit_draft("cookie", lecture_experiment("cifar100"))
    screen = open_screen("load", visitor=None)
    assert screen.rail()["Load"] == ("problem", "files are missing")
    assert "visitor_without_cookie" not in screen.app.session_state


def test_visitor_without_cookie_stays_the_same_within_the_session(open_screen: Open) -> None:
    screen = open_screen("load", visitor=None)
    first = screen.app.session_state["visitor_without_cookie"]
    assert len(first) > 20
    assert screen.go("define").app.session_state["visitor_without_cookie"] == first
    assert open_screen("load", visitor=None).app.session_state["visitor_without_cookie"] != first


def test_change_in_another_tab_is_shown_by_the_widgets(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("train").put("fit/epochs", 9)
    installed.database.edit_draft("ada", with_fit(DIGITS, epochs=3))
    assert screen.run().widget("fit/epochs").value == 3


def test_edit_by_a_widget_keeps_the_widgets_as_they_are(open_screen: Open) -> None:
    screen = open_screen("train")
    before = screen.widget("fit/batch_size").id
    assert screen.put("fit/epochs", 9).widget("fit/batch_size").id == before
    assert screen.put("compile/optimizer", "SGD").widget("fit/batch_size").id != before  # other values changed too


def test_values_survive_a_look_at_another_page(open_screen: Open) -> None:
    screen = open_screen("train").put("fit/epochs", 9).go("load").go("train")
    assert screen.widget("fit/epochs").value == 9
    assert screen.draft == with_fit(DIGITS, epochs=9)


# The run in view


def test_newest_run_is_in_view(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    training.whole(installed, workers, "ada")
    assert "Run 2: finished" in open_screen("train", SHORT).text()


def test_link_shows_its_run_and_it_stays_in_view(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    first = training.whole(installed, workers, "ada")
    training.whole(installed, workers, "ada")
    screen = open_screen("train", SHORT, run=first)
    assert "Run 1: finished" in screen.text()
    screen.app.query_params.clear()  # another page of the rail drops it
    assert "Run 1: Digits" in screen.go("evaluate").text()


def test_link_to_no_run_shows_ones_own(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    assert "Run 1: finished" in open_screen("train", SHORT, run="../../etc").text()


def test_train_puts_its_run_into_the_link(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("start").press("Train this network")
    assert screen.app.session_state["run"] == installed.database.runs_of("ada")[0].id


def test_a_watcher_cannot_stop(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    screen = open_screen("train", SHORT, visitor="grace", run=run)
    assert "Run 1: training" in screen.text()
    assert screen.component("curves")["url"] == f"/live/{run}?part=1"
    assert screen.button("stop").disabled
    assert screen.button("stop").help == "Only whoever started this run, or the lecturer, can steer it."
    assert not workers.commands


def test_a_press_on_stop_counts_only_from_its_owner(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    screen = open_screen("train", SHORT, run=run)
    screen.app.session_state["visitor_without_cookie"] = "grace"  # a press that the page never offered
    screen.press("stop")
    assert not workers.commands


def test_a_watcher_edits_a_draft_of_their_own(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.whole(installed, workers, "ada")
    screen = open_screen("train", SHORT, visitor="grace", run=run).put("fit/epochs", 9)
    assert screen.draft == with_fit(SHORT, epochs=9)
    draft = installed.database.draft("ada")
    assert draft is not None
    assert draft.experiment == DIGITS
    screen.press("Train")
    assert [one.experiment.fit.epochs for one in installed.database.runs_of("grace")] == [9]
    assert "Run 1: starting" in screen.text()


@pytest.mark.parametrize(
    ("page", "before", "after"),
    deep_after(
        2,
        [
            pytest.param("load", DIGITS, lecture_experiment("mnist"), id="data set"),
            pytest.param(
                "compile", DIGITS, set_value(DIGITS, RATE, 0.1), id="optimizer, which brings its usual learning rate"
            ),
            pytest.param("compile", PLANNED, set_value(DIGITS, RATE, 0.1), id="learning rate that is planned"),
            pytest.param(
                "compile", PLANNED, set_value(DIGITS, RATE, suggested_schedule("ExponentialDecay", DIGITS)), id="schedule"
            ),
            pytest.param("compile", WITH_TOP_K, DIGITS, id="metrics"),
            pytest.param("train", WITH_CALLBACK, DIGITS, id="callbacks"),
        ],
    ),
)
def test_old_choices_that_a_browser_still_tells_of_are_not_made_again(
    open_screen: Open, page: str, before: Experiment, after: Experiment
) -> None:
    screen = open_screen(page, before)
    shown = screen.widget_states()
    screen.installed.database.edit_draft("ada", after)
    screen.run()
    screen.send(shown)
    assert screen.draft == after


def test_old_value_that_a_browser_still_tells_of_does_not_undo_undo(open_screen: Open) -> None:
    screen = open_screen("define").build("select", layer="hidden").put("layers/hidden/arguments/units", 16)
    shown = screen.widget_states()
    screen.build("undo")
    screen.send(shown)
    assert screen.draft == DIGITS
    assert not screen.button("redo").disabled


def test_what_a_person_did_is_done_whole_though_they_do_the_next_thing_at_once(
    open_screen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = open_screen("define").open("templates")
    look = ScriptRequests.on_scriptrunner_yield

    def next_click(requests: ScriptRequests) -> ScriptRequest | None:
        context = get_script_run_ctx()
        is_drawn = context is not None and context.has_script_started
        return look(requests) if is_drawn else ScriptRequest(ScriptRequestType.STOP)

    monkeypatch.setattr(ScriptRequests, "on_scriptrunner_yield", next_click)
    screen.tell("ready_nets", "chosen", "lenet")
    assert [layer.name for layer in screen.draft.layers].count("Conv2D") == 2
    assert not screen.app.session_state["templates"], "Ready nets are closed as well"


def test_link_that_is_clicked_while_a_page_waits_is_followed() -> None:
    def page() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import RerunData, RerunException, get_script_run_ctx

        from pages.shell.streamlit_patches import rerun

        get_script_run_ctx().script_requests.request_rerun(RerunData(page_script_hash="train"))
        try:
            rerun()
        except RerunException as asked:
            st.text(asked.rerun_data.page_script_hash)

    assert AppTest.from_function(page).run().text[0].value == "train"


@pytest.mark.parametrize("page", ["train", "evaluate", "runs", "inside"])
def test_address_of_a_run_that_is_gone_says_so_once_and_shows_ones_own(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers, page: str
) -> None:
    gone = training.whole(installed, workers, "grace")
    training.whole(installed, workers, "ada")
    installed.database.delete_run(gone)
    screen = open_screen(page, run=gone)
    assert "The run of this address is not here." in screen.text("problem-refusal")
    assert screen.rail()["Train"][1].endswith("run 1")
    assert not screen.run().has("problem-refusal")


def test_deleting_ones_own_run_is_no_address_that_is_gone(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    screen = open_screen("runs").press("run-delete")
    assert "was deleted" in screen.text("runs-deleted")
    assert not screen.has("problem-refusal")
    assert not screen.go("train").has("problem-refusal")
