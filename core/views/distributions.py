"""Histograms of a layer's weights and outputs, at a moment of a run, or at several moments with the same bins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.views.shared.question import NetworkQuestion


@dataclass(frozen=True)
class Distribution:
    """A histogram of some numbers, with their mean and their standard deviation."""

    name: str  # such as "kernel"; "what it gives" for outputs
    count: int
    edges: tuple[float, ...]  # the edges of the bins, which are 1 more than the bins
    counts: tuple[int, ...]
    mean: float
    deviation: float
    zeros: float  # share of numbers that are exactly 0


@dataclass(frozen=True)
class LayerDistributions:
    """The histograms of a layer's weights, and of its outputs for a sample of images."""

    weights: tuple[Distribution, ...]
    outputs: Distribution | None
    images: int  # number of images in the sample
    part: str  # the set that the sample is from
    units: int  # number of units, the size of the last axis
    dead: tuple[int, ...]  # units that are 0 at every position for the whole sample

    @property
    def all(self) -> tuple[Distribution, ...]:
        """The histograms of the weights, then the histogram of the outputs."""
        return (*self.weights, self.outputs) if self.outputs else self.weights


@dataclass(frozen=True)
class DistributionsQuestion(NetworkQuestion[LayerDistributions]):
    """A request for the histograms of a layer's weights and outputs."""

    layer: str  # the layer's id

    function = "core.worker.views.distributions:distributions"
    kept = 60


def distributions_on_common_scale(moments: Sequence[LayerDistributions]) -> tuple[LayerDistributions, ...]:
    """Convert a layer's histograms at several moments to the same bins, separately for each weight and the outputs."""
    kinds = [_same_bins(kind) for kind in zip(*(moment.all for moment in moments), strict=True)]
    by_moment = zip(*kinds, strict=True) if kinds else [()] * len(moments)
    return tuple(
        replace(moment, weights=scaled[: len(moment.weights)], outputs=scaled[-1] if moment.outputs else None)
        for moment, scaled in zip(moments, by_moment, strict=True)
    )


def _same_bins(moments: Sequence[Distribution]) -> tuple[Distribution, ...]:
    """Convert histograms of a weight or of the outputs at several moments to the same bins.

    The bins reach from the lowest value of all moments to the highest. The values of an old bin are assumed to be spread
    evenly over the bin.
    """
    limits = [
        (moment.mean, moment.mean) if moment.deviation == 0 else (moment.edges[0], moment.edges[-1]) for moment in moments
    ]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    if low == high:
        return tuple(moments)
    edges = np.linspace(low, high, max(len(moment.counts) for moment in moments) + 1)

    def counted(moment: Distribution) -> Distribution:
        if moment.deviation == 0:  # equal values, as of a bias before training
            counts = np.histogram([moment.mean], edges)[0] * sum(moment.counts)
        else:
            below = np.concatenate([[0], np.cumsum(moment.counts)])
            counts = np.diff(np.rint(np.interp(edges, moment.edges, below)))
        return replace(moment, edges=tuple(map(float, edges)), counts=tuple(map(int, counts)))

    return tuple(map(counted, moments))
