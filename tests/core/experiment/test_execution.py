"""The execution of an experiment: steps at once, and XLA, by its layers and the machine's speed."""

import pytest

from core.experiment.edits import insert_layer, new_layer
from core.experiment.execution import Execution, choose_execution, execution_sentence, steps_sentence, xla_helps
from core.experiment.model import Experiment
from core.experiment.templates import apply_template, lecture_experiment
from core.export.script import script
from core.worker.training.summary import summarise
from core.worker.training.train import train
from tests.core.sample_experiments import with_data, with_fit

LECTURE = lecture_experiment("fashion_mnist")
DROPPING = insert_layer(LECTURE, new_layer(LECTURE, "Dropout", rate=0.3), "output")
CONVNET = with_fit(apply_template(LECTURE, "convnet"), batch_size=512)


@pytest.mark.parametrize(
    ("experiment", "seconds_per_step", "expected"),
    [
        (LECTURE, None, Execution(32)),
        (LECTURE, 0.02, Execution(2)),  # a slow machine: an execution must still be short
        (with_data(LECTURE, train_images=1_000), None, Execution(4)),  # 32 steps an epoch, and curves want some points
        (with_fit(LECTURE, mode="fast"), None, Execution(32, jit_compile=True)),
        (with_fit(CONVNET, batch_size=32), None, Execution(8)),
        (CONVNET, None, Execution(1)),  # large batches take long
        (with_fit(CONVNET, mode="fast"), None, Execution(1)),  # XLA makes convolutions slower
    ],
)
def test_choice(experiment: object, seconds_per_step: float | None, expected: Execution) -> None:
    assert choose_execution(experiment, summarise(experiment), seconds_per_step) == expected


def test_without_the_table_of_shapes_there_is_one_step_at_a_time() -> None:
    assert choose_execution(LECTURE, None) == Execution()


def test_nets_that_xla_makes_slower_are_known_by_their_layers() -> None:
    assert xla_helps(LECTURE)
    assert not xla_helps(apply_template(LECTURE, "lenet"))


def test_script_holds_what_makes_the_run_fast() -> None:
    text = script(LECTURE, execution=Execution(32, jit_compile=True))
    assert (
        '    metrics=["accuracy"],\n    # Changes the speed.\n'
        "    steps_per_execution=32,  # so the progress bar jumps, even past its end\n"
        "    jit_compile=True,  # XLA rounds otherwise: about from the 4th digit on\n)\n"
    ) in text
    assert "with the same numbers" not in text, "what XLA compiles rounds otherwise"
    assert "\nfuse(model, 32, 32)\n\n# Train\n" in text, "several steps in one computation"
    assert "steps_per_execution" not in script(LECTURE) and "jit_compile" not in script(LECTURE)


def test_script_of_a_net_that_draws_says_that_xla_draws_other_random_numbers() -> None:
    text = script(DROPPING, execution=Execution(32, jit_compile=True))
    assert "    jit_compile=True,  # XLA draws other random numbers: a run as of another seed\n" in text
    assert "4th digit" not in text


@pytest.mark.deep
def test_xla_draws_other_random_numbers_and_rounds_the_rest() -> None:
    """The sentences of the page and the script on mode "fast"."""

    def loss(experiment: Experiment, execution: Execution) -> float:
        return float(train(experiment, lambda event: None, lambda: None, execution=execution)["history"]["loss"][0])

    exact, fast = Execution(8), Execution(8, jit_compile=True)
    plain = with_fit(lecture_experiment("digits"), epochs=1)
    assert loss(plain, fast) == pytest.approx(loss(plain, exact), rel=1e-4)
    dropping = insert_layer(plain, new_layer(plain, "Dropout", rate=0.3), "output")
    assert abs(loss(dropping, fast) / loss(dropping, exact) - 1) > 1e-3
    assert loss(dropping, fast) == loss(dropping, fast), "the same numbers each time"


def test_number_of_steps_at_once_has_a_reason() -> None:
    assert steps_sentence(Execution(16, reason="more than 32 bring nothing")) == (
        "steps_per_execution is 16: more than 32 bring nothing. It changes how fast a run is, and none of its numbers."
    )
    assert steps_sentence(Execution()) == (
        "steps_per_execution is 1. It changes how fast a run is, and none of its numbers."
    )


@pytest.mark.parametrize(
    ("experiment", "seconds_per_step", "reason"),
    [
        (LECTURE, 0.0001, "more than 32 bring nothing"),
        (LECTURE, 0.02, "the largest power of 2 within 1/20 s, measured on this machine"),
        (with_fit(CONVNET, batch_size=32), None, "the largest power of 2 within 1/20 s, estimated for this machine"),
        (with_data(LECTURE, train_images=1_000), None, "the largest power of 2 within 1/5 of an epoch"),
    ],
)
def test_script_says_in_a_line_why_it_is_that_many_steps(
    experiment: Experiment, seconds_per_step: float | None, reason: str
) -> None:
    chosen = choose_execution(experiment, summarise(experiment), seconds_per_step)
    (line,) = (one for one in script(experiment, execution=chosen).splitlines() if "# Changes" in one)
    assert line == f"    # Changes no number, only the speed: {reason}." and len(line) <= 110


@pytest.mark.parametrize(
    ("experiment", "sentence"),
    [
        (LECTURE, "It runs 32 steps at a time, with the numbers of a plain Keras script, to the last digit."),
        (CONVNET, "It runs one step at a time, with the numbers of a plain Keras script, to the last digit."),
        (
            with_fit(LECTURE, mode="fast"),
            "XLA compiles 32 steps at a time: the losses differ from those of a plain Keras script",
        ),
        (
            with_fit(DROPPING, mode="fast"),
            "XLA compiles 32 steps at a time, and draws other random numbers for Dropout: the run differs from that of a "
            "plain Keras script as with another seed.",
        ),
        (with_fit(CONVNET, mode="fast"), "XLA would make Conv2D slower on a processor, so it is not used. It runs one step"),
    ],
)
def test_how_it_runs_is_said_in_a_sentence(experiment: Experiment, sentence: str) -> None:
    assert execution_sentence(experiment, choose_execution(experiment, summarise(experiment))).startswith(sentence)
