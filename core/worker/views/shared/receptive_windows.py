"""Find the input positions that each output position of a layer uses, along an axis; see `core.views.weighted_sums`."""

from collections.abc import Iterable

from core.views.weighted_sums import ReceptiveWindows

OUTSIDE = -1


def sliding_windows(
    input_length: int, output_length: int, size: int, stride: int, dilation: int, *, padding: str
) -> ReceptiveWindows:
    """Return the input positions that each output position of a convolution or pooling uses, along an axis.

    Parameters
    ----------
    input_length, output_length
        Lengths of the input and of the output.
    size, stride, dilation
        The size, stride and dilation of the window.
    padding
        "valid", "same" or "causal".
    """
    before = _before(input_length, output_length, size, stride, dilation, padding)
    return tuple(
        tuple((_inside(position * stride + tap * dilation - before, input_length), tap) for tap in range(size))
        for position in range(output_length)
    )


def transposed_windows(
    input_length: int, output_length: int, size: int, stride: int, dilation: int, *, padding: str
) -> ReceptiveWindows:
    """Return the input positions that contribute to each output position of a transposed convolution, along an axis."""
    before = _before(output_length, input_length, size, stride, dilation, padding)
    return tuple(
        tuple(
            (source, tap)
            for source in range(input_length)
            for tap in range(size)
            if source * stride + tap * dilation - before == position
        )
        for position in range(output_length)
    )


def _before(input_length: int, output_length: int, size: int, stride: int, dilation: int, padding: str) -> int:
    """Return the number of zeros that the padding puts before the first number."""
    reach = (size - 1) * dilation
    if padding == "causal":
        return reach
    return max(0, (output_length - 1) * stride + reach + 1 - input_length) // 2 if padding == "same" else 0


def adaptive_windows(input_length: int, output_length: int) -> ReceptiveWindows:
    """Return the windows of adaptive pooling, which divide an axis into `output_length` parts that may overlap by 1."""
    return windows(
        (position * input_length // output_length, -(-(position + 1) * input_length // output_length))
        for position in range(output_length)
    )


def windows(limits: Iterable[tuple[int, int]], *, weighed: bool = False) -> ReceptiveWindows:
    """Return windows with the given limits (first position, end). If `weighed`, each position has its own weight."""
    return tuple(tuple((position, position if weighed else 0) for position in range(*limit)) for limit in limits)


def whole_axis_window(count: int) -> ReceptiveWindows:
    """Return a single window over all positions, each with a weight of its own."""
    return windows(((0, count),), weighed=True)


def _inside(position: int, length: int) -> int:
    return position if 0 <= position < length else OUTSIDE
