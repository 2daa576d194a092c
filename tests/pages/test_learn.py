"""Learn and the guide: decks are opened, done, left and finished, and what was done is kept."""

import pytest

from core.application import application
from core.runs import manager
from core.teaching import library, review
from core.teaching.deck import Mark, Question, Recorded, Words
from core.teaching.progress import QUESTION, Answer, Learner
from pages.datasets import data_views
from pages.teaching import tasks
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen

DECK = """\
---
title: Count and train
kind: lesson
sentence: How many numbers a network learns.
minutes: 6
---

# Welcome

You build a small network.

# Count {page=define.py}

```experiment
start: lecture
data: {dataset: digits}
```

```predict
id: size
ask: How many parameters will it have?
figure: parameters
bands: [1000, 5000]
```

```task
id: small
do: Give the hidden layer 16 neurons.
checks:
  - parameters: {equal: 1210}
hints: [Select the hidden layer., Its units are 16.]
show: {layers: [Flatten, {Dense: {units: 16, activation: relu}}, {Dense: {units: 10, activation: softmax}}]}
```

# Train {page=train.py}

```predict
id: accuracy
ask: Which share will it name rightly?
figure: validation_accuracy
bands: [0.3, 0.6]
```

```question
id: epoch
ask: What is an epoch?
options:
  - {text: One batch, reply: A batch is a part of it.}
  - {text: All training images once, reply: "Yes: each image once.", right: true}
```
"""


@pytest.fixture
def deck(data_folder: object) -> str:
    """The name of a deck that somebody brought."""
    read = library.bring(DECK.encode())
    assert read.deck is not None, [str(one) for one in read.problems]
    return read.deck.name


@pytest.fixture
def opened(open_screen: Open, deck: str) -> Screen:
    """A visitor who followed the link of the deck."""
    screen = open_screen("learn")
    screen.app.query_params["deck"] = deck
    return screen.run()


def test_learn_lists_every_deck_of_the_product_by_kind(open_screen: Open) -> None:
    screen = open_screen("learn")
    for kind in ("lecture", "lab"):
        assert library.decks(kind)
        for one in library.decks(kind):
            assert one.title in screen.text(f"decks-{kind}")
            assert f"{one.minutes} minutes · new" in screen.text(f"deck-{one.name}")
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
    assert "9,610 parameters; 1,210 are asked: 8,400 too many" in opened.text("guide")
    opened.press("Hint").press("A bigger hint")
    assert "Select the hidden layer." in opened.text("guide")
    assert "Its units are 16." in opened.text("guide")
    opened.press("Show me")
    assert "1,210 parameters, as asked" in opened.text("guide")
    assert "Done. Go on when you like." in opened.text("guide")
    kinds = [(one.item, one.kind, one.share) for one in application().progress.answers(VISITOR)]
    assert kinds == [("small", "hint", None), ("small", "hint", None), ("small", "task", 1.0)]
    opened.run()
    assert len(application().progress.answers(VISITOR)) == 3


def test_first_hint_comes_by_itself_after_a_while(opened: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.press("guide-next")
    assert "Select the hidden layer." not in opened.text("guide")
    monkeypatch.setattr(tasks, "FIRST_HINT_SECONDS", -1)
    assert "Select the hidden layer." in opened.run().text("guide")
    assert opened.has_button("A bigger hint")


def test_guess_stands_beside_its_figure(opened: Screen) -> None:
    opened.press("guide-next")
    assert "Guess first." in opened.text("guide")
    name = next(str(one.key) for one in opened.app.button_group if str(one.key).startswith("guess-"))
    opened.put(name, "1,000 to 5,000 parameters")
    assert "You said 1,000 to 5,000 parameters; it was 9,610 parameters." in opened.text("guide")
    (answer,) = application().progress.answers(VISITOR)
    assert (answer.item, answer.share) == ("size", 0.0)


def test_run_answers_a_guess(opened: Screen, installed: manager.Runs, workers: ScriptedWorkers, training: Training) -> None:
    opened.press("guide-next").press("guide-next")
    name = next(str(one.key) for one in opened.app.button_group if str(one.key).startswith("guess-"))
    opened.put(name, "above 60 %")
    assert "Now press Train: the run answers." in opened.text("guide").replace("**", "")
    training.whole(installed, workers, VISITOR)
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
    assert [one.share for one in application().progress.answers(VISITOR)] == [0.0, 1.0]


def test_reply_to_a_verdict_that_a_task_judges_says_neither_right_nor_wrong(open_screen: Open) -> None:
    deck = library.find("challenge-10-noise")
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
    assert "Give the hidden layer 16 neurons." not in opened.text("guide")
    opened.press("guide-leave")
    assert not opened.has("guide")


def test_left_deck_goes_on_where_it_was(opened: Screen, deck: str, open_screen: Open) -> None:
    opened.press("guide-next").press("guide-leave")
    again = open_screen("learn")
    again.app.query_params["deck"] = deck
    assert "2 of 3" in again.run().text("guide-head")
    assert again.title == "Define"


def test_finished_deck_is_named_on_learn(opened: Screen) -> None:
    opened.press("guide-next").press("guide-next").press("guide-next")
    assert opened.title == "Learn"
    assert "You finished Count and train." in opened.text()
    (place,) = application().progress.places(VISITOR)
    assert place.finished is not None


def test_nickname_is_kept_and_all_can_be_deleted(opened: Screen) -> None:
    opened.press("scene-leave")
    opened.put("nickname", "Countess")
    assert application().progress.learner(VISITOR) == Learner("Countess")
    opened.press("Delete")
    assert application().progress.everything_of(VISITOR)["places"] == []
    assert application().progress.learner(VISITOR) == Learner()


def test_answered_question_comes_back_after_some_days(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    deck, question = next(
        (deck, part)
        for deck in library.decks()
        for scene in deck.scenes
        for part in scene.parts
        if isinstance(part, Question)
    )
    right = next(option for option in question.options if option.is_right)
    application().progress.answer(VISITOR, Answer(deck.name, question.id, QUESTION, right.text, 1.0, 0.0))
    screen = open_screen("learn")
    assert not screen.has("review")
    monkeypatch.setattr(review, "DAYS", (0, 7, 21))
    screen.run()
    key = f"review-{deck.name}-{question.id}"
    assert question.ask in screen.text("review")
    screen.put(key, right.text)
    assert right.reply in screen.text("review")
    assert not screen.has(key)


def test_epoch_is_marked_on_ones_own_curves(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    deck = library.find("lesson-09-overfitting")
    assert deck is not None
    scene = next(one for one in deck.scenes if any(isinstance(part, Mark) for part in one.parts))
    application().progress.go_to(VISITOR, deck.name, scene.id)
    screen = open_screen("learn")
    assert "There is no run to mark yet. Go back, press Train" in screen.text("scene")
    run = training.whole(installed, workers, VISITOR)
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
    deck = library.find("lesson-11-convolution")
    assert deck is not None
    application().progress.go_to(VISITOR, deck.name, deck.scenes[-1].id)
    said = open_screen("learn").text("scene")
    assert "no answer yet to “What comes out for the window that is bright everywhere?”; answer it" in said
    assert "“Multiply each pixel" in said


def test_recorded_run_is_played_in_the_guide(open_screen: Open) -> None:
    deck = library.find("lecture")
    assert deck is not None
    scene = next(one for one in deck.scenes if any(isinstance(part, Recorded) for part in one.parts))
    application().progress.go_to(VISITOR, "lecture", scene.id)
    screen = open_screen("train")
    assert "Fashion-MNIST, 54,000 images" in screen.text("guide")
    screen.press("Play the recorded run")
    key = f"recorded-lecture-{scene.id}-curves-1"
    assert "/replay/" in screen.component(key)["url"]
    assert screen.component(key)["epochs"] == 5
    assert screen.has_button("Play it again")
    assert application().history.newest(VISITOR) is None


def test_lab_names_the_tabs_as_the_pages_do() -> None:
    deck = library.find("lab")
    assert deck is not None
    words = " ".join(part.markdown for scene in deck.scenes for part in scene.parts if isinstance(part, Words))
    assert [view for view in data_views.VIEWS if f"**{view}**" not in words] == []
    assert "**Threshold**" in words
