"""Numbers that Python passes to style sheets as CSS custom properties."""

import re
from collections.abc import Mapping

import streamlit as st

NAME = re.compile(r"[A-Za-z0-9_-]+")


def style_numbers(rules: Mapping[str, Mapping[str, float]]) -> None:
    """Set CSS custom properties to numbers.

    Names with other characters are refused: a stranger's deck names its questions, and the text is sent as HTML.

    Parameters
    ----------
    rules
        The numbers by the names of their properties, without hyphens before them, for each beginning of a container's key.
        The key "" stands for the whole page.

    Raises
    ------
    ValueError
        If a name holds other signs than letters, digits, hyphens and underscores.
    """
    text = ""
    for key, numbers in rules.items():
        if not all(NAME.fullmatch(name) for name in (key or "page", *numbers)):
            raise ValueError(f"the names {[key, *numbers]} are not made of letters, digits, hyphens and underscores")
        selector = f'[class*="st-key-{key}"]' if key else ":root"
        properties = " ".join(f"--{name}: {float(number):g};" for name, number in numbers.items())
        text += f"{selector} {{ {properties} }} "
    st.html(f"<style>{text}</style>")
