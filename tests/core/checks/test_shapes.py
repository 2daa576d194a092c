"""Problems in Keras' table of shapes, and repairs that lead out of every broken network."""

import time

import psutil
import pytest
import tensorflow as tf

from core.checks.experiment_checks import check, is_valid
from core.experiment.edits import apply_repair
from core.experiment.memory import training_bytes
from core.experiment.model import Experiment
from core.problems import Problem
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from tests.core.checks.repair_simulation import presses_to_train, worst
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_fit
from tests.deep_cases import deep_except

DENSE = layer("Dense", units=128, activation="relu")
CONV = layer("Conv2D", filters=8, kernel_size=3, activation="relu")
POOL = layer("MaxPooling2D", pool_size=2)
LSTM = layer("LSTM", units=32)
HUGE = layer("Dense", units=1_000_000, activation="relu")

# Each problem once: the code, whether it is an error, a stack with it, and the message.
PROVOKED: list[tuple[str, Experiment, str]] = [
    (
        "wrong-rank",
        stack(FLATTEN, CONV, FLATTEN, OUTPUT),
        "Conv2D got 64 numbers, which is a row of numbers. Expected an image (height × width × channels). "
        "Move Conv2D before Flatten.",
    ),
    (
        "wrong-rank",
        stack(FLATTEN, DENSE, CONV, FLATTEN, OUTPUT),
        "Conv2D got 128 numbers, which is a row of numbers. Expected an image (height × width × channels). "
        "Move Conv2D before Flatten.",
    ),
    (
        "wrong-rank",
        stack(CONV, {"name": "GlobalMaxPooling2D"}, POOL, CONV, POOL, OUTPUT, dataset="fashion_mnist"),
        "MaxPooling2D got 8 numbers, which is a row of numbers. Expected an image (height × width × channels). "
        "Move GlobalMaxPooling2D behind MaxPooling2D (pool3).",
    ),
    (
        "wrong-rank",
        stack(LSTM, OUTPUT),
        "LSTM got 8 × 8 × 1, which is an image (height × width × channels). Expected a sequence (steps × features). "
        "Read it row by row: add Reshape (8, 8).",
    ),
    (
        "wrong-rank",
        stack(layer("Reshape", target_shape=[8, 8]), LSTM, LSTM, OUTPUT),
        "LSTM got 32 numbers, which is a row of numbers. Expected a sequence (steps × features). "
        "Let LSTM give its whole sequence.",
    ),
    (
        "wrong-rank",
        stack(DENSE, FLATTEN, OUTPUT),
        "Dense got 8 × 8 × 1, which is an image (height × width × channels). Keras accepts that, and applies it to the "
        "last axis only. Expected a row of numbers. Add Flatten before it.",
    ),
    (
        "window-too-large",
        stack(POOL, POOL, POOL, POOL, FLATTEN, OUTPUT),
        "MaxPooling2D has pool_size=2 × 2, and its input is only 1 × 1. "
        "Expected a window of at most 1 × 1, or padding='same'. "
        "Use fewer pooling layers before it, set pool_size to 1, or remove it.",
    ),
    (
        "window-too-large",
        stack(POOL, POOL, POOL, CONV, FLATTEN, OUTPUT),
        "Conv2D has kernel_size=3 × 3, and its input is only 1 × 1. Expected a window of at most 1 × 1. "
        "Use fewer pooling layers before it, set kernel_size to 1, or remove it.",
    ),
    (
        "window-too-large",
        stack(layer("Conv2D", filters=4, kernel_size=[3, 9]), FLATTEN, OUTPUT),
        "Conv2D has kernel_size=3 × 9, and its input is only 8 × 8. "
        "Expected a window of at most 8 × 8, or padding='same'. "
        "Use fewer pooling layers before it, set kernel_size to 8, or remove it.",
    ),
    (
        "cannot-reshape",
        stack(layer("Reshape", target_shape=[28, 28]), LSTM, OUTPUT),
        "Reshape got 8 × 8 × 1, which is 64 numbers, and is to give 28 × 28: 784. Expected a shape of 64 numbers. "
        "Set target_shape to (8, 8), or remove the layer.",
    ),
    (
        "cannot-reshape",
        stack(layer("Reshape", target_shape=[5, -1]), FLATTEN, OUTPUT),
        "Reshape got 8 × 8 × 1, which is 64 numbers, and is to give 5 × ?: a multiple of 5. "
        "Expected a shape of 64 numbers. Set target_shape to (8, 8), or remove the layer.",
    ),
    (
        "cannot-reshape",
        stack(layer("Reshape", target_shape=[-1, -1]), FLATTEN, OUTPUT),
        "Reshape got 8 × 8 × 1, which is 64 numbers, and is to give ? × ?: only one size can be left open. "
        "Expected a shape of 64 numbers. Set target_shape to (8, 8), or remove the layer.",
    ),
    (
        "cannot-reshape",
        stack({"name": "Reshape"}, FLATTEN, OUTPUT),
        "Reshape got 8 × 8 × 1, which is 64 numbers, and is to give 28 × 28: 784. Expected a shape of 64 numbers. "
        "Set target_shape to (8, 8), or remove the layer.",
    ),
    (
        "cannot-reshape",
        stack(layer("Reshape", target_shape=[28, 28, 1]), CONV, FLATTEN, OUTPUT),
        "Reshape got 8 × 8 × 1, which is 64 numbers, and is to give 28 × 28 × 1: 784. Expected a shape of 64 numbers. "
        "Set target_shape to (8, 8, 1), or remove the layer.",
    ),
    (
        "too-little-room",
        stack(CONV, layer("AdaptiveAveragePooling2D", output_size=1), FLATTEN, OUTPUT),
        "AdaptiveAveragePooling2D is to make 1 × 1 of 6 × 6. Expected a smaller reduction: for this size Keras tries a "
        "window that is larger than the input, and fails. Set output_size to 2, or use global pooling.",
    ),
    (
        "groups-do-not-divide-filters",
        stack(layer("Conv2D", filters=3, kernel_size=3, groups=2), FLATTEN, OUTPUT),
        "Conv2D has 3 filters in 2 groups. Expected filters that 2 divides, since each group has as many. "
        "Set groups to 1, or filters to 4.",
    ),
    (
        "answers-do-not-fit-classes",
        stack(FLATTEN, DENSE, layer("Dropout", rate=0.5)),
        "The network ends with Dropout, which gives 128 numbers. Expected 10 numbers, one for each class of Digits. "
        "Add Dense 10 softmax at the end.",
    ),
    (
        "answers-do-not-fit-classes",
        stack(CONV, POOL),
        "The network ends with MaxPooling2D, which gives 3 × 3 × 8. Expected 10 numbers, one for each class of Digits. "
        "Add Flatten at the end.",
    ),
    (
        "answers-do-not-fit-classes",
        stack(CONV, OUTPUT),
        "The network ends with Dense, which gives 6 × 6 × 10. Expected 10 numbers, one for each class of Digits. "
        "Add Flatten before Dense (outputs).",
    ),
    (
        "too-large",
        stack(FLATTEN, HUGE, OUTPUT, dataset="fashion_mnist"),
        "The network has 795,000,010 parameters; training it needs about 38.4 GB. Expected at most 4 GB, and Dense costs "
        "the most. Set units to 77,000 or less; it is 1,000,000.",
    ),
    (
        "batch-too-large",
        with_fit(
            stack(layer("Conv2D", filters=64, kernel_size=3, padding="same"), FLATTEN, OUTPUT, dataset="fashion_mnist"),
            batch_size=65_536,
        ),
        "A batch of 65,536 images needs about 53.1 GB in training. Expected at most 4 GB. "
        "Use batches of 4,400 images or less.",
    ),
]


@pytest.fixture(autouse=True)
def plenty_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give trainers so much memory that only the setting for a network counts."""
    monkeypatch.setenv("DASHBOARD_WORKER_MEMORY", "8")


each_provoked = pytest.mark.parametrize(
    ("code", "experiment", "message"), PROVOKED, ids=[f"{code}-{number}" for number, (code, _, _) in enumerate(PROVOKED)]
)


def problems_of(experiment: Experiment) -> tuple[Problem, ...]:
    """All problems, including those in Keras' table."""
    return check(experiment, summarise(experiment))


@each_provoked
def test_problem_is_found_and_reads_in_full(code: str, experiment: Experiment, message: str) -> None:
    (problem,) = [found for found in problems_of(experiment) if found.code == code]
    assert str(problem) == message


@each_provoked
def test_each_repair_removes_the_problem(code: str, experiment: Experiment, message: str) -> None:
    (problem,) = [found for found in problems_of(experiment) if found.code == code]
    assert problem.repairs
    assert problem.repairs[0].label
    for repair in problem.repairs:
        mended = apply_repair(experiment, repair)
        assert mended != experiment
        assert (code, problem.where) not in [(left.code, left.where) for left in problems_of(mended)], repair.label


@pytest.mark.parametrize("rank", deep_except([1], [1, 2, 3]))
def test_pooling_to_a_size_is_refused_where_keras_cannot_train_it(rank: int) -> None:
    """Keras announces a shape and answers pictures, but fails in a graph, as in training."""
    for side in (2, 4, 8):
        shape = (side,) * rank
        for size in (1, 2, 3, 8):
            pooling = layer(f"AdaptiveAveragePooling{rank}D", output_size=size)
            experiment = stack(
                FLATTEN, layer("Dense", units=side**rank), layer("Reshape", target_shape=[*shape, 1]), pooling
            )
            refused = "too-little-room" in [problem.code for problem in problems_of(experiment)]
            model = build(experiment)
            try:
                tf.function(model).get_concrete_function(tf.TensorSpec((None, 8, 8, 1)))
            except ValueError:
                assert refused, f"{shape} to {size}"
            else:
                assert not refused, f"{shape} to {size}"


# Networks of students.
BROKEN: dict[str, Experiment] = {
    "Conv2D after Flatten": stack(FLATTEN, CONV, OUTPUT),
    "no Flatten": stack(DENSE, OUTPUT),
    "no Flatten after convolutions": stack(CONV, POOL, DENSE, OUTPUT),
    "no output layer": stack(FLATTEN, DENSE),
    "no layers": stack(),
    "only Flatten": stack(FLATTEN),
    "only a convolution": stack(CONV),
    "LSTM on a picture": stack(LSTM, OUTPUT),
    "LSTM after Flatten": stack(FLATTEN, LSTM, OUTPUT),
    "two LSTMs": stack(layer("Reshape", target_shape=[8, 8]), LSTM, LSTM, OUTPUT),
    "LSTM that gives its sequence": stack(
        layer("Reshape", target_shape=[8, 8]), layer("LSTM", units=8, return_sequences=True), OUTPUT
    ),
    "too many poolings": stack(CONV, POOL, CONV, POOL, CONV, POOL, FLATTEN, OUTPUT),
    "kernel larger than the picture": stack(layer("Conv2D", filters=4, kernel_size=11), FLATTEN, OUTPUT),
    "wrong units": stack(FLATTEN, DENSE, layer("Dense", units=9, activation="softmax")),
    "one unit": stack(FLATTEN, layer("Dense", units=1, activation="softmax")),
    "softmax missing": stack(FLATTEN, DENSE, layer("Dense", units=10)),
    "relu at the end": stack(FLATTEN, layer("Dense", units=10, activation="relu")),
    "Reshape of other data": stack(layer("Reshape", target_shape=[28, 28, 1]), CONV, FLATTEN, OUTPUT),
    "Reshape with two open sizes": stack(layer("Reshape", target_shape=[-1, -1]), FLATTEN, OUTPUT),
    "Embedding on scaled pixels": stack(FLATTEN, layer("Embedding", input_dim=256, output_dim=4), FLATTEN, OUTPUT),
    "Embedding on a picture": stack(layer("Embedding", input_dim=256, output_dim=4), OUTPUT, pixels="0-255"),
    "Embedding before a convolution": stack(
        layer("Embedding", input_dim=256, output_dim=4), CONV, FLATTEN, OUTPUT, pixels="0-255"
    ),
    "convolution after global pooling": stack(CONV, {"name": "GlobalAveragePooling2D"}, CONV, OUTPUT),
    "pooling at the end": stack(CONV, POOL, {"name": "GlobalAveragePooling2D"}),
    "dropout at the end": stack(FLATTEN, DENSE, layer("Dropout", rate=0.5)),
    "strides with dilation": stack(layer("Conv2D", filters=4, kernel_size=3, strides=2, dilation_rate=2), FLATTEN, OUTPUT),
    "normalised along an axis that is not there": stack(FLATTEN, layer("BatchNormalization", axis=3), OUTPUT),
    "far too many units": stack(FLATTEN, HUGE, HUGE, OUTPUT, dataset="fashion_mnist"),
    "too much for the output layer": stack(
        layer("Conv2D", filters=4096, kernel_size=3, padding="same"),
        FLATTEN,
        layer("Dense", units=100, activation="softmax"),
        dataset="cifar100",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_first_repairs_lead_to_a_net_that_can_be_trained(name: str) -> None:
    experiment = BROKEN[name]
    assert problems_of(experiment), "this net is not broken"
    rounds = 0
    while problems := problems_of(experiment):
        rounds += 1
        assert rounds <= 3, f"after three repairs it still has: {'; '.join(map(str, problems))}"
        worst = next((problem for problem in problems if problem.blocks), problems[0])
        experiment = apply_repair(experiment, worst.repairs[0])
    assert is_valid(problems_of(experiment))
    assert experiment.layers


def test_one_forgotten_flatten_is_mended_by_one_repair() -> None:
    experiment = stack(DENSE, DENSE, OUTPUT)
    problems = problems_of(experiment)
    assert [problem.code for problem in problems] == ["wrong-rank", "answers-do-not-fit-classes"]
    for problem in problems:
        assert problems_of(apply_repair(experiment, problem.repairs[0])) == ()


TAKES_MORE_AXES = {
    "AdaptiveMaxPooling1D": {"output_size": 1},
    "LSTM": {"units": 8},
    "Conv2D": {"filters": 8, "kernel_size": 3},
}


@pytest.mark.parametrize("name", TAKES_MORE_AXES)
def test_layer_that_reshapes_right_answers_is_removed(name: str) -> None:
    """Otherwise the first repair would insert a Reshape that the next repair removes."""
    spoilt = stack(FLATTEN, OUTPUT, layer(name, **TAKES_MORE_AXES[name]))
    [only] = worst(problems_of(spoilt)).repairs
    assert only.label == f"Remove {name}"
    assert presses_to_train(spoilt) == 1


def test_what_follows_a_refused_layer_is_not_blamed() -> None:
    experiment = stack(FLATTEN, CONV, POOL, LSTM, OUTPUT)
    assert [problem.where for problem in problems_of(experiment)] == [("layers", "layer-2")]


def test_a_layer_that_has_a_problem_gets_no_second_one_from_its_shape() -> None:
    experiment = stack(FLATTEN, layer("Dense", units=9, activation="softmax"))
    assert [problem.code for problem in problems_of(experiment)] == ["units-differ-from-classes"]


def test_last_activation_is_not_blamed_for_the_layer_before() -> None:
    experiment = stack(FLATTEN, layer("Dense", units=9), layer("Activation", activation="softmax"))
    assert [problem.code for problem in problems_of(experiment)] == ["units-differ-from-classes"]


def test_a_network_without_a_weight_is_warned_of_and_given_one() -> None:
    ten = (layer("Reshape", target_shape=[64, 1]), layer("Cropping1D", cropping=[0, 54]), FLATTEN)
    experiment = stack(*ten, layer("Activation", activation="softmax"))
    (problem,) = [found for found in problems_of(experiment) if found.code == "nothing-learns"]
    assert problem.happened == "No layer of this network has weights that training can change." and not problem.blocks
    mended = apply_repair(experiment, problem.repairs[0])
    assert "nothing-learns" not in [found.code for found in problems_of(mended)] and is_valid(problems_of(mended))


def test_memory_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = stack(FLATTEN, layer("Dense", units=1_000_000), OUTPUT)
    assert summarise(experiment).parameters == 75_000_010
    assert is_valid(problems_of(experiment))
    monkeypatch.setenv("DASHBOARD_MODEL_MEMORY", "0.5")
    (problem,) = [found for found in problems_of(experiment) if found.blocks]
    assert problem.code == "too-large"
    assert "Expected at most 500 MB" in problem.expected


@pytest.mark.parametrize("filters", [1, 8, 32])
def test_smaller_batch_fits_also_beside_large_weights(filters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_MODEL_MEMORY", "1.0")
    wide = layer("Dense", units=50_000)
    experiment = with_fit(
        stack(layer("Conv2D", filters=filters, kernel_size=3, padding="same"), FLATTEN, wide, OUTPUT), batch_size=65_536
    )
    for _ in range(2):
        blocking = [problem for problem in problems_of(experiment) if problem.blocks]
        if blocking:
            experiment = apply_repair(experiment, blocking[0].repairs[0])
    assert is_valid(problems_of(experiment))
    assert training_bytes(experiment, summarise(experiment)) > 0.5e9  # but no smaller than necessary


def test_outputs_too_large_for_one_image_are_reported_at_their_layer() -> None:
    many = layer("Conv2D", filters=4096, kernel_size=1)
    experiment = stack(many, many, layer("Embedding", input_dim=256, output_dim=4096), OUTPUT, pixels="0-255")
    (problem,) = [found for found in problems_of(experiment) if found.code in ("too-large", "batch-too-large")]
    assert (problem.code, problem.where) == ("too-large", ("layers", "layer-3"))
    assert problem.repairs[0].path == ("layers", "layer-3", "arguments", "output_dim")


def test_filters_that_were_not_written_can_be_made_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_MODEL_MEMORY", "0.1")
    wide = layer("Conv2D", filters=4096, kernel_size=1)
    experiment = stack(wide, layer("Conv2D", kernel_size=8, padding="same"), FLATTEN, OUTPUT)
    blocking = [problem for problem in problems_of(experiment) if problem.blocks]
    assert blocking[0].fix.endswith("it is 32.")
    assert blocking[0].where == ("layers", "layer-2")


def test_billions_of_parameters_are_refused_with_their_number_and_memory() -> None:
    problems = problems_of(stack(FLATTEN, HUGE, HUGE, OUTPUT, dataset="fashion_mnist"))
    assert [problem.code for problem in problems] == ["too-large"]
    assert problems[0].happened == ("The network has 1,000,796,000,010 parameters; training it needs about 48,039 GB.")


@pytest.mark.deep
def test_billions_of_parameters_are_refused_at_once_and_take_no_memory() -> None:
    problems_of(LECTURE)  # so that nothing below is set up for the first time
    process = psutil.Process()
    before, started = process.memory_info().rss, time.process_time()
    problems_of(stack(FLATTEN, HUGE, HUGE, OUTPUT, dataset="fashion_mnist"))
    seconds, grown = time.process_time() - started, process.memory_info().rss - before
    assert seconds < 0.5
    assert grown < 100e6


def test_attention_that_takes_too_much_names_what_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_MODEL_MEMORY", "0.1")
    pixels = layer("Reshape", target_shape=[784, 1])
    heads = layer("MultiHeadAttention", num_heads=64, key_dim=4)
    experiment = stack(pixels, heads, FLATTEN, OUTPUT, dataset="fashion_mnist")  # 64 x 784 x 784 numbers for an image
    (problem,) = [found for found in problems_of(experiment) if found.blocks]
    assert (problem.code, problem.where) == ("too-large", ("layers", "layer-2"))
    assert "fewer heads" in problem.fix and problem.why.startswith("The outputs of a layer are kept")
    assert is_valid(problems_of(apply_repair(experiment, problem.repairs[-1])))
