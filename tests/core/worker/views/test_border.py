"""A small network on points: its steps are those of Keras, its script prints its numbers, and what lessons claim holds."""

import ast
import re
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from core.export.border_script import border_script
from core.problems import Problem
from core.teaching import library
from core.teaching.deck import Show
from core.teaching.shows.border import BORDER, initial_net
from core.views.border import EARLY_EPOCHS, BorderNetSettings, BorderTraining, EpochScores
from core.worker.views.border import border, early_border
from tests.deep_cases import deep_except, exhaustive_except

SHORT = 60  # epochs of a script that plain tests run
SEEDS = (1, 2, 3, 4, 5, 6)
SPIRAL = BorderNetSettings("spiral", 10, (8, 6), "tanh", seed=3)
PENALISED = BorderNetSettings("ring", 40, (8, 8), "relu", "L2", 0.01, seed=2)
SMALL = BorderNetSettings("ring", 10, (3,), "relu", "L1", 0.001, 0.1)


def trained(net: BorderNetSettings) -> BorderTraining:
    answer = border(net)
    assert isinstance(answer, BorderTraining), answer
    return answer


def measured(answer: BorderTraining, epoch: int) -> EpochScores:
    (found,) = [each for each in answer.curve if each.epoch == epoch]
    return found


def printed(net: BorderNetSettings, epochs: int, folder: Path) -> list[dict[str, float]]:
    """What the script prints of training and validation, after this number of epochs."""
    text = re.sub(r"epochs=\d+", f"epochs={epochs}", border_script(net))
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=folder, check=True)
    return [ast.literal_eval(line) for line in done.stdout.splitlines() if line.startswith("{")]


def assert_script_agrees(net: BorderNetSettings, epochs: int, folder: Path, within: float) -> None:
    answer = measured(trained(net), epochs)
    for told, score in zip(printed(net, epochs, folder), (answer.training, answer.validation), strict=True):
        assert told["binary_crossentropy"] == pytest.approx(score.loss, abs=within)
        assert told["accuracy"] == pytest.approx(score.accuracy, abs=1e-9)


@pytest.mark.deep
def test_script_prints_the_numbers_of_the_page(tmp_path: Path) -> None:
    assert_script_agrees(PENALISED, SHORT, tmp_path, 1e-9)


@pytest.mark.parametrize("net", deep_except([], exhaustive_except([SMALL], [SMALL, SPIRAL, PENALISED])), ids=str)
def test_script_prints_the_numbers_of_the_page_to_the_end(net: BorderNetSettings, tmp_path: Path) -> None:
    assert_script_agrees(net, 2000, tmp_path, 5e-3)  # relu turns a difference in the last digit into one of another kink


def test_first_epochs_are_the_beginning_of_the_whole_training() -> None:
    early, whole = early_border(SPIRAL), trained(SPIRAL)
    assert isinstance(early, BorderTraining)
    assert early.weights_by_epoch[-1].epoch == early.curve[-1].epoch + 10 == EARLY_EPOCHS
    assert (
        early.weights_by_epoch == whole.weights_by_epoch[: len(early.weights_by_epoch)]
        and early.curve == whole.curve[: len(early.curve)]
    )
    assert (early.inputs, early.labels) == (whole.inputs, whole.labels)


def test_answer_has_moments_from_the_first_weights_to_the_last() -> None:
    answer = trained(SPIRAL)
    assert (
        [answer.weights_by_epoch[0].epoch, answer.weights_by_epoch[-1].epoch]
        == [0, 2000]
        == [answer.curve[0].epoch, answer.last.epoch]
    )
    sizes = {len(np.frombuffer(epoch_weights.weights, "<f4")) for epoch_weights in answer.weights_by_epoch}
    assert sizes == {SPIRAL.parameters} == {2 * 8 + 8 + 8 * 6 + 6 + 6 + 1}
    assert (len(answer.inputs), answer.training_points) == (200, 150)


def test_error_is_a_problem() -> None:
    answer = border(BorderNetSettings("moons"))
    assert isinstance(answer, Problem)
    assert "KeyError" in answer.happened


# What the lesson says

SCENES = [scene.show for deck in library.decks() for scene in deck.scenes if scene.show and scene.show.view == "border"]


@pytest.mark.parametrize("show", deep_except(SCENES[:1], SCENES), ids=lambda show: show.id)
def test_scene_passes_nothing_before_its_network_is_changed(show: Show) -> None:
    settings = BORDER.settings(show.settings)
    at_first = BORDER.reached(trained, settings, astuple(initial_net(settings)))
    assert not set(show.reach) & set(at_first)


def test_every_goal_is_asked_for_in_a_scene_or_the_challenge() -> None:
    assert {goal for show in SCENES for goal in show.reach} == {goal.name for goal in BORDER.goals}


def accuracies(net_of: "type[BorderNetSettings]", *arguments: object) -> list[float]:
    """The training accuracy on each seed."""
    return [trained(net_of(*arguments, seed=seed)).last.training.accuracy for seed in SEEDS]  # type: ignore[arg-type]


@pytest.mark.deep
def test_no_hidden_layer_is_enough_for_blobs_and_not_for_a_ring() -> None:
    assert min(accuracies(BorderNetSettings, "blobs", 10, ())) >= 0.99
    assert max(accuracies(BorderNetSettings, "ring", 10, ())) < 0.75


@pytest.mark.parametrize("activation", deep_except(["relu"], ["relu", "tanh"]))
def test_one_unit_cannot_separate_a_ring(activation: str) -> None:
    assert max(accuracies(BorderNetSettings, "ring", 10, (1,), activation)) < 0.8


@pytest.mark.deep
def test_two_units_cannot_close_a_ring() -> None:
    assert max(accuracies(BorderNetSettings, "ring", 10, (2,), "relu")) < 0.95


@pytest.mark.deep
def test_three_units_can_close_a_ring() -> None:
    assert min(accuracies(BorderNetSettings, "ring", 10, (3,), "tanh")) >= 0.98


@pytest.mark.deep
def test_four_units_part_every_ring() -> None:
    assert min(accuracies(BorderNetSettings, "ring", 10, (4,), "relu")) >= 0.98


SPIRAL_MARK = 0.97  # the share of right points that lesson 14 asks for


@pytest.mark.deep
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_no_layer_of_up_to_eight_units_parts_a_long_spiral(activation: str) -> None:
    for units in (4, 6, 8):
        assert max(accuracies(BorderNetSettings, "long_spiral", 10, (units,), activation)) < SPIRAL_MARK


@pytest.mark.deep
def test_second_layer_parts_every_long_spiral_and_helps_with_few_units_already() -> None:
    one, narrow, two = (accuracies(BorderNetSettings, "long_spiral", 10, units, "tanh") for units in ((8,), (8, 4), (8, 8)))
    assert min(two) >= SPIRAL_MARK
    assert all(more >= less for less, more in zip(one, narrow, strict=True)) and sum(narrow) > sum(one)
    assert trained(BorderNetSettings("long_spiral", 10, (8, 8), "relu")).last.training.accuracy >= SPIRAL_MARK


@pytest.mark.deep
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_challenge_can_be_passed_with_eight_units(seed: int) -> None:
    settings = BORDER.settings({"points": "spiral", "percent": 92, "most_parameters": 33})
    net = BorderNetSettings("spiral", 10, (8,), "tanh", seed=seed)
    assert "several-starts" in BORDER.reached(trained, settings, astuple(net))


@pytest.mark.parametrize("units", [(8, 8), (4,)])
def test_challenge_is_not_passed_with_more_parameters_nor_with_four_units(units: tuple[int, ...]) -> None:
    settings = BORDER.settings({"points": "spiral", "percent": 92, "most_parameters": 33})
    assert "several-starts" not in BORDER.reached(trained, settings, astuple(BorderNetSettings("spiral", 10, units, "tanh")))


@pytest.mark.deep
def test_without_an_activation_layers_stay_one_straight_line() -> None:
    assert max(accuracies(BorderNetSettings, "ring", 10, (8, 8, 8), "linear")) < 0.75


@pytest.mark.deep
@pytest.mark.parametrize("seed", SEEDS)
def test_large_network_learns_noise_by_heart_which_harms_it_and_a_penalty_mends_it(seed: int) -> None:
    """The scenes "Learned by heart", "Hold it back" and "What overfitting looks like" of lesson 14."""
    small = trained(BorderNetSettings("corners", 30, (4,), seed=seed))
    free = trained(BorderNetSettings("corners", 30, (8, 8), seed=seed))
    faint, held = (
        trained(BorderNetSettings("corners", 30, (8, 8), "relu", "L2", much, seed=seed)).last for much in (0.0003, 0.03)
    )
    assert free.last.validation.loss > 2 * small.last.validation.loss
    assert free.last.validation.loss > 3 * min(epoch.validation.loss for epoch in free.curve)
    assert small.last.validation.loss < 2 * min(epoch.validation.loss for epoch in small.curve)
    assert faint.validation.loss > 1.6 * faint.training.loss
    assert held.validation.loss < min(0.5 * free.last.validation.loss, 1.6 * held.training.loss)


def test_numbers_of_the_last_question_of_lesson_14_are_those_of_two_layers_of_eight() -> None:
    last = trained(BorderNetSettings("corners", 30, (8, 8))).last
    assert (round(last.training.loss, 2), round(last.validation.loss, 1)) == (0.04, 1.9)
