"""One layer, looked at alone: its pictures are its own weights, states and scores."""

import keras
import numpy as np
import pytest

from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.experiment.templates import TEMPLATES
from core.views.activations import Gallery
from core.views.distributions import LayerDistributions
from core.worker.views import distributions as distributions_module
from core.worker.views.activations import all_maps, galleries
from core.worker.views.distributions import distributions, weight_names
from core.worker.views.shared.layer_tensors import layer_arrays
from core.worker.views.shared.load_trained import load_image, load_model
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack, template
from tests.core.worker.views.test_layer_activations import opened as picture
from tests.deep_cases import deep_except

SEVENTH = ImageRef("validation", 7)
SAMPLE = 10  # images, in the test of all templates
ROWS = layer("Reshape", target_shape=[8, 8])
WHITE, BLUE, VERMILION = [255, 255, 255], [0, 114, 178], [213, 94, 0]


def gallery(experiment: Experiment, identity: str, channel: int = 0, path: str = "", which: int = 0) -> Gallery:
    found = galleries(experiment, path, SEVENTH, identity, channel)
    assert isinstance(found, tuple), found
    return found[which]


def assert_shows(found: Gallery, place: int, plane: np.ndarray) -> None:
    """A picture of numbers with a sign: white is 0, blue the bound, vermilion its negative."""
    shown = picture(found.pictures[place].source).astype(float)
    share = np.clip(plane / found.bound, -1, 1)[..., None]
    expected = 255 + np.abs(share) * (np.where(share >= 0, BLUE, VERMILION) - np.array(255.0))
    np.testing.assert_allclose(shown, expected, atol=1)


def test_dense_weights_are_pictures_where_it_sees_one(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    kernel = keras.saving.load_model(path).get_layer("hidden").get_weights()[0]
    found = gallery(trained.experiment, "hidden", path=path)
    assert (found.title, len(found.pictures)) == ("Weights as pictures", 64)
    assert_shows(found, 9, kernel[:, 9].reshape(8, 8))
    assert "no picture has a meaning" in gallery(trained.experiment, "output", path=path).words


def test_kernels_are_those_of_the_channel() -> None:
    experiment = template("convnet")
    weights = [one.get_weights()[0] for one in load_model(experiment).layers[:3:2]]
    assert_shows(gallery(experiment, "conv1"), 5, weights[0][:, :, 0, 5])
    found = gallery(experiment, "conv2", 11)
    assert found.title == "Kernels of channel 12"
    assert_shows(found, 3, weights[1][:, :, 3, 11])


@pytest.mark.parametrize("name", ["SimpleRNN", "LSTM", "GRU"])
def test_states_end_in_what_the_layer_gives(name: str) -> None:
    experiment = stack(ROWS, layer(name, units=5), OUTPUT)
    found = gallery(experiment, "layer-2")
    given = layer_arrays(experiment, load_model(experiment), load_image(experiment, SEVENTH)[1])["layer-2"][0]
    shown = picture(found.pictures[0].source)
    assert shown.shape == (8, 5, 3)
    share = given / found.bound
    expected = 255 + np.abs(share)[:, None] * (np.where(share[:, None] >= 0, BLUE, VERMILION) - np.array(255.0))
    np.testing.assert_allclose(shown[-1], expected, atol=1)


def test_both_ways_of_reading_have_their_states() -> None:
    experiment = stack(ROWS, layer("Bidirectional", layer=layer("GRU", units=4)), OUTPUT)
    found = galleries(experiment, "", SEVENTH, "layer-2", 0)
    assert [one.title.rpartition(" ")[2] for one in found] == ["forwards", "backwards"]


@pytest.mark.parametrize(
    ("name", "arguments", "heads"),
    [
        ("MultiHeadAttention", {"num_heads": 3, "key_dim": 4}, 3),
        ("GroupQueryAttention", {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2}, 4),
        ("Attention", {}, 1),
        ("AdditiveAttention", {}, 1),
    ],
)
def test_attention_is_who_looks_at_whom(name: str, arguments: dict, heads: int) -> None:
    found = gallery(stack(ROWS, layer(name, **arguments), FLATTEN, OUTPUT), "layer-2")
    assert len(found.pictures) == heads
    share = (255 - picture(found.pictures[0].source).astype(float)[..., 0]) / 255 * found.bound
    np.testing.assert_allclose(share.sum(axis=-1), 1, atol=0.03)


@pytest.mark.parametrize("name", deep_except(["inception", "lstm"], TEMPLATES))
def test_every_layer_of_every_template_can_be_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        distributions_module, "IMAGES", SAMPLE
    )  # as many as there are classes: enough to count, and soon done
    experiment = template(name)
    built = load_model(experiment)
    for one in experiment.layers:
        assert_counts_all(distributions(experiment, "", one.id), built.get_layer(one.id))
        found = galleries(experiment, "", SEVENTH, one.id, 1)
        assert isinstance(found, tuple), found
        assert all(bool(each.pictures) != bool(each.missing) for each in found)
        assert all_maps(experiment, "", SEVENTH, one.id).pictures


def assert_counts_all(found: LayerDistributions, made: keras.layers.Layer) -> None:
    """Every weight of a layer is counted, and every number that it gives for the sample."""
    assert isinstance(found, LayerDistributions), found
    assert [(one.count, sum(one.counts)) for one in found.weights] == [
        (one.size, one.size) for one in map(np.asarray, made.weights)
    ]
    assert found.outputs is not None
    given = made.output.shape[1:]
    assert (found.outputs.count, found.units) == (SAMPLE * np.prod(given), given[-1])
    assert sum(found.outputs.counts) == found.outputs.count
    assert set(found.dead) <= set(range(found.units))


def test_distributions_are_of_all_numbers(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    found = distributions(trained.experiment, path, "hidden")
    assert isinstance(found, LayerDistributions)
    kernel, bias = keras.saving.load_model(path).get_layer("hidden").get_weights()
    assert [(one.name, one.count, sum(one.counts)) for one in found.weights] == [("kernel", 8192, 8192), ("bias", 128, 128)]
    assert found.weights[0].mean == pytest.approx(float(kernel.mean()), abs=1e-6)
    assert found.weights[0].edges[-1] == pytest.approx(float(kernel.max()))
    assert found.weights[1].deviation == pytest.approx(float(bias.std()), abs=1e-6)
    assert found.outputs is not None
    assert (found.images, found.units, found.outputs.count) == (128, 128, 128 * 128)


def test_weights_are_called_the_same_before_and_after_they_were_read_from_a_file() -> None:
    assert weight_names(["sequential/lstm/lstm_cell/kernel", "sequential/lstm/lstm_cell/bias"], "lstm") == ["kernel", "bias"]
    ways = ["both/forward_gru/gru_cell/kernel", "both/backward_gru/gru_cell/kernel"]
    assert (
        weight_names(ways, "both")
        == weight_names([f"sequential/{one}" for one in ways], "both")
        == [one[5:] for one in ways]
    )


def test_dead_units_are_found() -> None:
    never = {"name": "RandomUniform", "arguments": {"minval": -1.0, "maxval": -0.5}}
    dead = stack(FLATTEN, layer("Dense", units=6, activation="relu", kernel_initializer=never), OUTPUT)
    assert distributions(dead, "", "layer-2").dead == (0, 1, 2, 3, 4, 5)
    assert distributions(dead, "", "layer-2").outputs.zeros == 1.0
    assert distributions(dead, "", "layer-3").dead == ()
