"""The checks of tasks: a hundred planted answers, what checks say, and what decks may write as arguments."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.teaching.checks.check import BOUNDS, SUBJECTS
from core.teaching.checks.evidence import Evidence, LookUp
from core.teaching.checks.figures import FIGURES
from core.teaching.checks.task_checks import CHECKS, FAMILIES, judge
from core.teaching.deck import CheckCall, Task
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack
from tests.core.teaching.checks.planted_answers import Answer, clothes, dense, trained
from tests.core.teaching.checks.right_answers import RIGHT
from tests.core.teaching.checks.wrong_answers import WRONG
from tests.core.teaching.recorded_runs import recorded

MOST_MISJUDGED = 2  # of a hundred


@pytest.fixture(scope="module")
def summarise() -> Callable[[Experiment], Summary]:
    """Keras' table of a network."""
    from core.worker.training.summary import summarise  # noqa: PLC0415 - imports Keras

    return cache(summarise)


def test_planted_answers_are_judged_rightly(summarise: Callable[[Experiment], Summary]) -> None:
    assert (len(RIGHT), len(WRONG)) == (50, 50)
    misjudged = []
    for answer, is_right in [*((answer, True) for answer in RIGHT), *((answer, False) for answer in WRONG)]:
        judged = judge(answer.task, answer.evidence(summarise))
        if judged.has_passed != is_right:
            misjudged.append(
                f"{'refused' if is_right else 'passed'}: {answer.title}: {[seen.words for seen in judged.seen]}"
            )
    print(*misjudged, sep="\n")
    assert len(misjudged) <= MOST_MISJUDGED, "\n".join(misjudged)


def test_every_check_says_what_it_saw_and_what_is_missing(summarise: Callable[[Experiment], Summary]) -> None:
    for answer in (*RIGHT, *WRONG):
        for seen in judge(answer.task, answer.evidence(summarise)).seen:
            assert seen.saw and 0 <= seen.share <= 1
            assert bool(seen.missing) != seen.has_passed, (answer.title, seen)
            assert not seen.saw.endswith(".") and "None" not in seen.words, (answer.title, seen)


def test_values_stand_in_the_words(summarise: Callable[[Experiment], Summary]) -> None:
    exact = {"parameters": {"equal": 101_770}}
    lecture = Answer("", exact, clothes(FLATTEN, dense(128, "relu"), dense(10, "softmax")))
    wider = Answer("", exact, clothes(FLATTEN, dense(138, "relu"), dense(10, "softmax")))
    words = [judge(answer.task, answer.evidence(summarise)).seen[0].words for answer in (lecture, wider)]
    assert words == ["101,770 parameters, as asked", "109,720 parameters; 101,770 are asked: 7,950 too many"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("number", {"answer": "sum", "equal": 3}),
        ("order", {"answer": "sum", "equal": ["a", "b"]}),
        ("option", {"answer": "sum", "equal": ["3"]}),
        ("figure", {"answer": "sum", "figure": "parameters"}),
        ("answered", {"answers": ["sum"]}),
    ],
)
def test_open_questions_are_named_by_their_words(name: str, arguments: dict) -> None:
    asked = "Multiply **each** pixel with the `weight` at the same place, and add up all nine products. What comes out?"
    words = CHECKS[name].see(Evidence(LECTURE, asked={"sum": asked}), arguments).words
    assert "“Multiply each pixel with the weight at the same place, and add up all nine …”" in words
    assert "“sum”" in CHECKS[name].see(Evidence(LECTURE), arguments).words


def test_accuracy_of_another_network_does_not_count(summarise: Callable[[Experiment], Summary]) -> None:
    calls = {"parameters": {"at_most": 1_000}, "accuracy": {"at_least": 0.9}}
    large, small = Answer("", calls, runs=trained("lecture")), Answer("", calls, runs=trained("lecture", "softmax alone"))
    judged = judge(large.task, large.evidence(summarise))
    assert not judged.has_passed
    assert judge(small.task, small.evidence(summarise)).outcome == recorded("softmax alone", 2)


def test_run_of_an_experiment_that_was_left_is_not_shown(summarise: Callable[[Experiment], Summary]) -> None:
    calls = {"data_set": {"name": "fashion_mnist"}, "run_finished": {}, "accuracy": {"at_least": 0.99}}
    before, after = (Answer("", calls, experiment, trained("lecture")) for experiment in (LECTURE, clothes()))
    assert judge(before.task, before.evidence(summarise)).outcome == recorded("lecture")
    judged = judge(after.task, after.evidence(summarise))
    assert judged.outcome is None
    assert [seen.has_passed for seen in judged.seen] == [True, False, False]


def test_partial_credit_grows_with_what_is_reached(summarise: Callable[[Experiment], Summary]) -> None:
    names = {"layers": {"names": ["Flatten", "Dense", "Dense"]}}
    stacks = ((), (FLATTEN,), (FLATTEN, dense(10)), (FLATTEN, dense(8), dense(10)))
    answers = [Answer("", names, stack(*layers)) for layers in stacks]
    shares = [judge(answer.task, answer.evidence(summarise)).share for answer in answers]
    assert shares == sorted(set(shares)) and shares[0] == 0 and shares[-1] == 1


def test_run_that_trains_is_waited_for() -> None:
    done = recorded("lecture")
    running = replace(done, run=replace(done.run, state="training", result=None), epochs=done.epochs[:2])
    task = Task("t", "", (CheckCall("accuracy", {"at_least": 0.5}, 1),), (), None, 0, 1)
    seen = judge(task, Evidence(LECTURE, (running,))).seen[0]
    assert seen.words == "Run 1 is training; wait until it has ended" and 0 < seen.share < 0.5


def test_draft_that_only_needs_a_run_says_so_whatever_older_runs_lack() -> None:
    calls = (CheckCall("epochs", {"equal": 1}, 1), CheckCall("run_finished", {}, 1))
    older = recorded("lecture", 1)
    one_epoch = replace(older.run.experiment, fit=replace(older.run.experiment.fit, epochs=1))
    judged = judge(Task("once", "Train once.", calls, (), None, 0, 1), Evidence(one_epoch, (older,)))
    words = [seen.words for seen in judged.seen]
    assert words == ["set to 1 epoch, as asked", "no run of this experiment yet; press Train"]


def test_checks_of_the_draft_say_that_keras_has_not_answered() -> None:
    task = Task("t", "", (CheckCall("parameters", {"equal": 1}, 1),), (), None, 0, 1)
    assert "Keras has not counted yet" in judge(task, Evidence(LECTURE)).seen[0].words


def test_refused_layer_is_named(summarise: Callable[[Experiment], Summary]) -> None:
    draft = stack(FLATTEN, layer("Conv2D", filters=4, kernel_size=3), OUTPUT)
    task = Task("t", "", (CheckCall("parameters", {"equal": 1}, 1),), (), None, 0, 1)
    words = judge(task, Evidence(draft, look_up=LookUp(summary=summarise))).seen[0].words
    assert "Keras refuses the layer conv" in words and "Define" in words


@pytest.mark.parametrize("name", CHECKS)
def test_tables_are_whole(name: str) -> None:
    check = CHECKS[name]
    names = [parameter.name for parameter in check.parameters]
    assert check.sentence.endswith(".") and check.subject in SUBJECTS
    assert set(check.required) | set(check.one_of) <= set(names)
    for parameter in check.parameters:
        assert parameter.help.endswith(".")
        for value in parameter.constraint.boundary_values():
            assert parameter.constraint.is_valid(value), (name, parameter.name, value)
        for value in parameter.constraint.bad_values():
            assert not parameter.constraint.is_valid(value), (name, parameter.name, value)


def test_no_name_stands_twice() -> None:
    assert sum(map(len, FAMILIES.values())) == len(CHECKS)
    assert set(BOUNDS) == {"equal", "at_least", "at_most"}
    assert all(figure.sentence.endswith(".") for figure in FIGURES.values())
