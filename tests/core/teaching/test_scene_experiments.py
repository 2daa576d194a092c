"""The experiment of a scene: which runs are of it, and which are of something else."""

from dataclasses import replace

import pytest

from core.experiment.model import Experiment
from core.experiment.templates import apply_template, lecture_experiment
from core.parameters import EntryRef
from core.teaching import library
from core.teaching.deck import LESSON, Deck, ExperimentChange, Prediction, Task
from core.teaching.deck_files.deck_experiments import apply_deck_change
from core.teaching.deck_files.parse_deck import parse_deck
from core.teaching.scene_experiments import experiments_so_far, opening_scene_number, scene_experiment

TEXT = """\
---
title: Two experiments
kind: lesson
sentence: What belongs where.
minutes: 6
---

# Words

Nothing is opened yet.

# First

```experiment
start: lecture
data: {dataset: digits}
```

```task
id: longer
do: Train for longer.
checks: [run_finished]
show: {fit: {epochs: 9}}
```

# After it

```predict
id: as-opened
ask: How many of ten?
figure: validation_accuracy
bands: [0.5]
may_change: []
```

```task
id: free
do: Reach much.
checks: [{accuracy: {at_least: 0.5}}]
may_change: [layers, pixels]
```

# Second

```experiment
start: lecture
data: {dataset: fashion_mnist}
```

```task
id: any
do: Do what you like.
checks: [{accuracy: {at_least: 0.5}}]
```
"""


@pytest.fixture(scope="module")
def deck() -> Deck:
    read = parse_deck(TEXT, "two")
    assert read.deck is not None, [str(one) for one in read.problems]
    return read.deck


def with_fit(experiment: Experiment, **changes: object) -> Experiment:
    return replace(experiment, fit=replace(experiment.fit, **changes))


def test_scene_has_the_experiment_that_was_opened_last(deck: Deck) -> None:
    assert [opening_scene_number(deck, number) for number in range(4)] == [None, 1, 1, 3]
    assert scene_experiment(deck, 0) is None
    assert [one.start.data.dataset for one in experiments_so_far(deck, 3)] == ["digits", "fashion_mnist"]
    assert experiments_so_far(deck, 0) == ()


def test_what_tasks_change_may_differ_and_nothing_else(deck: Deck) -> None:
    own = scene_experiment(deck, 1)
    assert own is not None and own.is_of(own.start)
    assert own.is_of(with_fit(own.start, epochs=20, seed=7, mode="fast"))
    other = with_fit(own.start, batch_size=64)
    assert not own.is_of(other) and own.differences(other) == ["batch size 64 (was 32)"]
    fewer = replace(own.start, layers=own.start.layers[:1] + own.start.layers[2:])
    assert not own.is_of(fewer)
    later = scene_experiment(deck, 2)
    assert later is not None and later.is_of(replace(fewer, data=replace(fewer.data, pixels="0-255")))
    assert not later.is_of(replace(fewer, data=replace(fewer.data, dataset="fashion_mnist")))


def test_guess_may_keep_what_its_scene_opened_although_a_task_frees_it(deck: Deck) -> None:
    guess = next(part for part in deck.scenes[2].parts if isinstance(part, Prediction))
    own = scene_experiment(deck, 2, guess)
    assert own is not None and own.is_of(with_fit(own.start, seed=7)) and not own.is_of(with_fit(own.start, epochs=9))
    anything = scene_experiment(deck, 2, replace(guess, may_change=None))
    assert anything is not None and anything.is_of(with_fit(own.start, epochs=9))


def test_task_that_says_nothing_of_it_leaves_all_free(deck: Deck) -> None:
    task = next(part for part in deck.scenes[3].parts if isinstance(part, Task))
    free, strict = scene_experiment(deck, 3, task), scene_experiment(deck, 3)
    assert free is not None and strict is not None
    other = with_fit(free.start, epochs=1)
    assert free.is_of(other) and not strict.is_of(other)


def test_rate_of_an_optimizer_is_freed_without_the_optimizer() -> None:
    text = TEXT.replace("show: {fit: {epochs: 9}}", "show: {compile: {optimizer: {Adam: {learning_rate: 0.1}}}}")
    deck = parse_deck(text, "two").deck
    assert deck is not None
    own = scene_experiment(deck, 1)
    assert own is not None

    def optimized(name: str) -> Experiment:
        optimizer = EntryRef(name, (("learning_rate", 0.5),))
        return replace(own.start, compile=replace(own.start.compile, optimizer=optimizer))

    assert own.is_of(optimized("Adam")) and not own.is_of(optimized("SGD"))


def test_word_that_nothing_may_change_is_reported() -> None:
    read = parse_deck(TEXT.replace("[layers, pixels]", "[layer]"), "two")
    assert "may_change of a task is 'layer'." in str(read.problems[0])
    assert "Did you mean 'layers'?" in str(read.problems[0])


def test_run_of_one_lesson_is_of_no_other_lesson() -> None:
    """Lessons 1 and 7 train the same network: only the settings tell them apart."""
    first, seventh = (library.find_deck(name) for name in ("lesson-01-keras", "lesson-07-learning-rate"))
    assert first is not None and seventh is not None
    opened = [one.start for one in experiments_so_far(first, len(first.scenes) - 1)]
    assert len(opened) == 2
    for number in range(len(seventh.scenes)):
        own = scene_experiment(seventh, number)
        assert own is None or not any(own.is_of(experiment) for experiment in opened)


@pytest.mark.parametrize("deck", library.decks(LESSON), ids=lambda deck: deck.name)
def test_run_of_no_lesson_at_all_counts_for_no_task_of_a_lesson(deck: Deck) -> None:
    """Also for tasks that only look: at a layer, a cell of the matrix, an export."""
    strange = with_fit(apply_template(lecture_experiment("fashion_mnist"), "lenet"), batch_size=128)
    for number, scene in enumerate(deck.scenes):
        for task in (part for part in scene.parts if isinstance(part, Task)):
            own = scene_experiment(deck, number, task)
            assert own is None or not own.is_of(strange), f"{scene.title}, {task.id}"


@pytest.mark.parametrize("deck", library.decks(), ids=lambda deck: deck.name)
def test_who_does_what_a_deck_shows_stays_with_its_experiments(deck: Deck) -> None:
    """Else nobody could pass: what a task shows must be of the scene's experiment."""
    draft = lecture_experiment("digits")
    for number, scene in enumerate(deck.scenes):
        for part in scene.parts:
            task = part if isinstance(part, Task) else None
            change = task.show if task else part
            if isinstance(change, ExperimentChange):
                draft = apply_deck_change(change, draft)
            own = scene_experiment(deck, number, task)
            if task is not None and own is not None:
                assert own.is_of(draft), f"{scene.title}, {task.id}: {own.differences(draft)}"


def test_lab_on_other_images_or_for_another_time_is_of_no_exercise() -> None:
    deck = library.find_deck("lab")
    assert deck is not None
    number = next(number for number, scene in enumerate(deck.scenes) if scene.title.startswith("Train: guess"))
    own = scene_experiment(deck, number)
    assert own is not None
    others = (
        with_fit(own.start, batch_size=128),
        replace(own.start, data=replace(own.start.data, train_images=1_000)),
        replace(own.start, data=replace(own.start.data, dataset="digits")),
    )
    assert not any(own.is_of(other) for other in others)
    for title in ("Train: guess", "Evaluate"):  # whose tasks say neither how they are done nor what they change
        number = next(number for number, scene in enumerate(deck.scenes) if scene.title.startswith(title))
        task = next(part for part in deck.scenes[number].parts if isinstance(part, Task))
        own = scene_experiment(deck, number, task)
        assert own is not None and not any(own.is_of(other) for other in others), title
