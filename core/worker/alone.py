"""Loaded first by a process that computes on another backend: `set_random_seed` would load TensorFlow there, for nothing."""

import os
import sys

from core.catalogue.backends import DEFAULT, VARIABLE

if os.environ.get(VARIABLE, DEFAULT) != DEFAULT:
    sys.modules.setdefault("tensorflow", None)  # type: ignore[arg-type]  # Python's own way to forbid an import
