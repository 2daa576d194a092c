/** @import { Component } from "../../components/shared/component" */
import { part } from "../../components/shared/dom.js";

const SIZE = { width: 1200, height: 630 }; // as in core/export/result_card.py

/**
 * Show the picture of a result, and save it as PNG: messengers take no SVG.
 * @param {Component<{svg: string, words: string, name: string}>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function resultCard({ data, parentElement }) {
  const root = part(parentElement, ".card");
  const image = /** @type {HTMLImageElement} */ (part(root, "img"));
  image.alt = data.words;
  image.src = svgAddress(data.svg);
  part(root, "button").onclick = async () => {
    const content = await png(image);
    part(root, "span").textContent = content ? "Saved" : "This browser cannot make the picture";
    if (content) save(content, data.name);
  };
  return () => {};
}

/**
 * The address of an SVG for an image.
 * @param {string} svg
 * @returns {string} a data: URI
 */
export function svgAddress(svg) {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

/** @param {HTMLImageElement} image @returns {Promise<?Blob>} */
async function png(image) {
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), SIZE);
  canvas.getContext("2d")?.drawImage(image, 0, 0, SIZE.width, SIZE.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** @param {Blob} content @param {string} name */
function save(content, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(content), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
