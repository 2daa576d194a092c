"""The weights of epochs: those of the fit, few, evenly apart, and within their bound; the fit's numbers stay as they are."""

import itertools
import time
from pathlib import Path

import keras
import numpy as np
import pytest

from core.experiment.image_ref import ImageRef
from core.run_files import WEIGHTS, saved_epochs
from core.worker.training.build_model import build
from core.worker.training.epoch_weights import EpochWeightStore, epochs_to_remove
from core.worker.training.train import train
from core.worker.views.shared.layer_tensors import layer_arrays
from core.worker.views.shared.load_trained import load_image, load_model
from tests.core.conftest import Trained
from tests.core.sample_experiments import with_data, with_fit


def kept(folder: Path, epoch: int) -> list[np.ndarray]:
    with np.load(folder / WEIGHTS.format(epoch=epoch)) as content:
        return [content[f"arr_{place}"] for place in range(len(content.files))]


@pytest.mark.deep
def test_start_and_first_epoch_are_those_of_the_fit(trained: Trained, tmp_path: Path) -> None:
    keras.utils.set_random_seed(trained.experiment.fit.seed)
    for ours, expected in zip(kept(trained.folder, 0), build(trained.experiment).get_weights(), strict=True):
        assert np.array_equal(ours, expected)
    alone = with_fit(trained.experiment, epochs=1)
    train(alone, lambda event: None, lambda: None, tmp_path)
    last = keras.saving.load_model(tmp_path / "model.keras").get_weights()
    for ours, expected in zip(kept(trained.folder, 1), last, strict=True):
        assert np.array_equal(ours, expected)


def test_network_of_an_epoch_is_looked_into(trained: Trained) -> None:
    path = str(trained.folder / WEIGHTS.format(epoch=1))
    _, prepared = load_image(trained.experiment, ImageRef())
    found = layer_arrays(trained.experiment, load_model(trained.experiment, path), prepared)["hidden"]
    kernel, bias = kept(trained.folder, 1)[:2]
    np.testing.assert_allclose(found[0], np.maximum(prepared.reshape(1, -1) @ kernel + bias, 0)[0], atol=1e-5)


@pytest.mark.deep
def test_numbers_of_a_fit_stay_as_they_are(trained: Trained, tmp_path: Path) -> None:
    short = with_data(with_fit(trained.experiment, epochs=2), train_images=200)
    with_files = train(short, lambda event: None, lambda: None, tmp_path)
    assert saved_epochs(tmp_path, WEIGHTS)[0] == 0
    assert with_files["history"] == train(short, lambda event: None, lambda: None)["history"]


def test_those_that_are_left_lie_evenly_apart() -> None:
    epochs: list[int] = []
    for epoch in range(101):
        epochs.append(epoch)
        for one in epochs_to_remove(epochs, 20):
            epochs.remove(one)
    gaps = np.diff(epochs)
    assert (len(epochs), epochs[0], epochs[-1]) == (20, 0, 100)
    assert gaps.max() <= 4 * np.median(gaps)
    assert epochs_to_remove([0, 1, 2], 20) == []


@pytest.mark.parametrize(("variable", "value"), [("DASHBOARD_EPOCH_WEIGHTS", "0.01"), ("DASHBOARD_FREE_DISK", "900000")])
def test_nothing_is_kept_beyond_the_bound_or_on_a_full_disk(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert not EpochWeightStore(load_model(trained.experiment), tmp_path, epochs=1).keep(0)
    assert list(tmp_path.iterdir()) == []


def test_bound_holds_for_many_epochs(trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_EPOCH_WEIGHTS", "0.2")  # 9,610 numbers take 38 kB: five of them fit
    weights = EpochWeightStore(load_model(trained.experiment), tmp_path, epochs=4)
    for epoch in range(0, 3000, 100):  # more than the fit was to have, each due
        assert weights.keep(epoch)
    assert len(saved_epochs(tmp_path, WEIGHTS)) == 5
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 250_000


def test_epochs_evenly_apart_are_stored_on_the_slowest_disk(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An epoch of lesson 9 takes less time than a write; the lesson looks at what became of images in between."""
    ticks = itertools.count(step=1000.0)
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))  # a write takes 1,000 s, and the rest of the run none
    monkeypatch.setattr("core.worker.training.epoch_weights.WRITING_SHARE", 1e-9)
    weights = EpochWeightStore(load_model(trained.experiment), tmp_path, epochs=40)
    for epoch in range(41):
        weights.keep(epoch)
    found = saved_epochs(tmp_path, WEIGHTS)
    assert len(found) >= 14 and (found[0], found[-1]) == (0, 39)
    assert max(np.diff(found)) == 3
