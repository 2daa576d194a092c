"""The file formats of a trained network, with the packages that each format needs, and the record of each export."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from core.files import write_atomically

INSTALL = "pip install -r requirements-export.txt"
MODEL = "model.keras"  # the file in a run's folder from which all other formats are made
COMPARED_IMAGES = 100


@dataclass(frozen=True)
class Format:
    """A file format in which a network can be exported."""

    name: str
    title: str
    file: str  # the name of the file in a run's folder
    sentence: str  # the use of the format
    needs: tuple[str, ...] = ()  # packages that requirements.txt lacks
    drawn_as: str = "file"  # the kind of place that uses the file: "file", "phone" or "browser"

    def missing(self) -> tuple[str, ...]:
        """Return the names of the needed packages that are not installed. No package is imported for the check."""
        return tuple(name for name in self.needs if find_spec(name) is None)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        model_format.name: model_format
        for model_format in (
            Format(
                "keras",
                ".keras",
                MODEL,
                "Keras' own file: layers, weights and optimizer, to go on with in Keras.",
            ),
            Format(
                "litert",
                "LiteRT (.tflite)",
                "model.tflite",
                "For phones and small devices, one image at a time; it was called TensorFlow Lite.",
                drawn_as="phone",
            ),
            Format(
                "onnx",
                "ONNX (.onnx)",
                "model.onnx",
                "The format that most other libraries read, and web pages by ONNX Runtime.",
                ("onnx", "tf2onnx", "onnxruntime"),
                drawn_as="browser",
            ),
        )
    }
)


@dataclass(frozen=True)
class ExportedModel:
    """The record of a network that was exported to a file, loaded again and compared with the original."""

    format: str  # a name in FORMATS
    images: int  # the number of images on which the answers of the file were compared
    difference: float  # the largest difference between two probabilities
    against: str  # the network that gave the compared answers, in words
    bytes: int  # the size of the file
    seconds: float  # the time that writing, loading and comparing took
    model: int  # the time when the network's own file was written, in nanoseconds since 1970


def write(folder: Path, exported: ExportedModel) -> None:
    """Write the record of an export to the folder of its run."""
    write_atomically(_path(folder, exported.format), lambda path: path.write_text(json.dumps(asdict(exported))))


def read(folder: Path, name: str) -> ExportedModel | None:
    """Read the record of an export. Return None if the record is missing, or if the run was trained further afterwards."""
    try:
        exported = ExportedModel(**json.loads(_path(folder, name).read_text()))
        is_current = exported.model == model_write_time(folder) and (folder / FORMATS[name].file).is_file()
    except (OSError, ValueError, TypeError):
        return None
    return exported if is_current else None


def model_write_time(folder: Path) -> int:
    """Return the time when the network's own file was written, in nanoseconds since 1970.

    Raises
    ------
    OSError
        The file does not exist.
    """
    return (folder / MODEL).stat().st_mtime_ns


def _path(folder: Path, name: str) -> Path:
    return folder / f"taken-{name}.json"
