"""The coach's rules: right about planted failures, silent about healthy runs, by recordings of real trainings."""

from pathlib import Path

import pytest

from core.checks.experiment_checks import check
from core.coach.rules import FIRST_EPOCH, NO_ALARM, RULES, alarm_title, find_alarm
from core.coach.run_metrics import output_activations
from core.coach.suggestions import set_output_activation
from core.experiment.edits import apply_repair
from core.experiment.model import Experiment, to_dict
from tests.core.checks.repair_simulation import problems_of, table
from tests.core.coach.coach_plan import RUNS
from tests.core.coach.coach_recordings import FOLDER, MENDED, recordings
from tests.core.coach.coach_runs import HEALTHY as HEALTHY_ON_DIGITS
from tests.core.coach.coach_runs import MISSED, NOT_MENDED, PLANTED, WITHOUT_BUTTON, events_of, verdicts
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_compile
from tests.deep_cases import deep_except, exhaustive_except, first_of_each

DOCUMENT = Path(__file__).parents[3] / "docs" / "coach.md"
MOST_BYTES = 1_500_000  # of all recordings
FAILURES = [name for name, planned in RUNS.items() if planned.code and name in recordings()]
SEEN = [name for name in FAILURES if name not in MISSED]
HEALTHY = [name for name, planned in RUNS.items() if not planned.code and name in recordings() and name not in MISSED]
BETTER = 0.05  # share of all images; not by chance
# All nets on Digits, and runs on each other kind of picture that train in seconds, to compare with their recordings.
AGAIN = (
    *(name for name in (*PLANTED, *HEALTHY_ON_DIGITS) if name in recordings()),
    "clothes: L2 of 0.3",
    "clothes: SGD, batches of 4,096 of 10,000 images",
    "clothes: weights that start below 0",
    "clothes: sigmoid of large weights",
    "clothes: L2 of 0.001",
    "coloured: Dropout of 90 percent, dense",
    "coloured: L1 of 0.05 (held out)",
    "coloured: dense net",
)


def each(names: list[str] | tuple[str, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", names)


def blocks(experiment: Experiment) -> set[str]:
    """The problems that prevent training, except missing pictures of a person."""
    return {problem.code for problem in check(experiment) if problem.blocks} - {"missing-files"}


def test_layer_of_softmax_counts_as_the_last_function_and_is_taken_out_with_a_press() -> None:
    experiment = stack(layer("Flatten"), layer("Dense", units=10, activation="softmax"), layer("Softmax"))
    assert [function for _, function in output_activations(experiment)] == ["softmax", "softmax"]
    last = output_activations(experiment)[-1][0]
    mended = apply_repair(experiment, set_output_activation(last, "linear"))
    assert [layer.name for layer in mended.layers] == ["Flatten", "Dense"]


@each(SEEN)
def test_planted_failure_is_named_and_no_other_alarm_comes_before(name: str) -> None:
    recording, code = recordings()[name], RUNS[name].code
    said = verdicts(recording.experiment(), recording.events)
    assert {verdict.code for verdict in said} <= {"", code} and said[-1].code == code
    first = next(verdict for verdict in said if verdict.code)
    assert code == "not-finite" or first.epoch >= FIRST_EPOCH


@each(HEALTHY)
def test_healthy_run_is_left_alone_at_every_epoch(name: str) -> None:
    recording = recordings()[name]
    said = verdicts(recording.experiment(), recording.events)
    assert len(said) >= min(FIRST_EPOCH, recording.experiment().fit.epochs) and {verdict.problem for verdict in said} == {
        None
    }


@each(SEEN)
def test_each_repair_gives_another_experiment_that_can_be_trained(name: str) -> None:
    recording = recordings()[name]
    experiment = recording.experiment()
    problem = find_alarm(experiment, recording.events)
    assert problem is not None and problem.why and not problem.blocks
    assert bool(problem.repairs) == (problem.code not in WITHOUT_BUTTON)
    for repair in problem.repairs:
        changed = apply_repair(experiment, repair)
        assert changed != experiment, repair.label
        assert blocks(changed) == blocks(experiment), repair.label


@each([name for name in FAILURES if name + MENDED in recordings() and name not in NOT_MENDED])
def test_what_the_coach_advises_mends_the_run(name: str) -> None:
    before, after = recordings()[name], recordings()[name + MENDED]
    experiment = before.experiment()
    assert after.tried and to_dict(after.experiment()) != to_dict(experiment)
    alarm = find_alarm(after.experiment(), after.events)
    assert alarm is None or alarm.code != RUNS[name].code, alarm.happened
    assert after.accuracy > before.accuracy + BETTER or after.accuracy > 0.95 * max(before.accuracy, 0.8)


@each(
    (
        "Biases that start at -10, in two layers",
        "All weights start at 0, in three layers",
        "Images moved by up to 80 percent",
        "clothes: Dropout of 90 percent, twice (held out)",
    )
)
def test_first_repair_changes_all_layers_that_have_the_mistake(name: str) -> None:
    recording = recordings()[name]
    experiment = recording.experiment()
    alarm = find_alarm(experiment, recording.events)
    assert alarm is not None
    changed = apply_repair(experiment, alarm.repairs[0])
    guilty = [
        (layer, mended)
        for layer, mended in zip(experiment.layers, changed.layers, strict=True)
        if any(name in dict(layer.arguments) for name in ("bias_initializer", "kernel_initializer", "height_factor", "rate"))
    ]
    assert len(guilty) >= 2
    assert all(layer.arguments != mended.arguments for layer, mended in guilty)


def test_smoothed_labels_are_judged_by_the_accuracy() -> None:
    loss = {"name": "CategoricalCrossentropy", "arguments": {"label_smoothing": 0.9}}
    smoothed = with_compile(LECTURE, loss=loss)
    near_guessing = [
        event | {"loss": 2.29, "accuracy": 0.86, "val_accuracy": 0.81} for event in unsteady(smoothed, [2.29] * 8)
    ]
    assert find_alarm(smoothed, near_guessing) is None
    assert find_alarm(LECTURE, near_guessing) is not None


def test_loss_that_does_not_move_is_no_overshoot() -> None:
    still = [
        event | {"loss": 2.38, "accuracy": 0.1, "val_accuracy": 0.1, "step": event["step"] * 4}
        for event in unsteady(LECTURE, [2.38] * 4)
    ]
    moving = [event | {"loss": loss} for event, loss in zip(still, (2.36, 2.5, 2.38, 2.45), strict=True)]
    assert "learning-rate-too-high" not in code_of(still)
    assert code_of(moving) == "learning-rate-too-high"


def test_warning_that_needs_shapes_is_repeated_too() -> None:
    constant = stack(layer("LayerNormalization"), FLATTEN, layer("Dense", units=32, activation="relu"), OUTPUT)
    [warned] = problems_of(constant)
    told = {"accuracy": 0.4, "val_accuracy": 0.4}
    events = [event | told for event in unsteady(constant, [1.95, 1.8, 1.7])]
    alarm = find_alarm(constant, events, table(constant))
    assert alarm is not None and alarm.why.endswith(f"{warned.happened} {warned.why}")
    assert alarm.repairs == warned.repairs


def looks(experiment: Experiment, missing: list[tuple[float, tuple[int, ...]]]) -> list[dict]:
    """A run with half of the images right, and the classes that its confusion matrix at an epoch does not predict."""
    ends = [
        event | {"accuracy": 0.5, "val_accuracy": 0.5}
        for event in unsteady(experiment, [0.08] * int(max(epoch for epoch, _ in missing)))
    ]
    matrices = [
        {
            "kind": "look",
            "epoch": epoch,
            "whole": True,
            "cells": [[label, 0 if label in classes else label, 36] for label in range(10)],
        }
        for epoch, classes in missing
    ]
    return sorted([*matrices, *ends], key=lambda event: event["epoch"])


def test_loss_is_to_blame_only_where_the_same_classes_stay_away() -> None:
    squared = with_compile(LECTURE, loss={"name": "MeanSquaredError"})
    changing = looks(squared, [(1.0, (9,)), (1.78, (1, 5)), (2.0, (1, 5)), (3.0, (8,))])
    assert [verdict.code for verdict in verdicts(squared, tuple(changing))] == ["", "", ""]
    staying = looks(squared, [(1.0, (1, 5)), (2.0, (1, 5)), (3.0, (1, 4, 5))])
    assert [verdict.code for verdict in verdicts(squared, tuple(staying))] == ["", "wrong-loss", "wrong-loss"]
    alarm = find_alarm(squared, staying)
    assert alarm is not None and alarm.happened.endswith("2 of 10 classes have not come up for an epoch.")


def test_labels_are_to_blame_only_where_the_validation_is_worse_than_the_training() -> None:
    def learnt(accuracy: float, val_accuracy: float) -> list[dict]:
        told = {"loss": 0.18, "accuracy": accuracy, "val_accuracy": val_accuracy}
        ends = [event | told | {"loss": 0.18 - 0.001 * event["epoch"]} for event in unsteady(LECTURE, [0.18] * 3)]
        cells = [[label, label, 14] for label in range(10)]  # so few images that 0.15 may be chance
        return [{"kind": "look", "epoch": 1.0, "whole": True, "cells": cells}, *ends]

    absolute = with_compile(LECTURE, loss={"name": "MeanAbsoluteError"})
    near, far = find_alarm(absolute, learnt(0.17, 0.15)), find_alarm(absolute, learnt(0.36, 0.1))
    assert near is None or near.code != "random-labels"
    assert far is not None and far.code == "random-labels"


def code_of(events: list[dict]) -> str:
    problem = find_alarm(LECTURE, events)
    return problem.code if problem else ""


ONE_OF_EACH = first_of_each(lambda name: RUNS[name].code, [pytest.param(name) for name in AGAIN])  # rule, and a healthy one


@pytest.mark.parametrize("name", deep_except((), exhaustive_except(ONE_OF_EACH, AGAIN)))
def test_training_again_gives_the_recorded_verdict(name: str, fashion_mnist: str) -> None:
    experiment = RUNS[name].make()
    recorded = recordings()[name].experiment()
    assert (experiment.layers, experiment.compile, experiment.fit) == (recorded.layers, recorded.compile, recorded.fit)
    codes = [verdict.code for verdict in verdicts(experiment, events_of(experiment))]
    assert set(codes) <= {"", RUNS[name].code} and codes[-1] == RUNS[name].code


def test_recordings_are_all_there_and_small() -> None:
    assert set(recordings()) <= {*RUNS, *(name + MENDED for name in FAILURES)}
    assert len(FAILURES) >= 48 and len(HEALTHY) >= 36
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


def test_every_rule_has_a_planted_failure_and_a_source() -> None:
    assert {rule.code for rule in RULES} == {planned.code for planned in RUNS.values()} - {""}
    assert all(len(rule.source) > 15 and rule.title for rule in RULES)


def test_document_has_a_row_for_each_rule_and_each_planted_failure() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    codes = {rule.code for rule in RULES}
    assert [row for row in rows if row[0].strip("`") in codes] == [
        [f"`{rule.code}`", rule.title, rule.source] for rule in RULES
    ]
    planted = {row[0]: row[1] for row in rows if row[0] in FAILURES and "`: " in row[1]}  # the words, not the counts
    assert list(planted) == FAILURES
    for name in SEEN:
        assert planted[name].startswith(f"`{RUNS[name].code}`: "), name


def test_what_was_done_again_after_a_break_counts_once() -> None:
    recording, healthy = recordings()["Pixels of 0 to 255"], recordings()["The lecture's net"]
    broken = [*recording.events, {"kind": "resumed", "step": 0, "epoch": 0.0}]
    assert find_alarm(recording.experiment(), broken) is None
    assert find_alarm(recording.experiment(), [*broken, *healthy.events]) is None


def test_runs_of_before_health_told_of_penalties_are_read_as_well() -> None:
    recording = recordings()["clothes: a hidden layer of two units"]
    older = []
    for event in recording.events:
        layers = [{name: value for name, value in layer.items() if name != "flat"} for layer in event.get("layers", ())]
        kept = {name: value for name, value in event.items() if name != "penalty"}
        older.append({**kept, "layers": layers} if layers else kept)
    alarm = find_alarm(recording.experiment(), older)
    assert alarm is not None and alarm.code == "underfitting"


def test_no_alarm_without_events() -> None:
    assert find_alarm(LECTURE, []) is None
    assert alarm_title("") == NO_ALARM and alarm_title("overfitting") == "Overfitting"


def test_loss_that_is_not_finite_raises_an_alarm_at_once() -> None:
    event = {"kind": "batch", "step": 7, "epoch": 0.17, "loss": None, "accuracy": 0.1}
    problem = find_alarm(LECTURE, [event])
    assert problem is not None and problem.code == "not-finite" and "by step 7" in problem.happened


def unsteady(experiment: Experiment, losses: list[float]) -> list[dict]:
    """Epochs with these validation losses and falling training losses."""
    steps = experiment.epoch_steps
    return [
        {
            "kind": "epoch",
            "step": steps * (index + 1),
            "epoch": index + 1.0,
            "loss": 0.5 / (index + 1),
            "accuracy": 0.9,
            "val_loss": loss,
            "val_accuracy": 0.88,
        }
        for index, loss in enumerate(losses)
    ]


@pytest.mark.parametrize(
    ("losses", "since"), [([0.5, 0.4, 0.45, 0.5, 0.6], 2), ([0.5, 0.4, 0.41, 0.4, 0.41], None), ([0.5, 0.4, 0.5, 0.6], None)]
)
def test_overfitting_names_the_epoch_where_it_began(losses: list[float], since: int | None) -> None:
    problem = find_alarm(LECTURE, unsteady(LECTURE, losses))
    assert (problem is None) == (since is None)
    if problem is not None:
        assert problem.code == "overfitting" and problem.happened.startswith(f"Since epoch {since} ")


def test_overfitting_is_named_although_the_last_training_loss_is_worse_by_chance() -> None:
    *before, last = unsteady(LECTURE, [0.5, 0.4, 0.45, 0.5, 0.6])
    problem = find_alarm(LECTURE, [*before, last | {"loss": 0.3}])
    assert problem is not None and problem.code == "overfitting"
