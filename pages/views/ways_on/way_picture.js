/** @import { Component } from "../../components/shared/component" */
import { createElement, part } from "../../components/shared/dom.js";

/**
 * Draw the picture of a way on: an image under a pencil, a network with a layer that is not there yet, or images that the
 * network got wrong.
 * @param {Component<{kind: string, images: string[]}>} component what Streamlit passes
 */
export default function wayPicture({ data, parentElement }) {
  part(parentElement, ".picture").dataset.kind = data.kind;
  part(parentElement, ".images").replaceChildren(...data.images.map((src) => createElement("img", { src, alt: "" })));
}
