"""Which places of a layer's input each place of its output takes, along one axis; see `core.analysis.weighted_sums`."""

from collections.abc import Iterable

from core.analysis.weighted_sums import ReceptiveWindows

OUTSIDE = -1


def sliding(taken: int, given: int, size: int, stride: int, dilation: int, *, padding: str) -> ReceptiveWindows:
    """The windows of a convolution or of pooling.

    Parameters
    ----------
    taken, given
        Lengths of the input and of the output.
    size, stride, dilation
        The size, stride and dilation of the window.
    padding
        "valid", "same" or "causal".
    """
    before = _before(taken, given, size, stride, dilation, padding)
    return tuple(
        tuple((_inside(place * stride + own * dilation - before, taken), own) for own in range(size))
        for place in range(given)
    )


def transposed(taken: int, given: int, size: int, stride: int, dilation: int, *, padding: str) -> ReceptiveWindows:
    """The windows of a convolution backwards: what each place of the output is given by those that spread over it."""
    before = _before(given, taken, size, stride, dilation, padding)
    return tuple(
        tuple(
            (there, own)
            for there in range(taken)
            for own in range(size)
            if there * stride + own * dilation - before == place
        )
        for place in range(given)
    )


def _before(taken: int, given: int, size: int, stride: int, dilation: int, padding: str) -> int:
    """How many zeros stand before the first number."""
    reach = (size - 1) * dilation
    if padding == "causal":
        return reach
    return max(0, (given - 1) * stride + reach + 1 - taken) // 2 if padding == "same" else 0


def adaptive(taken: int, given: int) -> ReceptiveWindows:
    """The windows that so many outputs ask for; they may overlap by one."""
    return windows((place * taken // given, -(-(place + 1) * taken // given)) for place in range(given))


def windows(limits: Iterable[tuple[int, int]], *, weighed: bool = False) -> ReceptiveWindows:
    """Windows from one place to before another; where they are weighed, each place has a weight of its own."""
    return tuple(tuple((there, there if weighed else 0) for there in range(*one)) for one in limits)


def whole_axis(count: int) -> ReceptiveWindows:
    """One window over all places, each with a weight of its own."""
    return windows(((0, count),), weighed=True)


def _inside(place: int, length: int) -> int:
    return place if 0 <= place < length else OUTSIDE
