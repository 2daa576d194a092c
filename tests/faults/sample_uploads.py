"""Uploads for tests: archives as any visitor may send them, and the reports on these uploads."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from core.catalogue.datasets import folder_of
from core.datasets import upload_state
from core.datasets.upload_report import Report
from core.datasets.upload_state import UploadOptions, UploadState
from core.problems import Problem, ProblemError
from core.worker.data import read_upload
from core.worker.data.make_dataset import make_dataset

VISITOR = "ada"
NAMES = ("zero", "one", "two", "three")


def as_file(pixels: np.ndarray | Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Return a picture as the content of an image file."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def digits(label: int, count: int) -> list[bytes]:
    """Return pictures of a digit, as PNG files."""
    data = load_digits()
    places = np.flatnonzero(data.target == label)[:count]
    assert len(places) == count
    return [as_file((data.images[place] * 15.9).astype("uint8")) for place in places]


def folders(count: int = 10, classes: int = 2, above: str = "") -> dict[str, bytes]:
    """Return the files of an archive by their paths, with a folder for each class."""
    return {
        f"{above}{NAMES[label]}/{number}.png": content
        for label in range(classes)
        for number, content in enumerate(digits(label, count))
    }


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file. Names that end with a slash are folders."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def arrays(**several: Any) -> bytes:
    """Return an npz file of arrays."""
    whole = io.BytesIO()
    np.savez(whole, **several)
    return whole.getvalue()


def found_in(content: bytes, kind: str = "zip") -> Report:
    """Read an upload in this process, and return the report."""
    folder = upload_state.upload_folder(VISITOR)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"source.{kind}").write_bytes(content)
    return read_upload.read_pictures(folder, read_upload.UploadProgress(folder, UploadState("reading", kind)))


def refusal_of(content: bytes, kind: str = "zip") -> Problem:
    """Return why an upload is refused. Check that only the upload and its state are left in the folder."""
    with pytest.raises(ProblemError) as raised:
        found_in(content, kind)
    left = {path.name for path in upload_state.upload_folder(VISITOR).iterdir()}
    assert left <= {f"source.{kind}", upload_state.STATE}, left
    return raised.value.problem


def made(**chosen: Any) -> str:
    """Make a data set of the upload that was read last, and return the name of the data set."""
    choices = replace(UploadOptions("Test", 8, "crop", "grey", 0.2), **chosen)
    return make_dataset(upload_state.upload_folder(VISITOR), choices, VISITOR, lambda done, total: None)


def reasons(report: Report) -> dict[str, str]:
    """Return the reasons why files cannot be used, by the names of the files."""
    return dict(report.bad.examples)


def images_of(name: str) -> Mapping[str, np.ndarray]:
    """Return the arrays of a data set."""
    return np.load(folder_of(name) / "images.npz", allow_pickle=False)


def patched(content: bytes, offset_local: int, offset_central: int, form: str, value: int) -> bytes:
    """Return a zip file with a changed number in both headers of its only entry."""
    changed = bytearray(content)
    struct.pack_into(form, changed, content.index(b"PK\x03\x04") + offset_local, value)
    struct.pack_into(form, changed, content.index(b"PK\x01\x02") + offset_central, value)
    return bytes(changed)


def header_of(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes whose header claims this size."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return start + struct.pack(">I", 10) + b"IDAT" + bytes(14)
