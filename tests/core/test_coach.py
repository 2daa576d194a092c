"""The coach: right about failures that were planted, silent about healthy runs; real trainings of Digits."""

from pathlib import Path

import pytest

from core.checks import check, is_valid
from core.coach import FIRST_EPOCH, NOTHING, RULES, alarm, title
from core.edits import repair
from core.experiment import Experiment
from tests.core.coached import HEALTHY, PLANTED, events_of, verdicts
from tests.core.nets import LECTURE

DOCUMENT = Path(__file__).parents[2] / "docs" / "coach.md"


def each(table: dict) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", list(table))


@each(PLANTED)
def test_planted_failure_is_named_and_no_other_alarm_comes_before(name: str) -> None:
    experiment, code = PLANTED[name]
    said = verdicts(experiment)
    assert {one.code for one in said} <= {"", code} and said[-1].code == code
    first = next(one for one in said if one.code)
    assert code == "not-finite" or first.epoch >= FIRST_EPOCH


@each(HEALTHY)
def test_healthy_run_is_left_alone_at_every_epoch(name: str) -> None:
    said = verdicts(HEALTHY[name])
    assert len(said) > FIRST_EPOCH and {one.problem for one in said} == {None}


@each(PLANTED)
def test_each_repair_gives_another_experiment_that_can_be_trained(name: str) -> None:
    experiment, _ = PLANTED[name]
    problem = alarm(experiment, events_of(experiment))
    assert problem is not None and problem.repairs and problem.why and not problem.blocks
    for one in problem.repairs:
        changed = repair(experiment, one)
        assert changed != experiment, one.label
        assert is_valid(check(changed)), one.label


def test_every_rule_has_a_planted_failure_and_a_source() -> None:
    assert {rule.code for rule in RULES} == {code for _, code in PLANTED.values()}
    assert all(len(rule.source) > 15 and rule.title for rule in RULES)


def test_document_has_a_row_for_each_rule_and_each_planted_failure() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    codes = {rule.code for rule in RULES}
    assert [row for row in rows if row[0].strip("`") in codes] == [[f"`{one.code}`", one.title, one.source] for one in RULES]
    planted = {row[0]: row[1] for row in rows if row[0] in PLANTED}
    assert list(planted) == list(PLANTED)
    for name, (_, code) in PLANTED.items():
        assert planted[name].startswith(f"`{code}`: "), name


def test_what_was_done_again_after_a_break_counts_once() -> None:
    name = "Pixels of 0 to 255"
    experiment, _ = PLANTED[name]
    broken = [*events_of(experiment), {"kind": "resumed", "step": 0, "epoch": 0.0}]
    assert alarm(experiment, broken) is None
    assert alarm(experiment, [*broken, *events_of(HEALTHY["The lecture's net"])]) is None


def test_nothing_is_said_of_nothing() -> None:
    assert alarm(LECTURE, []) is None
    assert title("") == NOTHING and title("overfitting") == "Overfitting"


def test_loss_that_is_no_number_is_told_at_once() -> None:
    event = {"kind": "batch", "step": 7, "epoch": 0.17, "loss": None, "accuracy": 0.1}
    problem = alarm(LECTURE, [event])
    assert problem is not None and problem.code == "not-finite" and "by step 7" in problem.happened


def unsteady(experiment: Experiment, losses: list[float]) -> list[dict]:
    """Epochs with these validation losses, and a training loss that falls."""
    steps = experiment.epoch_steps
    return [
        {
            "kind": "epoch",
            "step": steps * (place + 1),
            "epoch": place + 1.0,
            "loss": 0.5 / (place + 1),
            "accuracy": 0.9,
            "val_loss": loss,
            "val_accuracy": 0.88,
        }
        for place, loss in enumerate(losses)
    ]


@pytest.mark.parametrize(
    ("losses", "since"), [([0.5, 0.4, 0.45, 0.5, 0.6], 2), ([0.5, 0.4, 0.41, 0.4, 0.41], None), ([0.5, 0.4, 0.5, 0.6], None)]
)
def test_overfitting_is_told_with_the_epoch_since_when(losses: list[float], since: int | None) -> None:
    problem = alarm(LECTURE, unsteady(LECTURE, losses))
    assert (problem is None) == (since is None)
    if problem is not None:
        assert problem.code == "overfitting" and problem.happened.startswith(f"Since epoch {since} ")
