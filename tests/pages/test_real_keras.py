"""The process in which page tests ask Keras starts also after AppTest has run a script of its own."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.pages.conftest import DIGITS
from tests.pages.real_keras import keras_process


@pytest.mark.deep
def test_process_starts_whatever_module_is_main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "script"
    script.write_text("page(*__args)", encoding="utf-8")  # as AppTest.from_function leaves it
    main = ModuleType("__main__")
    main.__file__ = str(script)
    monkeypatch.setitem(sys.modules, "__main__", main)
    with keras_process() as keras:
        assert keras.summarise(DIGITS).parameters == 9_610
