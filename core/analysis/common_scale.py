"""What is seen of several moments brought to one scale, so that the same colour, or the same bar, is as much in each.

What the inspector told of each moment is on a scale of its own. Its pictures hold 256 levels of that scale, which is never
longer than the common one: brought to it, none is further off than one level.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from core import png
from core.analysis.layer_activations import Distribution, Gallery, LayerActivations, LayerDistributions, NetworkActivations

LEVELS = 255  # from black to white


def network_on_common_scale(several: Sequence[NetworkActivations]) -> tuple[NetworkActivations, ...]:
    """A whole network at several moments: each layer on one scale."""
    layers = [layers_on_common_scale(one) for one in zip(*(one.layers for one in several), strict=True)]
    return tuple(replace(one, layers=told) for one, told in zip(several, zip(*layers, strict=True), strict=True))


def layers_on_common_scale(several: Sequence[LayerActivations]) -> tuple[LayerActivations, ...]:
    """What a layer gives at several moments: from the least number of all, black, to the largest of all, white."""
    low, high = min(one.low for one in several), max(one.high for one in several)
    if low == high:
        return tuple(several)

    def moved(one: LayerActivations) -> LayerActivations:
        """`one` from its own scale: a level of it is low + level / 255 × (high - low)."""
        slope, offset = (one.high - one.low) / (high - low), LEVELS * (one.low - low) / (high - low)
        shown = tuple(replace(each, source=_recoloured(each.source, slope, offset)) for each in one.pictures)
        return replace(one, pictures=shown, low=low, high=high)

    return tuple(map(moved, several))


def galleries_on_common_scale(several: Sequence[Gallery]) -> tuple[Gallery, ...]:
    """Kernels or weights at several moments: the strongest colour is the largest number of all, 0 stays white."""
    bound = max(one.bound for one in several)
    if not bound:
        return tuple(several)

    def paler(one: Gallery) -> Gallery:
        share = one.bound / bound
        shown = tuple(replace(each, source=_recoloured(each.source, share, LEVELS * (1 - share))) for each in one.pictures)
        return replace(one, pictures=shown, bound=bound)

    return tuple(map(paler, several))


@lru_cache(maxsize=2048)  # two moments of a layer with many maps, some times over
def _recoloured(source: str, slope: float, offset: float) -> str:
    """A picture whose levels are slope × level + offset."""
    return png.to_data_uri(np.rint(np.clip(slope * png.from_data_uri(source) + offset, 0, LEVELS)).astype("uint8"))


def distributions_on_common_scale(several: Sequence[LayerDistributions]) -> tuple[LayerDistributions, ...]:
    """The distributions of a layer at several moments, each kind of numbers counted in the same bins."""
    kinds = [_same_bins(kind) for kind in zip(*(one.all for one in several), strict=True)]
    moments = zip(*kinds, strict=True) if kinds else [()] * len(several)
    return tuple(
        replace(one, weights=told[: len(one.weights)], gives=told[-1] if one.gives else None)
        for one, told in zip(several, moments, strict=True)
    )


def _same_bins(several: Sequence[Distribution]) -> tuple[Distribution, ...]:
    """Counts in bins from the least number of all to the largest; what lay in one bin is spread over it evenly."""
    limits = [(one.mean, one.mean) if one.deviation == 0 else (one.edges[0], one.edges[-1]) for one in several]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    if low == high:
        return tuple(several)
    edges = np.linspace(low, high, max(len(one.counts) for one in several) + 1)

    def counted(one: Distribution) -> Distribution:
        if one.deviation == 0:  # all the same, as a bias is before training
            counts = np.histogram([one.mean], edges)[0] * sum(one.counts)
        else:
            below = np.concatenate([[0], np.cumsum(one.counts)])
            counts = np.diff(np.rint(np.interp(edges, one.edges, below)))
        return replace(one, edges=tuple(map(float, edges)), counts=tuple(map(int, counts)))

    return tuple(map(counted, several))
