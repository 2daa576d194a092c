"""The verdict on a run beside the run before: better or worse, with the cause, or by chance."""

import math
from typing import Any

import pytest

from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.runs.run_database import RunDatabase
from core.runs.run_summaries import result_headline
from core.runs.verdicts import Verdict, change_as_reason, difference_deviation, incomparable_sentence, verdict
from tests.core.runs.test_comparison import database, outcomes, run_of
from tests.core.sample_experiments import LECTURE, with_compile, with_data, with_fit

__all__ = ["database"]
FEWER = set_value(LECTURE, ("layers", "hidden", "arguments", "units"), 16)
IMAGES = LECTURE.data.num_validation
assert IMAGES == 144


def judged(
    database: RunDatabase, experiment: Experiment, now: float, was: float = 0.9, *, state: str = "finished", **more: Any
) -> Verdict | None:
    """The verdict on a run of an experiment after a run of the lecture's net."""
    run_of(database, LECTURE, was)
    run_of(database, experiment, now, state=state)
    newer, older, *_ = outcomes(database)
    return verdict(newer, older, **more)


def text_of(*arguments: Any, **more: Any) -> str:
    found = judged(*arguments, **more)
    assert found is not None
    return found.text


def test_only_change_is_the_reason(database: RunDatabase) -> None:
    found = judged(database, FEWER, 0.6)
    assert found is not None and found.is_worse
    assert (found.size, found.than, found.cause) == ("30 fewer", "than run 1", "16 units")
    assert found.text == "30 fewer than run 1, because 16 units instead of 128."


def test_better_run_has_more(database: RunDatabase) -> None:
    found = judged(database, FEWER, 0.9, was=0.5)
    assert found is not None and not found.is_worse
    assert found.text == "40 more than run 1, because 16 units instead of 128."


def test_difference_is_that_of_the_headlines(database: RunDatabase) -> None:
    now, was = 117 / 144, 134 / 144  # "81 of 100 right" and "93 of 100 right"
    found = judged(database, FEWER, now, was)
    titles = [result_headline(outcome).title for outcome in outcomes(database)]
    assert found is not None and found.direction == -1
    assert (found.size, titles) == ("12 fewer", ["81 of 100 right", "93 of 100 right"])


def test_difference_that_no_headline_shows_has_no_reason(database: RunDatabase) -> None:
    assert text_of(database, LECTURE, 0.904, was=0.9) == "As many as run 1."


def test_of_several_changes_no_reason_is_chosen(database: RunDatabase) -> None:
    assert text_of(database, with_fit(FEWER, batch_size=8), 0.6) == (
        "30 fewer than run 1, after 2 changes: a run with only one of them shows which did it."
    )


def test_run_that_ended_early_or_was_steered_has_more_than_one_reason(database: RunDatabase) -> None:
    assert text_of(database, FEWER, 0.6, state="stopped") == (
        "30 fewer than run 1, after 1 change; run 2 was stopped after 1 of 5 epochs."
    )
    assert text_of(database, LECTURE, 0.6, state="stopped") == "30 fewer than run 3, run 4 was stopped after 1 of 5 epochs."
    by_hand = [one.run for one in outcomes(database)[:1]]
    assert text_of(database, FEWER, 0.6, steered=by_hand) == (
        "30 fewer than run 5, after 1 change; run 4 had its learning rate changed by hand."
    )
    assert text_of(database, LECTURE, 0.6) == "30 fewer than run 7, though the experiment is the same."


def test_what_another_seed_changes_is_no_effect(database: RunDatabase) -> None:
    # 144 images: two accuracies near 0.9 differ by chance by √2 · √(2 · 0.9 · 0.1 / 144), and twice that is 11 points
    assert text_of(database, FEWER, 0.81) == "9 fewer than run 1, no more than a new random start could change."
    assert text_of(database, FEWER, 0.75).startswith("15 fewer than run 3, because ")


def test_repeats_with_other_seeds_say_how_far_a_seed_moves_a_result(database: RunDatabase) -> None:
    steady, wild = [0.9, 0.901, 0.899], [0.7, 0.9, 0.8]
    assert "because" in text_of(database, FEWER, 0.81, repeats=[steady, []])  # only the sample of images counts
    assert "a new random start" in text_of(database, FEWER, 0.7, repeats=[[], wild])
    assert "because" in text_of(database, FEWER, 0.7, repeats=[[], wild[:2]]), "two repeats say little"


def test_deviation_is_that_of_a_difference_of_two_proportions(database: RunDatabase) -> None:
    assert difference_deviation(0.9, 0.8, 100) == pytest.approx(math.sqrt(2) * math.sqrt(0.09 / 100 + 0.16 / 100))
    assert difference_deviation(0.9, 0.8, 100, [[0.5, 0.7, 0.9], []]) == pytest.approx(math.sqrt(0.04 + 0.04))
    assert difference_deviation(0.9, 0.8, 100, [[0.9, 0.9, 0.9], []]) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("Dense units 16 (was 128)", "16 units instead of 128"),
        ("epochs 5 (was 2)", "5 epochs instead of 2"),
        ("epochs 1 (was 5)", "1 epoch instead of 5"),
        ("learning rate 0.01 (was 0.001)", "learning rate 0.01 instead of 0.001"),
        ("RMSprop (was Adam)", "RMSprop instead of Adam"),
        ("SGD 0.01 (was Adam 0.001)", "SGD 0.01 instead of Adam 0.001"),
        ("+ Dropout 0.3", "Dropout 0.3 was added"),
        ("− Dense 64 relu", "Dense 64 relu was removed"),
        ("layers in another order", "layers in another order"),
    ],
)
def test_change_becomes_the_end_of_a_sentence(change: str, words: str) -> None:
    assert "".join(change_as_reason(change)) == words


def test_runs_that_were_judged_by_other_images_get_no_verdict(database: RunDatabase) -> None:
    assert judged(database, with_fit(FEWER, seed=5), 0.6) is None
    newer, older, *_ = outcomes(database)
    assert incomparable_sentence(newer, older) == "Run 1 was checked on other images, so the two are not compared."
    assert judged(database, with_data(FEWER, validation_split=0.2), 0.6) is None
    assert judged(database, with_data(FEWER, validation_split=0.0), 0.6) is None
    newer, older, *_ = outcomes(database)
    assert incomparable_sentence(newer, older) == "Run 6 kept no validation set aside, so there is no accuracy to compare."


def test_weights_that_became_averages_are_said_to_be_averages(database: RunDatabase) -> None:
    averaged = {"name": "Adam", "arguments": {"learning_rate": 0.001, "use_ema": True, "ema_momentum": 0.9999}}
    run = run_of(database, with_compile(LECTURE, optimizer=averaged), 0.8)
    kept = {"which": "last", "step": 41, "epoch": 1}
    database.set_result(run.id, (run.result or {}) | {"validation": {"loss": 2.0, "accuracy": 0.4}, "kept": kept})
    (one,) = outcomes(database)
    assert one.last_epoch_words == (
        "Epoch 1, the last whole one, ended at a validation accuracy of 0.8000. The weights that the run kept are running "
        "averages over all steps, with which Keras replaced them at the end (use_ema): they reach 0.4000."
    )
