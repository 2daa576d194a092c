"""A photograph that comes with scikit-learn, read without loading scikit-learn."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from core.datasets.image_files import SHOWN_SIDE, Picture, read

FILE = "datasets/images/china.jpg"  # in the folder of scikit-learn


@cache
def example_picture() -> Picture:
    """The photograph, which is busy, as photographs are."""
    found = find_spec("sklearn")  # finds the package and does not import it
    assert found is not None and found.origin is not None, "requirements.txt has scikit-learn"
    return read((Path(found.origin).parent / FILE).read_bytes(), SHOWN_SIDE, SHOWN_SIDE)
