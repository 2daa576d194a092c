"""Pictures as the grid of pictures takes them."""

import numpy as np

from core.png import to_data_uri


def picture_item(  # noqa: PLR0913 - each is one thing that the grid shows of a picture
    name: object, picture: np.ndarray | str, alt: str, *, caption: str = "", detail: str = "", tone: str = ""
) -> dict[str, str]:
    """One picture of `pages.components.picture_grid`.

    Parameters
    ----------
    name
        The id of the picture in its grid.
    picture
        The pixels, uint8 (height, width) or (height, width, channels); or a data URI.
    alt
        The words for people who cannot see the picture.
    caption, detail
        The words below the picture; "" for none.
    tone
        "right", "wrong" or "".
    """
    source = picture if isinstance(picture, str) else to_data_uri(picture)
    return {"id": str(name), "src": source, "alt": alt, "caption": caption, "detail": detail, "tone": tone}
