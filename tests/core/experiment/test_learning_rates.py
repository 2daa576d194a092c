"""The learning rate over the steps: each schedule against Keras' own, and its arguments, chart and sentence."""

import math

import keras
import pytest

from core.catalogue import Entry
from core.catalogue.schedules import SCHEDULES
from core.experiment import learning_rates
from core.experiment.edits import set_value
from core.experiment.model import EntryRef, Experiment
from tests.core.sample_experiments import LECTURE, with_compile, with_data, with_fit

STEPS = 5 * 41  # of the lecture's net on Digits
ACCURACY = 2e-4  # Keras computes in 32 bits, which allows no more close to a jump or to 0
ALL = [pytest.param(entry, id=entry.name) for entry in SCHEDULES.values()]
WHERE = sorted({0, 1, 2, 3, 7, 49, 50, 51, 99, 100, 101, 149, 150, 151, 299, 300, 301, 350, 700, 701, 1_000, 4_321, 100_000})
SHORT = {"decay_steps": 100, "first_decay_steps": 50, "boundaries": (50, 100, 300), "values": (0.01, 0.003, 0.02, 0.0001)}


def chosen(entry: Entry, **arguments: object) -> EntryRef:
    names = [one.name for one in entry.parameters]
    short = {name: value for name, value in SHORT.items() if name in names}
    values = {one.name: one.default for one in entry.parameters} | short | arguments
    return EntryRef(entry.name, tuple((name, values[name]) for name in names))


def variants(entry: Entry) -> list[EntryRef]:
    """A schedule with short lengths, and with each of its other arguments changed."""
    others = {
        "staircase": True, "cycle": True, "alpha": 0.2, "power": 2.5, "end_learning_rate": 0.002, "decay_rate": 0.5,
        "t_mul": 1.0, "m_mul": 0.6, "initial_learning_rate": 0.2,
    }  # fmt: skip
    names = [one.name for one in entry.parameters]
    found = [chosen(entry), *(chosen(entry, **{name: value}) for name, value in others.items() if name in names)]
    if "t_mul" in names:
        found.append(chosen(entry, t_mul=1.5, m_mul=1.2, alpha=0.1))
    if "warmup_steps" in names:
        found.append(chosen(entry, warmup_steps=70, warmup_target=0.05, initial_learning_rate=0.0))
        found.append(chosen(entry, warmup_steps=70))  # which does nothing without its target
    return found


def keras_rate(schedule: EntryRef, step: int) -> float:
    return float(getattr(keras.optimizers.schedules, schedule.name)(**dict(schedule.arguments))(step))


@pytest.mark.parametrize("entry", ALL)
def test_schedule_is_keras_own_at_every_step(entry: Entry) -> None:
    for schedule in variants(entry):
        top = learning_rates.peak_rate(schedule)
        for step in WHERE:
            here = learning_rates.rate_at(schedule, step)
            assert here == pytest.approx(keras_rate(schedule, step), rel=ACCURACY, abs=ACCURACY * top), (schedule, step)


def test_every_schedule_is_tried() -> None:
    assert len(SCHEDULES) == 6
    assert all(len(variants(entry)) > 1 for entry in SCHEDULES.values() if not entry.trait("piecewise_arguments"))


def scheduled(schedule: EntryRef, experiment: Experiment = LECTURE) -> Experiment:
    return set_value(experiment, learning_rates.RATE, schedule)


@pytest.mark.parametrize("entry", ALL)
@pytest.mark.parametrize("experiment", [LECTURE, with_fit(with_data(LECTURE, train_images=10), epochs=1)], ids=["205", "1"])
def test_suggested_schedule_fits_the_run(entry: Entry, experiment: Experiment) -> None:
    schedule = learning_rates.suggested_schedule(entry.name, experiment, 0.004)
    parameters = {one.name: one.constraint for one in entry.parameters}
    assert [name for name, value in schedule.arguments if not parameters[name].is_valid(value)] == []
    assert learning_rates.has_valid_boundaries(schedule)
    drawn = learning_rates.rate_points(scheduled(schedule, experiment))
    assert max(rate for _, rate in drawn) == pytest.approx(0.004)
    assert learning_rates.peak_rate(schedule) == pytest.approx(0.004)
    assert len(drawn) == 1 or drawn[-1][1] < 0.2 * 0.004
    assert getattr(keras.optimizers.schedules, schedule.name)(**dict(schedule.arguments))


@pytest.mark.parametrize("entry", ALL)
def test_points_go_over_the_whole_run_and_stay_few(entry: Entry) -> None:
    experiment = scheduled(learning_rates.suggested_schedule(entry.name, LECTURE))
    steps = [step for step, _ in learning_rates.rate_points(experiment)]
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1], len(steps)) == (0, STEPS - 1, STEPS)
    long = with_fit(experiment, epochs=1_000)
    drawn = learning_rates.rate_points(long, 100)
    assert (drawn[0][0], drawn[-1][0]) == (0, 41_000 - 1)
    assert 100 <= len(drawn) <= 104  # both sides of each jump too


def test_jumps_are_drawn_where_they_are() -> None:
    pieces = EntryRef("PiecewiseConstantDecay", (("boundaries", (1_111, 20_000)), ("values", (0.1, 0.01, 0.001))))
    drawn = dict(learning_rates.rate_points(with_fit(scheduled(pieces), epochs=1_000), 10))
    assert (drawn[1_111], drawn[1_112], drawn[20_000], drawn[20_001]) == (0.1, 0.01, 0.01, 0.001)


def test_constant_rate_has_no_schedule_and_no_points() -> None:
    assert learning_rates.schedule_of(LECTURE) is None
    with pytest.raises(KeyError):
        learning_rates.rate_points(LECTURE)
    with pytest.raises(KeyError):
        learning_rates.rate_points(
            scheduled(EntryRef("PiecewiseConstantDecay", (("boundaries", (9, 5)), ("values", (1.0, 0.1, 0.01)))))
        )


def test_gradients_that_are_gathered_make_fewer_updates() -> None:
    assert learning_rates.num_updates(LECTURE) == STEPS
    adam = {"name": "Adam", "arguments": {"gradient_accumulation_steps": 4}}
    assert learning_rates.num_updates(with_compile(LECTURE, optimizer=adam)) == STEPS // 4


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (
            EntryRef("CosineDecay", (("initial_learning_rate", 0.01), ("decay_steps", 204))),
            "The learning rate starts at 0.01 and ends at 0, after 205 steps (5 epochs).",
        ),
        (
            EntryRef(
                "CosineDecay",
                (("initial_learning_rate", 0.0), ("decay_steps", 154), ("warmup_target", 0.1), ("warmup_steps", 50)),
            ),
            "The learning rate starts at 0 and ends at 0, after 205 steps (5 epochs). It rises to 0.1 at step 50.",
        ),
        (
            EntryRef("CosineDecayRestarts", (("initial_learning_rate", 0.01), ("first_decay_steps", 30))),
            "It jumps up 2 times on the way.",
        ),
        (
            EntryRef("CosineDecayRestarts", (("initial_learning_rate", 0.01), ("first_decay_steps", 100))),
            "It jumps up 1 time on the way.",
        ),
    ],
    ids=["falls", "rises", "jumps", "jumps-once"],
)
def test_sentence_says_what_is_drawn(schedule: EntryRef, words: str) -> None:
    said = learning_rates.sentence(scheduled(schedule))
    assert said.endswith(words)
    assert said.startswith("The learning rate starts at ")


@pytest.mark.parametrize(
    ("schedule", "end"),
    [
        (EntryRef("CosineDecay", (("decay_steps", 100),)), 100),
        (EntryRef("CosineDecay", (("decay_steps", 100), ("warmup_steps", 20))), 100),
        (EntryRef("CosineDecay", (("decay_steps", 100), ("warmup_target", 0.1), ("warmup_steps", 20))), 120),
        (EntryRef("PolynomialDecay", (("decay_steps", 100),)), 100),
        (EntryRef("PolynomialDecay", (("decay_steps", 100), ("cycle", True))), None),
        (EntryRef("PiecewiseConstantDecay", (("boundaries", (5, 9)),)), 9),
        (EntryRef("ExponentialDecay"), None),
        (EntryRef("InverseTimeDecay"), None),
        (EntryRef("CosineDecayRestarts"), None),
    ],
    ids=lambda one: one.name if isinstance(one, EntryRef) else str(one),
)
def test_ends_after_the_last_step_that_changes_it(schedule: EntryRef, end: int | None) -> None:
    assert learning_rates.schedule_end_step(schedule) == end
    if end is not None:
        entry = SCHEDULES[schedule.name]
        later = {
            learning_rates.rate_at(chosen(entry, **dict(schedule.arguments)), step)
            for step in (end + 1, end + 2, end + 10_000)
        }
        assert len(later) == 1 or entry.trait("piecewise_arguments")


@pytest.mark.parametrize("entry", ALL)
def test_fitted_schedule_keeps_its_shape_and_takes_the_run_s_length(entry: Entry) -> None:
    made = learning_rates.suggested_schedule(entry.name, LECTURE)
    longer = with_fit(LECTURE, epochs=20)
    fitted = learning_rates.scale_schedule_to_run(made, longer)
    assert fitted.name == made.name
    assert learning_rates.has_valid_boundaries(fitted)
    assert fitted == learning_rates.suggested_schedule(entry.name, longer), (
        "what was made for one run is as if made for the other"
    )
    assert learning_rates.scale_schedule_to_run(fitted, longer) == fitted


def test_fitted_warm_up_keeps_its_share() -> None:
    arguments = (("initial_learning_rate", 0.0), ("decay_steps", 90), ("warmup_target", 0.1), ("warmup_steps", 10))
    fitted = dict(
        learning_rates.scale_schedule_to_run(EntryRef("CosineDecay", arguments), with_fit(LECTURE, epochs=10)).arguments
    )
    assert (fitted["decay_steps"] + fitted["warmup_steps"], fitted["warmup_steps"]) == (410, 41)


def test_constant_goes_back_to_the_rate_that_the_schedule_was_made_from() -> None:
    assert learning_rates.constant_rate(LECTURE) == 0.001
    assert learning_rates.constant_rate(
        scheduled(learning_rates.suggested_schedule("CosineDecay", LECTURE, 0.02))
    ) == pytest.approx(0.02)
    assert learning_rates.constant_rate(scheduled(EntryRef("PiecewiseConstantDecay"))) == 0.001
    nothing = EntryRef("CosineDecay", (("initial_learning_rate", 0.0),))
    assert learning_rates.constant_rate(scheduled(nothing)) == 0.001, "a rate of 0 learns nothing"


def test_heights_that_grow_without_end_are_no_crash() -> None:
    growing = EntryRef("CosineDecayRestarts", (("first_decay_steps", 1), ("t_mul", 1.0), ("m_mul", 2.0)))
    assert learning_rates.rate_at(growing, 5_000) == math.inf
