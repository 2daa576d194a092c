"""The network on points of a scene: which goals a network reaches, by the answers of others that are known."""

from dataclasses import astuple, replace

import pytest

from core.teaching.shows.border import BORDER, OTHER_STARTS, AllowedNet, initial_net, nets_to_judge
from core.views.border import BorderNetSettings, BorderTraining, EpochScores, Score

RING = BorderNetSettings("ring", 10, (3,), "relu")


def scores(training: tuple[float, float], validation: tuple[float, float]) -> BorderTraining:
    """An answer that ends with these losses and accuracies."""
    return BorderTraining((), (), 150, (), (EpochScores(2000, Score(*training), Score(*validation)),), 0.1)


GOOD, BAD = scores((0.01, 1.0), (0.012, 0.98)), scores((0.6, 0.6), (0.61, 0.58))
HEART = replace(BAD, curve=(EpochScores(100, Score(0.4, 0.8), Score(0.45, 0.8)), *scores((0.1, 0.95), (0.9, 0.8)).curve))


def reached(net: BorderNetSettings, answer: BorderTraining | None = GOOD, **settings: object) -> list[str]:
    return list(BORDER.reached(lambda asked: answer, BORDER.settings(settings), astuple(net)))


def test_without_a_hidden_layer_a_network_is_stuck_where_it_misses_points() -> None:
    line = replace(RING, units=())
    assert reached(line, BAD) == ["stuck"]
    assert "stuck" not in reached(line, GOOD)
    assert "stuck" not in reached(RING, BAD)


def test_one_unit_counts_with_an_activation() -> None:
    assert "one-unit" in reached(replace(RING, units=(1,)), BAD)
    assert reached(replace(RING, units=(1,), activation="linear"), BAD) == []


def test_layers_without_an_activation_are_straight() -> None:
    assert reached(replace(RING, units=(4, 4), activation="linear"), BAD) == ["straight"]


def test_points_of_the_scene_are_separated_with_few_units() -> None:
    assert reached(RING, GOOD, most_units=3, most_parameters=3) == ["separates"]
    assert reached(RING, GOOD, most_units=2, most_parameters=3) == []
    assert reached(replace(RING, points="blobs"), GOOD, most_parameters=3) == []
    assert reached(RING, BAD) == []
    assert reached(replace(RING, noise=0), GOOD, most_parameters=3) == [], "less noise is easier"


def test_overfitting_is_a_validation_loss_that_rises_to_twice_its_lowest_value() -> None:
    noisy = replace(RING, noise=40)
    assert reached(noisy, HEART, noise=40, percent=99) == ["overfits"]
    assert reached(noisy, GOOD, noise=40, most_units=2, most_parameters=3) == []
    assert reached(noisy, replace(HEART, curve=HEART.curve[1:]), noise=40, percent=99) == [], "high, but it did not rise"


def test_penalty_holds_a_large_network() -> None:
    held = replace(RING, units=(8, 8), penalty="L2")
    assert "held" in reached(held, GOOD)
    assert "held" not in reached(replace(held, penalty="none"), GOOD)
    assert "held" not in reached(replace(held, units=(4,)), GOOD), "a small network needs no penalty"
    assert "held" not in reached(held, HEART)
    assert "held" not in reached(held, BAD), "both losses are high"


def test_several_starts_ask_for_seeds_that_nobody_chose() -> None:
    settings = BORDER.settings({"percent": 95, "most_parameters": 20, "most_units": 1})
    several = list(nets_to_judge(settings, ("several-starts",), RING))
    assert [net.seed for net in several] == [1, *(1 + more for more in OTHER_STARTS)]
    assert list(nets_to_judge(settings, ("separates",), RING)) == [RING]
    assert list(nets_to_judge(settings, ("several-starts",), replace(RING, units=(8, 8)))) == [replace(RING, units=(8, 8))]
    bad_seed = several[-1].seed
    judge = BORDER.reached
    assert list(judge(lambda net: GOOD, settings, astuple(RING))) == ["several-starts"]
    assert list(judge(lambda net: BAD if net.seed == bad_seed else GOOD, settings, astuple(RING))) == []


def test_nothing_is_reached_before_the_network_is_trained() -> None:
    assert reached(RING, None) == []


@pytest.mark.parametrize("value", AllowedNet().bad_values(), ids=str)
def test_value_of_a_browser_is_a_network_or_nothing(value: object) -> None:
    assert not AllowedNet().is_valid(value)


def test_networks_of_the_page_are_values() -> None:
    assert all(AllowedNet().is_valid(value) for value in AllowedNet().boundary_values())
    assert BORDER.words(astuple(RING)) == "Ring: 3 hidden units, relu"
    deep = replace(RING, units=(4, 4), activation="linear", penalty="L2", strength=0.01)
    assert BORDER.words(astuple(deep)) == "Ring: 4 + 4 hidden units, no activation, L2 0.01"
    assert BORDER.words(astuple(replace(RING, units=(), penalty="L1"))) == "Ring: no hidden layer, L1 0.01"


def test_scene_begins_with_a_network_of_the_page() -> None:
    assert initial_net(BORDER.settings({"units": (2, 2), "noise": 40})) == BorderNetSettings("ring", 40, (2, 2))
    wrong = BORDER.wrong_settings(BORDER.settings({"noise": 7}))
    assert wrong is not None and wrong[0] == "The view begins with a network that the page does not offer."
    assert BORDER.wrong_settings(BORDER.settings({})) is None
