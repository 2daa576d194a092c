"""Begin each page at its top."""

from pages.components.browser_modules import register

_PAGE_TOP = register("page_top")


def page_top(title: str) -> None:
    """Begin a page at its top when it is not the page of the last script run."""
    _PAGE_TOP(key="page-top", data={"title": title}, height=1)
