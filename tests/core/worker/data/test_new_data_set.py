"""A data set that Keras does not load needs its entry alone: this one reads two arrays from a file of its own."""

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from core.catalogue import datasets
from core.catalogue.datasets.entry import DataSet, Pair
from core.datasets.image_operations import script as image_script
from core.problems import ProblemError
from core.worker.data import quick_previews
from core.worker.data.download import make_preview_of
from core.worker.data.load import load_raw


class Signs(DataSet):
    """Pictures of crosses and circles."""

    def load(self) -> tuple[Pair, Pair]:
        with np.load(self.folder / self.files[0]) as content:
            images, labels = content["images"], content["labels"]
        return (images[:30], labels[:30]), (images[30:], labels[30:])

    def script_imports(self) -> Sequence[str]:
        return ["import gzip"]

    def script_lines(self) -> Sequence[str]:
        return ["x_train = y_train = x_test = y_test = gzip"]


SIGNS = Signs(
    name="signs",
    title="Signs",
    sentence="40 signs.",
    task="tell crosses from circles",
    image_shape=(4, 4, 1),
    classes=("cross", "circle"),
    num_train=30,
    num_test=10,
    pixel_maximum=255,
    files=("signs.npz",),
    num_bytes=100,
    url="https://example.org",
)
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 4, 4), "uint8")
LABELS = np.arange(40) % 2


@pytest.fixture
def signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the data set, which is in the catalogue."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(datasets, "DATASETS", MappingProxyType({"signs": SIGNS}))
    load_raw.cache_clear()
    path = tmp_path / "datasets" / "signs.npz"
    path.parent.mkdir()
    np.savez(path, images=IMAGES, labels=LABELS)
    return path


def test_entry_loads_the_images(signs: Path) -> None:
    (images, labels), (test_images, test_labels) = load_raw("signs")
    np.testing.assert_array_equal(np.concatenate([images, test_images]), IMAGES)
    np.testing.assert_array_equal(np.concatenate([labels, test_labels]), LABELS)


def test_missing_file_and_damaged_file_are_problems(signs: Path) -> None:
    signs.write_bytes(b"<html>Please log in</html>")
    with pytest.raises(ProblemError) as damaged:
        load_raw("signs")
    assert damaged.value.problem.happened.startswith("Signs cannot be read: signs.npz (26 bytes) is damaged (")
    signs.unlink()
    with pytest.raises(ProblemError) as missing:
        load_raw("signs")
    assert missing.value.problem.happened == "Signs is not on this machine: signs.npz missing."


def test_preview_waits_for_a_worker_unless_the_entry_loads_quickly(signs: Path) -> None:
    quick_previews.main(["signs"])
    assert not quick_previews.has_preview("signs")
    make_preview_of("signs")
    assert quick_previews.has_preview("signs")


def test_script_of_an_image_begins_with_the_lines_of_the_entry(signs: Path) -> None:
    assert image_script("signs", 1, 3, ["image = image[::-1]"]).splitlines() == [
        "import gzip",
        "import numpy as np",
        "from PIL import Image",
        "",
        "x_train = y_train = x_test = y_test = gzip",
        "image = x_train[y_train == 1][3]  # circle",
        "image = image[::-1]",
    ]
