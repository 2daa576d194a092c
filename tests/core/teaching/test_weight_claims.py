"""What the lesson and the challenge about a weight claim is computed on several seeds: each goal can be reached."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.analysis.one_weight import RATES as HAND_RATES
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.teaching import library
from core.teaching.deck import Deck, Show
from core.teaching.scene_experiments import experiment_to_open
from core.teaching.shows.all_weights import ALL_WEIGHTS, RATES, AllWeightsData
from core.teaching.shows.own_network import OwnNetwork
from core.teaching.shows.weight import WEIGHT, unit_of
from core.teaching.shows.weight_chain import WEIGHT_CHAIN, WeightChainData
from core.views.all_weights import AllWeights, ChosenBatch
from core.views.weight_chain import ChosenWeight, WeightChain
from core.worker.views.all_weights import all_weights
from core.worker.views.weight_chain import weight_chain
from tests.deep_cases import deep_except

SEEDS = deep_except([0], range(3))


def deck_of(name: str) -> Deck:
    deck = library.find_deck(name)
    assert deck is not None, library.unreadable_decks()
    return deck


def shows(name: str, view: str) -> list[Show]:
    return [part for scene in deck_of(name).scenes for part in scene.parts if isinstance(part, Show) and part.view == view]


def experiment_of(name: str, seed: int) -> Experiment:
    experiment = next(found for scene in deck_of(name).scenes if (found := experiment_to_open(scene)) is not None)
    return replace(experiment, fit=replace(experiment.fit, seed=seed))


@cache
def trained(experiment: Experiment, folder: object) -> str:
    """The file of the trained network."""
    from core.worker.training.train import train  # noqa: PLC0415 - Keras takes seconds

    train(experiment, lambda event: None, lambda: None, folder)
    return str(folder / "model.keras")


@pytest.fixture(scope="module")
def path_of(tmp_path_factory: pytest.TempPathFactory) -> object:
    return cache(lambda name, seed: trained(experiment_of(name, seed), tmp_path_factory.mktemp(f"{name}-{seed}")))


def goals_in_chain(experiment: Experiment, path: str, show: Show) -> dict[str, int]:
    """How many weights of the first layer reach each goal."""
    settings = WEIGHT_CHAIN.settings(show.settings)
    question = ChosenWeight("", 0, 0, experiment.compile.loss, settings["image"] - 1)
    first = weight_chain(experiment, path, ImageRef("validation"), question)
    assert isinstance(first, WeightChain) and not first.missing
    assert first.inputs is not None and first.errors is not None
    ground = WeightChainData(OwnNetwork(experiment, path, ""), ImageRef("validation", first.image), question, first)
    weights = [(source, unit) for source in range(len(first.inputs)) for unit in range(len(first.errors))]
    reached = [goal for weight in weights for goal in WEIGHT_CHAIN.reached(ground, settings, weight)]
    return {goal: reached.count(goal) for goal in show.reach}


@pytest.mark.deep
@pytest.mark.parametrize("name", ["lesson-13-weight", "challenge-13-weight"])
@pytest.mark.parametrize("seed", SEEDS)
def test_goals_of_the_chain_can_be_reached_and_few_weights_do(name: str, seed: int, path_of: object) -> None:
    for show in shows(name, "weight-chain"):
        counts = goals_in_chain(experiment_of(name, seed), path_of(name, seed), show)
        assert min(counts.values()) > 0, f"line {show.line}: {counts}"
        if "largest" in counts:
            assert counts["largest"] <= 20, "of 1,024: clicking at random does not find it"


@pytest.mark.deep
@pytest.mark.parametrize("seed", SEEDS)
def test_step_of_all_weights_falls_as_promised_and_rises(seed: int, path_of: object) -> None:
    experiment = experiment_of("lesson-13-weight", seed)
    question = ChosenBatch("", 32, RATES, experiment.compile.loss)
    batch = all_weights(experiment, path_of("lesson-13-weight", seed), question)
    assert isinstance(batch, AllWeights) and not batch.missing
    reached = {goal for rate in RATES for goal in ALL_WEIGHTS.reached(AllWeightsData(batch, ""), {}, rate)}
    assert reached == {"falls", "as-promised", "rises"}
    assert batch.num_weights == 1210


def test_one_unit_can_be_trained_by_hand() -> None:
    for show in (*shows("lesson-13-weight", "weight"), *shows("challenge-13-weight", "weight")):
        settings = WEIGHT.settings(show.settings)
        unit = unit_of(settings)
        tries = [(unit.start, rate, steps) for rate in HAND_RATES for steps in range(1, 4)] + [(unit.best, 0.02, 0)]
        reached = {goal for value in tries for goal in WEIGHT.reached(unit, settings, value)}
        assert set(show.reach) <= reached, f"line {show.line}"


def test_few_rates_arrive_in_the_challenge() -> None:
    (show,) = shows("challenge-13-weight", "weight")
    settings = WEIGHT.settings(show.settings)
    unit = unit_of(settings)
    arriving = [
        rate
        for rate in HAND_RATES
        if any("arrives" in WEIGHT.reached(unit, settings, (unit.start, rate, steps)) for steps in range(1, 4))
    ]
    assert arriving == [0.05, 0.06]
    assert settings["rate"] not in arriving, "the rate at first does not arrive"


@pytest.mark.parametrize("name", ["lesson-13-weight", "challenge-13-weight"])
def test_numbers_of_the_first_picture_differ(name: str) -> None:
    """Two equal numbers, such as a loss of 16 and a slope of -16, look like a law that does not exist."""
    for show in shows(name, "weight"):
        unit = unit_of(WEIGHT.settings(show.settings))
        output = unit.input * unit.start
        step = unit.start - unit.after(unit.start, unit.rate, 1)
        numbers = [unit.input, unit.target, unit.start, output, output - unit.target, unit.loss(unit.start)]
        numbers += [unit.slope(unit.start), unit.rate, step, unit.best]
        sizes = [round(abs(number), 2) for number in numbers]
        assert len(set(sizes)) == len(sizes), sizes


def test_numbers_of_the_lesson() -> None:
    rate, slope, factors = 0.1, -8, [-2, 0.1, 3, 1, 0.5]
    assert -rate * slope == pytest.approx(0.8)
    assert np.prod(factors) == pytest.approx(-0.3)
    assert sum(factors) == pytest.approx(2.6)
