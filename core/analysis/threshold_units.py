"""Units with a threshold on two inputs: what one of them can tell apart, and what two layers can."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

INPUTS = ((0, 0), (0, 1), (1, 0), (1, 1))


@dataclass(frozen=True)
class Unit:
    """One unit: it gives 1 where its weighted sum lies above its threshold, else 0."""

    first: float  # the weight of the first input
    second: float
    bias: float = 0.0
    threshold: float = 0.0

    def weighted_sum(self, first: float, second: float) -> float:
        """The inputs times their weights, added up with the bias."""
        return self.first * first + self.second * second + self.bias

    def output(self, first: float, second: float) -> int:
        """1 where the sum lies above the threshold, else 0."""
        return int(self.weighted_sum(first, second) > self.threshold)


@dataclass(frozen=True)
class TwoLayers:
    """Two hidden units on the inputs, and an output unit on the two."""

    one: Unit
    two: Unit
    last: Unit

    def hidden(self, first: float, second: float) -> tuple[int, int]:
        """What the two hidden units give."""
        return self.one.output(first, second), self.two.output(first, second)

    def output(self, first: float, second: float) -> int:
        """What the output unit makes of the two."""
        return self.last.output(*self.hidden(first, second))


@dataclass(frozen=True)
class Task:
    """Which of four pairs of inputs are to give 1."""

    name: str
    sentence: str
    wanted: tuple[int, int, int, int]  # for INPUTS
    unit: Unit | None  # one unit that does it; None where there is none


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        task.name: task
        for task in (
            Task("AND", "1 where both inputs are 1.", (0, 0, 0, 1), Unit(1.0, 1.0, 0.0, 1.5)),
            Task("OR", "1 where at least one input is 1.", (0, 1, 1, 1), Unit(1.0, 1.0, 0.0, 0.5)),
            Task("XOR", "1 where exactly one input is 1.", (0, 1, 1, 0), None),
        )
    }
)
# XOR in two layers: "at least one" and not "both".
SOLVED = TwoLayers(Unit(1.0, 1.0, -0.5), Unit(1.0, 1.0, -1.5), Unit(1.0, -1.0, -0.5))


def num_right(net: Unit | TwoLayers, task: Task) -> int:
    """How many of the four inputs a net answers as wanted."""
    return sum(net.output(*pair) == wanted for pair, wanted in zip(INPUTS, task.wanted, strict=True))


def regions(net: Unit | TwoLayers, low: float, high: float, cells: int) -> Iterator[tuple[float, float, float, float]]:
    """Where a net gives 1, as rectangles (left, bottom, right, top) of a square from `low` to `high` on both axes."""
    size = (high - low) / cells
    for row in range(cells):
        bottom, begun = low + row * size, None
        for column in range(cells + 1):
            left = low + column * size
            is_on = column < cells and net.output(left + size / 2, bottom + size / 2) == 1
            if is_on and begun is None:
                begun = left
            elif not is_on and begun is not None:
                yield begun, bottom, left, bottom + size
                begun = None


def border(unit: Unit, low: float, high: float) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The two ends of the line where a unit's sum equals its threshold, within a square; None where it does not cross it."""
    rest = unit.threshold - unit.bias
    ends = []
    for value in (low, high):
        if unit.second:
            ends.append((value, (rest - unit.first * value) / unit.second))
        if unit.first:
            ends.append(((rest - unit.second * value) / unit.first, value))
    inside = sorted(
        {(round(x, 6), round(y, 6)) for x, y in ends if low - 1e-9 <= x <= high + 1e-9 and low - 1e-9 <= y <= high + 1e-9}
    )
    return (inside[0], inside[-1]) if len(inside) > 1 else None
