"""To turn the pages of a deck, to run another experiment or to open a friend's file passes nothing; work is kept."""

from dataclasses import replace
from typing import Any

import pytest

from core.application import application
from core.runs import manager
from core.teaching import library, scene_experiments
from core.teaching.deck import Question
from core.teaching.deck_files import deck_experiments
from core.teaching.progress import QUESTION, Answer
from pages.teaching import tasks
from tests.core.sample_experiments import with_fit
from tests.core.teaching.study.inventory_answers import passing
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen


def test_run_of_another_experiment_answers_no_guess_and_passes_no_task(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    deck = library.find_deck("lesson-07-learning-rate")
    assert deck is not None
    screen = open_screen("learn").press(f"open-{deck.name}").press("guide-next")
    screen.put(f"guess-{deck.name}-tiny", "below 25 %")
    another = replace(screen.draft, fit=replace(screen.draft.fit, epochs=2))
    training.whole(installed, workers, VISITOR, another)
    assert "You said below 25 %. Now press Train" in screen.run().text("guide").replace("**", "")
    assert "no new run of this experiment yet; press Train" in screen.text("guide")
    training.whole(installed, workers, VISITOR, screen.draft)
    assert "You said below 25 %; it was" in screen.run().text("guide")
    assert "Done." in screen.text("guide")


@pytest.mark.usefixtures("fashion_mnist")
def test_guess_about_the_net_as_it_was_opened_is_answered_by_that_net_alone(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen = open_screen("learn").press("open-challenge-01-scaling")
    screen.put("guess-challenge-01-scaling-blame", "below 20 %")
    rescued = replace(screen.draft, data=replace(screen.draft.data, pixels="0-1"))
    training.whole(installed, workers, VISITOR, rescued)
    assert "You said below 20 %. Now press Train" in screen.run().text("guide").replace("**", "")
    training.whole(installed, workers, VISITOR, screen.draft)
    assert "You said below 20 %; it was" in screen.run().text("guide")


@pytest.mark.usefixtures("fashion_mnist")
def test_lines_of_a_task_say_that_they_judge_the_last_run(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen = open_screen("learn").press("open-challenge-01-scaling").put("guess-challenge-01-scaling-blame", "below 20 %")
    run = training.start(installed, workers, VISITOR, screen.draft)
    training.end(installed, workers, run, validation={**training.result["validation"], "accuracy": 0.3})
    assert "These lines judge your last run" not in screen.go("train").text("guide")
    screen.put("fit/epochs", 12)
    assert "These lines judge your last run. Press Train" in screen.text("guide")


def test_guide_says_that_another_run_is_on_and_gives_no_hint_meanwhile(
    open_screen: Open,
    installed: manager.Runs,
    workers: ScriptedWorkers,
    training: Training,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "FIRST_HINT_SECONDS", -1)
    screen = open_screen("learn").press("open-lesson-07-learning-rate").press("guide-next")
    screen.put("guess-lesson-07-learning-rate-tiny", "below 25 %")
    assert "belongs to the settings" in screen.text("guide"), "the first hint comes by itself"
    run = training.start(installed, workers, VISITOR, replace(screen.draft, fit=replace(screen.draft.fit, epochs=2)))
    said = screen.run().text("guide").replace("**", "")
    assert "Run 1 is training, and is a run of another experiment. Wait for its end, or stop it; then press Train." in said
    assert "belongs to the settings" not in said
    training.end(installed, workers, run)
    training.start(installed, workers, VISITOR, screen.draft)
    assert "Run 2 is training: its result will answer." in screen.run().text("guide")


def test_run_of_before_the_scene_asked_does_not_pass_its_task(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen = open_screen("learn").press("open-lesson-07-learning-rate")
    scene = library.find_deck("lesson-07-learning-rate").scenes[1]
    training.whole(installed, workers, VISITOR, scene_experiments.experiment_to_open(scene))
    screen.press("guide-next")
    assert "no new run of this experiment yet" in screen.text("guide")


def test_experiment_of_a_file_does_not_pass_a_task(opened: Screen) -> None:
    opened.press("guide-next")
    shown = library.find_deck(current_deck(opened)).scenes[1].parts[2].show
    application().drafts.edit_draft(VISITOR, deck_experiments.apply_deck_change(shown, opened.draft))
    application().progress.note(VISITOR, "brought")
    said = opened.run().text("guide")
    assert "1,210 parameters" in said
    assert "Your draft is not the experiment of this scene: it was opened from a file or a link." in said
    assert "Done." not in said
    opened.press("begin-anew-task")
    assert "9,610 parameters; asked for: 1,210" in opened.text("guide")
    opened.press("Hint").press("A bigger hint").press("Show me")
    assert "Done." in opened.text("guide")


def current_deck(screen: Screen) -> str:
    place = application().progress.open_place(VISITOR)
    assert place is not None, screen.text()
    return place.deck


def test_learn_shows_the_bar_only_while_a_run_is_on(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen = open_screen("learn").press("open-lesson-01-keras")
    assert not screen.has("line"), "Next is the one thing to press"
    training.start(installed, workers, VISITOR, screen.draft)
    assert screen.run().has("line-progress")


def test_folded_guide_keeps_its_task_in_a_line_and_unfolds_in_the_next_scene(opened: Screen) -> None:
    opened.press("guide-next").press("guide-fold")
    assert "Give the hidden layer 16 neurons. :small[0 of 1 done]" in opened.text("guide")
    shown = library.find_deck(current_deck(opened)).scenes[1].parts[2].show
    application().drafts.edit_draft(VISITOR, deck_experiments.apply_deck_change(shown, opened.draft))
    assert "Give the hidden layer 16 neurons. :small[done]" in opened.run().text("guide")
    assert [one.kind for one in application().progress.answers(VISITOR)] == ["task"], "it is kept while folded"
    opened.press("guide-next")
    assert "Which share will it name rightly?" in opened.text("guide")
    opened.press("guide-back")
    assert opened.button("guide-fold").label == "Unfold"
    opened.press("guide-fold")
    assert "How many parameters will it have?" in opened.text("guide")


def test_work_in_a_scene_is_kept_for_who_comes_back(open_screen: Open) -> None:
    screen = open_screen("learn").press("open-challenge-02-shapes")
    first, layers = screen.draft, screen.draft.layers[1:]
    application().drafts.edit_draft(VISITOR, replace(first, layers=layers))
    screen.run().press("guide-next")
    assert len(screen.draft.layers) == 5, "the second stack"
    screen.press("guide-back")
    assert screen.draft.layers == layers, "as it was left"
    screen.press("guide-leave").go("learn").press("open-challenge-02-shapes")
    assert screen.draft.layers == layers
    screen.press("begin-anew-head")
    assert screen.draft == first


def test_second_guess_from_another_tab_does_not_count(opened: Screen) -> None:
    opened.press("guide-next")
    name = next(str(one.key) for one in opened.app.button_group if str(one.key).startswith("guess-"))
    states = opened.widget(name).set_value("1,000 to 5,000 parameters") and opened.widget_states()
    opened.send(states)
    application().progress.answer_once(VISITOR, Answer(current_deck(opened), "size", "prediction", "above", None, 0.0), 0.0)
    assert "You said 1,000 to 5,000 parameters; it is 9,610" in opened.run().text("guide")
    assert len(application().progress.answers(VISITOR)) == 1


def test_who_only_turns_the_pages_passes_nothing_and_is_led_to_what_is_open(opened: Screen) -> None:
    opened.press("guide-next").press("guide-next").press("guide-next")
    assert opened.title == "Learn"
    said = opened.text("finished")
    assert "You have seen Count and train. 1 task, 1 question and 2 guesses are still open." in said
    assert "Task: Give the hidden layer 16 neurons." in said
    (place,) = application().progress.places(VISITOR)
    assert place.finished is not None
    opened.press("open-item-small")
    assert opened.title == "Define" and "2 of 3" in opened.text("guide-head")


def test_deck_without_open_items_is_passed_and_leads_to_the_next_one(open_screen: Open) -> None:
    deck = library.find_deck("lesson-01-keras")
    assert deck is not None
    application().progress.go_to(VISITOR, deck.name, deck.scenes[-1].id)
    for answer in passing(deck.name):
        application().progress.answer(VISITOR, answer)
    screen = open_screen("train").press("guide-next")
    assert "You passed 1 · A first network. 1 of 1 questions were right at the first answer." in screen.text("finished")
    assert "passed" in screen.text(f"deck-{deck.name}")
    assert f"1 of {len(library.decks('lesson'))} passed." in screen.text("decks-lesson")
    screen.press("next-deck")
    assert "2 · Pixels are numbers · 1 of" in screen.text("guide-head")


def test_challenge_with_an_open_task_is_not_counted(open_screen: Open) -> None:
    screen = open_screen("learn").press("open-challenge-03-counting").press("guide-next").press("guide-next")
    assert "1 task and 1 question are still open." in screen.text("finished")
    assert "Next: 5 · " in screen.text("finished"), "who goes on without the task may"
    assert f"0 of {len(library.decks('challenge'))} passed." in screen.text("decks-challenge")
    assert "seen" in screen.button("open-challenge-03-counting").label


def test_link_of_a_finished_deck_leaves_it_finished(opened: Screen, deck: str, open_screen: Open) -> None:
    opened.press("guide-next").press("guide-next").press("guide-next")
    finished = application().progress.places(VISITOR)[0].finished
    again = open_screen("learn")
    again.app.query_params["deck"] = deck
    again.run()
    assert application().progress.places(VISITOR)[0].finished == finished is not None


def test_repair_of_a_challenge_waits_for_a_hint_and_counts_as_a_hint(open_screen: Open) -> None:
    screen = open_screen("learn").press("open-challenge-02-shapes")
    assert "problem prevents training; asked for: a network that can be trained" in screen.text("guide")
    assert "Move" not in screen.text("guide")
    screen.go("define")
    (problem,) = _problems(screen)
    assert problem["repairs"] == []
    assert problem["rest"] == "Try a repair yourself. The second hint shows repairs here."
    screen.press("hint-challenge-02-shapes-first").run()
    assert _problems(screen)[0]["repairs"] == []
    screen.press("hint-challenge-02-shapes-first").run()
    assert _problems(screen)[0]["repairs"]
    screen.mend()
    hints = [answer for answer in application().progress.answers(VISITOR) if answer.kind == "hint"]
    given = [(hint.item, hint.kind, hint.value) for hint in hints]
    assert given == [("first", "hint", ""), ("first", "hint", ""), ("first", "hint", "repair")]
    assert "Done. Go on when you like. A convolution needs rows and columns" in screen.text("guide")


def test_repairs_of_a_challenge_wait_beside_a_folded_guide_too(open_screen: Open) -> None:
    screen = open_screen("learn").press("open-challenge-02-shapes").go("define").press("guide-fold")
    assert _problems(screen)[0]["repairs"] == []
    screen.press("guide-fold").press("guide-leave")
    assert _problems(screen)[0]["repairs"], "outside of a deck the problem has its repairs"


def test_warning_that_names_the_cause_waits_for_the_second_hint(open_screen: Open) -> None:
    screen = open_screen("learn").press("open-challenge-01-scaling").go("load")
    assert "Pixels go in as 0 to 255." not in screen.text()
    screen.press("hint-challenge-01-scaling-rescue").run().press("hint-challenge-01-scaling-rescue").run()
    assert "Pixels go in as 0 to 255." in screen.text()


def test_run_of_an_earlier_deck_is_not_shown_and_not_compared(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen = open_screen("train", with_fit(DIGITS, epochs=1))
    training.whole(installed, workers, VISITOR)
    assert "Run 1: finished" in screen.run().text()
    screen.go("learn").press("open-lesson-09-overfitting").go("train")
    assert "No run yet" in screen.text() and "Run 1" not in screen.text()
    training.whole(installed, workers, VISITOR, screen.draft)
    text = screen.run().text()
    assert "Run 2: finished" in text and "run 1" not in text.lower()
    screen.go("runs")
    assert [row["title"] for row in screen.component("runs-rows")["rows"]] == ["Run 2"] and "Run 1" not in screen.text()
    screen.app.toggle(key="runs-from-before").set_value(True).run()
    assert [row["title"] for row in screen.component("runs-rows")["rows"]] == ["Run 2", "Run 1"]


def _problems(screen: Screen) -> list[dict[str, Any]]:
    """Return the problems that Define shows at the layers."""
    return [problem for block in screen.component("builder")["blocks"] for problem in block["problems"]]


@pytest.mark.parametrize(
    ("clicks", "is_done"), [(("right",), True), (("wrong", "right"), False), (("right", "wrong"), True)]
)
def test_first_answer_to_each_question_counts_for_a_task(open_screen: Open, clicks: tuple[str, ...], is_done: bool) -> None:
    name = "challenge-09-diagnosis"
    deck, progress = library.find_deck(name), application().progress
    assert deck is not None
    screen = open_screen("learn").press(f"open-{name}")
    questions = [part for scene in deck.scenes for part in scene.parts if isinstance(part, Question)]
    for click in clicks:
        for question in questions:
            option = next(option for option in question.options if option.is_right == (click == "right"))
            progress.answer(VISITOR, Answer(name, question.id, QUESTION, option.text, float(option.is_right), 0.0))
    progress.go_to(VISITOR, name, deck.scenes[-1].id)
    assert ("Done." in screen.run().text()) == is_done


def test_repair_elsewhere_is_no_hint(open_screen: Open) -> None:
    screen = open_screen("learn").press("open-lesson-04-layers").press("guide-next").press("guide-next").press("guide-next")
    screen.go("define").mend()
    assert application().progress.answers(VISITOR) == ()


def test_coach_waits_until_the_epoch_is_marked(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen = open_screen("learn").press("open-lesson-09-overfitting")
    training.whole(installed, workers, VISITOR, screen.draft)
    assert "The coach waits for the mark in scene 2 of the guide" in screen.go("train").text()
    application().progress.answer(VISITOR, Answer("lesson-09-overfitting", "begin", "mark", "6", 1.0, 0.0))
    assert "The coach waits" not in screen.run().text()
