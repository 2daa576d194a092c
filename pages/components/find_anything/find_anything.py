"""The search *Find anything* over all pages, layers, settings and terms, opened by a button or Ctrl+K."""

from collections.abc import Callable
from typing import Any

from pages.components.browser_modules import FIND_ENTRIES, address, register

_FIND_ANYTHING = register("find_anything")


def find_anything(page: str, more: list[dict[str, Any]], *, key: str, on_chosen: Callable[[], None]) -> None:
    """Draw the button that opens the search. A chosen entry of the current page is shown at once.

    Parameters
    ----------
    page
        The file of the page on the screen.
    more
        The entries for this visitor alone, in addition to those for all visitors.
    key
        The key of the element. Its trigger `chosen` holds the entry's `page` and `term`, if the entry is on another page.
    on_chosen
        Called before the script reruns for the choice.
    """
    data = {"page": page, "entries": address(FIND_ENTRIES), "more": more}
    _FIND_ANYTHING(key=key, data=data, on_chosen_change=on_chosen)
