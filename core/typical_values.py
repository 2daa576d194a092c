"""Bounds of a value beyond which networks seldom learn, though the value is allowed."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Workable:
    """Where a value lies with which networks learn; beyond it Keras takes it without a word."""

    low: float  # of a pair of values, the one farther from 0 counts
    high: float
    why: str  # what happens beyond it, in one sentence
    better: Any = None  # what to take instead; None: the parameter's default
