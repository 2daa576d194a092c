"""The server's limits."""

import pytest

from core.problems import ProblemError
from core.settings import SETTINGS, setting, variable


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_has_its_default_and_takes_its_edges(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(variable(name), raising=False)
    assert setting(name) == SETTINGS[name].default
    for edge in SETTINGS[name].constraint.boundary_values():
        monkeypatch.setenv(variable(name), str(edge))
        assert setting(name) == edge


WHOLE, REAL = "trainers", "run_minutes"  # all settings are read as one of the two
NO_NUMBERS = ("", "-1", "nan", "1e999", "0x10")


@pytest.mark.parametrize(
    ("name", "text"),
    [*((name, "many") for name in SETTINGS), *((name, text) for name in (WHOLE, REAL) for text in NO_NUMBERS)],
)
def test_setting_refuses_what_is_no_such_number(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable(name), text)
    with pytest.raises(ProblemError) as caught:
        setting(name)
    assert caught.value.problem.code == "setting"
    assert caught.value.problem.where == ("settings", name)


def test_setting_says_which_variable_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_TRAINERS", "two")
    with pytest.raises(ProblemError) as caught:
        setting("trainers")
    assert str(caught.value) == (
        "The environment variable DASHBOARD_TRAINERS is 'two'. Expected a whole number from 0 to 64 (a count). "
        "Set such a value, or unset the variable to use 0."
    )


@pytest.mark.parametrize("parameter", SETTINGS.values(), ids=lambda parameter: parameter.name)
def test_setting_reads_well(parameter: object) -> None:
    assert parameter.help.endswith(".")
    assert parameter.constraint.is_valid(parameter.default)
