"""Begin each page at its top, mark the links that lead to it, and keep the keyboard's focus on the page."""

from pages.components.browser_modules import register

_PAGE_TOP = register("page_top")


def page_top(page: str, step: str, *, part: str = "", opened_tab: str = "", code_chosen: bool = False) -> None:
    """Begin a page at its top when it is not the page of the last script run, and mark the links that lead to it.

    Parameters
    ----------
    page
        The name of the page in addresses, such as "train".
    step
        The title of the step to which the page belongs; "" for none.
    part
        What fills the page in place of its usual content; another part begins at the top too. "" for the usual content.
    opened_tab
        The title of the tab that a scene or Show me opens, which is brought into sight; "" for none.
    code_chosen
        Whether the visitor has folded or unfolded the code; the browser remembers that.
    """
    data = {"page": page, "part": part, "step": step, "opened_tab": opened_tab, "code_chosen": code_chosen}
    _PAGE_TOP(key="page-top", data=data, height=1)
