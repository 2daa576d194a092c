"""Draw 2D arrays as pictures: from black to white, or in blue for positive and vermilion for negative numbers."""

import numpy as np

from core.png import to_data_uri

LONGEST_SIDE = 96  # numbers; of a longer side, every second, third ... number is shown
STRIP = 16  # up to this length, numbers are drawn as a row; more numbers are drawn as a square
MORE, LESS = (0, 114, 178), (213, 94, 0)  # the project's blue and vermilion
WHITE = 255


def nan_to_zero(values: np.ndarray) -> np.ndarray:
    """Return the values as float32, with 0 in place of NaN and infinite values."""
    return np.asarray(np.nan_to_num(np.asarray(values, dtype="float32"), nan=0.0, posinf=0.0, neginf=0.0))


def grey(plane: np.ndarray, low: float, high: float) -> str:
    """Draw a 2D array as a grey picture, from black at `low` to white at `high`. Return a data: URI."""
    share = (downsampled(plane) - low) / (high - low) if high > low else np.zeros_like(downsampled(plane))
    return to_data_uri(np.rint(np.clip(share, 0, 1) * 255).astype("uint8")[..., None])


def signed_heatmap_uri(plane: np.ndarray, bound: float) -> str:
    """Draw a 2D array in colours: white is 0, blue is `bound`, and vermilion is -`bound`. Return a data: URI."""
    return to_data_uri(np.rint(signed_colours(downsampled(plane), bound)).astype("uint8"))


def signed_colours(plane: np.ndarray, bound: float) -> np.ndarray:
    """Return the RGB colours of a 2D array as in `signed_heatmap_uri`, (rows, columns, 3), from 0 to 255."""
    share = np.clip(plane / bound, -1, 1)[..., None] if bound > 0 else np.zeros((*plane.shape, 1))
    return np.asarray(WHITE + np.abs(share) * (np.where(share >= 0, MORE, LESS) - WHITE))


def downsampled(plane: np.ndarray, longest: int = LONGEST_SIDE) -> np.ndarray:
    """Take every second, third ... row and column, so that no side is longer than `longest`."""
    return plane[:: -(-plane.shape[0] // longest), :: -(-plane.shape[1] // longest)]


def row_as_plane(row: np.ndarray, longest: int = LONGEST_SIDE, aspect: int = 2) -> np.ndarray:
    """Reshape a 1D array to a 2D array with several lines, `aspect` times as wide as high or up to twice off that.

    The last line is full where a number of columns allows it. Otherwise the smallest number fills it up.
    """
    if len(row) <= STRIP:
        return row[None]
    row = row[: longest**2]
    wanted = np.sqrt(aspect * len(row))
    columns = min(
        range(int(np.ceil(wanted / 2)), int(wanted * 2) + 1),
        key=lambda width: (-len(row) % width, round(abs(np.log(width / wanted)), 6), -width),
    )
    padded = np.full(columns * -(-len(row) // columns), row.min(), dtype=row.dtype)
    padded[: len(row)] = row
    return padded.reshape(-1, columns)


def output_planes(values: np.ndarray) -> np.ndarray:
    """Convert the output of a layer for an image to 2D arrays, (rows, columns, channels).

    A picture gives an array for each channel, and a volume gives the arrays of its middle slice. A sequence is a single
    array with steps down and features across. A row of numbers is laid out as a single array.
    """
    while values.ndim > 3:
        values = values[len(values) // 2]
    if values.ndim == 3:
        return values
    return (values if values.ndim == 2 else row_as_plane(np.ravel(values)))[..., None]
