"""The element at the top of each page, which scrolls new pages up, marks links to the page, and keeps the focus."""

from collections.abc import Sequence

from pages.components.browser_modules import register

_PAGE_TOP = register("page_top")


def page_top(page: str, step: str, *, part: str = "", done: Sequence[str] = (), opened_tab: str = "") -> None:
    """Scroll a new page to its top, and mark the links to this page.

    Do not scroll if the last script run drew the same page.

    Parameters
    ----------
    page
        The name of the page in addresses, such as "train".
    step
        The title of the step to which the page belongs, or an empty string.
    part
        The name of the content that replaces the page's usual content, or "". Each content begins at the top.
    done
        The names of the steps that are done, such as "load", so that screen readers say so for their icons.
    opened_tab
        The title of the tab that a scene or Show me opens, which is brought into sight, or an empty string.
    """
    data = {"page": page, "part": part, "step": step, "done": list(done), "opened_tab": opened_tab}
    _PAGE_TOP(key="page-top", data=data, height=1)
