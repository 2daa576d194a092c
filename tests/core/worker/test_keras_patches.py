"""What the patches of Keras do, and what they rely on: a test fails here where a new version of Keras behaves otherwise."""

import ast
import inspect
import random
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from threading import Thread

import keras
import numpy as np
import pytest
from keras.src.layers.preprocessing.image_preprocessing import aug_mix
from keras.src.random import seed_generator
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

from core.worker import keras_patches

SOURCES = Path(inspect.getfile(keras)).parent / "src"
IMAGES, LABELS = np.random.default_rng(1).random((7, 5), "float32"), np.array([0, 1, 2, 0, 1, 2, 0])


@pytest.fixture
def model() -> Iterator[keras.Model]:
    keras.utils.set_random_seed(4)
    made = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, activation="softmax")])
    made.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy")
    yield made
    keras.utils.clear_session()


def test_installed_version_was_checked() -> None:
    """After an update: run the tests of this file, tests/backends and the deep set, then add the version."""
    assert version("keras") in keras_patches.CHECKED_VERSIONS


def batches(dataset: object) -> list[tuple]:
    return [tuple(part.numpy().tolist() for part in batch) for batch in dataset]


@pytest.mark.parametrize("shuffle", [True, False])
def test_batches_are_those_of_keras_without_its_tuner(shuffle: bool) -> None:
    adapter = ArrayDataAdapter(np.arange(103), np.arange(103) % 7, batch_size=10, shuffle=shuffle)
    keras.utils.set_random_seed(3)
    tuned = keras_patches.tuned_dataset(adapter)
    assert tuned.options().autotune.enabled is not False, "Keras itself turns the tuner off: the patch can go"
    expected = batches(tuned)
    keras.utils.set_random_seed(3)
    ours = adapter.get_tf_dataset()
    assert batches(ours) == expected
    assert (expected[0][0] == list(range(10))) is not shuffle
    assert ours.options().autotune.enabled is False
    assert ours.options().experimental_optimization.apply_default_optimizations is False, "Keras' own options are kept"


def test_tensorflow_reads_prepared_images_where_they_are(model: keras.Model) -> None:
    images = keras_patches.empty_for_tensor(IMAGES.shape)
    images[:] = IMAGES
    dataset = ArrayDataAdapter(images, LABELS, batch_size=7).get_tf_dataset()
    images[0] = 9.0
    assert batches(dataset)[0][0][0] == [9.0] * 5, "the data set copied the images"
    copied = IMAGES.copy()[1:]  # 20 bytes behind the beginning of its memory, where TensorFlow would end the process
    dataset = ArrayDataAdapter(copied, LABELS[1:], batch_size=7).get_tf_dataset()
    copied[0] = 9.0
    assert batches(dataset)[0][0][0] == IMAGES[1].tolist()
    images.flags.writeable = False
    assert model.predict(images, verbose=0).shape == (7, 3)


def test_shared_images_give_the_numbers_of_copied_images(model: keras.Model) -> None:
    images = keras_patches.empty_for_tensor(IMAGES.shape)
    images[:] = IMAGES
    begun = model.get_weights()
    trained = []
    for each in (images, IMAGES.copy()[:, ::-1][:, ::-1], IMAGES.astype("float64")):
        model.set_weights(begun)
        keras.utils.set_random_seed(5)
        model.fit(each, LABELS, batch_size=2, epochs=2, verbose=0)
        trained.append(np.concatenate([weights.ravel() for weights in model.get_weights()]).tolist())
    assert trained[0] == trained[1] == trained[2]


def test_fit_takes_its_batches_from_the_patched_method(model: keras.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    ours = ArrayDataAdapter.get_tf_dataset
    monkeypatch.setattr(ArrayDataAdapter, "get_tf_dataset", lambda adapter: calls.append(adapter) or ours(adapter))
    model.fit(IMAGES, LABELS, verbose=0)
    assert len(calls) == 1


def test_only_the_patched_modules_of_layers_draw_from_python() -> None:
    drawing = {
        path.relative_to(SOURCES).as_posix()
        for folder in ("backend", "constraints", "initializers", "layers", "models", "optimizers", "random", "regularizers")
        for path in (SOURCES / folder).rglob("*.py")
        if re.search(r"^\s*(import random\b|from random import)", path.read_text(encoding="utf-8"), re.MULTILINE)
        and not path.stem.endswith("_test")
    }
    patched = {"layers/preprocessing/image_preprocessing/aug_mix.py", "random/seed_generator.py"}
    assert drawing == patched
    assert seed_generator.python_random is aug_mix.py_random


def new_seed() -> int:
    """The seed of a layer that is made now, as those of augmentation and dropout are."""
    return int(keras.layers.Dropout(0.5).seed_generator.state.value[0])


def test_seeded_layers_have_the_seeds_of_keras_although_other_threads_draw() -> None:
    keras.utils.set_random_seed(11)
    expected = [new_seed() for _ in range(3)]
    with keras_patches.seeded(11):
        first = new_seed()
        other = Thread(target=lambda: [random.random(), seed_generator.make_default_seed()])
        other.start()
        other.join()
        state = keras_patches.seeds_state()
        rest = [new_seed(), new_seed()]
        keras_patches.restore_seeds_state(state)
        assert [new_seed(), new_seed()] == rest
    assert [first, *rest] == expected
    assert keras_patches.seeds_state() is None


def test_layer_names_begin_anew() -> None:
    keras.layers.Dense(1)
    keras_patches.reset_layer_names()
    assert [keras.layers.Dense(1).name for _ in range(2)] == ["dense", "dense_1"]


def test_operations_without_a_seed_draw_from_the_global_generator() -> None:
    keras.utils.clear_session()
    assert keras_patches.global_seed_generator() is None
    keras.random.uniform((1,))
    generator = keras_patches.global_seed_generator()
    state = keras.ops.copy(generator.state.value)
    first = keras.random.uniform((1,)).numpy()
    keras_patches.restore_global_seed_generator(generator)
    generator.state.assign(state)
    assert keras.random.uniform((1,)).numpy() == first


def test_every_step_applies_gradients_and_computes_metrics_through_the_recorded_methods(model: keras.Model) -> None:
    gradients: list[list] = []
    answers: list[np.ndarray] = []
    model.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy", run_eagerly=True)
    keras_patches.record_steps(
        model,
        lambda several: gradients.append([one.numpy() for one in several]),
        lambda one: answers.append(one.numpy()),
    )
    before = model.get_weights()
    model.fit(IMAGES, LABELS, batch_size=7, verbose=0)
    assert not answers, "the answers of a training step are not recorded"
    for was, gradient, now in zip(before, gradients[0], model.get_weights(), strict=True):
        np.testing.assert_allclose(was - gradient, now, rtol=1e-6)
    model.evaluate(IMAGES, LABELS, batch_size=4, verbose=0)
    np.testing.assert_allclose(np.concatenate(answers), model.predict(IMAGES, verbose=0), rtol=1e-6)
    assert len(gradients) == 1


def test_fit_runs_the_train_function_that_a_model_has(model: keras.Model) -> None:
    model.make_train_function()
    theirs, calls = model.train_function, []
    model.train_function = lambda iterator: calls.append(1) or theirs(iterator)
    model.fit(IMAGES, LABELS, batch_size=3, verbose=0)
    assert len(calls) == 3


def test_trainer_on_jax_has_the_names_that_the_patch_uses() -> None:
    """Read from its source, for JAX need not be installed; tests/backends runs the patch."""
    path = SOURCES / "backend" / "jax" / "trainer.py"
    trainer = next(
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == "JAXTrainer"
    )
    methods = {node.name: node for node in trainer.body if isinstance(node, ast.FunctionDef)}
    arguments = {name: [one.arg for one in methods[name].args.args] for name in ("_make_function", "_get_jax_state")}
    assert arguments["_make_function"][:2] == ["self", "step_function"]
    assert {*keras_patches.JAX_STATE, "purge_model_variables"} <= set(arguments["_get_jax_state"])
    states = [
        tuple(key.value for key in node.value.keys if isinstance(key, ast.Constant))
        for node in ast.walk(methods["fit"])
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "self._jax_state"
        and isinstance(node.value, ast.Dict)
    ]
    assert states == [keras_patches.JAX_STATE]
    sync = ast.unparse(methods["jax_state_sync"])
    assert all(f"self._jax_state.get('{name}'" in sync for name in keras_patches.JAX_STATE)
    assert "self._jax_state_synced = True" in sync
