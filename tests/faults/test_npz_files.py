"""npz files that strangers send: headers are read first, nothing is executed, and each fault says where it is first."""

import io
import pickle
import warnings
import zipfile
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from core.catalogue.datasets import data_set
from core.datasets import upload_checks, upload_state, zip_files
from core.datasets.upload_report import EXAMPLES, INDEX, examples, leak_examples
from core.datasets.upload_state import UploadOptions
from core.problems import ProblemError
from tests.faults.sample_uploads import VISITOR, arrays, found_in, images_of, made, refusal_of, zipped

DIGITS = load_digits()
COUNT = 160
IMAGES = (DIGITS.images[:COUNT] * 15.9).astype("uint8")
LABELS = DIGITS.target[:COUNT]
CHOICES = UploadOptions("Test", 8, "crop", "grey", 0.2)


class Harm:
    """What runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a stranger's code was run",))


def member(shape: tuple[int, ...], dtype: str, content: bytes = b"") -> bytes:
    """An array that says of itself what it likes."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": dtype, "fortran_order": False, "shape": shape})
    return file.getvalue() + content


def test_pickled_objects_are_refused_and_never_run() -> None:
    content = arrays(images=np.array([Harm()], dtype=object), labels=LABELS[:1])
    problem = refusal_of(content, "npz")
    assert problem.code == "array-of-objects"
    assert "'images'" in problem.happened
    bare = zipped({"images.npy": pickle.dumps(Harm()), "labels.npy": b"x"})
    assert refusal_of(bare, "npz").code == "array-damaged"


def test_wrong_names_of_arrays_are_answered_with_the_right_ones() -> None:
    problem = refusal_of(arrays(pictures=IMAGES, kinds=LABELS), "npz")
    assert problem.happened == "The file holds the arrays 'pictures', 'kinds'."
    assert problem.expected == "Expected the arrays x_train, y_train, x_test, y_test, or images and labels."


def test_too_many_pictures_are_refused_with_both_numbers_before_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    one_set = {"images.npy": member((3_000_000, 1, 1), "|u1"), "labels.npy": member((3_000_000,), "|u1")}
    problem = refusal_of(zipped(one_set), "npz")
    assert (problem.code, problem.happened) == ("too-many-pictures", "The arrays hold 3,000,000 pictures.")
    assert problem.expected == "Expected at most 100,000; none of them was read."
    monkeypatch.setenv("DASHBOARD_UPLOAD_PICTURES", str(COUNT))
    both = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:1], "y_test": LABELS[:1]}
    assert refusal_of(arrays(**both), "npz").happened == f"The arrays hold {COUNT + 1} pictures."
    assert found_in(arrays(images=IMAGES, labels=LABELS), "npz").num_good == COUNT


def test_array_that_stands_twice_is_refused() -> None:
    one = arrays(images=IMAGES, labels=LABELS)
    whole = io.BytesIO(one)
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("images.npy", b"another")
    assert refusal_of(whole.getvalue(), "npz").happened == "The file holds the array 'images' 2 times."


def test_pages_need_no_index_of_all_pictures() -> None:
    found_in(arrays(x_train=IMAGES, y_train=LABELS, x_test=IMAGES[:2], y_test=LABELS[:2]), "npz")
    folder = upload_state.upload_folder(VISITOR)
    (folder / INDEX).unlink()
    assert len(examples(folder, 1)) == EXAMPLES
    (test, train, how), *_ = leak_examples(folder, 1)
    assert (test[0], train[0], how) == ("test 0", "train 0", "the very same")
    assert np.array_equal(test[1], IMAGES[0]) and np.array_equal(train[1], IMAGES[0])


def test_huge_declared_shape_is_refused_before_a_number_is_read() -> None:
    content = zipped({"images.npy": member((10**9, 100, 100), "<f8"), "labels.npy": member((10**9,), "<i8")})
    assert len(content) < 1_000
    problem = refusal_of(content, "npz")
    assert problem.code == "array-too-large"
    assert "(1000000000, 100, 100)" in problem.happened


def test_array_with_fewer_numbers_than_it_says_is_refused() -> None:
    content = zipped({"images.npy": member((100, 8, 8), "|u1", bytes(640)), "labels.npy": member((100,), "|u1", bytes(100))})
    assert refusal_of(content, "npz").code == "array-damaged"


def test_bytes_of_arrays_are_counted_while_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    content = arrays(images=IMAGES, labels=LABELS)
    monkeypatch.setattr(zip_files, "unpack_limit", lambda: zip_files.UnpackLimit(IMAGES.size // 2))  # as if sizes were a lie
    assert refusal_of(content, "npz").code == "archive-too-large"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_pixel_that_is_no_number_is_counted_and_found(value: float) -> None:
    images = DIGITS.images[:COUNT].copy()
    images[7, 3, 2] = images[9, 0, 0] = value
    problem = refusal_of(arrays(images=images, labels=LABELS), "npz")
    assert problem.happened == f"2 pixels are NaN or infinite in 'images'; the first is {value} at index (7, 3, 2)."


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (IMAGES / 255, IMAGES),
        (IMAGES / 127.5 - 1, IMAGES),
        (IMAGES.astype("float32"), IMAGES),
        (IMAGES.astype("int64"), IMAGES),
        (IMAGES.astype("uint16") * 257, IMAGES),
        (IMAGES > 100, (IMAGES > 100) * np.uint8(255)),
        (IMAGES[..., None], IMAGES),
    ],
    ids=["0-1", "-1-1", "real", "whole", "16 bit", "true and false", "with channels"],
)
def test_pixels_of_each_range_become_the_same_bytes(images: np.ndarray, expected: np.ndarray) -> None:
    four = {"x_train": images[:100], "y_train": LABELS[:100], "x_test": images[100:], "y_test": LABELS[100:]}
    report = found_in(arrays(**four), "npz")
    assert (report.num_good, report.has_test) == (COUNT, True)
    content = images_of(made(drop_copies=False))
    assert np.array_equal(content["x_train"], expected[:100])
    assert np.array_equal(content["y_test"], LABELS[100:])


def test_pictures_whose_white_is_sixteen_are_dark_and_made_brighter_where_that_is_chosen() -> None:
    report = found_in(arrays(images=DIGITS.images[:COUNT], labels=LABELS), "npz")
    assert report.brightest == 16 and upload_checks.is_dark(report)
    plain, bright = (images_of(made(drop_copies=False, white=white))["x_train"] for white in (255, report.brightest))
    assert (plain.max(), bright.max()) == (16, 255)
    assert np.array_equal(bright, np.rint(plain * (255 / 16)).astype("uint8"))
    assert not upload_checks.is_dark(found_in(arrays(images=DIGITS.images[:COUNT] / 16, labels=LABELS), "npz"))


def test_pixels_out_of_every_range_are_refused() -> None:
    problem = refusal_of(arrays(images=DIGITS.images[:COUNT] * 1_000, labels=LABELS), "npz")
    assert problem.happened == "The pixels of 'images' go from 0 to 16000."


@pytest.mark.parametrize(
    ("labels", "values"),
    [
        (LABELS * 10 - 5, ["-5", "5", "15"]),
        (LABELS.astype(float), ["0", "1", "2"]),
        (np.array([f"no. {label}" for label in LABELS]), ["no. 0", "no. 1", "no. 2"]),
    ],
    ids=["outside", "floats", "texts"],
)
def test_labels_that_are_no_numbers_of_classes_are_numbered_anew_where_that_is_chosen(
    labels: np.ndarray, values: list[str]
) -> None:
    report = found_in(arrays(images=IMAGES, labels=labels), "npz")
    assert [value for value, _ in report.renumbered[:3]] == values
    (problem,) = upload_checks.upload_problems(report, CHOICES)
    assert problem.code == "labels-outside-classes"
    assert problem.expected == "Expected whole numbers from 0 to 9, one for each class."
    with pytest.raises(ProblemError, match="The labels are"):
        made()
    assert sorted(set(images_of(made(renumber=True))["y_train"].tolist())) == list(range(10))


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (LABELS + 0.5, "160 labels of 'labels' are no whole numbers; the first is 0.5 at index 0."),
        (LABELS[:-1], "For 160 images, 'labels' has the shape (159,)."),
    ],
    ids=["fractions", "one missing"],
)
def test_labels_without_a_meaning_are_refused(labels: np.ndarray, words: str) -> None:
    assert refusal_of(arrays(images=IMAGES, labels=labels), "npz").happened == words


def test_label_of_its_own_for_each_image_is_no_class() -> None:
    problem = refusal_of(arrays(images=np.zeros((1_100, 2, 2), "uint8"), labels=np.arange(1_100)), "npz")
    assert problem.happened == "There are 1,100 different labels; the first are 0, 1, 2, 3, 4."


def test_one_hot_labels_columns_and_names_are_understood() -> None:
    names = [f"digit {number}" for number in range(10)]
    for labels in (np.eye(10)[LABELS], LABELS[:, None]):
        report = found_in(arrays(images=IMAGES, labels=labels, classes=names), "npz")
        assert (report.classes, report.renumbered) == (tuple(names), ())
    assert data_set(made()).classes == tuple(names)
    report = found_in(arrays(images=IMAGES, labels=LABELS, classes=["a", "A", "a (2)", *names[3:]]), "npz")
    assert report.classes[:3] == ("a", "A (2)", "a (2) (2)"), "each another one"


@pytest.mark.parametrize("shape", [(160, 64), (160, 1, 8, 8), (0, 8, 8), (160, 8, 8, 2)])
def test_images_of_another_shape_are_refused_with_the_right_one(shape: tuple[int, ...]) -> None:
    problem = refusal_of(arrays(images=np.zeros(shape, "uint8"), labels=np.zeros(shape[0], int)), "npz")
    assert problem.code == "images-of-another-shape"


def test_file_that_is_no_npz_is_refused_in_one_message() -> None:
    assert refusal_of(b"\x93NUMPY\x01\x00" + bytes(100), "npz").code == "no-archive"
    damaged = zipfile.io.BytesIO(arrays(images=IMAGES, labels=LABELS)).getvalue()
    assert refusal_of(damaged[:5_000], "npz").code == "no-archive"
