"""A layer of a network without its activation: what it gives before."""

import threading
from typing import Any
from weakref import WeakKeyDictionary

import keras

_known: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # of networks: their bare layers
_lock = threading.Lock()


def without_activation(built: keras.Model, layer: keras.layers.Layer) -> keras.layers.Layer:
    """The same layer with the same weights, which applies no function to its sums.

    Parameters
    ----------
    built
        The network; the new layers are forgotten with it.
    layer
        A built layer with an activation, of the network or inside one of its layers.
    """
    with _lock:
        mine = _known.setdefault(built, {})
        if id(layer) not in mine:  # held layers may have one name
            twin = type(layer).from_config({**layer.get_config(), "activation": "linear"})
            twin.build(layer.get_build_config()["input_shape"])
            twin.set_weights(layer.get_weights())
            mine[id(layer)] = twin
        return mine[id(layer)]
