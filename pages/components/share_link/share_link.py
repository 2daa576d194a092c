"""A link to share, and a button that copies the link."""

from pages.components.browser_modules import register

_SHARE_LINK = register("share_link")


def share_link(path: str, *, key: str) -> None:
    """Draw the full address of a page of this server, with a copy button.

    Parameters
    ----------
    path
        The whole address, or the address below the server's own, such as "/?experiment=...", which the browser completes.
    key
        The key of the element.
    """
    _SHARE_LINK(key=key, data={"path": path})
