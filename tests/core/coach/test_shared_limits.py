"""Checks and coach have the same limits: the coach does not blame settings that the checks accept."""

from core.checks.experiment_checks import check
from core.coach.rules import find_alarm
from core.experiment.edits import apply_repair
from core.experiment.model import Experiment
from core.problems import Problem
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_compile, with_data, with_fit

HIDDEN = layer("Dense", units=32, activation="relu")
NORM = layer("BatchNormalization", momentum=0.9)


def after(experiment: Experiment, losses: list[float], first_loss: float = 2.3) -> Problem | None:
    """The coach's alarm on a run with these training losses and a low accuracy."""
    batch = {"kind": "batch", "step": 1, "epoch": 0.1, "loss": first_loss, "batch_loss": first_loss, "learning_rate": 0.001}
    epochs = [
        {
            "kind": "epoch",
            "step": experiment.epoch_steps * (index + 1),
            "epoch": index + 1.0,
            "loss": loss,
            "accuracy": 0.1,
            "val_loss": loss,
            "val_accuracy": 0.1,
        }
        for index, loss in enumerate(losses)
    ]
    return find_alarm(experiment, [batch, *epochs])


def codes(experiment: Experiment) -> list[str]:
    return [problem.code for problem in check(experiment)]


def rescaled(scale: float, pixels: str) -> Experiment:
    return with_data(stack(layer("Rescaling", scale=scale), FLATTEN, HIDDEN, OUTPUT), pixels=pixels)


def test_pixels_that_a_layer_scales_are_not_called_unscaled() -> None:
    moved = layer("RandomTranslation", height_factor=0.1, width_factor=0.1)
    zoomed, scaling = layer("RandomZoom", height_factor=0.1), layer("Rescaling", scale=1 / 255)
    scaled = with_data(stack(moved, zoomed, scaling, FLATTEN, HIDDEN, OUTPUT), pixels="0-255")
    assert codes(scaled) == []
    alarm = after(scaled, [9.0, 8.0], first_loss=50.0)
    assert alarm is None or alarm.code != "unscaled-pixels"


def test_unscaled_pixels_have_the_layer_and_the_button_of_the_checks() -> None:
    grown = rescaled(2.0, "0-255")
    (warned,) = check(grown)
    alarm = after(grown, [9.0, 8.0], first_loss=50.0)
    assert warned.code == "unscaled-pixels" and alarm is not None
    assert (alarm.code, alarm.where, alarm.repairs) == (warned.code, warned.where, warned.repairs)
    assert alarm.happened == (
        "Rescaling makes 0 to 510 of pixels that go in as 0 to 255, and the first batches had a loss of up to 50.0; "
        "guessing alone has 2.30."
    )


def test_a_second_scaling_is_to_blame_where_the_checks_warn_of_it() -> None:
    twice, once = rescaled(1 / 255, "0-1"), rescaled(0.06, "0-1")
    assert codes(twice) == ["scaled-twice"] and codes(once) == []
    blamed, other = after(twice, [2.3, 2.3]), after(once, [2.3, 2.3])
    assert blamed is not None and "scaled twice" in blamed.why
    assert blamed.repairs == check(twice)[0].repairs[:1]
    assert other is None or "scaled twice" not in other.why


def test_usual_batches_leave_no_single_image_for_the_last_one() -> None:
    tiny = with_fit(with_data(stack(FLATTEN, HIDDEN, NORM, OUTPUT), train_images=609), batch_size=2)
    alarm = after(tiny, [2.3, 2.2])
    assert alarm is not None and alarm.code == "tiny-batches"
    assert alarm.expected == "Expected batches of 16 images or more where a layer normalises them."
    assert alarm.repairs[0].label == "Try batches of 31"
    assert codes(apply_repair(tiny, alarm.repairs[0])) == []


def test_batches_to_normalise_are_so_small_that_the_averages_follow() -> None:
    norm = layer("BatchNormalization", momentum=0.99)
    few = with_fit(with_data(stack(FLATTEN, HIDDEN, norm, OUTPUT), train_images=540), batch_size=2, epochs=4)
    (warned,) = check(few)
    alarm = after(few, [2.3, 2.2])
    assert alarm is not None and (alarm.code, warned.code) == ("tiny-batches", "small-batches")
    assert alarm.repairs[0].label == "Try batches of 16" and warned.repairs[0].label == "Set batch size to 16"
    assert codes(apply_repair(few, alarm.repairs[0])) == []


def test_large_batches_need_as_many_changes_before_a_run_as_after_it() -> None:
    (problem,) = check(with_fit(with_data(LECTURE, train_images=500), batch_size=256, epochs=2))
    assert problem.expected == "Expected more than 150 changes, better some hundreds."
    large = with_compile(
        with_fit(LECTURE, batch_size=256, epochs=30), optimizer={"name": "Adam", "arguments": {"learning_rate": 0.001}}
    )
    alarm = after(with_fit(large, epochs=150 // large.epoch_steps), [2.3, 2.29])
    assert alarm is not None and alarm.code == "few-updates"
