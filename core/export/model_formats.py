"""File formats of a trained network: what each needs, and the record of each export."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from core.files import write_atomically

INSTALL = "pip install -r requirements-export.txt"
MODEL = "model.keras"  # in a run's folder: all other formats are made from it
COMPARED_IMAGES = 100


@dataclass(frozen=True)
class Format:
    """A format that a network is exported in."""

    name: str
    title: str
    file: str  # in a run's folder
    sentence: str  # what it is for
    needs: tuple[str, ...] = ()  # packages beside those of requirements.txt
    drawn_as: str = "file"  # where the file is at home: "file", "phone" or "browser"

    def missing(self) -> tuple[str, ...]:
        """The packages that are not here; none of them is imported."""
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
                "The format that most other libraries and browsers read.",
                ("onnx", "tf2onnx", "onnxruntime"),
                drawn_as="browser",
            ),
        )
    }
)


@dataclass(frozen=True)
class ExportedModel:
    """The record of a network that was written in a format and loaded again."""

    format: str  # one of FORMATS
    images: int  # on which the answers of the file were compared
    difference: float  # the largest between two probabilities
    against: str  # the source of the other answers, in words
    bytes: int  # of the file
    seconds: float  # that writing, loading and comparing took
    model: int  # when the network's own file was written, in nanoseconds since 1970


def write(folder: Path, exported: ExportedModel) -> None:
    """Keep the record of an export in the folder of its run."""
    write_atomically(_path(folder, exported.format), lambda path: path.write_text(json.dumps(asdict(exported))))


def read(folder: Path, name: str) -> ExportedModel | None:
    """The record of an export; None where there is none, or where its run was trained further since."""
    try:
        exported = ExportedModel(**json.loads(_path(folder, name).read_text()))
        is_current = exported.model == written(folder) and (folder / FORMATS[name].file).is_file()
    except (OSError, ValueError, TypeError):
        return None
    return exported if is_current else None


def written(folder: Path) -> int:
    """When the network's own file was written, in nanoseconds since 1970.

    Raises
    ------
    OSError
        The file does not exist.
    """
    return (folder / MODEL).stat().st_mtime_ns


def _path(folder: Path, name: str) -> Path:
    return folder / f"taken-{name}.json"
