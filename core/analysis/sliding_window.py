"""A window that slides over an image, and the sum of its pixels times the weights of a kernel."""

from collections.abc import Sequence

SIDE = 3  # pixels along a side of the window
Kernel = tuple[tuple[int, ...], ...]  # rows
KERNELS: dict[str, Kernel] = {
    "vertical": ((-1, 0, 1),) * SIDE,  # finds edges that run up and down
    "horizontal": ((-1,) * SIDE, (0,) * SIDE, (1,) * SIDE),
}
Pixels = Sequence[Sequence[float]]  # rows, from 0 to 1


def window_sum(pixels: Pixels, kernel: Kernel, row: int, column: int) -> float:
    """Return the sum of pixels times kernel weights in the window whose upper left corner is at (row, column)."""
    return sum(
        weight * pixels[row + down][column + right]
        for down, weights in enumerate(kernel)
        for right, weight in enumerate(weights)
    )


def centre(pixels: Pixels, row: int, column: int) -> float:
    """Return the pixel in the middle of the window whose upper left corner is at (row, column)."""
    return pixels[row + SIDE // 2][column + SIDE // 2]


def conv_output_length(side: int, size: int, stride: int, padding: str) -> int:
    """Return the output length of a convolution along a side of an image, as in Keras.

    Parameters
    ----------
    side
        The pixels along the image's side.
    size
        The pixels along the window's side.
    stride
        The number of pixels by which the window moves at a time.
    padding
        "valid", or "same" for zeros around the image.
    """
    return -(-side // stride) if padding == "same" else (side - size) // stride + 1


def padding_before(side: int, size: int, stride: int, padding: str) -> int:
    """Return how many zeros Keras pads before the first pixel of a side. For the arguments see `conv_output_length`."""
    if padding != "same":
        return 0
    return max((conv_output_length(side, size, stride, padding) - 1) * stride + size - side, 0) // 2
