"""The question about a network on points: which networks are allowed, and which train in the same way."""

from dataclasses import replace

import pytest

from core.views.border import BorderNetSettings, is_allowed

NET = BorderNetSettings("spiral", 20, (8, 3), "tanh", "L2", 0.01, 0.1, 7)


def test_network_of_the_page_is_allowed() -> None:
    assert is_allowed(NET) and is_allowed(BorderNetSettings())


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": "moons"},
        {"noise": 7},
        {"units": (9,)},
        {"units": (0,)},
        {"units": (True,)},
        {"units": (2.0,)},
        {"units": (1, 1, 1, 1)},
        {"activation": "softmax"},
        {"penalty": "L3"},
        {"strength": 5.0},
        {"rate": float("nan")},
        {"seed": -1},
        {"seed": 10_000},
        {"seed": True},
    ],
    ids=str,
)
def test_other_values_are_refused(wrong: dict) -> None:
    assert not is_allowed(replace(NET, **wrong))


def test_parameters_are_counted() -> None:
    assert (BorderNetSettings().parameters, NET.parameters) == (3, 24 + 27 + 4)


def test_settings_without_effect_make_no_other_network() -> None:
    plain = replace(NET, units=(), penalty="none")
    assert replace(plain, activation="relu", strength=0.1).trained_as == plain.trained_as
    assert replace(NET, strength=0.1).trained_as != NET.trained_as
    assert replace(NET, activation="relu").trained_as != NET.trained_as
