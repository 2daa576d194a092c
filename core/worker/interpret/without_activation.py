"""A layer of a network without its activation."""

import threading
from typing import Any
from weakref import WeakKeyDictionary

import keras

_twins: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # for each network, its layers without activation
_lock = threading.Lock()


def without_activation(built: keras.Model, layer: keras.layers.Layer) -> keras.layers.Layer:
    """A layer with the same weights that applies no activation to its sums.

    Parameters
    ----------
    built
        The network; the new layers are forgotten with it.
    layer
        A built layer with an activation, of the network or inside one of its layers.
    """
    with _lock:
        twins = _twins.setdefault(built, {})
        if id(layer) not in twins:  # wrapped layers may share a name
            twin = type(layer).from_config({**layer.get_config(), "activation": "linear"})
            twin.build(layer.get_build_config()["input_shape"])
            twin.set_weights(layer.get_weights())
            twins[id(layer)] = twin
        return twins[id(layer)]
