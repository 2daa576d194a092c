"""Bring views of several moments of a run to one scale, so that equal colours and bars mean equal values.

The inspector scales each moment by itself, in 256 levels. The common scale is never shorter, so that rounding moves no
value by more than one level.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from core import png
from core.analysis.layer_activations import Distribution, Gallery, LayerActivations, LayerDistributions, NetworkActivations

LEVELS = 255  # from black to white


def network_on_common_scale(moments: Sequence[NetworkActivations]) -> tuple[NetworkActivations, ...]:
    """A whole network at several moments: each layer on one scale."""
    layers = [layers_on_common_scale(moment) for moment in zip(*(moment.layers for moment in moments), strict=True)]
    rescaled = zip(*layers, strict=True)
    return tuple(replace(moment, layers=scaled) for moment, scaled in zip(moments, rescaled, strict=True))


def layers_on_common_scale(moments: Sequence[LayerActivations]) -> tuple[LayerActivations, ...]:
    """A layer's outputs at several moments: black is the lowest value of all, white the highest."""
    low, high = min(moment.low for moment in moments), max(moment.high for moment in moments)
    if low == high:
        return tuple(moments)

    def rescaled(moment: LayerActivations) -> LayerActivations:
        """Convert from the moment's own scale, on which a level means low + level / 255 × (high - low)."""
        slope, offset = (moment.high - moment.low) / (high - low), LEVELS * (moment.low - low) / (high - low)
        pictures = tuple(replace(picture, source=_recoloured(picture.source, slope, offset)) for picture in moment.pictures)
        return replace(moment, pictures=pictures, low=low, high=high)

    return tuple(map(rescaled, moments))


def galleries_on_common_scale(moments: Sequence[Gallery]) -> tuple[Gallery, ...]:
    """Kernels or weights at several moments: the strongest colour is the largest absolute value of all, white is 0."""
    bound = max(moment.bound for moment in moments)
    if not bound:
        return tuple(moments)

    def paler(moment: Gallery) -> Gallery:
        share = moment.bound / bound
        pictures = tuple(
            replace(picture, source=_recoloured(picture.source, share, LEVELS * (1 - share))) for picture in moment.pictures
        )
        return replace(moment, pictures=pictures, bound=bound)

    return tuple(map(paler, moments))


@lru_cache(maxsize=2048)  # several switches between two moments of a layer with many maps
def _recoloured(source: str, slope: float, offset: float) -> str:
    """A picture whose levels are slope × level + offset."""
    return png.to_data_uri(np.rint(np.clip(slope * png.from_data_uri(source) + offset, 0, LEVELS)).astype("uint8"))


def distributions_on_common_scale(moments: Sequence[LayerDistributions]) -> tuple[LayerDistributions, ...]:
    """A layer's distributions at several moments; each kind of values uses the same bins."""
    kinds = [_same_bins(kind) for kind in zip(*(moment.all for moment in moments), strict=True)]
    by_moment = zip(*kinds, strict=True) if kinds else [()] * len(moments)
    return tuple(
        replace(moment, weights=scaled[: len(moment.weights)], outputs=scaled[-1] if moment.outputs else None)
        for moment, scaled in zip(moments, by_moment, strict=True)
    )


def _same_bins(moments: Sequence[Distribution]) -> tuple[Distribution, ...]:
    """Counts in bins from the lowest value of all to the highest; values are spread evenly over their old bin."""
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
