"""Learn and the guide: decks are opened, done, left and finished, and what was done is kept."""

import pytest

from core.application import application
from core.runs import manager
from core.teaching import library, review, scene_experiments
from core.teaching.deck import Mark, Question, Recorded, Words
from core.teaching.progress import QUESTION, Answer, Learner
from pages.datasets import data_views
from pages.teaching import tasks
from tests.bring_deck import bring
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen

NUMBERS = """\
---
title: Sums
kind: lesson
sentence: One sum.
minutes: 6
---

# Sum

```question
id: sum
ask: What is 1 + 2?
options:
  - {text: "3", reply: "Yes.", right: true}
  - {text: "4", reply: "Count once more."}
```

```task
id: right
do: Have the sum right.
checks: [{number: {answer: sum, equal: 3}}]
```
"""


def test_learn_lists_every_deck_of_the_product_by_kind(open_screen: Open) -> None:
    screen = open_screen("learn")
    for kind in ("lecture", "lab"):
        assert library.decks(kind)
        for one in library.decks(kind):
            assert f"{one.sentence} {one.minutes} minutes." in screen.text(f"decks-{kind}")
            assert screen.button(f"open-{one.name}").help == f"Open {one.title}"
    for kind in ("lesson", "challenge"):
        for one in library.decks(kind):
            number, _, name = one.title.partition(" · ")
            assert screen.button(f"open-{one.name}").label == f"**{number}** {name}"
    assert not screen.has("guide")


def test_link_opens_a_deck_at_its_first_scene(opened: Screen) -> None:
    assert opened.title == "Welcome"
    assert "Count and train · 1 of 3" in opened.text("scene-head")
    assert "You build a small network." in opened.text("scene")
    assert "deck" not in opened.app.query_params


def test_link_of_no_deck_says_so(open_screen: Open) -> None:
    screen = open_screen("learn")
    screen.app.query_params["deck"] = "deck-00000000000000000000"
    assert "The deck of this address is not here." in screen.run().text()


def test_next_opens_the_scene_on_its_page_with_its_experiment(opened: Screen) -> None:
    opened.press("guide-next")
    assert opened.title == "Define"
    assert "Count Count and train · 2 of 3" in opened.text("guide-head").replace("**", "").replace(":small[", "").replace(
        "]", ""
    )
    assert opened.draft.data.dataset == "digits"
    assert opened.button("guide-back").disabled is False


def test_task_says_what_it_sees_and_is_kept_once_done(opened: Screen) -> None:
    opened.press("guide-next")
    assert "9,610 parameters; asked for: 1,210 (8,400 too many)" in opened.text("guide")
    opened.press("Hint").press("A bigger hint")
    assert "Select the hidden layer." in opened.text("guide")
    assert "Its units are 16." in opened.text("guide")
    opened.press("Show me")
    assert "1,210 parameters" in opened.text("guide")
    assert "Done. Go on when you like." in opened.text("guide")
    kinds = [(one.item, one.kind, one.share) for one in application().progress.answers(VISITOR)]
    assert kinds == [("small", "hint", None)] * 3 + [("small", "task", 1.0)]
    assert application().progress.answers(VISITOR)[2].value == "shown", "to be shown counts as a hint"
    opened.run()
    assert len(application().progress.answers(VISITOR)) == 4


def test_task_is_kept_once_though_two_tabs_see_it_done(opened: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.press("guide-next").press("Hint").press("A bigger hint").press("Show me")
    progress = application().progress
    before = progress.answers(VISITOR)
    with monkeypatch.context() as other_tab:
        other_tab.setattr(progress, "answers", lambda *_arguments, **_options: ())  # it read before the first tab wrote
        opened.run()
    assert progress.answers(VISITOR) == before


def test_first_hint_comes_by_itself_after_a_while(opened: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.press("guide-next")
    assert "Select the hidden layer." not in opened.text("guide")
    monkeypatch.setattr(tasks, "FIRST_HINT_SECONDS", -1)
    assert "Select the hidden layer." in opened.run().text("guide")
    assert opened.has_button("A bigger hint")


def test_hints_of_a_challenge_wait_until_they_are_asked_for(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "FIRST_HINT_SECONDS", -1)
    screen = open_screen("learn").press("open-challenge-04-thrift").run()
    assert "Which layer makes an image smaller" not in screen.text("guide")
    assert "Which layer makes an image smaller" in screen.press("Hint").text("guide")


def test_guess_stands_beside_its_figure(opened: Screen) -> None:
    opened.press("guide-next")
    assert "Guess first." in opened.text("guide")
    name = next(str(one.key) for one in opened.app.button_group if str(one.key).startswith("guess-"))
    opened.put(name, "1,000 to 5,000 parameters")
    assert "You said 1,000 to 5,000 parameters; it is 9,610 parameters." in opened.text("guide")
    (answer,) = application().progress.answers(VISITOR)
    assert (answer.item, answer.share) == ("size", 0.0)


def test_run_answers_a_guess(opened: Screen, installed: manager.Runs, workers: ScriptedWorkers, training: Training) -> None:
    opened.press("guide-next").press("guide-next")
    name = next(str(one.key) for one in opened.app.button_group if str(one.key).startswith("guess-"))
    opened.put(name, "above 60 %")
    assert "Now press Train: the run answers." in opened.text("guide").replace("**", "")
    training.whole(installed, workers, VISITOR, opened.draft)
    accuracy = training.result["validation"]["accuracy"]
    assert accuracy > 0.6
    assert "You said above 60 %; it was" in opened.run().text("guide")
    assert application().progress.answers(VISITOR)[-1].share == 1.0


def test_wrong_option_has_its_reply_and_may_be_changed(opened: Screen) -> None:
    opened.press("guide-next").press("guide-next")
    radio = next(str(one.key) for one in opened.app.radio if str(one.key).startswith("question-"))
    opened.put(radio, "One batch")
    assert "A batch is a part of it." in opened.text("guide")
    opened.put(radio, "All training images once")
    assert "Yes: each image once." in opened.text("guide")
    assert "What counts is your first answer, “One batch”. This is your second." in opened.text("guide")
    assert [one.share for one in application().progress.answers(VISITOR)] == [0.0, 1.0]


def test_reply_to_a_verdict_that_a_task_judges_says_neither_right_nor_wrong(open_screen: Open) -> None:
    deck = library.find_deck("challenge-10-noise")
    assert deck is not None
    application().progress.go_to(VISITOR, deck.name, deck.scenes[-1].id)
    screen = open_screen("runs")
    screen.put(f"question-{deck.name}-verdict-options", "cannot tell")
    guide = screen.app.get_by_key("guide")
    assert "The task compares this with the ranges of your runs." in [one.value for one in guide.info]
    assert len(guide.success) == len(guide.warning) == 0


def test_guide_is_on_every_page_leads_back_and_folds(opened: Screen) -> None:
    opened.press("guide-next").go("compile")
    links = [link.proto.label for link in opened.app.get_by_key("guide").get("page_link")]
    assert links == ["Go to Define"]
    opened.press("guide-fold")
    assert "How many parameters will it have?" not in opened.text("guide")
    opened.press("guide-fold").press("guide-leave")
    assert not opened.has("guide")


def test_left_deck_goes_on_where_it_was(opened: Screen, deck: str, open_screen: Open) -> None:
    opened.press("guide-next").press("guide-leave")
    again = open_screen("learn")
    again.app.query_params["deck"] = deck
    assert "2 of 3" in again.run().press("accept-deck").text("guide-head")
    assert again.title == "Define"


def test_nickname_is_kept_and_all_can_be_deleted(opened: Screen) -> None:
    opened.press("scene-leave")
    opened.put("nickname", "Countess")
    assert application().progress.learner(VISITOR) == Learner("Countess")
    opened.press("Delete")
    assert application().progress.everything_of(VISITOR)["places"] == []
    assert application().progress.learner(VISITOR) == Learner()


def answered_question(name: str, *, rightly: bool) -> Question:
    """The first question of a deck, which the visitor has answered."""
    deck = library.find_deck(name)
    assert deck is not None
    question = next(part for scene in deck.scenes for part in scene.parts if isinstance(part, Question))
    chosen = next(option for option in question.options if option.is_right == rightly)
    answer = Answer(name, question.id, QUESTION, chosen.text, float(rightly), 0.0)
    application().progress.answer(VISITOR, answer)
    return question


def test_review_asks_three_questions_of_several_decks_on_another_day(
    open_screen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("lesson-04-layers", "lesson-06-loss", "lesson-08-batches", "lesson-10-confusion-matrix")
    asked = {name: answered_question(name, rightly=name != "lesson-08-batches") for name in names}
    screen = open_screen("learn")
    assert not screen.has("card-review")
    monkeypatch.setattr(review, "DAYS", (0, 3, 7, 21))
    screen.run()
    assert "Review: question 1 of 3" in screen.text("card-review")
    assert "8 · Batches. It was wrong last time." in screen.text("card-review")
    for name, is_right in (("lesson-08-batches", True), ("lesson-04-layers", False), ("lesson-06-loss", True)):
        key = f"review-{name}-{asked[name].id}"
        chosen = next(option for option in asked[name].options if option.is_right == is_right)
        assert asked[name].ask in screen.text("card-review")
        screen.put(key, chosen.text)
        assert chosen.reply in screen.text("card-review")
        assert not screen.has(key)
    assert "Review: 2 of 3 right" in screen.text("card-review")
    assert "What was wrong comes back tomorrow: 1 question." in screen.text("card-review")
    assert len(application().progress.answers(VISITOR)) == len(names), "a review counts for no deck"
    assert [answer.share for answer in application().progress.reviews(VISITOR)] == [1.0, 0.0, 1.0]
    screen.press("review-open-lesson-04-layers")
    assert "4 · Layers in a row" in screen.text("guide-head")


def test_epoch_is_marked_on_ones_own_curves(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    deck = library.find_deck("lesson-09-overfitting")
    assert deck is not None
    scene = next(one for one in deck.scenes if any(isinstance(part, Mark) for part in one.parts))
    application().progress.go_to(VISITOR, deck.name, scene.id)
    screen = open_screen("learn")
    assert "There is no run to mark yet. Go back, press Train" in screen.text("scene")
    opens = next(one for one in deck.scenes if one.opens_experiment)
    run = training.whole(installed, workers, VISITOR, scene_experiments.experiment_to_open(opens))
    key = "mark-lesson-09-overfitting-begin"
    assert "After epoch 2: training loss " in screen.run().text(key)
    screen.put(f"{key}-{run}", 1)
    assert "After epoch 1: training loss " in screen.text(key)
    assert application().progress.answers(VISITOR) == (), "moving the line is no answer"
    assert "validation loss" in screen.app.get_by_key(f"{key}-chart").proto.alt
    screen.press("Mark epoch 1")
    assert "Yes: the validation loss is lowest after epoch 2" in screen.text(key)
    (answer,) = application().progress.answers(VISITOR)
    assert (answer.item, answer.kind, answer.value, answer.share) == ("begin", "mark", "1", 1.0)


def test_task_names_open_questions_by_their_words(open_screen: Open) -> None:
    name = bring(NUMBERS).name
    application().progress.go_to(VISITOR, name, "sum")
    said = open_screen("learn").text("scene")
    assert "no answer yet to “What is 1 + 2?”; answer it" in said


def test_recorded_run_plays_by_itself_in_the_lecture_and_again_at_a_press(open_screen: Open) -> None:
    deck = library.find_deck("lecture")
    assert deck is not None
    scene = next(one for one in deck.scenes if any(isinstance(part, Recorded) for part in one.parts))
    application().progress.go_to(VISITOR, "lecture", scene.id)
    screen = open_screen("learn")
    assert "Fashion-MNIST, 54,000 images" in screen.text("lecture-picture-alone")
    first = screen.component(f"recorded-lecture-{scene.id}-curves-0")
    assert "/replay/" in first["url"] and "speed=4" in first["url"] and first["epochs"] == 5
    assert "speed=all" in first["still_url"], "the end picture, for people who asked for less motion"
    again = screen.press("Play it again").component(f"recorded-lecture-{scene.id}-curves-1")
    assert again["url"] != first["url"]
    assert application().history.newest(VISITOR) is None


def test_lab_names_the_tabs_as_the_pages_do() -> None:
    deck = library.find_deck("lab")
    assert deck is not None
    words = " ".join(part.markdown for scene in deck.scenes for part in scene.parts if isinstance(part, Words))
    assert [view for view in data_views.VIEWS if f"**{view}**" not in words] == []
    assert "**Threshold**" in words and "**Confidence**" in words
