"""Which positions of a layer's input each position of its output uses, along one axis; see `core.analysis.weighted_sums`."""

from collections.abc import Iterable

from core.analysis.weighted_sums import ReceptiveWindows

OUTSIDE = -1


def sliding(
    input_length: int, output_length: int, size: int, stride: int, dilation: int, *, padding: str
) -> ReceptiveWindows:
    """The windows of a convolution or of pooling.

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


def transposed(
    input_length: int, output_length: int, size: int, stride: int, dilation: int, *, padding: str
) -> ReceptiveWindows:
    """The windows of a transposed convolution: the input positions that spread over each output position."""
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
    """The number of zeros before the first number."""
    reach = (size - 1) * dilation
    if padding == "causal":
        return reach
    return max(0, (output_length - 1) * stride + reach + 1 - input_length) // 2 if padding == "same" else 0


def adaptive(input_length: int, output_length: int) -> ReceptiveWindows:
    """The windows that divide an axis into so many outputs; they may overlap by one position."""
    return windows(
        (position * input_length // output_length, -(-(position + 1) * input_length // output_length))
        for position in range(output_length)
    )


def windows(limits: Iterable[tuple[int, int]], *, weighed: bool = False) -> ReceptiveWindows:
    """Windows from one position to before another; if they are weighed, each position has a weight of its own."""
    return tuple(tuple((position, position if weighed else 0) for position in range(*limit)) for limit in limits)


def whole_axis(count: int) -> ReceptiveWindows:
    """One window over all positions, each with a weight of its own."""
    return windows(((0, count),), weighed=True)


def _inside(position: int, length: int) -> int:
    return position if 0 <= position < length else OUTSIDE
