"""A link to share, and a button that copies it."""

from pages.components.browser_modules import register

_SHARE_LINK = register("share_link")


def share_link(path: str, *, key: str) -> None:
    """Show the whole address of a page of this server, as the browser knows it.

    Parameters
    ----------
    path
        The address below the server's own, such as "/?experiment=...".
    key
        The key of the element.
    """
    _SHARE_LINK(key=key, data={"path": path})
