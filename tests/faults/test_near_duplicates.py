"""Near copies: pictures that are nearly the same stay in one set when a data set is made of them."""

from dataclasses import replace

import numpy as np
from PIL import Image

from core.catalogue.datasets import data_set
from core.datasets import upload_state
from core.datasets.upload_report import read_index
from core.datasets.upload_state import UploadOptions
from core.worker.data.make_dataset import select_pictures
from tests.faults.sample_uploads import NAMES, VISITOR, as_file, folders, found_in, made, zipped


def saved_again(label: int, seed: int) -> dict[str, bytes]:
    """Pictures of a class, each saved twice: once with less care, which makes it nearly the same."""
    chance, files = np.random.default_rng(seed), {}
    for number in range(12):
        image = Image.fromarray(chance.integers(0, 255, (9, 9), "uint8")).resize((64, 64))
        files[f"{NAMES[label]}/{number}.png"] = as_file(image)
        files[f"{NAMES[label]}/{number}.jpg"] = as_file(image, "JPEG", quality=70)
    return files


def test_near_copies_stay_together_when_a_data_set_is_made() -> None:
    report = found_in(zipped(saved_again(0, 0) | saved_again(1, 1)))
    assert report.near.count == 24
    folder = upload_state.upload_folder(VISITOR)
    index, choices = read_index(folder), UploadOptions("Test", 8, "crop", "grey", 0.25)
    chosen = select_pictures(index, report, choices)
    stems = [{index.names[one].rpartition(".")[0] for one in several} for several in (chosen.train, chosen.test)]
    assert [len(several) for several in stems] == [18, 6] and not stems[0] & stems[1]
    assert (len(chosen.train), len(chosen.test), chosen.torn) == (36, 12, ())
    assert chosen.groups is not None and sorted(np.bincount(chosen.groups)) == [2] * 18
    alone = select_pictures(index, report, replace(choices, drop_near=True))
    assert alone.groups is None and len(alone.train) + len(alone.test) == 24


def test_frames_of_one_film_cannot_stay_together_and_that_is_told() -> None:
    image = Image.fromarray(np.random.default_rng(5).integers(0, 255, (9, 9), "uint8")).resize((64, 64))
    film = {f"three/{quality}.jpg": as_file(image, "JPEG", quality=quality) for quality in range(70, 90)}
    found_in(zipped(folders() | film))
    data = data_set(made())
    assert [data.classes[one] for one in data.torn] == ["three"]
    assert not data.keeps_together and (data.num_train, data.num_test) == (32, 8)
    assert data.leaks == 4, "of the film, a fifth is for testing"


def test_near_copies_in_the_test_set_are_left_out_of_it_where_that_is_chosen() -> None:
    saved = saved_again(0, 0) | saved_again(1, 1)
    train = {f"train/{name}": content for name, content in saved.items() if name.endswith("png")}
    again = {f"test/{name}": content for name, content in saved.items() if name.endswith("/3.jpg")}
    other = {f"test/{name}": content for name, content in (saved_again(0, 2) | saved_again(1, 3)).items() if "/7." in name}
    report = found_in(zipped(train | again | other))
    assert (report.leaks.count, report.leaks_near, report.leaked, report.near.count) == (2, 2, (1, 1), 2)
    assert report.leaks.examples[0] == ("test/zero/3.jpg", "train/zero/3.png", "nearly the same")
    index, choices = (
        read_index(upload_state.upload_folder(VISITOR)),
        UploadOptions("Test", 8, "crop", "grey", 0.25, leave_leaks_out=True),
    )
    chosen = select_pictures(index, report, choices)
    names = {index.names[one] for one in chosen.test}
    assert select_pictures(index, report, replace(choices, leave_leaks_out=False)).leaks == 2
    assert names == {name.replace("7.jpg", end) for name in other for end in ("7.jpg", "7.png")}
    assert (chosen.leaks, len(chosen.train)) == (0, 24)
    report = found_in(zipped(train | again))
    chosen = select_pictures(read_index(upload_state.upload_folder(VISITOR)), report, choices)
    assert (len(chosen.train), len(chosen.test)) == (18, 6), "without a test set of its own, one is split off"
