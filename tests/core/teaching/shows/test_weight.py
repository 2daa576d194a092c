"""The views of how a weight learns: which weights and steps reach their goals, on numbers that are known."""

from dataclasses import replace

import numpy as np
import pytest

from core.experiment.image_ref import ImageRef
from core.parameters import EntryRef
from core.teaching.shows.all_weights import ALL_WEIGHTS, AllWeightsData
from core.teaching.shows.own_network import OwnNetwork
from core.teaching.shows.weight import WEIGHT, unit_of
from core.teaching.shows.weight_chain import WEIGHT_CHAIN, WeightChainData
from core.views.all_weights import AllWeights, Step
from core.views.weight_chain import ChosenWeight, WeightChain
from tests.core.sample_experiments import LECTURE


def reached(value: tuple[float, float, float], **settings: float) -> list[str]:
    whole = WEIGHT.settings(settings)
    return list(WEIGHT.reached(unit_of(whole), whole, value))


def test_weight_is_flat_only_where_it_was_dragged_to_the_bottom() -> None:
    assert reached((2.5, 0.02, 0)) == reached((2.55, 0.02, 0)) == ["flat"]
    assert reached((1.0, 0.02, 0)) == reached((-0.5, 0.02, 0)) == []


def test_steps_lead_down_or_up_by_their_rate() -> None:
    assert reached((-0.5, 0.02, 1)) == ["downhill"]
    assert reached((-0.5, 0.3, 1)) == ["rises"]
    assert reached((2.5, 0.3, 2)) == [], "there is no slope to follow"


def test_unit_with_a_dark_input_has_the_axes_of_the_bright_one() -> None:
    bright, dark = unit_of(WEIGHT.settings({})), unit_of(WEIGHT.settings({"input": 0.2, "axes_of": 2.0}))
    assert (dark.low, dark.high, dark.highest) == (bright.low, bright.high, bright.highest)
    assert bright.slope(bright.start) == -24 and round(dark.slope(dark.start), 2) == -2.04
    assert bright.highest == pytest.approx(bright.loss(bright.low)), "the whole curve is drawn"


def test_arriving_takes_few_steps_from_the_start() -> None:
    assert "arrives" in reached((-0.5, 0.125, 1))
    assert "arrives" in reached((-0.5, 0.1, 3))
    assert "arrives" not in reached((-0.5, 0.05, 3)), "the loss is still too large"
    assert "arrives" not in reached((-0.5, 0.05, 12)), "so many steps are too many"
    assert "arrives" not in reached((2.4, 0.05, 3)), "the weight was dragged near the bottom first"


@pytest.mark.parametrize("value", [(-0.5, 0.0137, 3), (-0.5, 0.125, 51), (-0.5, 50.0, 1)])
def test_rate_or_number_of_steps_that_nobody_can_choose_reaches_nothing(value: tuple[float, float, float]) -> None:
    assert reached(value) == []


def test_unit_without_a_way_to_go_is_refused() -> None:
    assert WEIGHT.wrong_settings(WEIGHT.settings({})) is None
    at_the_bottom = WEIGHT.wrong_settings(WEIGHT.settings({"start": 2.5}))
    assert at_the_bottom is not None
    assert at_the_bottom[0] == "The unit begins with a loss of 0 and an input of 2."
    assert WEIGHT.wrong_settings(WEIGHT.settings({"input": 0.0})) is not None


def test_words_say_what_was_moved() -> None:
    assert WEIGHT.words((-0.5, 0.02, 3)) == "rate 0.02, 3 steps"
    assert WEIGHT.words((1.512, 0.02, 0)) == "weight 1.51"
    assert WEIGHT_CHAIN.words((9, 0)) == "input 10, unit 1"


INPUTS = np.array([0.0, 0.4, 1.0], dtype="float32")
ERRORS = np.array([0.5, -0.2, 0.0], dtype="float32")
CHAIN = WeightChain(inputs=INPUTS, errors=ERRORS, largest=0.5)
GROUND = WeightChainData(
    OwnNetwork(LECTURE, "", ""), ImageRef(), ChosenWeight("", 0, 0, EntryRef("SparseCategoricalCrossentropy")), CHAIN
)


@pytest.mark.parametrize(
    ("value", "goals"),
    [
        ((2, 0), ["largest", "raises"]),
        ((1, 0), ["raises"]),
        ((2, 1), ["lowers"]),
        ((0, 0), ["no-input"]),
        ((2, 2), ["no-slope"]),
        ((1, 2), []),
        ((0, 2), []),
        ((3, 0), []),
        ((0, 3), []),
    ],
)
def test_gradient_of_the_picked_weight_reaches_goals(value: tuple[int, int], goals: list[str]) -> None:
    assert list(WEIGHT_CHAIN.reached(GROUND, WEIGHT_CHAIN.settings({}), value)) == goals


def test_weight_that_is_shown_at_first_reaches_neither_the_largest_gradient_nor_none() -> None:
    assert GROUND.start == (1, 1)
    assert list(WEIGHT_CHAIN.reached(GROUND, WEIGHT_CHAIN.settings({}), GROUND.start)) == ["lowers"]


@pytest.mark.parametrize(("error", "goals"), [(0.0026, ["raises"]), (-0.0026, ["lowers"]), (1e-7, [])])
def test_sign_of_a_gradient_counts_as_it_stands_on_the_screen(error: float, goals: list[str]) -> None:
    chain = replace(CHAIN, errors=np.array([0.5, error, 0.0], dtype="float32"))
    assert list(WEIGHT_CHAIN.reached(replace(GROUND, first=chain), WEIGHT_CHAIN.settings({}), (2, 1))) == goals


def test_network_without_a_chain_reaches_nothing() -> None:
    other = replace(GROUND, first=WeightChain(missing="This network has a Conv2D."))
    assert list(WEIGHT_CHAIN.reached(other, WEIGHT_CHAIN.settings({}), (0, 0))) == []


def test_picks_are_whole_numbers() -> None:
    assert WEIGHT_CHAIN.moved_to.is_valid((3, 4))
    for value in ((-1, 0), (0.5, 1), (1,), "3, 4", None):
        assert not WEIGHT_CHAIN.moved_to.is_valid(value)


def test_step_of_all_weights_falls_as_promised_or_rises() -> None:
    steps = (Step(0.01, 1.95, -0.05), Step(0.3, 1.2, -1.5), Step(3.0, 6.0, -15.0), Step(0.001, 1.995, -0.005))
    ground = AllWeightsData(AllWeights(loss_before=2.0, steps=steps), "")
    goals = {step.rate: list(ALL_WEIGHTS.reached(ground, {}, step.rate)) for step in steps}
    assert goals == {0.01: ["falls", "as-promised"], 0.3: ["falls"], 3.0: ["rises"], 0.001: ["as-promised"]}
    assert list(ALL_WEIGHTS.reached(ground, {}, 0.5)) == [], "the slider does not stop there"
