"""The picture by which a method explains a network's answer to an image, with its colours, its numbers and its limits."""

import streamlit as st

from core.views.explanations import Explanation, Method
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.shell.messages import escape_markdown


def draw(explanation: Explanation, method: Method, class_name: str, size: int) -> None:
    """Draw the picture of an explanation. If the picture is missing, say why.

    Parameters
    ----------
    explanation
        The explanation.
    method
        The method of the explanation.
    class_name
        The name of the class that is asked about.
    size
        The side of the picture, in pixels.
    """
    if explanation.missing:
        with st.container(key=f"why-missing-{method.name}"):  # a low card below those with a picture
            st.markdown(f":material/info: {escape_markdown(explanation.missing)}")
        return
    alt = f"{method.title} for {class_name} over the image. {explanation.strongest}"
    picture = picture_item(method.name, explanation.picture, alt)
    picture_grid([picture], key=f"why-picture-{method.name}", size=size, columns=1)


def limits(method: Method, explanation: Explanation | None) -> None:
    """Draw a caption of what a method shows, and a button that opens its numbers for this image and its limits."""
    is_missing = explanation is not None and bool(explanation.missing)
    if not is_missing:
        st.caption(f"{method.can} {explanation.note if explanation else ''}".rstrip())
    button = "Its limits" if is_missing else "Numbers and limits"
    with st.popover(button, icon=":material/info:", key=f"limits-{method.name}"):
        if is_missing:
            st.markdown(f"**Says:** {method.can}")
        elif explanation is not None:
            low, high = explanation.ends
            scale = f"The scale goes from {low} to {high}."
            st.markdown(escape_markdown(f"{explanation.strongest} {explanation.words} {scale}"))
        st.markdown(f"**Does not say:** {method.cannot}")
        st.caption(method.source)


def colours(method: Method, explanation: Explanation, class_name: str) -> None:
    """Explain the colours of an explanation of a class, with their scale."""
    if explanation.missing:
        return
    name = escape_markdown(class_name)
    low, high = explanation.ends if explanation.is_one_sided else (f"against {name}", f"for {name}")
    with st.container(key=f"why-colours-{method.name}", gap="small"):
        st.markdown(method.colours.format(name=name))
        half = "half-" if explanation.is_one_sided else ""
        with st.container(key=f"why-scale-{half}{method.name}", horizontal=True, gap="small"):
            st.caption(low)
            st.caption(high)
        st.caption("The dark line surrounds what stands out in the image.")
