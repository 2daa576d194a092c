"""What fit is fed with: Keras' batches in Keras' order, and no thread that its end has to wait for."""

import keras
import numpy as np
import pytest
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

import core.worker.training.build_model  # noqa: F401 - as in every process that fits, evaluates or predicts
from core.worker.keras_patches import input_pipeline


def batches(dataset: object) -> list[tuple]:
    return [tuple(part.numpy().tolist() for part in batch) for batch in dataset]


@pytest.mark.parametrize("shuffle", [True, False])
def test_batches_are_those_of_keras_without_its_tuner(shuffle: bool) -> None:
    adapter = ArrayDataAdapter(np.arange(103), np.arange(103) % 7, batch_size=10, shuffle=shuffle)
    keras.utils.set_random_seed(3)
    tuned = input_pipeline._with_tuner(adapter)
    expected = batches(tuned)
    keras.utils.set_random_seed(3)
    ours = adapter.get_tf_dataset()
    assert batches(ours) == expected
    assert (expected[0][0] == list(range(10))) is not shuffle
    assert ours.options().autotune.enabled is False
    assert ours.options().experimental_optimization.apply_default_optimizations is False, "Keras' own options are kept"
