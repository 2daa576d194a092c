"""Experiments that several tests share, all on Digits: 8 x 8 x 1 pixels, ten classes, always on the machine."""

import json
from dataclasses import replace
from typing import Any

from core.experiment.model import Experiment, to_dict
from core.experiment.serialization import from_dict
from core.experiment.templates import apply_template, lecture_experiment

LECTURE = lecture_experiment("digits")
FLATTEN = {"name": "Flatten"}
OUTPUT = {"name": "Dense", "arguments": {"units": 10, "activation": "softmax"}}


def layer(name: str, **arguments: Any) -> dict:
    """Return a layer in the form of the JSON."""
    return {"name": name, "arguments": arguments}


def stack(*layers: dict, dataset: str = "digits", **data: Any) -> Experiment:
    """Return an experiment with these layers. Their ids are "layer-1", "layer-2" and so on."""
    return from_dict({"version": 1, "data": {"dataset": dataset, **data}, "layers": list(layers)})


def with_compile(experiment: Experiment, **parts: Any) -> Experiment:
    """Return the experiment with another optimizer, loss or list of metrics, in the form of the JSON."""
    content = to_dict(experiment)
    content["compile"] |= parts
    return from_dict(content)


def with_fit(experiment: Experiment, **values: Any) -> Experiment:
    return replace(experiment, fit=replace(experiment.fit, **values))


def with_data(experiment: Experiment, **values: Any) -> Experiment:
    return replace(experiment, data=replace(experiment.data, **values))


def template(name: str, dataset: str = "digits") -> Experiment:
    """Return the lecture's experiment with the layers of another template."""
    return apply_template(lecture_experiment(dataset), name)


def text_of(content: object) -> str:
    """Return the content as JSON with line breaks, as a person might write it."""
    return json.dumps(content, indent=1)


def net(*layers: tuple, **fit: object) -> Experiment:
    """Return an experiment of layers, each as (id, name, arguments, inputs). The last two may be missing."""
    named = [
        {"id": one[0], "name": one[1], "arguments": dict(*one[2:3]), **({"inputs": list(one[3])} if len(one) > 3 else {})}
        for one in layers
    ]
    return with_fit(from_dict({"version": 1, "data": {"dataset": "digits"}, "layers": named}), **fit)


CONV = {"filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}
RESIDUAL = net(
    ("conv-1", "Conv2D", CONV),
    ("conv-2", "Conv2D", CONV),
    ("add", "Add", {}, ("conv-1", "conv-2")),
    ("flat", "Flatten"),
    ("drop", "Dropout", {"rate": 0.2}),
    ("output", "Dense", {"units": 10, "activation": "softmax"}),
    epochs=2,
)
