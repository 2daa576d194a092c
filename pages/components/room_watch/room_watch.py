"""A component that asks the server every two seconds for the state of a room, and reruns the page when the state changes."""

from pages.components.browser_modules import do_nothing, register
from pages.shell.addresses import base_path

_ROOM_WATCH = register("room_watch")


def room_watch(code: str, state: str, *, answers: bool = False) -> None:
    """Rerun the page whenever the lecture in a room moves on.

    Parameters
    ----------
    code
        The code of the room.
    state
        The state on the page, in the form of `/room-state`.
    answers
        Whether the page shows the answers, as the projector's page does.
    """
    data = {"address": f"{base_path()}/room-state/{code}{'?answers' if answers else ''}", "state": state}
    _ROOM_WATCH(key="room-watch", data=data, on_changed_change=do_nothing, height=1)
