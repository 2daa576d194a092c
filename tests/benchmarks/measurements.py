"""What was measured of each version, and the table that compares the versions."""

import statistics
from collections import defaultdict

from tests.benchmarks.versions import Version

DIGITS = {"s": 2, "ms": 0, "%": 0, "MB": 0}  # after the point, by unit


class Measurements:
    """The values of each row of the table, by version, in the order in which they were measured."""

    def __init__(self, of: list[Version]) -> None:
        self._versions = [version.name for version in of]
        self._rows: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def add(self, version: Version, row: str, value: float, unit: str = "s") -> None:
        """Take down a value, and print it."""
        self._rows[row, unit][version.name].append(value)
        print(f"{version.name:<10} {row}: {value:.{DIGITS[unit]}f} {unit}", flush=True)

    def table(self) -> str:
        """The medians, with the 95th percentile and the worst in brackets, and the ratio by pairs."""
        *before, now = self._versions
        heads = ["", *self._versions, *(f"{now} / {name}, by pairs" for name in before)]
        lines = [_line(heads), _line(["---"] * len(heads))]
        for (row, unit), values in self._rows.items():
            cells = [f"{row}, {unit}", *(_spread(values[name], DIGITS[unit]) for name in self._versions)]
            lines.append(_line([*cells, *(_ratio(values[name], values[now]) for name in before)]))
        return "\n".join(["Median (95th percentile, worst) of each version:", "", *lines])


def percentile_95(values: list[float]) -> float:
    """The 95th percentile; of few values, one of them."""
    return sorted(values)[round(0.95 * (len(values) - 1))]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _spread(values: list[float], digits: int) -> str:
    if not values:
        return "–"
    return f"{statistics.median(values):,.{digits}f} ({percentile_95(values):,.{digits}f}, {max(values):,.{digits}f})"


def _ratio(before: list[float], now: list[float]) -> str:
    pairs = [second / first for first, second in zip(before, now, strict=False) if first > 0]
    return f"{statistics.median(pairs):.2f}" if pairs else "–"
