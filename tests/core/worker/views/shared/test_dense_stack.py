"""The gradient of a weight by the chain rule equals that of autodiff, to 1e-5."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from core.experiment.image_ref import OWN, ImageRef
from core.experiment.model import Experiment
from core.parameters import EntryRef
from core.views.all_weights import AllWeights, ChosenBatch
from core.views.weight_chain import ChosenWeight, WeightChain
from core.worker.views.all_weights import all_weights
from core.worker.views.shared.load_trained import load_image, load_model, load_set
from core.worker.views.weight_chain import weight_chain
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_fit

CROSS_ENTROPY = EntryRef("SparseCategoricalCrossentropy")
FIRST = ChosenWeight("", -1, -1, CROSS_ENTROPY)
BATCH = ChosenBatch("", 32, (0.01, 100.0), CROSS_ENTROPY)


def hidden(activation: str, units: int = 12) -> dict:
    return layer("Dense", units=units, activation=activation)


NETS = {
    **{name: [hidden(name)] for name in ("relu", "sigmoid", "tanh", "linear")},
    "no hidden layer": [],
    "three": [hidden("tanh", 9), layer("Dropout", rate=0.5), hidden("sigmoid", 8), hidden("relu", 7)],
    "no bias": [layer("Dense", units=6, activation="relu", use_bias=False)],
    "scaled": [layer("Rescaling", scale=0.5), hidden("relu")],
}


def net(name: str, seed: int) -> Experiment:
    before = [layer("Rescaling", scale=0.5)] if name == "scaled" else []
    return with_fit(stack(*before, FLATTEN, *(one for one in NETS[name] if one["name"] != "Rescaling"), OUTPUT), seed=seed)


def keras_gradients(experiment: Experiment, image: ImageRef) -> dict[str, np.ndarray]:
    """The gradients of an image's loss by the kernels, computed here by Keras' own loss and TensorFlow."""
    import tensorflow as tf  # noqa: PLC0415 - takes seconds, and only this needs it

    network = load_model(experiment)
    _, prepared = load_image(experiment, image)
    label = load_set(experiment, image.part)[1][image.index]
    dense = [one for one in network.layers if isinstance(one, keras.layers.Dense)]
    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy()(np.array([label]), network(prepared, training=False))
    return {
        one.name: found.numpy()
        for one, found in zip(dense, tape.gradient(loss, [d.kernel.value for d in dense]), strict=True)
    }


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", NETS)
def test_chain_is_that_of_autodiff(name: str, seed: int) -> None:
    experiment, image = net(name, seed), ImageRef("validation", 7 + seed)
    chance = np.random.default_rng(seed)
    for layer_id, gradients in keras_gradients(experiment, image).items():
        source, unit = (int(chance.integers(size)) for size in gradients.shape)
        chain = weight_chain(experiment, "", image, ChosenWeight(layer_id, source, unit, CROSS_ENTROPY))
        assert isinstance(chain, WeightChain) and not chain.missing
        assert chain.gradient == pytest.approx(gradients[source, unit], abs=1e-5)
        assert chain.gradient == pytest.approx(chain.automatic, abs=1e-5)
        assert chain.largest_difference < 1e-5
        assert chain.largest == pytest.approx(np.abs(gradients).max(), abs=1e-5)


def test_product_of_factors_adds_up_to_the_gradient() -> None:
    chain = weight_chain(net("relu", 0), "", ImageRef("validation", 7), FIRST)
    products = [np.prod([factor.value for factor in route.factors]) for route in chain.routes]
    assert sum(products) + chain.others == pytest.approx(chain.gradient, rel=1e-9)
    assert [factor.name for factor in chain.routes[0].factors] == [
        "slope of the loss",
        "slope of softmax",
        "weight onward",
        "slope of relu",
        "input",
    ]
    assert len(chain.routes) == 10
    assert chain.others == pytest.approx(0, abs=1e-12)


def test_weight_that_nobody_chose_has_the_largest_gradient() -> None:
    chain = weight_chain(net("tanh", 1), "", ImageRef("validation", 3), FIRST)
    assert chain.share == pytest.approx(1)
    other = weight_chain(net("tanh", 1), "", ImageRef("validation", 3), replace(FIRST, input=0))  # a dark corner
    assert other.share == other.gradient == 0


def test_images_are_found_by_their_loss(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    first, second = (
        weight_chain(trained.experiment, path, ImageRef("validation"), replace(FIRST, rank=rank)) for rank in (0, 1)
    )
    assert first.loss > second.loss > 0
    alone = weight_chain(trained.experiment, path, ImageRef("validation", first.image), FIRST)
    assert alone.loss == pytest.approx(first.loss)
    of_all = [weight_chain(trained.experiment, path, ImageRef("validation", index), FIRST).loss for index in range(20)]
    assert first.loss >= max(of_all)


def test_curve_has_the_gradient_as_its_slope() -> None:
    chain = weight_chain(net("sigmoid", 2), "", ImageRef("validation", 5), FIRST)
    weights, losses = np.array(chain.curve).T
    middle = len(weights) // 2
    assert weights[middle] == pytest.approx(chain.weight)
    assert losses[middle] == pytest.approx(chain.loss)
    slope = (losses[middle + 1] - losses[middle - 1]) / (weights[middle + 1] - weights[middle - 1])
    assert slope == pytest.approx(chain.gradient, rel=0.02)


def test_trained_network_is_taken_apart(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    assert Path(path).exists()
    chain = weight_chain(trained.experiment, path, ImageRef("validation", 2), FIRST)
    assert chain.largest_difference < 1e-5
    assert chain.input_shape == (8, 8, 1)
    batch = all_weights(trained.experiment, path, BATCH)
    assert batch.largest_difference < 1e-5


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", ["relu", "three", "no hidden layer"])
def test_step_of_all_weights_lowers_the_loss_as_promised(name: str, seed: int) -> None:
    batch = all_weights(net(name, seed), "", BATCH)
    assert isinstance(batch, AllWeights)
    small, large = batch.steps
    assert small.loss < batch.loss_before < large.loss
    assert small.loss - batch.loss_before == pytest.approx(small.promised, rel=0.1)
    assert large.promised < small.promised < 0, "the slope alone promises a fall, however long the step is"
    assert batch.largest_difference < 1e-5
    assert batch.gradient is not None
    assert batch.mean == pytest.approx(batch.gradient[batch.input, batch.unit], abs=1e-6)
    assert len(batch.each) == batch.images == 32


def test_number_of_weights_is_that_of_keras() -> None:
    assert all_weights(LECTURE, "", BATCH).num_weights == load_model(LECTURE).count_params()


CONV = layer("Conv2D", filters=2, kernel_size=3)
OTHERS = {
    "Conv2D": (stack(CONV, FLATTEN, OUTPUT), FIRST, "The layer layer-1 is a Conv2D."),
    "gelu": (stack(FLATTEN, hidden("gelu"), OUTPUT), FIRST, "The layer layer-2 has gelu."),
    "no softmax": (stack(FLATTEN, layer("Dense", units=10)), FIRST, "The layer layer-2 has linear."),
    "batch normalization": (
        stack(FLATTEN, layer("BatchNormalization"), OUTPUT),
        FIRST,
        "The layer layer-2 is a BatchNormalization.",
    ),
    "activation apart": (
        stack(FLATTEN, layer("Dense", units=4), layer("ReLU"), OUTPUT),
        FIRST,
        "The layer layer-3 is a ReLU.",
    ),
    "no Dense": (stack(FLATTEN), FIRST, "This network does not end with a Dense layer."),
    "other loss": (LECTURE, replace(FIRST, loss=EntryRef("MeanSquaredError")), "The loss here is MeanSquaredError."),
}


@pytest.mark.parametrize("name", OTHERS)
def test_network_of_another_kind_is_named(name: str) -> None:
    experiment, question, words = OTHERS[name]
    chain = weight_chain(experiment, "", ImageRef("validation", 1), question)
    assert isinstance(chain, WeightChain), chain
    assert chain.missing.endswith(words)
    batch = all_weights(experiment, "", replace(BATCH, loss=question.loss))
    assert batch.missing.endswith(words)


def test_drawing_has_no_label() -> None:
    drawing = ImageRef(OWN, pixels=bytes(64), shape=(8, 8, 1))
    chain = weight_chain(LECTURE, "", drawing, FIRST)
    assert chain.missing == "A drawing has no label, and so no loss: choose an image of a set."
