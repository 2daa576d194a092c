const SVG = "http://www.w3.org/2000/svg";

/**
 * A new HTML element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag such as "button"
 * @param {Partial<HTMLElementTagNameMap[Tag]>} properties to set, such as {className: "name"}
 * @param {...(Node | string)} children elements and texts; empty texts are left out
 * @returns {HTMLElementTagNameMap[Tag]} the element
 */
export function createElement(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== ""));
  return element;
}

/**
 * A new SVG element.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag such as "path"
 * @param {Object<string, string | number>} attributes to set
 * @param {...Node} children of the element
 * @returns {SVGElementTagNameMap[Tag]} the element
 */
export function createSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Change a text only if it differs, since a screen reader repeats a text that is set again.
 * @param {Element} element whose text it is
 * @param {string} text the new text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Whether a key press writes into a field, also within a component.
 * @param {Event} event
 * @returns {boolean}
 */
export function isTyping(event) {
  const origin = event.composedPath()[0];
  return origin instanceof HTMLElement && (origin.isContentEditable || origin.matches("input:not([type=radio], [type=checkbox], [type=range]), textarea, select"));
}

/**
 * The element that a selector names. If the HTML lacks the element, an error names the selector.
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {ParentNode} root of the component
 * @param {string} selector such as ".status"
 * @returns {Kind} the element
 */
export function part(root, selector) {
  const element = root.querySelector(selector);
  if (!element) throw new Error(`there is no ${selector} in the component`);
  return /** @type {Kind} */ (element);
}
