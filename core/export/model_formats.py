"""The trained network as a file for elsewhere: in which formats, what each needs, and what came of writing it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from core.files import write_atomically

INSTALL = "pip install -r requirements-export.txt"
MODEL = "model.keras"  # in a run's folder: what all others are made from
COMPARED_IMAGES = 100


@dataclass(frozen=True)
class Format:
    """One kind of file."""

    name: str
    title: str
    file: str  # in a run's folder
    sentence: str  # what it is for
    needs: tuple[str, ...] = ()  # packages beside those of requirements.txt

    def missing(self) -> tuple[str, ...]:
        """The packages that are not here; none of them is imported."""
        return tuple(name for name in self.needs if find_spec(name) is None)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        one.name: one
        for one in (
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
            ),
            Format(
                "onnx",
                "ONNX (.onnx)",
                "model.onnx",
                "The format that most other libraries and browsers read.",
                ("onnx", "tf2onnx", "onnxruntime"),
            ),
        )
    }
)


@dataclass(frozen=True)
class Taken:
    """What came of writing a network in a format and loading it again."""

    format: str  # one of FORMATS
    images: int  # on which its answers were compared
    difference: float  # the largest one between two probabilities
    against: str  # what it was compared with, in words
    bytes: int  # of the file
    seconds: float  # that writing, loading and comparing took
    model: int  # when the network's own file was written, in nanoseconds since 1970


def write(folder: Path, taken: Taken) -> None:
    """Keep what came of a format with its run."""
    write_atomically(_path(folder, taken.format), lambda path: path.write_text(json.dumps(asdict(taken))))


def read(folder: Path, name: str) -> Taken | None:
    """What came of a format; None where it was not written, or its run has gone on since."""
    try:
        taken = Taken(**json.loads(_path(folder, name).read_text()))
        is_current = taken.model == written(folder) and (folder / FORMATS[name].file).is_file()
    except (OSError, ValueError, TypeError):
        return None
    return taken if is_current else None


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
