"""The weights of a layer's units as small pictures, beside the settings of the layer."""

import streamlit as st

from core.experiment.model import Layer
from core.views.layer_outputs import UnitPicture
from pages.builder.layer_output_preview import known_network_preview
from pages.components.picture_grid.picture_grid import picture_grid
from pages.shell.page_data import View

PICTURE_SIZE = 40
NUMBERS = ("", "one", "two", "three", "four", "five", "six")


def show_unit_pictures(view: View, layer: Layer) -> None:
    """Draw the weights of some units of a layer as pictures, once the outputs of the network are known.

    Draw nothing for layers whose weights cannot be drawn as pictures.
    """
    glimpse = known_network_preview(view)
    pictures = glimpse.units.get(layer.id, ()) if glimpse else ()
    if not glimpse or not pictures:
        return
    trained = glimpse.look is not None and layer.id in glimpse.look["trained"]
    noun = "units" if layer.entry.trait("sums") == "dense" else "filters"
    with st.container(key="unit-pictures", gap=None):
        st.markdown(f"**What {NUMBERS[len(pictures)]} of its {noun} look for**")
        items = [_item(picture, noun.removesuffix("s")) for picture in pictures]
        picture_grid(items, key=f"units-{layer.id}", size=PICTURE_SIZE, columns=len(items))
        st.caption(
            "Blue: a bright pixel there adds to the sum. Orange: a bright pixel subtracts."
            if trained
            else "Not trained yet: the weights are random."
        )


def _item(picture: UnitPicture, noun: str) -> dict[str, str]:
    name = f"The weights of {noun} {picture.unit + 1}, drawn as pixels"
    return {"id": str(picture.unit), "src": picture.picture, "alt": name, "caption": "", "detail": "", "tone": ""}
