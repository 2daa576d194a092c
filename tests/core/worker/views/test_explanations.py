"""Why an answer was given: against computations of another kind, on a trained network and a small convolutional one."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.decomposition import PCA

from core.experiment.edits import set_value
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.experiment.templates import TEMPLATES
from core.problems import Problem
from core.views.explanations import METHODS, Explanation
from core.views.feature_map import FeatureScatter
from core.worker.data.load import load_sets
from core.worker.training.train import train
from core.worker.views.explanations import explain, heat_map, probability_drops
from core.worker.views.feature_map import feature_map
from core.worker.views.predictions import predicted_probabilities
from core.worker.views.shared import integrated_gradients
from core.worker.views.shared.class_scores import class_scores, scores_and_gradients
from core.worker.views.shared.grad_cam import class_activation, layers_with_maps
from core.worker.views.shared.integrated_gradients import MOST_MISSED_SHARE, integrate
from core.worker.views.shared.layer_tensors import layer_tensors
from core.worker.views.shared.load_trained import load_image, load_model
from core.worker.views.shared.spatial_axes import COLUMN, NOWHERE, ROW, Axes, as_picture_plane, reshaped
from tests.core.conftest import Trained
from tests.core.sample_experiments import CONV, FLATTEN, OUTPUT, RESIDUAL, layer, net, stack, template, with_data
from tests.core.worker.views.test_layer_activations import opened
from tests.deep_cases import deep_except

SEVENTH = ImageRef("validation", 7)
POOLED = net(  # whose Grad-CAM can be worked out by hand
    ("conv", "Conv2D", {"filters": 6, "kernel_size": 3, "activation": "relu"}),
    ("pool", "GlobalAveragePooling2D"),
    ("output", "Dense", {"units": 10, "activation": "softmax"}),
    epochs=3,
)


@dataclass(frozen=True)
class Net:
    """A trained network and one image."""

    experiment: Experiment
    path: str
    built: keras.Model
    raw: np.ndarray
    prepared: np.ndarray


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Net:
    folder = tmp_path_factory.mktemp("pooled")
    experiment = with_data(POOLED, train_images=300)
    train(experiment, lambda event: None, lambda: None, folder)
    return at(experiment, folder / "model.keras")


def at(experiment: Experiment, path: Path) -> Net:
    return Net(experiment, str(path), load_model(experiment, str(path)), *load_image(experiment, SEVENTH))


def logits(one: Net, images: np.ndarray) -> np.ndarray:
    """The logarithms of the probabilities, which differ from the scores by the same number for all classes."""
    return np.log(np.asarray(one.built(images)))


def test_scores_are_what_softmax_is_given(trained: Trained) -> None:
    one = at(trained.experiment, trained.folder / "model.keras")
    found = class_scores(one.experiment, one.built, layer_tensors(one.experiment, one.built, one.prepared)).numpy()
    np.testing.assert_allclose(keras.ops.softmax(found), one.built(one.prepared), atol=1e-6)
    bare = set_value(one.experiment, ("layers", "output", "arguments", "activation"), None)
    whole = load_model(bare)
    assert np.array_equal(class_scores(bare, whole, layer_tensors(bare, whole, one.prepared)), whole(one.prepared))
    assert sum(predicted_probabilities(one.experiment, one.path, SEVENTH)) == pytest.approx(1, abs=1e-6)


@pytest.mark.deep
def test_grad_cam_is_what_the_weights_say_by_hand(pooled: Net) -> None:
    """Behind the means of the maps stands one Dense layer: a score slopes in a map by its weight, shared by the places."""
    maps = np.asarray(pooled.built.get_layer("conv")(pooled.prepared))[0]
    kernel = pooled.built.get_layer("output").get_weights()[0]
    assert layers_with_maps(pooled.experiment, pooled.built) == {"conv": (ROW, COLUMN)}
    for label in (0, 4):
        expected = np.maximum(maps @ (kernel[:, label] / (maps.shape[0] * maps.shape[1])), 0)
        found = class_activation(pooled.experiment, pooled.built, pooled.prepared, label, "conv")
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)


def test_grad_cam_of_an_earlier_layer_is_how_the_score_moves_with_its_maps() -> None:
    """A map's weight is its mean slope: by how much the score rises when all of the map does, shared by its places."""
    curved = {"kernel_size": 3, "activation": "tanh"}
    experiment = net(
        ("early", "Conv2D", {"filters": 4, **curved}),
        ("late", "Conv2D", {"filters": 3, **curved}),
        ("pool", "GlobalAveragePooling2D"),
        ("output", "Dense", {"units": 10, "activation": "softmax"}),
    )
    one = Net(experiment, "", load_model(experiment), *load_image(experiment, SEVENTH))
    assert list(layers_with_maps(experiment, one.built)) == ["early", "late"]
    maps = np.asarray(one.built.get_layer("early")(one.prepared))
    kernel, bias = one.built.get_layer("output").get_weights()

    def score(of: np.ndarray) -> float:
        return float((np.asarray(one.built.get_layer("late")(of)).mean(axis=(1, 2)) @ kernel + bias)[0, 3])

    nudges = 0.01 * np.eye(maps.shape[-1], dtype="float32")
    weights = [(score(maps + nudge) - score(maps - nudge)) / 0.02 / (maps.shape[1] * maps.shape[2]) for nudge in nudges]
    found = class_activation(experiment, one.built, one.prepared, 3, "early")
    np.testing.assert_allclose(found, np.maximum(maps[0] @ np.array(weights), 0), atol=1e-4)
    asked = explain(experiment, "", SEVENTH, 3, "grad_cam", "early")
    assert (asked.layers, asked.layer) == (("early", "late"), "early")
    assert explain(experiment, "", SEVENTH, 3, "grad_cam", "gone").layer == "late"  # a browser may ask anything


def test_grad_cam_over_rows_is_what_the_weights_say_by_hand() -> None:
    experiment = net(
        ("rows", "Reshape", {"target_shape": [8, 8]}),
        ("conv", "Conv1D", {"filters": 6, "kernel_size": 3, "activation": "relu"}),
        ("pool", "GlobalAveragePooling1D"),
        ("output", "Dense", {"units": 10, "activation": "softmax"}),
    )
    built = load_model(experiment)
    raw, prepared = load_image(experiment, SEVENTH)
    maps = np.asarray(built.get_layer("conv")(prepared[..., 0]))[0]
    kernel = built.get_layer("output").get_weights()[0]
    for label in (0, 4):
        found = class_activation(experiment, built, prepared, label, "conv")
        np.testing.assert_allclose(found, np.maximum(maps @ kernel[:, label] / len(maps), 0), rtol=1e-4, atol=1e-7)
        assert as_picture_plane(found, layers_with_maps(experiment, built)["conv"]).shape == (len(maps), 1)
    explained = explain(experiment, "", SEVENTH, 4, "grad_cam")
    assert "6 steps down the image" in explained.words
    assert "column" not in explained.strongest
    coloured = opened(explained.picture)[16::33, 16::33].astype(float)  # the middle of each pixel has no outline
    assert all(np.ptp(coloured[row], axis=0).max() <= 1 for row in range(8))


ROWS = layer("Reshape", target_shape=[8, 8])
ALONG = layer("Conv1D", filters=4, kernel_size=3, padding="same")
ALONG_BOTH = layer("Conv2D", filters=4, kernel_size=3, padding="same")
CUT, WORDS = layer("Conv2D", filters=3, kernel_size=2, strides=2), layer("Reshape", target_shape=[16, 3])
PATCHES = ((ROW, 4), (COLUMN, 4))


@pytest.mark.parametrize(
    ("layers", "axes"),
    [
        ((ROWS, ALONG), (ROW,)),
        ((FLATTEN, ROWS, ALONG), (ROW,)),
        ((layer("Permute", dims=[2, 1, 3]), ROWS, ALONG), (COLUMN,)),
        ((ROWS, layer("LSTM", units=4, return_sequences=True), ALONG), (ROW,)),
        ((ROWS, layer("Bidirectional", layer=layer("GRU", units=4, return_sequences=True))), (ROW,)),
        ((ROWS, layer("LSTM", units=4, return_sequences=True, go_backwards=True), ALONG), "Behind layer layer-2 "),
        ((ROWS, layer("LSTM", units=4)), "Layer layer-2 gives its last step only"),
        ((ROWS, layer("MultiHeadAttention", num_heads=1, key_dim=2), ALONG), (ROW,)),
        ((CUT, WORDS, layer("LayerNormalization")), (PATCHES,)),
        ((CUT, WORDS, layer("Dense", units=5), layer("Reshape", target_shape=[4, 4, 5]), ALONG_BOTH), (ROW, COLUMN)),
        ((CUT, WORDS, FLATTEN, WORDS, layer("TimeDistributed", layer=layer("Dense", units=2))), (PATCHES,)),
        ((layer("Reshape", target_shape=[64, 1]), layer("Conv1D", filters=2, kernel_size=2)), "Behind layer layer-2 "),
        ((FLATTEN, layer("Dense", units=64), ROWS, ALONG), "Behind layer layer-2 "),
        ((layer("Reshape", target_shape=[4, 2, 8, 1]), layer("Conv3D", filters=2, kernel_size=2)), (ROW, ROW, COLUMN)),
        ((layer("Reshape", target_shape=[2, 8, 4, 1]), layer("Conv3D", filters=2, kernel_size=2)), "Behind layer layer-2 "),
        ((layer("Reshape", target_shape=[1, 8, 8, 1]), layer("ConvLSTM2D", filters=2, kernel_size=3)), (ROW, COLUMN)),
        ((layer("Conv2D", filters=2, kernel_size=8),), "a single number"),
        ((layer("Conv2D", filters=2, kernel_size=3),), (ROW, COLUMN)),
    ],
)  # fmt: skip
def test_places_of_maps_are_known_or_it_is_said_where_they_were_lost(layers: tuple[dict, ...], axes: Axes | str) -> None:
    experiment = stack(*layers, FLATTEN, OUTPUT)
    last = experiment.layers[len(layers) - 1].id
    found = explain(experiment, "", SEVENTH, 0, "grad_cam")
    assert isinstance(found, Explanation), found
    if isinstance(axes, str):
        assert axes in found.missing
    else:
        assert layers_with_maps(experiment, load_model(experiment))[last] == axes
        assert found.layer == last


def test_axes_are_split_or_laid_in_a_row() -> None:
    picture = (ROW, COLUMN), (8, 6, 3)
    assert reshaped(*picture, (8, 18)) == (ROW,)
    assert reshaped(*picture, (4, 36)) == (ROW,)
    assert reshaped(*picture, (4, 2, 6, 3)) == (ROW, ROW, COLUMN)
    assert reshaped(*picture, (8, 1, 6, 3)) == (ROW, NOWHERE, COLUMN)
    assert reshaped(*picture, (48, 3)) == (((ROW, 8), (COLUMN, 6)),)
    assert reshaped((((ROW, 8), (COLUMN, 6)),), (48, 3), (8, 6, 3)) == reshaped(*picture, (8, 6, 3)) == (ROW, COLUMN)
    assert reshaped(*picture, (8, 6, 3, 1)) == (ROW, COLUMN, NOWHERE)
    assert reshaped(*picture, (16, 9)) == (((ROW, 8), (COLUMN, 2)),)
    assert reshaped(*picture, (3, 48)) == reshaped((), (), (7, 1)) == ()
    heat = np.arange(48.0).reshape(4, 2, 6)
    assert np.array_equal(as_picture_plane(heat, (ROW, ROW, COLUMN)), heat.reshape(8, 6))
    assert np.array_equal(as_picture_plane(heat[:, 0], (COLUMN, ROW)), heat[:, 0].T)
    assert as_picture_plane(heat, (NOWHERE, NOWHERE, COLUMN)).shape == (1, 6)
    assert np.array_equal(as_picture_plane(np.arange(48.0), (((ROW, 8), (COLUMN, 6)),)), np.arange(48.0).reshape(8, 6))
    assert np.array_equal(as_picture_plane(np.arange(48.0), (((COLUMN, 6), (ROW, 8)),)), np.arange(48.0).reshape(6, 8).T)


def test_layers_put_behind_each_other_have_no_places() -> None:
    joined = net(
        ("one", "Conv2D", CONV),
        ("other", "Conv2D", CONV, ("one",)),
        ("beside", "Concatenate", {"axis": -1}, ("one", "other")),
        ("below", "Concatenate", {"axis": 1}, ("beside", "beside")),
        ("flat", "Flatten"),
        ("output", "Dense", {"units": 10, "activation": "softmax"}),
    )
    assert list(layers_with_maps(joined, load_model(joined))) == ["one", "other", "beside"]


def test_grad_cam_over_patches_is_how_the_score_moves_with_them() -> None:
    """Of a vision transformer: by the weights behind its last layer, and by nudges of what its attention takes."""
    experiment = template("transformer")
    built = load_model(experiment)
    _, prepared = load_image(experiment, SEVENTH)
    able = layers_with_maps(experiment, built)
    assert list(able) == ["patches", "norm1", "look", "add1", "norm2", "wide", "narrow", "add2", "norm3"]
    assert able["patches"] == (ROW, COLUMN)
    assert set(list(able.values())[1:]) == {(PATCHES,)}
    first, words, last, pool = (built.get_layer(name).output for name in ("norm1", "words", "norm3", "pool"))
    taken, going_by, given = map(np.asarray, keras.Model(built.inputs, [first, words, last])(prepared))
    kernel = built.get_layer("output").get_weights()[0]
    label = int((given[0].mean(axis=0) @ kernel).argmax())
    expected = np.maximum(given[0] @ kernel[:, label] / 16, 0)
    assert expected.any()
    found = class_activation(experiment, built, prepared, label, "norm3")
    np.testing.assert_allclose(found, expected, atol=1e-6)
    rest = keras.Model([first, words], pool)
    nudges = 0.01 * np.eye(taken.shape[-1], dtype="float32")[:, None]
    going_by = np.repeat(going_by, len(nudges), axis=0)
    higher, lower = (np.asarray(rest([taken + nudge, going_by])) @ kernel[:, label] for nudge in (nudges, -nudges))
    expected = np.maximum(taken[0] @ ((higher - lower) / 0.02 / 16), 0)
    assert expected.max() > 1e-3
    found = class_activation(experiment, built, prepared, label, "norm1")
    np.testing.assert_allclose(found, expected, atol=2e-4)
    explained = explain(experiment, "", SEVENTH, label, "grad_cam", "norm3")
    assert explained.words.startswith("From the maps of layer norm3, 4 × 4 places. In layer look each place looks at all")
    assert "8\u00a0×\u00a08" in explained.strongest


def test_saliency_is_how_the_score_moves(pooled: Net) -> None:
    found = scores_and_gradients(pooled.experiment, pooled.built, pooled.prepared, 3)
    assert found is not None
    slopes = found[1]

    def score(images: np.ndarray) -> float:
        return float(
            class_scores(pooled.experiment, pooled.built, layer_tensors(pooled.experiment, pooled.built, images))[0, 3]
        )

    for row, column in ((2, 3), (5, 4)):
        nudge = np.zeros_like(pooled.prepared)
        nudge[0, row, column, 0] = 1e-3
        measured = (score(pooled.prepared + nudge) - score(pooled.prepared - nudge)) / 2e-3
        assert slopes[0, row, column, 0] == pytest.approx(measured, abs=2e-3)


def test_integrated_gradients_are_complete(trained: Trained, pooled: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    """They add up to the difference of the scores, and are what very many equal steps give."""
    for one in (at(trained.experiment, trained.folder / "model.keras"), pooled):
        black = np.zeros_like(one.prepared)
        shares = ((np.arange(1000) + 0.5) / 1000).reshape(-1, 1, 1, 1).astype("float32")
        for label in (1, 7):
            found = integrate(one.experiment, one.built, one.prepared, label)
            ends = class_scores(
                one.experiment, one.built, layer_tensors(one.experiment, one.built, np.concatenate([black, one.prepared]))
            )
            assert found is not None
            difference = float(ends[1, label] - ends[0, label])
            assert found.total == pytest.approx(difference, rel=MOST_MISSED_SHARE)
            slopes = scores_and_gradients(one.experiment, one.built, shares * one.prepared, label)[1]
            expected = one.prepared[0] * slopes.mean(axis=0)
            np.testing.assert_allclose(found.shares, expected, atol=2 * MOST_MISSED_SHARE * np.abs(expected).sum())
    words = explain(pooled.experiment, pooled.path, SEVENTH, 1, "integrated_gradients").words
    assert "Completeness: they differ by " in words
    assert words.endswith(" steps.")
    monkeypatch.setattr(integrated_gradients, "MOST_GRADIENTS", 0)
    assert (
        "16 steps; more were not taken." in explain(pooled.experiment, pooled.path, SEVENTH, 1, "integrated_gradients").words
    )


def test_occlusion_is_the_fall_of_the_probability(pooled: Net) -> None:
    found, side, largest = probability_drops(pooled.experiment, pooled.built, pooled.prepared, 3)
    hidden = pooled.prepared.copy()
    hidden[:, :side, :side] = pooled.prepared.mean()
    before, after = (float(np.exp(logits(pooled, images))[0, 3]) for images in (pooled.prepared, hidden))
    assert found[0, 0] == pytest.approx(before - after, abs=1e-6)  # the corner is hidden by one square alone
    assert abs(largest) >= np.abs(found).max() - 1e-9


def test_map_is_that_of_scikit_learn(pooled: Net) -> None:
    found = feature_map(pooled.experiment, pooled.path)
    images, labels = load_sets(pooled.experiment).validation
    indexes = [one.index for one in found.dots]
    pool = keras.Model(pooled.built.inputs, pooled.built.get_layer("pool").output)
    places = PCA(2).fit_transform(pool.predict(images[indexes], verbose=0).astype("float64"))
    np.testing.assert_allclose(np.abs([(one.x, one.y) for one in found.dots]), np.abs(places), atol=1e-4)
    assert [one.label for one in found.dots] == labels[indexes].tolist()
    said = pooled.built.predict(images[indexes], verbose=0).argmax(axis=-1)
    assert [one.predicted for one in found.dots] == said.tolist()
    whole = opened(found.sheet)
    row, column = divmod(5, found.columns)
    assert np.array_equal(
        whole[row * 8 : row * 8 + 8, column * 8 : column * 8 + 8],
        load_image(pooled.experiment, ImageRef("validation", indexes[5]))[0][..., 0],
    )


def test_colours_say_for_and_against() -> None:
    heat = np.zeros((4, 4))
    heat[0, 0], heat[3, 3] = 2.0, -2.0
    found = opened(heat_map(np.zeros((4, 4, 1), dtype="uint8"), heat))[33::66, 33::66]
    assert found[0, 0].tolist() == [0, 114, 178]
    assert found[3, 3].tolist() == [213, 94, 0]
    assert found[1, 1].tolist() == [255, 255, 255]


def test_picture_has_the_outline_of_what_stands_out() -> None:
    raw = np.zeros((8, 8, 1), dtype="uint8")
    raw[2:6, 3:5] = 255
    is_line = (opened(heat_map(raw, np.zeros((8, 8)))) == 64).all(axis=-1)
    expected = np.zeros((264, 264), dtype=bool)
    expected[66:198, 99:165] = True
    expected[68:196, 101:163] = False
    assert np.array_equal(is_line, expected)


@pytest.mark.parametrize("name", deep_except(["convnet", "embedding"], TEMPLATES))
def test_every_template_is_explained_or_says_why_not(name: str) -> None:
    experiment = template(name)
    found = {method: explain(experiment, "", SEVENTH, 3, method) for method in METHODS}
    for method, one in found.items():
        assert isinstance(one, Explanation), one
        assert bool(one.picture) != bool(one.missing), (name, method)
    goes_through = any("Conv" in one.name or one.entry.group == "Recurrent" for one in experiment.layers)
    assert goes_through == ("as a convolution does" not in found["grad_cam"].missing) or name == "embedding"
    assert bool(found["saliency"].missing) == (name == "embedding")
    assert name != "embedding" or "through layer embedding." in found["saliency"].missing
    assert not found["occlusion"].missing
    assert len(feature_map(experiment, "").dots) == 144


@pytest.mark.parametrize(
    "experiment",
    [
        stack(layer("Conv2D", filters=4, kernel_size=3), FLATTEN, layer("Dense", units=10), layer("Softmax")),
        stack(
            layer("Conv2D", filters=4, kernel_size=3),
            FLATTEN,
            layer("Dense", units=10),
            layer("Activation", activation="softmax"),
        ),
        stack(layer("Conv2D", filters=4, kernel_size=3), FLATTEN, layer("Dense", units=10)),
    ],
    ids=["Softmax", "Activation", "logits"],
)
def test_softmax_may_stand_anywhere_or_nowhere(experiment: Experiment) -> None:
    whole = load_model(experiment)
    _, prepared = load_image(experiment, SEVENTH)
    found = class_scores(experiment, whole, layer_tensors(experiment, whole, prepared))
    assert np.array_equal(found, layer_tensors(experiment, whole, prepared)[experiment.layers[2].id])
    assert explain(experiment, "", SEVENTH, 0, "saliency").picture


def test_network_without_answers_says_so() -> None:
    found = explain(stack(FLATTEN, layer("Dense", units=7)), "", SEVENTH, 0, "saliency")
    assert isinstance(found, Problem)
    assert found.code == "no-answers"
    assert predicted_probabilities(stack(FLATTEN, layer("Dense", units=7)), "", SEVENTH) == found
    assert feature_map(stack(FLATTEN, layer("Dense", units=1), OUTPUT), "").missing


def test_without_a_validation_set_the_map_shows_training_images() -> None:
    found = feature_map(with_data(RESIDUAL, validation_split=0.0), "")
    assert isinstance(found, FeatureScatter)
    assert found.part == "training"
