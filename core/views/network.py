"""The request for the values that a network drawing shows: outputs of layers for an image, and the strongest links."""

from dataclasses import dataclass

from core.network_state import NetworkState
from core.views.shared.question import NetworkQuestion


@dataclass(frozen=True)
class NetworkStateQuestion(NetworkQuestion[NetworkState]):
    """A request for the values that the network drawing shows, for the same image as during training."""

    function = "core.worker.views.network:network"
    kept = 60
