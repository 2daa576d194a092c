"""The device of a run, in words."""

import pytest

from core.analysis.devices import device_words, is_accelerated
from tests.core.conftest import Trained

CPU = {"devices": "cpu:0", "processor": "Intel Xeon", "threads": "2"}


@pytest.mark.parametrize(
    ("devices", "expected"),
    [("cpu:0", False), ("cpu", False), ("cpu:0, gpu:0", True), ("cuda", True), ("tpu:0", True)],
)
def test_what_is_more_than_a_processor_is_known(devices: str, expected: bool) -> None:
    assert is_accelerated(devices) is expected


def test_run_says_what_computed_it_last() -> None:
    assert device_words([CPU]) == "on the processor (Intel Xeon, 2 threads)"
    assert device_words([{**CPU, "threads": "1"}]) == "on the processor (Intel Xeon, 1 thread)"
    assert device_words([CPU, {**CPU, "devices": "cpu:0, gpu:0"}]) == "on a GPU (cpu:0, gpu:0)"
    assert device_words([{"devices": "cpu"}]) == "on the processor"
    assert device_words([]) == device_words([{"Keras": "3.15.1"}]) == "", "older runs did not record it"


@pytest.mark.deep
def test_real_run_names_this_machines_processor(trained: Trained) -> None:
    assert device_words(trained.result["provenance"]).startswith("on ")
