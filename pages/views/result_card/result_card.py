"""The picture of a result, with a button that saves the picture as PNG."""

from pages.components.browser_modules import register

_RESULT_CARD = register("result_card", folder="views/result_card")


def result_card(svg: str, words: str, name: str, *, key: str) -> None:
    """Draw the picture of a result, with a button that saves the picture.

    Parameters
    ----------
    svg
        The picture. See `core.export.result_card`.
    words
        The contents of the picture in words, for people who do not see.
    name
        The name of the file that is saved.
    key
        The key of the element.
    """
    _RESULT_CARD(key=key, data={"svg": svg, "words": words, "name": name})
