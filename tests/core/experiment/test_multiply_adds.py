"""Multiply-adds and parameters of every layer, against TensorFlow's executed operations and Keras' counts."""

import pytest
from keras.src.utils.summary_utils import count_params  # the function behind model.summary()

from core.catalogue import Entry
from core.catalogue.layers import LAYERS
from core.experiment.model import Experiment
from core.experiment.multiply_adds import USES
from core.experiment.templates import TEMPLATES
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from tests.core.experiment.tensorflow_operations import executed
from tests.core.export.test_every_layer import in_a_valid_place
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, net, stack, template
from tests.deep_cases import deep_except, first_of_each

ODD = (layer("Cropping2D", cropping=[[10, 9], [11, 10]]),)  # 32 x 32 x 3 becomes 13 x 11 x 3
STEPS = (*ODD, layer("Reshape", target_shape=[13, 33]))
FILM = (*ODD, layer("Reshape", target_shape=[13, 11, 3, 1]))
PICTURES = (*ODD, layer("Reshape", target_shape=[13, 11, 1, 3]))
BRIGHT = (*ODD, layer("Conv2D", filters=6, kernel_size=2))  # 12 x 10 x 6
CASES = [
    (ODD, layer("Conv2D", filters=5, kernel_size=[3, 4], strides=2, padding="same")),
    (ODD, layer("Conv2D", filters=5, kernel_size=3, strides=[2, 3])),
    (ODD, layer("Conv2D", filters=5, kernel_size=3, dilation_rate=2)),
    (ODD, layer("Conv2D", filters=6, kernel_size=3, groups=3, padding="same", use_bias=False)),
    (ODD, layer("Conv2D", filters=64, kernel_size=1, strides=2)),
    (ODD, layer("SeparableConv2D", filters=7, kernel_size=3, strides=2, depth_multiplier=2, padding="same")),
    (ODD, layer("DepthwiseConv2D", kernel_size=3, strides=2, depth_multiplier=4)),
    (ODD, layer("Conv2DTranspose", filters=5, kernel_size=3, strides=2)),
    (ODD, layer("Conv2DTranspose", filters=5, kernel_size=4, strides=3, padding="same")),
    (STEPS, layer("Conv1D", filters=9, kernel_size=4, strides=3)),
    (STEPS, layer("Conv1D", filters=9, kernel_size=3, dilation_rate=2, padding="causal")),
    (STEPS, layer("Conv1D", filters=9, kernel_size=3, groups=3)),
    (STEPS, layer("SeparableConv1D", filters=9, kernel_size=3, strides=2, depth_multiplier=2)),
    (STEPS, layer("DepthwiseConv1D", kernel_size=5, strides=2, depth_multiplier=2, padding="same")),
    (STEPS, layer("Conv1DTranspose", filters=5, kernel_size=4, strides=2, padding="same")),
    (FILM, layer("Conv3D", filters=4, kernel_size=[3, 2, 2], strides=2, padding="same")),
    (FILM, layer("Conv3DTranspose", filters=4, kernel_size=2, strides=2)),
    (ODD, layer("Dense", units=7)),
    (STEPS, layer("Dense", units=7)),
    (STEPS, layer("SimpleRNN", units=5, return_sequences=True)),
    (STEPS, layer("LSTM", units=5, return_sequences=True, use_bias=False)),
    (STEPS, layer("GRU", units=5, reset_after=False)),
    (ODD, layer("ConvLSTM1D", filters=4, kernel_size=3, return_sequences=True)),
    (PICTURES, layer("ConvLSTM2D", filters=4, kernel_size=[3, 1], strides=[2, 1], padding="same")),
    (FILM, layer("ConvLSTM2D", filters=4, kernel_size=2, dilation_rate=2, return_sequences=True)),
    (STEPS, layer("Bidirectional", layer=layer("GRU", units=5), merge_mode="sum")),
    (STEPS, layer("Bidirectional", layer=layer("LSTM", units=5, return_sequences=True))),
    (FILM, layer("TimeDistributed", layer=layer("Conv2D", filters=4, kernel_size=2, strides=2))),
    (FILM, layer("TimeDistributed", layer=layer("SeparableConv2D", filters=4, kernel_size=2))),
    (FILM, layer("TimeDistributed", layer=layer("MaxPooling2D", pool_size=2))),
    (ODD, layer("TimeDistributed", layer=layer("Dense", units=4))),
    (ODD, layer("SpectralNormalization", layer=layer("Conv2DTranspose", filters=4, kernel_size=3, strides=2))),
    (STEPS, layer("SpectralNormalization", layer=layer("Dense", units=4), power_iterations=3)),
    (ODD, layer("SpectralNormalization", layer=layer("DepthwiseConv2D", kernel_size=3, strides=2))),
    (STEPS, layer("MultiHeadAttention", num_heads=3, key_dim=5, value_dim=7, output_shape=9)),
    (STEPS, layer("MultiHeadAttention", num_heads=3, key_dim=5, use_gate=True, sliding_window=2)),
    (BRIGHT, layer("MultiHeadAttention", num_heads=2, key_dim=5)),
    (BRIGHT, layer("MultiHeadAttention", num_heads=2, key_dim=5, attention_axes=2)),
    (STEPS, layer("GroupQueryAttention", head_dim=5, num_query_heads=6, num_key_value_heads=2, use_gate=True)),
    (STEPS, layer("Attention", score_mode="concat", use_scale=True)),
    (STEPS, layer("Attention", use_scale=True)),
    (ODD, layer("Attention")),
    (STEPS, layer("AdditiveAttention", use_scale=False)),
    (STEPS, layer("AdditiveAttention")),
]
ROWS = ("rows", "Reshape", {"target_shape": [8, 8]})
END = (("flat", "Flatten"), ("output", "Dense", {"units": 10}))
BRANCHES = {
    name: (name, "Conv1D", {"filters": filters, "kernel_size": size}, ("rows",))
    for name, filters, size in (("wide", 6, 1), ("narrow", 6, 4), ("long", 4, 4))
}
SEVERAL = [  # layers that take two or three inputs, of 8 and of 5 steps
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, ("wide", "narrow")),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "value_dim": 4}, ("wide", "long", "narrow")),
    ("GroupQueryAttention", {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 1}, ("wide", "narrow")),
    ("Attention", {}, ("wide", "narrow")),
    ("Attention", {}, ("wide", "long", "narrow")),
    ("AdditiveAttention", {}, ("wide", "narrow")),
    ("Dot", {"axes": -1}, ("wide", "narrow")),
    ("Dot", {"axes": 2, "normalize": True}, ("wide", "narrow")),
]


def assert_counts(experiment: Experiment, *names: str) -> None:
    """Compare the table's numbers of these layers, or of all, with TensorFlow's operations and Keras' counts."""
    summary, model = summarise(experiment), build(experiment)
    assert not summary.refused, summary.reason
    for one in experiment.layers:
        row, built = summary.row(one.id), model.get_layer(one.id)
        if names and one.id not in names:
            continue
        assert (row.trainable, row.non_trainable) == (
            count_params(built.trainable_weights),
            count_params(built.non_trainable_weights),
        )
        two, only = (executed(one, built, row.input_shapes, images) for images in (2, 1))
        assert row.multiply_adds == two - only, one  # the cost of another picture; costs of a batch are not counted
    assert summary.trainable + summary.non_trainable == model.count_params()


EACH = [pytest.param(entry, id=name) for name, entry in LAYERS.items()]


@pytest.mark.parametrize("entry", deep_except(first_of_each(lambda entry: entry.group, EACH), EACH))
def test_every_layer_multiplies_what_is_said(entry: Entry) -> None:
    assert_counts(in_a_valid_place(entry), "middle")


@pytest.mark.deep
@pytest.mark.parametrize(
    ("before", "middle"), [pytest.param(*case, id=f"{case[1]['name']}-{index}") for index, case in enumerate(CASES)]
)
def test_layer_with_awkward_sizes_multiplies_what_is_said(before: tuple, middle: dict) -> None:
    assert_counts(stack(*before, {**middle, "id": "middle"}, FLATTEN, OUTPUT, dataset="cifar10"), "middle")


@pytest.mark.parametrize(("name", "arguments", "inputs"), SEVERAL)
def test_layer_of_several_inputs_multiplies_what_is_said(name: str, arguments: dict, inputs: tuple) -> None:
    assert_counts(net(ROWS, *(BRANCHES[one] for one in inputs), ("middle", name, arguments, inputs), *END), "middle")


@pytest.mark.parametrize("name", deep_except(["lenet", "transformer"], TEMPLATES))
@pytest.mark.parametrize("dataset", deep_except(["digits"], ["digits", "fashion_mnist"]))
def test_ready_net_multiplies_what_is_said(name: str, dataset: str) -> None:
    assert_counts(template(name, dataset))


def test_figures_that_can_be_checked_by_hand() -> None:
    residual = summarise(template("residual", "fashion_mnist"))
    assert residual.row("conv2a").multiply_adds == (3 * 3 * 32 + 1) * 64 * 14 * 14 == 3_625_216
    transformer = summarise(template("transformer", "fashion_mnist"))
    assert transformer.row("patches").multiply_adds == (4 * 4 + 1) * 64 * 7 * 7 == 53_312
    steps, features, heads, width = 49, 64, 4, 16
    projections, attention = 4 * (features + 1) * heads * width * steps, 2 * heads * width * steps * steps
    assert transformer.row("look").multiply_adds == projections + attention
    assert summarise(template("embedding", "fashion_mnist")).row("embedding").multiply_adds == 0
    lecture = summarise(template("lecture", "fashion_mnist"))
    assert lecture.multiply_adds == lecture.parameters


def test_entries_name_places_that_are_known() -> None:
    used = {place for entry in LAYERS.values() for place in entry.trait("multiplies", {}).values()}
    assert used == set(USES)
