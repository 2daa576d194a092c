"""Every problem of schedules and callbacks: experiments with the problem, its repairs, and experiments that work."""

import pytest

from core.catalogue.callbacks import CALLBACKS
from core.catalogue.metrics import METRICS
from core.catalogue.schedules import SCHEDULES
from core.checks.experiment_checks import check
from core.checks.training import FIT_RULES, measured_names, suggested_callback, with_measured_monitor
from core.experiment import learning_rates
from core.experiment.edits import apply_repair, set_value
from core.experiment.model import EntryRef, Experiment
from core.problems import Problem
from tests.core.sample_experiments import LECTURE, with_compile, with_data, with_fit

UNSPLIT = with_data(LECTURE, validation_split=0.0)
ONE_HOT = with_compile(LECTURE, loss={"name": "CategoricalCrossentropy"})
STOPPING, REDUCING = EntryRef("EarlyStopping", (("patience", 2),)), EntryRef("ReduceLROnPlateau", (("patience", 2),))
STEPS = 205  # of the lecture's run


def scheduled(name: str, experiment: Experiment = LECTURE, **arguments: object) -> Experiment:
    """An experiment with a schedule that fits, except for these arguments."""
    made = dict(learning_rates.suggested_schedule(name, experiment).arguments) | arguments
    names = [parameter.name for parameter in SCHEDULES[name].parameters if parameter.name in made]
    return set_value(
        experiment, learning_rates.RATE, EntryRef(name, tuple((argument, made[argument]) for argument in names))
    )


def called(*callbacks: EntryRef, experiment: Experiment = LECTURE) -> Experiment:
    return with_fit(experiment, callbacks=callbacks)


PIECES = "PiecewiseConstantDecay"
PROVOKED: list[tuple[str, bool, Experiment, str]] = [
    ("unusual-learning-rate", False, scheduled("CosineDecay", initial_learning_rate=3.0),
     "The learning rate of CosineDecay is at most 3, which is high for Adam. Usual are 0.0001 to 0.01. Try 0.001, or go on"),
    ("unusual-learning-rate", False, scheduled("ExponentialDecay", initial_learning_rate=1e-6),
     "The learning rate of ExponentialDecay is at most 1e-06, which is low for Adam."),
    ("pieces-do-not-fit", True, scheduled(PIECES, boundaries=(100, 50)),
     "The boundaries of PiecewiseConstantDecay are 100, 50, which do not rise."),
    ("pieces-do-not-fit", True, scheduled(PIECES, boundaries=(50, 50)),
     "The boundaries of PiecewiseConstantDecay are 50, 50, which do not rise."),
    ("pieces-do-not-fit", True, scheduled(PIECES, boundaries=(50, 100, 150)),
     "PiecewiseConstantDecay has 3 numbers in boundaries and 3 in values. Expected boundaries that rise"),
    ("pieces-do-not-fit", True, scheduled(PIECES, boundaries=(50,)),
     "PiecewiseConstantDecay has 1 number in boundaries and 3 in values."),
    ("schedule-does-not-fit-run", False, scheduled("CosineDecay", decay_steps=50_000),
     "CosineDecay hardly changes the learning rate in this run: from 0.001 to 0.001."),
    ("schedule-does-not-fit-run", False, scheduled("PolynomialDecay", decay_steps=1_000, end_learning_rate=0.0),
     "PolynomialDecay ends after 1,000 steps, and this run has 205."),
    ("schedule-does-not-fit-run", False, scheduled("ExponentialDecay", decay_steps=2),
     "ExponentialDecay has brought the learning rate down to"),
    ("schedule-does-not-fit-run", False, scheduled("PolynomialDecay", decay_steps=50),
     "PolynomialDecay ends after 50 steps, and this run goes on to step 205."),
    ("schedule-with-callback", True, called(REDUCING, experiment=scheduled("CosineDecay")),
     "CosineDecay drives the learning rate, and ReduceLROnPlateau is to change it too."),
    ("monitor-needs-validation", True, called(STOPPING, experiment=UNSPLIT),
     "EarlyStopping watches val_loss, and no validation set is kept aside."),
    ("monitor-not-measured", True, called(EntryRef("EarlyStopping", (("monitor", "val_auc"), ("patience", 2)))),
     "EarlyStopping watches val_auc, which this run does not measure. Expected one of val_loss, val_accuracy,"),
    ("monitor-not-measured", True,
     called(EntryRef("EarlyStopping", (("monitor", "val_auc"), ("patience", 2))), experiment=UNSPLIT),
     "EarlyStopping watches"),
    ("patience-too-long", False, called(EntryRef("ReduceLROnPlateau", (("patience", 10),))),
     "ReduceLROnPlateau waits for 10 epochs without improvement, of 5. Expected fewer: in this run it can never reduce the"),
    ("patience-too-long", False, called(EntryRef("EarlyStopping", (("start_from_epoch", 4), ("patience", 1)))),
     "EarlyStopping waits for 1 epoch without improvement, from epoch 5 on, of 5. Expected fewer: in this run it can never"),
    ("callback-twice", True, called(STOPPING, EntryRef("EarlyStopping", (("patience", 1),))),
     "The callback EarlyStopping is chosen 2 times. Expected each callback once. Remove all but one."),
]  # fmt: skip
NO_DIRECTION = [metric for metric in METRICS.values() if metric.trait("no_direction")]
PROVOKED += [
    (
        "direction-unknown",
        True,
        called(
            EntryRef("EarlyStopping", (("monitor", f"val_{metric.trait('history_name')}"), ("patience", 2))),
            experiment=with_compile(ONE_HOT, metrics=[{"name": metric.name}]),
        ),
        f"EarlyStopping watches val_{metric.trait('history_name')} with mode=auto. Expected mode",
    )
    for metric in NO_DIRECTION
]
CASES = [pytest.param(*case, id=f"{case[0]}-{number}") for number, case in enumerate(PROVOKED)]


def problems_of(experiment: Experiment) -> list[Problem]:
    return list(check(experiment))


@pytest.mark.parametrize(("code", "blocks", "experiment", "words"), CASES)
def test_problem_is_found_alone_and_reads_in_full(code: str, blocks: bool, experiment: Experiment, words: str) -> None:
    (problem,) = problems_of(experiment)
    assert (problem.code, problem.blocks) == (code, blocks)
    assert f"{problem.happened} {problem.expected} {problem.fix}".startswith(words)
    assert problem.expected.endswith(".") and problem.fix.endswith(".")
    assert problem.repairs


@pytest.mark.parametrize(("code", "blocks", "experiment", "words"), CASES)
def test_each_repair_solves_the_problem(code: str, blocks: bool, experiment: Experiment, words: str) -> None:
    for repair in problems_of(experiment)[0].repairs:
        mended = apply_repair(experiment, repair)
        assert mended != experiment
        left = [problem for problem in problems_of(mended) if problem.code == code]
        assert not left, f"{repair.label}: {left[0].happened}"
        assert not [problem for problem in problems_of(mended) if problem.blocks], repair.label


def test_every_rule_is_provoked() -> None:
    assert len({code for code, *_ in PROVOKED}) == len(FIT_RULES) + 1  # a single rule has two problems
    assert NO_DIRECTION


def in_peace() -> list:
    """Working experiments: each suggested schedule and callback, also with matching other settings."""
    longer = with_fit(LECTURE, epochs=20)
    fine = [(name, scheduled(name, experiment)) for name in SCHEDULES for experiment in (LECTURE, longer)]
    fine += [
        (name, called(suggested_callback(name, experiment), experiment=experiment))
        for name in CALLBACKS
        for experiment in (LECTURE, longer, UNSPLIT, ONE_HOT)
    ]
    both = tuple(suggested_callback(name, longer) for name in CALLBACKS)
    fine += [
        ("both", called(*both, experiment=longer)),
        ("schedule-and-stopping", called(STOPPING, experiment=scheduled("CosineDecay"))),
        ("cycle", scheduled("PolynomialDecay", decay_steps=50, cycle=True)),
        ("monitor", called(EntryRef("EarlyStopping", (("monitor", "val_accuracy"), ("patience", 2))))),
        ("restores", called(EntryRef("EarlyStopping", (("patience", 50), ("restore_best_weights", True))))),
        ("no-patience", called(EntryRef("EarlyStopping", (("patience", 0),)))),
    ]
    return [pytest.param(experiment, id=f"{name}-{number}") for number, (name, experiment) in enumerate(fine)]


@pytest.mark.parametrize("experiment", in_peace())
def test_working_schedules_and_callbacks_have_no_problem(experiment: Experiment) -> None:
    assert problems_of(experiment) == []


def test_measured_names_are_those_of_keras_history() -> None:
    assert measured_names(LECTURE) == ("val_loss", "val_accuracy", "loss", "accuracy")
    assert measured_names(UNSPLIT) == ("loss", "accuracy")
    top = [{"name": "TopKCategoricalAccuracy"}]
    assert measured_names(with_compile(UNSPLIT, metrics=top)) == ("loss", "sparse_top_k_categorical_accuracy")
    assert measured_names(with_compile(with_data(ONE_HOT, validation_split=0.0), metrics=top)) == (
        "loss", "top_k_categorical_accuracy",
    )  # fmt: skip


@pytest.mark.parametrize("name", CALLBACKS)
def test_suggested_callback_watches_what_is_measured_and_can_act(name: str) -> None:
    assert suggested_callback(name, LECTURE).argument("monitor") is None, "Keras' default is written by nobody"
    assert suggested_callback(name, UNSPLIT).argument("monitor") == "loss"
    assert with_measured_monitor(suggested_callback(name, UNSPLIT), LECTURE) == suggested_callback(name, LECTURE)
    assert suggested_callback(name, with_fit(LECTURE, epochs=1)).argument("patience") >= 1
