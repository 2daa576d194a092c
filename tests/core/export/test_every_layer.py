"""Every layer in a valid position: built, trained for a step, exported, and the export run, all in a single process."""

import keras
import numpy as np
import pytest

from core.catalogue import Entry
from core.catalogue.layers import LAYERS
from core.checks.experiment_checks import check, is_valid
from core.experiment.model import EntryRef, Experiment
from core.export.script import step_code
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack, with_compile
from tests.deep_cases import deep_except, first_of_each

# Layers that turn a picture of 32 x 32 x 3 into a small input of this rank; ranks count the batch.
SMALL = (layer("AveragePooling2D", pool_size=4), layer("Rescaling", scale=4, offset=-2))  # both signs
BEFORE = {
    2: (*SMALL, FLATTEN),
    3: (*SMALL, layer("Reshape", target_shape=[8, 24])),
    4: SMALL,
    5: (*SMALL, layer("Reshape", target_shape=[4, 4, 4, 3])),
    6: (*SMALL, layer("Reshape", target_shape=[1, 4, 4, 4, 3])),
}
BEFORE_LAYER = {  # for layers that need more than a rank
    "GroupNormalization": (layer("Conv2D", filters=32, kernel_size=4, strides=4),),
    "Reshape": (*SMALL, FLATTEN, layer("Dense", units=28 * 28)),
}
AFTER_WHOLE_NUMBERS = (FLATTEN, layer("Embedding", input_dim=256, output_dim=2))
IMAGES = np.random.default_rng(0).random((6, 32, 32, 3), dtype="float32")
LABELS = np.array([0, 3, 9, 3, 1, 7])


def as_json(value: object) -> object:
    if isinstance(value, EntryRef):
        return layer(value.name, **{name: as_json(one) for name, one in value.arguments})
    return [as_json(one) for one in value] if isinstance(value, tuple) else value


def in_a_valid_place(entry: Entry) -> Experiment:
    """A network for CIFAR-10 that holds the layer with its defaults."""
    before = BEFORE_LAYER.get(entry.name) or BEFORE[entry.trait("accepted_ranks", (4,))[0]]
    middle = {**layer(entry.name), "id": "middle"}
    for name in entry.required:
        middle["arguments"][name] = as_json(entry.parameter(name).default)
    least = entry.trait("num_inputs", (1, 1))[0]
    if least > 1 and not entry.trait("self_attention"):
        before = ({**before[0], "id": "first"}, *before[1:])
        middle["inputs"] = ["first", f"layer-{len(before)}"]
    after = AFTER_WHOLE_NUMBERS if entry.trait("gives_whole_numbers") else ()
    experiment = stack(*before, middle, *after, FLATTEN, OUTPUT, dataset="cifar10")
    return with_compile(experiment, optimizer={"name": "SGD"}, metrics=[])  # which take less time


def one_step(model: keras.Model) -> float:
    """The loss of a training step, without the time that a graph takes to trace."""
    model.run_eagerly = True
    return float(np.asarray(model.train_on_batch(IMAGES, LABELS)).ravel()[0])


NESTED_AND_SEVERAL_STATES = ("Bidirectional", "LSTM")
CASES = [pytest.param(entry, id=name) for name, entry in LAYERS.items()]
QUICK = (*first_of_each(lambda entry: entry.group, CASES), *NESTED_AND_SEVERAL_STATES)


@pytest.mark.parametrize("entry", deep_except(QUICK, CASES))
def test_layer_trains_and_its_script_gives_the_same_numbers(entry: Entry) -> None:
    experiment = in_a_valid_place(entry)
    summary = summarise(experiment)
    assert is_valid(check(experiment, summary)), check(experiment, summary)
    keras.utils.set_random_seed(0)
    model = build(experiment)
    loss = one_step(model)
    script = {"keras": keras, "layers": keras.layers}
    keras.utils.set_random_seed(0)
    exec(f"{step_code(experiment, 'define')}\n{step_code(experiment, 'compile')}", script)  # noqa: S102 -- our own script
    assert np.isfinite(loss)
    assert one_step(script["model"]) == loss
    assert script["model"].count_params() == model.count_params() == summary.parameters
    built, row = model.get_layer("middle"), summary.row("middle")
    assert row.output_shape == tuple(built.output.shape[1:])
    assert row.parameters == built.count_params()
    assert row.trainable == sum(int(weight.value.numpy().size) for weight in built.trainable_variables)
