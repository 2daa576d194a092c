"""The question to the inspector which devices compute on this machine; the server itself never loads Keras."""

from collections.abc import Callable
from typing import cast

from core.engine.inspector import Answers, Inspector

DEVICES = "core.worker.training.provenance:computing_devices"


class Devices:
    """The devices of the workers, asked once. Safe to use from several threads.

    Parameters
    ----------
    inspector
        The workers that answer.
    is_ready
        Whether the workers are ready, so that waiting for an answer makes sense.
    """

    def __init__(self, inspector: Inspector, is_ready: Callable[[], bool]) -> None:
        self._answers = Answers(inspector, is_ready, DEVICES, 1)

    def ask(self, *, wait: bool = True) -> str | None:
        """The devices as Keras names them, such as "cpu:0, gpu:0"; None while there is no answer."""
        return cast("str | None", self._answers.ask("devices", wait=wait))
