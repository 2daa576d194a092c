"""Bounds beyond which an allowed value seldom lets a network learn."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Workable:
    """The range of values with which networks learn; Keras silently accepts others."""

    low: float  # for a pair of values, the one farther from 0 counts
    high: float
    why: str  # what happens outside, in one sentence
    better: Any = None  # a better value; None: the parameter's default
