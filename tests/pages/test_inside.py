"""Inside your network: the picked image, all layers, one of them, and one of its numbers."""

import base64
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.experiment.image_ref import ImageRef
from core.experiment.model import INPUT
from core.png import to_data_uri
from core.problems import Problem
from core.run_files import WEIGHTS
from core.runs import manager
from core.views.activations import (
    ActivationsQuestion,
    Gallery,
    LayerActivations,
    LayerMapsQuestion,
    NetworkActivations,
    Picture,
    WeightsAndStatesQuestion,
)
from core.views.distributions import Distribution, DistributionsQuestion, LayerDistributions
from core.views.feature_map import FeatureMapQuestion
from core.views.predictions import ProbabilitiesQuestion
from core.views.set_images import ImageQuestion, SetLabelsQuestion
from core.views.weighted_sums import WeightedSum, WeightedSumQuestion
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR
from tests.pages.training_run import SHORT

LABELS, INSIDE, MAPS, GALLERIES, SUMS, SPREADS = (
    SetLabelsQuestion.function,
    ActivationsQuestion.function,
    LayerMapsQuestion.function,
    WeightsAndStatesQuestion.function,
    WeightedSumQuestion.function,
    DistributionsQuestion.function,
)
SHOWN = Picture(to_data_uri(np.zeros((2, 2), dtype="uint8")), 0, "channel 1")
WHOLE = NetworkActivations(
    (
        LayerActivations(INPUT, "", (), (8, 8, 1), (SHOWN,), 1, 0.0, 1.0),
        LayerActivations("flatten", "Flatten", (INPUT,), (64,), (SHOWN,), 1, 0.0, 1.0),
        LayerActivations("hidden", "Dense", ("flatten",), (128,), (SHOWN,), 1, 0.0, 2.5),
    ),
    (0.7, *(9 * (0.3 / 9,))),
)


def test_all_layers_are_shown_once_the_inspector_answers(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("inside")
    assert "Not trained yet" in screen.text()
    assert not screen.has("inside-layers")
    assert workers.answer(INSIDE, WHOLE) == (DIGITS, "", ImageRef("validation", 0))
    rows = screen.run().component("inside-layers")["layers"]
    assert [row["title"] for row in rows] == ["The image", "Flatten", "Dense 128 relu"]
    assert rows[2]["details"] == ["128 numbers", "one row, drawn in lines"]
    assert [side["scale"] for side in rows[2]["sides"]] == [["0", "2.5"]]
    assert [side["name"] for side in rows[2]["sides"]] == [""]
    assert "It says **0** (70.0 %)." in screen.text()


def test_layer_that_answers_names_the_classes(open_screen: Open, workers: ScriptedWorkers) -> None:
    answers = LayerActivations("output", "Dense", ("hidden",), (10,), (SHOWN,), 1, 0.0, 0.7)
    screen = open_screen("inside")
    workers.answer(INSIDE, replace(WHOLE, layers=(*WHOLE.layers, answers)))
    *others, last = screen.run().component("inside-layers")["layers"]
    (side,) = last["sides"]
    rows = side["answers"]["rows"]
    assert [row["name"] for row in rows] == list(DIGITS.data.entry.classes) and side["answers"]["best"] == "0"
    assert (rows[0]["text"], rows[0]["isTruth"], side["pictures"]) == ("70.0\u00a0%", None, []), "the label is not read yet"
    workers.answer(LABELS, np.full(144, 3))
    *_, last = screen.run().component("inside-layers")["layers"]
    assert [row["name"] for row in last["sides"][0]["answers"]["rows"] if row["isTruth"]] == ["3"]
    assert not any("answers" in side for row in others for side in row["sides"])


def test_image_is_that_of_the_run_in_view_and_goes_on_by_class(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.whole(installed, workers, VISITOR)
    screen = open_screen("inside", DIGITS)
    assert "**Validation image 1 of 144**" in screen.text("picker"), "its class is not read yet"
    path = str(installed.reader.folder(run) / "model.keras")
    assert workers.answer(INSIDE, WHOLE) == (SHORT, path, ImageRef("validation", 0))
    workers.answer(LABELS, labels := np.arange(144) % 10)
    screen.run().put("picked-class-digits", 3).press("Next image")
    assert workers.answer(INSIDE, WHOLE)[2] == ImageRef("validation", 3)
    screen.press("Next image")
    assert workers.answer(INSIDE, WHOLE)[2] == ImageRef("validation", 13)
    assert "**Label 3: validation image 14 of 144**" in screen.text("picker")
    screen.press("Previous image").press("Previous image")
    assert workers.answer(INSIDE, WHOLE)[2].index == int((labels == 3).nonzero()[0][-1])


# One layer

GIVEN = LayerActivations(
    "hidden", "Dense", ("flatten",), (6, 6, 2), (SHOWN, replace(SHOWN, index=1, silent=True)), 2, 0.0, 1.0
)
SEEN = (Gallery("Weights", "All of them.", (SHOWN,), 0.5), Gallery("Attention", "", missing="It has none."))
ONE = np.ones((1, 1), dtype="float32")
SUMS_FOUND = WeightedSum(
    rows=(((0, 0),),), columns=(((0, 0),),), inputs=ONE[..., None], weights=ONE[..., None], bias=0.5,
    before=1.5 * ONE, activation="relu", outputs=1.5 * ONE, channels=("",), slices=3, slice_name="step",
)  # fmt: skip
SPREAD = Distribution("kernel", 8192, (0.0, 1.0, 2.0), (3, 5), 0.1, 0.2, 0.0)
SPREADS_FOUND = LayerDistributions((SPREAD,), SPREAD, 128, "validation", 128, (4, 7))


def test_a_layer_is_opened_and_its_numbers_are_taken_apart(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("inside")
    workers.answer(INSIDE, WHOLE)
    screen.run().tell("inside-layers", "opened", {"layer": "hidden", "channel": 1})
    assert workers.answer(MAPS, GIVEN)[3:] == ("hidden",)
    assert workers.answer(GALLERIES, SEEN)[3:] == ("hidden", 1)
    assert workers.answer(SUMS, SUMS_FOUND)[3:] == ("hidden", 1, 0)
    workers.answer(SPREADS, SPREADS_FOUND)
    screen.run()
    assert [item["detail"] for item in screen.component("opened-pictures")["items"]] == ["", "all zero"]
    (shown,) = screen.component("opened-window")["sides"]
    assert (shown["bias"], shown["activation"], shown["rows"]) == (0.5, "relu", [[[0, 0]]])
    assert np.frombuffer(base64.b64decode(shown["outputs"]), "<f4").tolist() == [1.5]
    assert "It has none." in screen.text("gallery-hidden-1")
    assert "2 of 128 units are dead" in screen.text("opened-spreads")
    screen.tell("opened-pictures", "picked", "0").put("inside_place-hidden", 1)
    assert screen.has("opened-pictures"), "whose channel is looked at does not change the maps"
    assert workers.answer(GALLERIES, SEEN)[3:] == ("hidden", 0)
    assert workers.answer(SUMS, SUMS_FOUND)[3:] == ("hidden", 0, 1)
    screen.press("Layer after")
    assert workers.answer(MAPS, GIVEN)[3] == "output"
    assert screen.button("Layer after").disabled
    screen.press("All layers")
    assert screen.has("inside-layers")


def test_layer_without_sums_says_why(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("inside")
    workers.answer(INSIDE, WHOLE)
    screen.run().tell("inside-layers", "opened", {"layer": "flatten"})
    workers.answer(SUMS, WeightedSum(missing="There is no sum."))
    assert "There is no sum." in screen.run().text("opened-sums")
    screen.press("All layers").tell("inside-layers", "opened", {"layer": "gone"})  # a browser may tell anything
    assert screen.has("inside-layers")


# Moments of a run


def kept(training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> tuple[str, Path]:
    """The id of a run that is over, and its folder with the weights of its start and its first epoch."""
    run = training.whole(installed, workers, VISITOR)
    folder = installed.reader.folder(run)
    for path in folder.glob("weights-*"):
        path.unlink()
    for epoch in (0, 1):
        (folder / WEIGHTS.format(epoch=epoch)).touch()
    return run, folder


def test_two_moments_stand_beside_each_other(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run, folder = kept(training, installed, workers)
    screen = open_screen("inside", run=run)
    workers.answer(INSIDE, WHOLE)
    screen.run().put("subject-compare", True)
    brighter = (*WHOLE.layers[:2], replace(WHOLE.layers[2], high=5.0))
    before = replace(WHOLE, layers=brighter, probabilities=WHOLE.probabilities[::-1])
    assert workers.answer(INSIDE, before)[1] == str(folder / WEIGHTS.format(epoch=0))
    row = screen.run().component("inside-layers")["layers"][2]
    assert [side["name"] for side in row["sides"]] == ["start", "end"]
    assert [side["scale"] for side in row["sides"]] == [["0", "5"], ["0", "5"]]
    assert "Both moments are on one scale." in screen.text("all-layers")
    row = screen.put("subject-scale", False).component("inside-layers")["layers"][2]
    assert [side["scale"] for side in row["sides"]] == [["0", "5"], ["0", "2.5"]]
    assert "Each moment has a scale of its own." in screen.text("all-layers")
    screen.put("subject-scale", True)
    assert "**start**: It says **9** (70.0 %)." in screen.text()
    assert "**end**: It says **0** (70.0 %)." in screen.text()
    screen.put("subject-other", "epoch 1")
    workers.answer(INSIDE, WHOLE)
    screen.run().tell("inside-layers", "opened", {"layer": "hidden", "channel": 0})
    assert {workers.answer(MAPS, GIVEN)[1] for _ in range(2)} == {
        str(folder / name) for name in (WEIGHTS.format(epoch=1), "model.keras")
    }
    for _ in range(2):
        workers.answer(GALLERIES, SEEN)
    for bias in (0.5, 0.25):  # the moment that is looked at is asked about first
        assert workers.answer(SUMS, replace(SUMS_FOUND, bias=bias))[3:] == ("hidden", 0, 0)
    for _ in range(2):
        workers.answer(SPREADS, replace(SPREADS_FOUND, weights=(replace(SPREAD, edges=(-1.0, 0.0, 1.0)),)))
    screen.run()
    assert "Its maps: end" in screen.text("opened-maps")
    assert "Its maps: epoch 1" in screen.text("opened-maps-other")
    assert screen.has("gallery-pictures-hidden-0")
    assert screen.has("gallery-pictures-hidden-0-other")
    assert screen.text().count("It has none.") == 1
    number = screen.component("opened-window")
    assert [side["name"] for side in number["sides"]] == ["epoch 1", "end"]
    assert {side["bias"] for side in number["sides"]} == {0.25, 0.5}
    assert number["common"]
    for card in ("opened-maps", "opened-sums", "opened-spreads", "gallery-hidden-0"):
        assert "Both moments are on one scale." in screen.text(card)
    assert not screen.put("subject-scale", False).component("opened-window")["common"]
    for card in ("opened-maps", "opened-sums", "opened-spreads", "gallery-hidden-0"):
        assert "Each moment has a scale of its own." in screen.text(card)
    screen.tell("opened-pictures-other", "picked", "1")
    assert {workers.answer(GALLERIES, SEEN)[4] for _ in range(2)} == {1}


def test_one_moment_alone_cannot_be_compared(open_screen: Open) -> None:
    switch = open_screen("inside").widget("subject-compare")
    assert switch.disabled
    assert "one moment only" in switch.help


def test_run_without_trained_weights_says_whether_they_follow(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, VISITOR)
    screen = open_screen("inside", run=run)
    assert "Trained weights follow after each epoch." in screen.text()
    workers.fail(run, ValueError("no"))
    screen = open_screen("inside", run=run)
    assert "This run kept no trained weights." in screen.text()
    assert not screen.has("subject-moment")


def test_slider_goes_from_the_start_to_the_end(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run, folder = kept(training, installed, workers)
    screen = open_screen("inside", run=run)
    assert screen.widget("subject-moment").options == ["before training", "epoch 1", "after training"]
    assert screen.widget("subject-moment").value == "end"
    screen.put("subject-moment", "epoch 1")
    assert workers.answer(INSIDE, WHOLE)[1] == str(folder / WEIGHTS.format(epoch=1))
    assert "Run 1 after epoch 1 of 2." in screen.run().text()
    screen.go("why").put("subject-moment", "start")
    assert workers.answer(ProbabilitiesQuestion.function, WHOLE.probabilities)[1] == str(folder / WEIGHTS.format(epoch=0))


def answer_whole(workers: ScriptedWorkers, whole: NetworkActivations | Problem = WHOLE) -> str:
    """Let the inspector answer what the page asked last of the whole network; the file of its weights."""
    return workers.answer(INSIDE, whole)[1]


def test_page_follows_a_run_that_trains_and_nothing_gives_way_meanwhile(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, VISITOR)
    start, first, second = (installed.reader.folder(run) / WEIGHTS.format(epoch=epoch) for epoch in (0, 1, 2))
    start.touch()
    screen = open_screen("inside", run=run)
    assert "the random weights that it started from" in screen.text()
    assert not screen.has("subject-moment")
    workers.answer(ImageQuestion.function, np.zeros((8, 8, 1), dtype="uint8"))  # the same at all moments
    workers.answer(LABELS, np.arange(144) % 10)
    assert answer_whole(workers) == str(start)
    assert screen.run().has("inside-layers")
    first.touch()
    screen.run()
    answer_whole(workers, Problem("weights-gone", (), "It is gone.", "Expected a file.", "Train."))  # let go meanwhile
    assert not screen.run().app.error
    first.write_bytes(b"anew")
    screen.run()  # as the page's own clock does
    assert screen.has("inside-layers")
    assert screen.widget("subject-moment").value == "start"
    assert answer_whole(workers, later := replace(WHOLE, layers=WHOLE.layers[:2])) == str(first)
    assert len(screen.run().component("inside-layers")["layers"]) == len(later.layers)
    assert screen.widget("subject-moment").value == "epoch 1"
    assert "Follows the run: epoch 1 of 2." in screen.text()
    assert "Looks back at start." in screen.put("subject-moment", "start").text()
    second.touch()
    assert screen.run().widget("subject-moment").options == ["before training", "epoch 1", "epoch 2"]
    assert screen.widget("subject-moment").value == "start"
    screen.put("subject-moment", "epoch 2")
    assert answer_whole(workers) == str(second)
    assert "Follows the run: epoch 2 of 2." in screen.run().text()


def test_why_follows_a_run_too(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, VISITOR)
    (installed.reader.folder(run) / WEIGHTS.format(epoch=0)).touch()
    screen = open_screen("why", run=run)
    (installed.reader.folder(run) / WEIGHTS.format(epoch=1)).touch()
    asked = len(workers.asked)
    assert "Follows the run: before its first epoch." in screen.run().text()
    assert {ProbabilitiesQuestion.function, FeatureMapQuestion.function} <= set(workers.asked[asked:])
