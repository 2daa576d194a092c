"""The ready nets as cards, each with a drawing of its layers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pages.components.browser_modules import register

_READY_NETS = register("ready_nets", styles=("shared/layer_tones.css", "ready_nets/ready_nets.css"))


def ready_nets(
    *, nets: Sequence[Mapping[str, Any]], picture: Sequence[int], key: str, on_chosen: Callable[[], None]
) -> None:
    """Draw the ready nets as cards, each with a drawing of its layers.

    Parameters
    ----------
    nets
        The nets, the smallest first. See `pages.builder.ready_net_cards.cards`.
    picture
        The shape of the input: height, width, channels.
    key
        The key of the element. Its session state has `chosen`, the name of a net.
    on_chosen
        Called before the script reruns for a choice.
    """
    _READY_NETS(key=key, data={"nets": list(nets), "picture": list(picture)}, on_chosen_change=on_chosen)
