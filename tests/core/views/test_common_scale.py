"""Two moments on a common scale: rescaled pictures equal pictures that were painted on this scale."""

from dataclasses import replace

import numpy as np
import pytest

from core.png import from_data_uri
from core.views.activations import (
    Gallery,
    LayerActivations,
    NetworkActivations,
    Picture,
    galleries_on_common_scale,
    layers_on_common_scale,
    network_on_common_scale,
)
from core.views.distributions import LayerDistributions, distributions_on_common_scale
from core.worker.views.activations import layer_maps
from core.worker.views.distributions import distribution
from core.worker.views.shared.array_images import grey, signed_heatmap_uri

CHANCE = np.random.default_rng(0)
BEFORE = CHANCE.normal(0, 0.1, (5, 7, 3)).astype("float32")
AFTER = CHANCE.normal(1, 3, (5, 7, 3)).astype("float32")
LEVEL = 1  # of 255: the largest error of a rescaled picture


def of(values: np.ndarray) -> LayerActivations:
    return layer_maps("conv", "Conv2D", (), values)


def gallery(values: np.ndarray) -> Gallery:
    bound = float(np.abs(values).max())
    shown = tuple(
        Picture(signed_heatmap_uri(values[..., index], bound), index, "kernel") for index in range(values.shape[-1])
    )
    return Gallery("Kernels", "", shown, bound)


@pytest.mark.parametrize("before", [BEFORE, np.full_like(BEFORE, 0.25), AFTER])
def test_pictures_are_as_if_painted_on_the_common_scale(before: np.ndarray) -> None:
    together = layers_on_common_scale([of(before), of(AFTER)])
    kernels = galleries_on_common_scale([gallery(before), gallery(AFTER)])
    low, high = float(min(before.min(), AFTER.min())), float(max(before.max(), AFTER.max()))
    bound = max(float(np.abs(values).max()) for values in (before, AFTER))
    for values, scaled, kernel in zip((before, AFTER), together, kernels, strict=True):
        assert (scaled.low, scaled.high, kernel.bound) == pytest.approx((low, high, bound))
        for index in range(3):
            painted = from_data_uri(grey(values[..., index], low, high)).astype(int)
            assert np.abs(from_data_uri(scaled.pictures[index].source) - painted).max() <= LEVEL
            painted = from_data_uri(signed_heatmap_uri(values[..., index], bound)).astype(int)
            assert np.abs(from_data_uri(kernel.pictures[index].source) - painted).max() <= LEVEL
    none = Gallery("Attention", "", missing="It has none.")
    assert galleries_on_common_scale([none, none]) == (none, none)


def test_each_layer_has_a_scale_of_its_own() -> None:
    moments = [NetworkActivations((of(values), of(10 * values)), (1.0,)) for values in (BEFORE, AFTER)]
    first, second = network_on_common_scale(moments)
    assert [layer.high for layer in first.layers] == [layer.high for layer in second.layers]
    assert first.layers[1].high == pytest.approx(10 * first.layers[0].high)
    dark = of(np.zeros_like(BEFORE))
    assert network_on_common_scale([NetworkActivations((dark,), ())] * 2)[0].layers == (dark,)


def spreads(values: np.ndarray, bias: np.ndarray) -> LayerDistributions:
    return LayerDistributions(
        (distribution("kernel", values), distribution("bias", bias)),
        distribution("what it gives", values),
        8,
        "validation",
        3,
        (),
    )


def test_distributions_are_counted_in_the_same_bins() -> None:
    still, moved = np.zeros(64), CHANCE.normal(0, 0.01, 64)
    together = distributions_on_common_scale([spreads(BEFORE, still), spreads(AFTER, moved)])
    for kind, (before, after) in enumerate(((BEFORE, AFTER), (still, moved))):
        edges = np.array(together[0].weights[kind].edges)
        assert edges.tolist() == list(together[1].weights[kind].edges)
        assert (edges[0], edges[-1]) == pytest.approx((min(before.min(), after.min()), max(before.max(), after.max())))
        for values, scaled in zip((before, after), together, strict=True):
            distribution = scaled.weights[kind]
            assert sum(distribution.counts) == values.size
            width = (values.max() - values.min()) / len(distribution.counts)  # of a bin on the old scale
            for index in range(len(edges)):  # a value moves by at most a bin
                below = sum(distribution.counts[:index])
                assert (values < edges[index] - width).sum() - 1 <= below <= (values <= edges[index] + width).sum() + 1
    assert together[0].outputs == replace(together[0].weights[0], name="what it gives")
    nothing = LayerDistributions((), None, 0, "validation", 0, ())
    assert distributions_on_common_scale([nothing, nothing]) == (nothing, nothing)
    same = spreads(np.ones(4), still)
    assert distributions_on_common_scale([same, same]) == (same, same)
