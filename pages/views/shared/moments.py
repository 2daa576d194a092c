"""Moments of a network in a view, single or two side by side, with or without a common colour scale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.shell.streamlit_patches import Container


@dataclass(frozen=True)
class Side:
    """A moment of a network's training in a view, alone or beside another moment."""

    name: str  # shown behind titles, or "" if the moment stands alone
    suffix: str  # at the end of keys
    common: bool  # whether both moments share a scale

    @property
    def scale(self) -> str:
        """A sentence about the colour scale, or an empty string if the moment stands alone."""
        return which_scale(self.common) if self.name else ""

    def titled(self, title: str) -> str:
        return f"{title}: {self.name}" if self.name else title


def scaled(rescale: Callable[[Sequence], Sequence], views: Sequence, common: bool) -> Sequence:
    """Rescale the views of several moments to a common scale. If `common` is false, return the views unchanged."""
    return rescale(views) if common and views else views


def which_scale(common: bool) -> str:
    """Return a sentence on whether two moments side by side have a common colour scale."""
    return "Both moments are on one scale." if common else "Each moment has a scale of its own."


def columns(count: int) -> Sequence[Container]:
    """Return containers for cards side by side. A single card gets the whole width."""
    return st.columns(count, gap="medium") if count > 1 else [st.container() for _ in range(count)]
