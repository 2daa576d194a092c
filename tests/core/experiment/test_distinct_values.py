"""Experiments are named by the setting in which they differ."""

from core.experiment.distinct_values import distinct_values
from core.experiment.edits import set_value
from core.experiment.learning_rates import RATE
from tests.core.sample_experiments import LECTURE, with_fit

RATES = tuple(set_value(LECTURE, RATE, rate) for rate in (0.01, 0.1, 10.0))


def test_experiments_are_named_by_the_value_of_the_only_setting_that_differs() -> None:
    assert distinct_values(RATES) == ("learning rate", ["0.01", "0.1", "10"])
    epochs = [with_fit(LECTURE, epochs=number) for number in (1, 5)]
    assert distinct_values(epochs) == ("epochs", ["1", "5"])


def test_experiments_that_differ_in_several_settings_or_in_none_have_no_such_name() -> None:
    first, second, third = RATES
    for several in ([first], [first, first], [first, second, second], [first, second, with_fit(first, epochs=2)]):
        assert distinct_values(several) == ("", [])
    assert distinct_values([first, with_fit(second, epochs=2)]) == ("", [])
