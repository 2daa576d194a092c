"""What decks claim is computed here, each claim on several seeds; and the recorded curves show what their answers say."""

import math
from itertools import combinations, pairwise
from statistics import mean

import numpy as np
import pytest

from core.experiment.model import Experiment
from core.teaching.checks.comparison_checks import verdict_of
from core.teaching.checks.predictable_values import OVERFITS
from core.teaching.recorded_runs import RECORDED_CURVES, recorded_curve
from core.views.predictions import answers_from_probabilities, newly_confident_errors
from tests.core.teaching.trained_seeds import (
    GUESSING,
    SEEDS,
    Trained,
    changed,
    last_accuracies,
    opened_in,
    optimized,
    seeds_of,
    train_seeds,
)
from tests.record_curves import EXPERIMENTS

LN_10 = math.log(10)
ANKLE_BOOT, COLUMNS = 9, np.arange(28)  # of Fashion-MNIST


# Lesson 3


@pytest.mark.deep
def test_best_of_ten_networks_on_few_validation_images_is_lucky() -> None:
    """Numbers of another processor may differ by an image: the lesson says 72 of 72 right, and 0.92 on the test set."""
    layers = [
        {"name": "Flatten"},
        {"name": "Dense", "arguments": {"units": 32, "activation": "relu"}},
        {"name": "Dense", "arguments": {"units": 10, "activation": "softmax"}},
    ]
    content = {"data": {"validation_split": 0.05}, "layers": layers, "fit": {"epochs": 10}}
    experiment = changed(opened_in("lesson-03-sets"), **content)
    trained = tuple(train_seeds(experiment, 10))
    best = max(trained, key=lambda each: each.val_accuracy[-1])
    assert len(best.labels) == 72 and best.val_accuracy[-1] >= 71 / 72
    assert all(0.895 <= each.test_accuracy <= 0.945 for each in trained)
    assert 0.91 <= best.test_accuracy <= 0.93


# Recorded curves


@pytest.mark.parametrize("name", RECORDED_CURVES)
def test_recorded_curves_are_of_the_experiments_that_record_them(name: str) -> None:
    curve = recorded_curve(name)
    assert curve.experiment == EXPERIMENTS[name]
    assert len(curve.epochs) == curve.experiment.fit.epochs


def is_flat(losses: list[float]) -> bool:
    return losses[-1] > 0.85 * LN_10


SIGNS = {
    "curve-a": lambda loss, val, acc: val[-1] == min(val) and val[-1] < 0.3 and val[-1] / loss[-1] < 2,
    "curve-b": lambda loss, val, acc: is_flat(val) and all(later < earlier for earlier, later in pairwise(val)),
    "curve-c": lambda loss, val, acc: loss[0] > 2 * LN_10 and is_flat(val) and acc[-1] < 2 * GUESSING,
    "curve-d": lambda loss, val, acc: loss[-1] < 0.01 and val[-1] > OVERFITS * min(val) and acc[-1] == 1.0,
    "curve-e": lambda loss, val, acc: val[-1] < 0.8 * val[-2] and loss[-1] < 0.8 * loss[-2],
    "curve-f": lambda loss, val, acc: is_flat(val) and loss[-1] > 0.8 * LN_10 and acc[-1] < 0.4,
}


@pytest.mark.parametrize("name", RECORDED_CURVES)
def test_recorded_curves_show_what_their_answer_says(name: str) -> None:
    epochs = recorded_curve(name).epochs
    loss, val, acc = ([epoch[number] for epoch in epochs] for number in ("loss", "val_loss", "accuracy"))
    assert SIGNS[name](loss, val, acc), (loss, val, acc)


def test_both_losses_of_curve_a_fall_to_less_than_an_eighth() -> None:
    first, *_, last = recorded_curve("curve-a").epochs
    assert last["loss"] < first["loss"] / 8 and last["val_loss"] < first["val_loss"] / 8


@pytest.mark.deep
@pytest.mark.parametrize("name", RECORDED_CURVES)
def test_curves_show_it_with_other_seeds_as_well(name: str) -> None:
    for trained in seeds_of(EXPERIMENTS[name]):
        assert SIGNS[name](trained.loss, trained.val_loss, trained.accuracy), trained


# Epochs: lesson 1


@pytest.mark.deep
def test_one_epoch_of_lesson_1_gets_less_far_than_five() -> None:
    for trained in seeds_of(opened_in("lesson-01-keras")):
        assert len(trained.val_accuracy) == 5 and trained.val_accuracy[0] < trained.val_accuracy[-1] - 0.05


@pytest.mark.deep
def test_validation_of_lesson_1_stands_above_training_after_one_epoch() -> None:
    for trained in seeds_of(opened_in("lesson-01-keras", 1)):
        assert trained.val_accuracy[0] > trained.accuracy[0] + 0.1


# Overfitting: lesson 9


@pytest.mark.deep
def test_validation_loss_of_lesson_9_rises_while_the_accuracy_stays() -> None:
    for trained in seeds_of(opened_in("lesson-09-overfitting")):
        assert trained.rise > OVERFITS
        assert abs(trained.val_accuracy[-1] - trained.val_accuracy[trained.lowest]) < 0.04
        wrong = trained.probabilities.argmax(-1) != trained.labels.ravel()
        assert trained.probabilities[wrong].max(-1).mean() > 0.7, "sure and wrong"
        assert len(trained.labels) == 432


@pytest.mark.deep
def test_wrong_answers_of_lesson_9_become_surer_from_the_lowest_loss_to_the_end() -> None:
    """About as many images come right as become wrong; what is wrong at the end costs more than what was wrong before."""
    whole = opened_in("lesson-09-overfitting")
    for seed, trained in enumerate(seeds_of(whole)):
        short = changed(whole, fit={"epochs": trained.lowest + 1})
        before, after = (
            answers_from_probabilities(one.probabilities, one.labels.ravel()) for one in (seeds_of(short)[seed], trained)
        )
        assert abs(int(before.num_wrong) - int(after.num_wrong)) <= 10
        assert after.losses[after.wrong].mean() > 1.25 * before.losses[before.wrong].mean()
        assert after.num_sure_and_wrong >= before.num_sure_and_wrong
        assert (before.wrong & ~after.wrong).any() and (~before.wrong & after.wrong).any()
        if seed == whole.fit.seed:
            assert len(newly_confident_errors(before, after)) >= 5
            assert after.num_sure_and_wrong > 5 * before.num_sure_and_wrong


@pytest.mark.deep
def test_second_network_of_lesson_9_is_broken_by_its_learning_rate_alone() -> None:
    first, second = opened_in("lesson-09-overfitting"), opened_in("lesson-09-overfitting", 2)
    assert first.layers == second.layers and first.data == second.data
    for trained in seeds_of(second):
        assert trained.accuracy[-1] < 0.95, "it does not even know its training images by heart"
        assert trained.loss[-1] > 0.5


@pytest.mark.deep
@pytest.mark.parametrize("images", [300, 600])
def test_more_images_of_lesson_9_end_below_the_lowest_loss_with_few(images: int) -> None:
    few = opened_in("lesson-09-overfitting")
    more = changed(few, data={"train_images": images})
    for before, after in zip(seeds_of(few), seeds_of(more), strict=True):
        assert 0.05 < after.val_loss[-1] < 0.3 < min(before.val_loss) < 0.6, "the guess of the lesson"
        assert after.val_loss[-1] < 0.6 * min(before.val_loss)


@pytest.mark.exhaustive
def test_shorter_run_of_lesson_9_begins_as_the_long_one() -> None:
    """The seed stays the same, so the first epochs of another run are the same, too."""
    of_nine, of_six = (changed(opened_in("lesson-09-overfitting"), fit={"epochs": epochs}) for epochs in (9, 6))
    for whole, short in zip(seeds_of(of_nine), seeds_of(of_six), strict=True):
        assert short.val_loss == whole.val_loss[:6] and short.accuracy == whole.accuracy[:6]


# Learning rates: lesson 7


@pytest.mark.deep
def test_rates_of_lesson_7_stand_in_the_order_that_it_says() -> None:
    tiny, middle, huge = (opened_in("lesson-07-learning-rate", number) for number in (1, 2, 3))
    for small, good, large in zip(*map(last_accuracies, (tiny, middle, huge)), strict=True):
        assert good > 0.85 > small > 0.25 > large


@pytest.mark.deep
def test_loss_of_the_largest_rate_of_lesson_7_leaps_up_and_then_stays_at_guessing() -> None:
    for trained in seeds_of(opened_in("lesson-07-learning-rate", 3)):
        assert trained.loss[0] > 3 * LN_10
        assert all(loss == pytest.approx(LN_10, rel=0.15) for loss in trained.loss[1:])
        assert set(trained.val_accuracy[1:]) == {trained.val_accuracy[-1]}


@pytest.mark.deep
def test_smooth_and_slow_loss_of_lesson_7_wants_a_rate_ten_times_as_large() -> None:
    slow = opened_in("lesson-07-learning-rate")
    faster = optimized(slow, "SGD", 0.1)
    for tiny, larger in zip(seeds_of(slow), seeds_of(faster), strict=True):
        assert all(later < earlier for earlier, later in pairwise(tiny.loss)), "it falls smoothly"
        assert larger.val_loss[-1] < 0.7 * tiny.val_loss[-1]
        assert tiny.loss[-1] > 0.7 * LN_10, "it has moved little"


# Overfitting: challenges 7 and 8


def dense_layers(units: int) -> list[dict[str, object]]:
    return [
        {"name": "Flatten"},
        {"name": "Dense", "arguments": {"units": units, "activation": "relu"}},
        {"name": "Dense", "arguments": {"units": 10, "activation": "softmax"}},
    ]


def gaps(experiment: Experiment) -> list[float]:
    return [trained.accuracy[-1] - trained.val_accuracy[-1] for trained in seeds_of(experiment)]


@pytest.mark.exhaustive
@pytest.mark.usefixtures("fashion_mnist")
def test_more_images_close_the_gap_of_challenge_7_and_more_epochs_or_units_do_not() -> None:
    by_heart = changed(opened_in("challenge-07-overfitting"), fit={"epochs": 40})
    wider = changed(by_heart, layers=dense_layers(2 * 128))
    assert max(gaps(changed(by_heart, data={"train_images": 6_000}))) < min(gaps(by_heart)) - 0.03
    for same in wider, changed(by_heart, fit={"epochs": 80}):
        assert mean(gaps(same)) > mean(gaps(by_heart)) - 0.02


@pytest.mark.exhaustive
@pytest.mark.usefixtures("fashion_mnist")
def test_validation_loss_of_challenge_8_falls_and_then_rises() -> None:
    for trained in seeds_of(opened_in("challenge-08-regularisation")):
        assert 0 < trained.lowest < 39
        assert trained.val_loss[0] > 1.5 * min(trained.val_loss) and trained.rise > 1.1


@pytest.mark.deep
@pytest.mark.usefixtures("fashion_mnist")
def test_adam_gets_farther_in_one_epoch_of_188_steps_than_sgd_with_a_larger_rate() -> None:
    sgd = opened_in("challenge-06-optimizer")
    adam = optimized(sgd, "Adam", 0.001)
    assert sgd.epoch_steps == 188 and sgd.fit.epochs == 1
    assert min(last_accuracies(adam)) >= 0.76 > max(last_accuracies(sgd)), "the goal of the challenge"
    assert max(last_accuracies(optimized(sgd, "SGD", 0.001))) < min(last_accuracies(sgd))


# Chance: challenge 10


def test_three_runs_each_of_two_equal_networks_look_different_one_time_in_ten() -> None:
    ways = [(first, [run for run in range(6) if run not in first]) for first in combinations(range(6), 3)]
    assert [verdict_of(*way) for way in ways].count("cannot tell") == 0.9 * len(ways)


# Batches: lesson 8


@pytest.mark.deep
def test_large_batches_of_lesson_8_get_less_far_in_as_many_epochs() -> None:
    large = opened_in("lesson-08-batches", 1)
    small = changed(large, fit={"batch_size": 32})
    assert large.epoch_steps == 3 and small.epoch_steps == 41
    for far, near in zip(last_accuracies(small), last_accuracies(large), strict=True):
        assert far > near + 0.1 and far >= 0.85


@pytest.mark.deep
def test_large_batches_of_lesson_8_catch_up_with_a_larger_rate_or_more_epochs() -> None:
    large = opened_in("lesson-08-batches", 1)
    for enough in optimized(large, "Adam", 0.01), changed(large, fit={"epochs": 60}):
        assert min(last_accuracies(enough)) >= 0.86, "the task asks for 0.85"


@pytest.mark.deep
def test_four_kernels_of_lesson_11_lead_to_more_than_seven_in_ten() -> None:
    assert min(last_accuracies(opened_in("lesson-11-convolution", 1))) > 0.75, "the guess has an edge at 0.7"


@pytest.mark.deep
def test_steps_of_larger_batches_are_less_random() -> None:
    """The gradients of batches of one untrained network, each by its distance from the gradient of all images."""
    import keras  # noqa: PLC0415 - tests that are not run import no Keras
    import tensorflow as tf  # noqa: PLC0415

    from core.worker.data.load import load_sets  # noqa: PLC0415
    from core.worker.training.build_model import build  # noqa: PLC0415

    experiment = opened_in("lesson-08-batches", 1)
    images, labels = load_sets(experiment).train
    loss = keras.losses.SparseCategoricalCrossentropy()

    def gradient(model: keras.Model, chosen: np.ndarray) -> np.ndarray:
        with tf.GradientTape() as tape:
            value = loss(labels[chosen], model(images[chosen]))
        return np.concatenate([np.ravel(part) for part in tape.gradient(value, model.trainable_variables)])

    for seed in range(SEEDS):
        keras.utils.set_random_seed(seed)
        model, chance = build(experiment), np.random.default_rng(seed)
        whole = gradient(model, np.arange(len(images)))
        far = {
            size: np.mean([np.linalg.norm(gradient(model, chance.choice(len(images), size)) - whole) for _ in range(8)])
            for size in (32, 512)
        }
        assert far[512] < 0.5 * far[32], far


# Guessing: lesson 6


@pytest.mark.deep
def test_first_batch_of_lesson_6_shows_ln_10_with_every_seed() -> None:
    import keras  # noqa: PLC0415 - tests that are not run import no Keras

    from core.worker.data.load import load_sets  # noqa: PLC0415
    from core.worker.training.build_model import build  # noqa: PLC0415

    experiment, loss = opened_in("lesson-06-loss"), keras.losses.SparseCategoricalCrossentropy()
    images, labels = load_sets(experiment).train
    size = experiment.fit.batch_size
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model, order = build(experiment), np.random.default_rng(seed).permutation(len(images))
        first = float(loss(labels[order[:size]], model(images[order[:size]])))
        assert abs(first - LN_10) <= 0.3, f"seed {seed}: the guess of 2.3 would be wrong by {first - LN_10:+.2f}"


@pytest.mark.deep
def test_first_loss_of_lesson_6_is_about_ln_10_and_falls_below_its_goal() -> None:
    longer = changed(opened_in("lesson-06-loss"), fit={"epochs": 15})
    for trained in seeds_of(longer):
        assert trained.val_loss[-1] <= 0.3
        assert trained.loss[0] < LN_10 + 0.3
        assert trained.val_loss[4] > 0.3 and trained.val_loss[-1] < 0.8 * trained.val_loss[4]
        assert abs(trained.val_accuracy[-1] - trained.val_accuracy[4]) < 0.1, "the accuracy rises by little"


# The lab: its images


@pytest.mark.usefixtures("fashion_mnist")
def test_half_of_the_labs_pixels_are_0_and_its_ankle_boots_point_to_the_left() -> None:
    from core.worker.data.load import load_sets  # noqa: PLC0415 - tests that are not run import no Keras

    sets = load_sets(changed(opened_in("lab"), data={"pixels": "0-255"}))
    assert (sets.train[0] == 0).mean() == pytest.approx(0.5, abs=0.02)
    for images, labels in (sets.train, sets.test):
        boots = images[labels.ravel() == ANKLE_BOOT, ..., 0].astype(float)
        shaft, sole = (np.average(COLUMNS, weights=half.sum(axis=(0, 1))) for half in (boots[:, :14], boots[:, 14:]))
        assert shaft > sole + 2, "the shaft stands above the heel"


# The lab: early stopping and Dropout


EARLY = 5  # the patience of the lab's EarlyStopping


def lab_network(*, dropout: bool) -> Experiment:
    """The network of the lab, on scaled pixels; for as many epochs as tell what EarlyStopping would do."""
    stack = [{"id": "flatten", "name": "Flatten"}]
    for number, units in enumerate((128, 64, 32)):
        stack.append({"id": f"dense-{number}", "name": "Dense", "arguments": {"units": units, "activation": "relu"}})
        if dropout:
            stack.append({"id": f"dropout-{number}", "name": "Dropout", "arguments": {"rate": 0.3}})
    stack.append({"id": "output", "name": "Dense", "arguments": {"units": 10, "activation": "softmax"}})
    return changed(opened_in("lab"), data={"pixels": "0-1"}, layers=stack, fit={"epochs": 35 if dropout else 25})


def stopped_after(trained: Trained) -> int:
    """The epoch after which EarlyStopping ends the run: the validation loss has not fallen for EARLY epochs."""
    lowest = 0
    for epoch, loss in enumerate(trained.val_loss):
        lowest = epoch if loss < trained.val_loss[lowest] else lowest
        if epoch - lowest == EARLY:
            return epoch
    raise AssertionError(f"it goes on for more than {len(trained.val_loss)} epochs")


def gap_at(trained: Trained, epoch: int) -> float:
    return trained.accuracy[epoch] - trained.val_accuracy[epoch]


@pytest.mark.exhaustive
@pytest.mark.usefixtures("fashion_mnist")
def test_early_stopping_on_the_validation_loss_ends_the_lab_in_time_and_the_training_loss_would_not() -> None:
    for trained in seeds_of(lab_network(dropout=False)):
        assert stopped_after(trained) < 25, "of 60 epochs"
        assert trained.loss[-1] < 0.8 * trained.loss[trained.lowest], "it still falls"
        assert trained.rise > OVERFITS


@pytest.mark.exhaustive
@pytest.mark.usefixtures("fashion_mnist")
def test_dropout_makes_the_gap_of_the_lab_smaller_with_every_seed() -> None:
    plain, dropped = (seeds_of(lab_network(dropout=dropout)) for dropout in (False, True))
    for without, with_it in zip(plain, dropped, strict=True):
        assert gap_at(with_it, stopped_after(with_it)) < gap_at(without, stopped_after(without))


@pytest.mark.deep
def test_lecture_network_reaches_the_goal_of_the_lab_on_digits() -> None:
    from core.worker.training.train import train  # noqa: PLC0415 - tests that are not run import no Keras

    for seed in range(SEEDS):
        digits = changed(opened_in("lesson-01-keras"), fit={"epochs": 30, "seed": seed})
        assert train(digits, lambda event: None, lambda: None)["test"]["accuracy"] >= 0.95
