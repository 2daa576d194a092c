"""Tests of training on another backend than TensorFlow, which a process chooses once and for all:

    KERAS_BACKEND=jax pytest -n0 tests/backends
    KERAS_BACKEND=torch pytest -n0 tests/backends

They need requirements-backends.txt, so `.ci/run` has an environment of its own for them. Where Keras computes with
TensorFlow they are not collected: there the other tests say the same, and more.
"""

import os

import core.worker.no_tensorflow  # noqa: F401 -- before anything imports keras

BACKEND = os.environ.get("KERAS_BACKEND", "tensorflow")
collect_ignore_glob = ["test_*.py"] if BACKEND == "tensorflow" else []
