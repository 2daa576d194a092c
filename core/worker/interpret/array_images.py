"""Numbers as pictures: one scale from black to white, or blue for more than nothing and vermilion for less."""

import numpy as np

from core.png import to_data_uri

LONGEST_SIDE = 96  # numbers; of a longer side, every second, third ... number is shown
STRIP = 16  # up to so many numbers form one row; more are laid out as a square
MORE, LESS = (0, 114, 178), (213, 94, 0)  # the project's blue and vermilion
WHITE = 255


def finite(values: np.ndarray) -> np.ndarray:
    """The values as float32, with 0 in place of NaN and infinite ones."""
    return np.asarray(np.nan_to_num(np.asarray(values, dtype="float32"), nan=0.0, posinf=0.0, neginf=0.0))


def grey(plane: np.ndarray, low: float, high: float) -> str:
    """A plane of numbers, (rows, columns), from black at `low` to white at `high`, as a data: URI."""
    share = (downsampled(plane) - low) / (high - low) if high > low else np.zeros_like(downsampled(plane))
    return to_data_uri(np.rint(np.clip(share, 0, 1) * 255).astype("uint8")[..., None])


def signed(plane: np.ndarray, bound: float) -> str:
    """A plane of numbers, (rows, columns), as a data: URI: 0 white, blue up to `bound`, vermilion down to its negative."""
    return to_data_uri(np.rint(signed_colours(downsampled(plane), bound)).astype("uint8"))


def signed_colours(plane: np.ndarray, bound: float) -> np.ndarray:
    """The colours of such a plane, (rows, columns, 3), from 0 to 255."""
    share = np.clip(plane / bound, -1, 1)[..., None] if bound > 0 else np.zeros((*plane.shape, 1))
    return np.asarray(WHITE + np.abs(share) * (np.where(share >= 0, MORE, LESS) - WHITE))


def downsampled(plane: np.ndarray, longest: int = LONGEST_SIDE) -> np.ndarray:
    """A plane with no side longer than `longest`."""
    return plane[:: -(-plane.shape[0] // longest), :: -(-plane.shape[1] // longest)]


def row_as_plane(row: np.ndarray, longest: int = LONGEST_SIDE, aspect: int = 2) -> np.ndarray:
    """A row of numbers, (columns,), as a plane; its last line is filled up with the smallest number."""
    if len(row) <= STRIP:
        return row[None]
    row = row[: longest**2]
    columns = int(np.ceil(np.sqrt(aspect * len(row))))
    padded = np.full(columns * -(-len(row) // columns), row.min(), dtype=row.dtype)
    padded[: len(row)] = row
    return padded.reshape(-1, columns)


def planes(values: np.ndarray) -> np.ndarray:
    """The output of a layer for one image as planes, (rows, columns, channels): one plane for each channel of a picture.

    A volume gives its middle slice; a sequence is one plane, steps down and features across; a row of numbers is laid out
    as one plane.
    """
    while values.ndim > 3:
        values = values[len(values) // 2]
    if values.ndim == 3:
        return values
    return (values if values.ndim == 2 else row_as_plane(np.ravel(values)))[..., None]
