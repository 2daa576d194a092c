"""The scenes of how a weight learns: a move is judged, a pick is asked of the worker, and other networks are named."""

import numpy as np
import pytest

from core.application import application
from core.experiment.model import Experiment
from core.runs import manager
from core.teaching.deck import Deck
from core.teaching.scene_experiments import scene_experiment
from core.views.all_weights import AllWeights, AllWeightsQuestion, Step
from core.views.weight_chain import ChainRuleFactor, GradientPath, WeightChain, WeightChainQuestion
from tests.bring_deck import bring
from tests.deep_cases import deep_after
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen

CHAIN, BATCH = WeightChainQuestion.function, AllWeightsQuestion.function
HEAD = """\
---
title: Weights
kind: lesson
sentence: How a weight learns.
minutes: 6
---

# Look

Move it.

```experiment
start: lecture
data: {dataset: digits}
```

"""
SHOW = "```show\nview: {view}\nid: it\ndo: Find\nreach: {reach}\n```\n"
FACTORS = (
    ChainRuleFactor("loss", -2.0, "-1 / p", "its slope"),
    ChainRuleFactor("input", 0.5, "what the weight multiplies", "a pixel"),
)


def chain(source: int = 0, unit: int = 0, missing: str = "") -> WeightChain:
    errors = np.array([0.5, -0.2], dtype="float32")
    return WeightChain(
        layer_id="dense",
        layers=("dense",),
        input=source,
        unit=unit,
        inputs=np.linspace(0, 1, 64, dtype="float32"),
        input_shape=(8, 8, 1),
        units=np.array([1.0, 0.0], dtype="float32"),
        errors=errors,
        probabilities=(0.1,) * 10,
        label=3,
        loss=1.5,
        routes=(GradientPath("7", FACTORS),),
        gradient=0.25,
        automatic=0.25,
        largest=0.5,
        curve=((0.0, 1.0), (0.1, 0.9), (0.2, 0.8)),
        missing=missing,
    )


def open_show(open_screen: Open, view: str, reach: str) -> Screen:
    deck = bring(HEAD + SHOW.format(view=view, reach=reach))
    application().progress.go_to(VISITOR, deck.name, deck.scenes[0].id)
    return open_screen("learn", DIGITS)


def key() -> str:
    (place,) = application().progress.places(VISITOR)
    return f"show-{place.deck}-it"


def ticks(screen: Screen) -> int:
    return screen.text("goals-it").count("check_circle")


def test_weight_is_judged_by_where_it_was_put_and_the_steps(open_screen: Open, data_folder: object) -> None:
    screen = open_show(open_screen, "weight", "[flat, downhill]")
    assert screen.component(key())["start"] == -0.5
    screen.tell(key(), "moved", [-0.5, 0.02, 0])
    assert ticks(screen) == 0
    screen.tell(key(), "moved", [2.5, 0.02, 0])
    assert ticks(screen) == 1
    assert "is at its lowest :gray[· weight 2.5]" in screen.text("goals-it")
    screen.tell(key(), "moved", [-0.5, 0.02, 2])
    assert ticks(screen) == 2


def test_picked_weight_is_asked_of_the_worker_and_judged(
    open_screen: Open, workers: ScriptedWorkers, data_folder: object
) -> None:
    screen = open_show(open_screen, "weight-chain", "[raises, no-input]")
    assert "Computing the picture" in screen.text("show")
    workers.answer(CHAIN, chain())
    screen.run()
    workers.answer(CHAIN, chain())
    shown = screen.run().component(key())
    assert (shown["input"], shown["shape"], shown["label"], len(shown["inputs"])) == (0, [8, 8], "3", 64)
    assert shown["ways"][0]["factors"][0]["name"] == "loss"
    screen.tell(key(), "moved", [63, 0])
    assert "check_circle" in screen.text("goals-it")
    assert "above 0 :gray[· input 64, unit 1]" in screen.text("goals-it")
    asked = workers.answer(CHAIN, chain(63, 0))
    assert (asked[-1].input, asked[-1].unit) == (63, 0)
    assert screen.run().component(key())["input"] == 63


@pytest.mark.parametrize("value", deep_after(2, [[-1, 0], "63", [1], None, [64, 0], [0, 2]]))
def test_pick_that_is_no_weight_reaches_nothing(
    open_screen: Open, workers: ScriptedWorkers, data_folder: object, value: object
) -> None:
    screen = open_show(open_screen, "weight-chain", "[raises, no-input]")
    workers.answer(CHAIN, chain())
    screen.run()
    workers.answer(CHAIN, chain())
    screen.run().tell(key(), "moved", value)
    assert ticks(screen) == 0


TRAINED = f"""{HEAD}# Train {{page=train.py}}

```task
id: train
do: Press Train.
checks: [run_finished]
may_change: []
hints: [At the lower right., Press it once.]
```

# Look inside

"""


def test_run_of_an_earlier_scene_is_the_network_that_is_looked_into(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training, data_folder: object
) -> None:
    deck = bring(TRAINED + SHOW.format(view="weight-chain", reach="[raises]"))
    progress = application().progress
    progress.go_to(VISITOR, deck.name, deck.scenes[0].id)
    screen = open_screen("learn", DIGITS)
    run = training.whole(installed, workers, VISITOR, own_start(deck))
    progress.go_to(VISITOR, deck.name, deck.scenes[-1].id)
    screen.go("learn")
    asked = workers.answer(CHAIN, chain())
    assert asked[1] == str(installed.reader.folder(run) / "model.keras")


def own_start(deck: Deck) -> Experiment:
    own = scene_experiment(deck, len(deck.scenes) - 1)
    assert own is not None
    return own.start


def test_network_of_another_kind_is_named(open_screen: Open, workers: ScriptedWorkers, data_folder: object) -> None:
    screen = open_show(open_screen, "weight-chain", "[raises]")
    workers.answer(CHAIN, chain(missing="The layer conv2d is a Conv2D."))
    assert "The layer conv2d is a Conv2D." in screen.run().text("show")
    assert not screen.has(key())


def test_step_of_all_weights_is_judged_by_its_rate(open_screen: Open, workers: ScriptedWorkers, data_folder: object) -> None:
    screen = open_show(open_screen, "all-weights", "[falls, rises]")
    steps = (Step(0.1, 1.0, -1.1), Step(10.0, 9.0, -110.0))
    gradient = np.ones((64, 30), dtype="float32")
    batch = AllWeights(gradient=gradient, input_shape=(8, 8, 1), each=(0.1, 0.3), loss_before=2.0, steps=steps)
    workers.answer(BATCH, batch)
    shown = screen.run().component(key())
    assert (shown["units"], shown["drawn"], shown["mean"]) == (30, 24, pytest.approx(0.2))
    screen.tell(key(), "moved", 0.1)
    assert ticks(screen) == 1
    screen.tell(key(), "moved", 10.0)
    assert ticks(screen) == 2
