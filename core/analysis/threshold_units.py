"""Units with two inputs and a threshold: the classes that a unit can separate, and the classes that need two layers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

INPUTS = ((0, 0), (0, 1), (1, 0), (1, 1))


@dataclass(frozen=True)
class ThresholdUnit:
    """A unit whose output is 1 if its weighted sum is above a threshold, else 0."""

    first: float  # the weight of the first input
    second: float  # the weight of the second input
    bias: float = 0.0
    threshold: float = 0.0

    def weighted_sum(self, first: float, second: float) -> float:
        """Return the sum of the inputs times their weights, plus the bias."""
        return self.first * first + self.second * second + self.bias

    def output(self, first: float, second: float) -> int:
        """Return 1 if the weighted sum is above the threshold, else 0."""
        return int(self.weighted_sum(first, second) > self.threshold)


@dataclass(frozen=True)
class TwoLayerNetwork:
    """A network with a hidden layer of two units and an output layer of a single unit."""

    first: ThresholdUnit
    second: ThresholdUnit
    last: ThresholdUnit

    def hidden(self, first: float, second: float) -> tuple[int, int]:
        """Return the outputs of the two hidden units."""
        return self.first.output(first, second), self.second.output(first, second)

    def output(self, first: float, second: float) -> int:
        """Return the output of the output unit."""
        return self.last.output(*self.hidden(first, second))


@dataclass(frozen=True)
class LogicFunction:
    """A logic function that a network should compute: the output, 0 or 1, for each of four pairs of inputs."""

    name: str
    sentence: str
    wanted: tuple[int, int, int, int]  # the wanted outputs, in the order of INPUTS
    unit: ThresholdUnit | None  # a unit that solves the task; None if no unit does


TASKS: Mapping[str, LogicFunction] = MappingProxyType(
    {
        task.name: task
        for task in (
            LogicFunction("AND", "1 where both inputs are 1.", (0, 0, 0, 1), ThresholdUnit(1.0, 1.0, 0.0, 1.5)),
            LogicFunction("OR", "1 where at least one input is 1.", (0, 1, 1, 1), ThresholdUnit(1.0, 1.0, 0.0, 0.5)),
            LogicFunction("XOR", "1 where exactly one input is 1.", (0, 1, 1, 0), None),
        )
    }
)
# XOR in two layers: at least one input is 1, and not both.
SOLVED = TwoLayerNetwork(ThresholdUnit(1.0, 1.0, -0.5), ThresholdUnit(1.0, 1.0, -1.5), ThresholdUnit(1.0, -1.0, -0.5))


def num_correct_outputs(net: ThresholdUnit | TwoLayerNetwork, task: LogicFunction) -> int:
    """Return for how many of the four pairs of inputs a network gives the right output."""
    return sum(net.output(*pair) == wanted for pair, wanted in zip(INPUTS, task.wanted, strict=True))


def positive_regions(
    net: ThresholdUnit | TwoLayerNetwork, low: float, high: float, cells: int
) -> Iterator[tuple[float, float, float, float]]:
    """Yield rectangles (left, bottom, right, top) that cover the inputs with output 1, from `low` to `high` on both axes."""
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


def decision_line(unit: ThresholdUnit, low: float, high: float) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the ends of the line where a unit's sum equals its threshold. Return None if the line misses the square."""
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
