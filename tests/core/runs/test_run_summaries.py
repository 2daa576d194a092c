"""Runs in a few words: their headlines, and which is best on its data."""

from typing import Any

import pytest

from core.number_text import correct_count
from core.runs.run_database import RunDatabase
from core.runs.run_summaries import Headline, best_run_sentence, best_runs, result_headline, run_headline
from core.runs.verdicts import verdict
from tests.core.runs.test_comparison import database, outcomes, run_of
from tests.core.sample_experiments import LECTURE, with_data, with_fit

__all__ = ["database"]


def headline_of(database: RunDatabase, *accuracies: float, result: dict[str, Any] | None = None, **run: Any) -> Headline:
    """The headline of a run with these validation accuracies after its epochs, perhaps with a changed result."""
    made = run_of(database, run.pop("experiment", LECTURE), *accuracies, **run)
    if result is not None:
        database.set_result(made.id, (made.result or {}) | result)
    return result_headline(outcomes(database)[0])


@pytest.mark.parametrize(("accuracy", "right"), [(0.8763, 88), (0.9999, 99), (1.0, 100), (0.0, 0)])
def test_100_are_right_only_where_each_image_is(accuracy: float, right: int) -> None:
    assert correct_count(accuracy) == right


def test_finished_run_counts_100_images(database: RunDatabase) -> None:
    assert headline_of(database, 0.5, 0.876) == Headline("88 of 100 right", "", 88, 100)


def test_fewer_images_are_counted_one_by_one(database: RunDatabase) -> None:
    few = with_data(LECTURE, train_images=None, validation_split=0.03)
    assert few.data.num_validation == 44
    assert headline_of(database, 40 / 44, experiment=few) == Headline("40 of 44 right", "", 40, 44)


def test_stopped_and_failed_runs_say_so(database: RunDatabase) -> None:
    assert headline_of(database, 0.8, state="stopped") == Headline(
        "80 of 100 right", "It was stopped after 1 of 5 epochs.", 80, 100
    )
    assert headline_of(database, 0.7, 0.8, state="failed") == Headline(
        "80 of 100 right", "It failed after 2 of 5 epochs.", 80, 100
    )
    assert headline_of(database, state="interrupted") == Headline(
        "No result", "It was interrupted before its first epoch was complete."
    )


def test_run_that_kept_no_images_aside_has_no_count(database: RunDatabase) -> None:
    without = with_data(LECTURE, validation_split=0.0)
    assert headline_of(database, 0.9, experiment=without) == Headline("Trained", "No images were kept aside to check it on.")


def test_without_an_accuracy_the_loss_is_the_headline(database: RunDatabase) -> None:
    run_of(database, LECTURE, 0.9, state="failed")
    (one,) = outcomes(database)
    only_loss = type(one)(one.run, ({"loss": 0.4, "val_loss": 0.341},))
    assert result_headline(only_loss) == Headline("Loss 0.341", "It failed after 1 of 5 epochs. Lower is better.")


def test_highest_accuracy_of_each_data_set_is_best(database: RunDatabase) -> None:
    run_of(database, LECTURE, 0.5, 0.87)
    high = run_of(database, LECTURE, 0.5, 0.88)
    run_of(database, with_data(LECTURE, dataset="fashion_mnist"), 0.97)  # alone on its data: nothing to compare
    assert best_runs(outcomes(database)) == {high.id}


def test_equal_accuracies_are_both_best(database: RunDatabase) -> None:
    equal = {run_of(database, LECTURE, 0.88).id for _ in range(2)}
    assert best_runs(outcomes(database)) == equal


def test_run_that_is_on_has_its_state_as_headline_and_is_not_best(database: RunDatabase) -> None:
    run_of(database, LECTURE, 0.5)
    run_of(database, LECTURE, 0.9, state="training")
    newest, _ = outcomes(database)
    assert run_headline(newest) == Headline("Training")
    assert best_runs(outcomes(database)) == frozenset()


def test_best_run_is_compared_with_the_next_best_on_its_data(database: RunDatabase) -> None:
    run_of(database, with_fit(LECTURE, epochs=9), 0.97)
    run_of(database, LECTURE, 0.5)
    run_of(database, with_fit(LECTURE, epochs=3), 0.87)
    by_run = {outcome.run.id: outcome for outcome in outcomes(database)}
    words = best_run_sentence(outcomes(database), lambda run, other: verdict(by_run[run.id], by_run[other.id]))
    assert words == "Run 1 is best: 97 of 100 right. 10 more than run 3, because 9 epochs instead of 3."


def test_equal_runs_are_said_to_be_as_good_and_one_run_says_nothing(database: RunDatabase) -> None:
    run_of(database, LECTURE, 0.88)
    assert best_run_sentence(outcomes(database), lambda *_: None) == ""
    run_of(database, LECTURE, 0.88)
    assert best_run_sentence(outcomes(database), lambda *_: None) == "Run 1 and run 2 are best: 88 of 100 right."
