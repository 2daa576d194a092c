/** @import { Found, Term } from "./term_finder.js" */
import { createElement } from "../shared/dom.js";
import { MARK_STYLE } from "./mark_style.js";
import { IN_COMPONENTS, LEFT_OUT, OBSERVED, concernsTerms } from "./page_changes.js";

/**
 * @typedef {{id: string, key: string, node: Text, start: number, end: number}} Place The place of a term in a text. `id` is
 * the id of the mark.
 */
/** @typedef {Place & {host: HTMLElement, elements: HTMLElement[]}} Mark A marked term. */

const SCAN_AFTER_MILLISECONDS = 250; // a page is drawn piece by piece, and is searched at most four times per second
const PAGE = '[data-testid="stMain"]';
const OVER_PAGE = '[data-testid="stPopoverBody"], [data-testid="stDialog"]'; // read alone, so each term is marked again
// A button must not become a part of a name, or of a text that a screen reader repeats at each change.
const NAMES = "h1, h2, h3, h4, h5, h6, label, legend, [role=alert], [role=status]";
// Streamlit keeps what was typed into a field to itself while the focus stays in the field's element. So the mark of a label
// stands before that element: the Tab key leads from the mark to the field, and from the field to the next one.
const FIELD = '[data-testid="stElementContainer"]';
const BLOCKS = "p, li, td, th, dt, dd, figcaption, caption, div, section, article, ul, ol, main";
const SMALLEST = 24; // pixels: the smallest target for a finger

/** Marks the first place of each term on the page, and updates the marks while the page changes. */
export class TermMarks {
  /**
   * @param {(text: string, page: string) => Found[]} find finds terms in a text
   * @param {Map<string, Term>} terms by their keys
   * @param {(term: Term, button: HTMLElement) => void} onPress called when a mark is pressed
   */
  constructor(find, terms, onPress) {
    this.find = find;
    this.terms = terms;
    this.onPress = onPress;
    /** @type {Map<string, Mark>} */
    this.marks = new Map();
    /** @type {WeakSet<Node>} */
    this.watched = new WeakSet();
    /** @type {?EventTarget} */
    this.focused = null; // the element that had the focus last, even if Streamlit has removed it
    this.timer = 0;
    this.changes = new MutationObserver((changes) => this.#isConcerned(changes) && this.#scanSoon());
    this.sizes = new ResizeObserver(() => requestAnimationFrame(() => this.#placeAll()));
    this.style = new CSSStyleSheet();
    this.style.replaceSync(MARK_STYLE);
  }

  /** Begin to watch the page. */
  watch() {
    document.adoptedStyleSheets.push(this.style);
    this.#watchRoot(document.body);
    document.addEventListener("focusin", (event) => (this.focused = event.composedPath()[0]), true);
    document.addEventListener("pointerdown", () => (this.focused = null), true);
    window.addEventListener("resize", () => this.#scanSoon()); // a small window hides some texts
    document.fonts?.ready.then(() => this.#placeAll());
    this.scan();
  }

  /** Search the page, and mark new terms. */
  scan() {
    const began = performance.now();
    const page = document.querySelector(PAGE);
    /** @type {Map<string, Place>} */
    const wanted = new Map();
    if (page) this.#findAround(page, wanted, "");
    for (const over of document.querySelectorAll(OVER_PAGE)) this.#findAround(over, wanted, "over ");
    for (const [id, mark] of this.marks) {
      const place = wanted.get(id);
      if (isSame(mark, place)) continue;
      this.#remove(mark);
      if (place) this.#add(place, mark.elements[0]);
    }
    for (const place of wanted.values()) if (!this.marks.has(place.id)) this.#add(place);
    this.#placeAll();
    this.changes.takeRecords(); // ignore the changes by the marks themselves
    performance.measure("glossary", { start: began });
  }

  /** @param {MutationRecord[]} changes of the page */
  #isConcerned(changes) {
    if (this.timer) return false; // the page will be searched in any case
    const isTakenAway = [...this.marks.values()].some(({ node, elements }) => !node.isConnected || !elements[0].isConnected);
    return isTakenAway || changes.some((change) => concernsTerms(change, (text) => this.find(text, pageName())));
  }

  #scanSoon() {
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      this.scan();
    }, SCAN_AFTER_MILLISECONDS);
  }

  /** @param {Node} root the document's body, or the root of a component */
  #watchRoot(root) {
    if (this.watched.has(root)) return;
    this.watched.add(root);
    this.changes.observe(root, OBSERVED);
    if (root instanceof ShadowRoot) root.adoptedStyleSheets.push(this.style);
  }

  /** @param {Element} page @returns {ShadowRoot[]} the roots of its components */
  #componentsOf(page) {
    const roots = [];
    for (const element of page.querySelectorAll("*")) {
      if (!element.shadowRoot) continue;
      this.#watchRoot(element.shadowRoot);
      roots.push(element.shadowRoot);
    }
    return roots;
  }

  /** @param {Element} element with the components in it @param {Map<string, Place>} wanted @param {string} layer begins the ids of marks */
  #findAround(element, wanted, layer) {
    for (const root of [element, ...this.#componentsOf(element)]) this.#findIn(root, wanted, layer);
  }

  /** @param {Node} root @param {Map<string, Place>} wanted gets the first place of each term @param {string} layer */
  #findIn(root, wanted, layer) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = /** @type {?Text} */ (texts.nextNode()); node; node = /** @type {?Text} */ (texts.nextNode())) {
      const found = this.find(node.data, pageName()).filter(({ key }) => !wanted.has(layer + key));
      if (!found.length || !isReadable(node, root)) continue;
      for (const { key, start, end } of found) {
        const id = layer + key;
        if (!wanted.has(id)) wanted.set(id, { id, key, node, start, end });
      }
    }
  }

  /**
   * Mark a term. If Streamlit has drawn the term's text again, the button stays the same, and keeps the focus and its open
   * popover.
   * @param {Place} place
   * @param {HTMLElement} [moved] the button that marked the term elsewhere
   */
  #add(place, moved) {
    const inside = /** @type {HTMLElement} */ (place.node.parentElement);
    const field = inside.closest("label")?.closest(FIELD);
    const named = inside.closest(NAMES)?.parentElement ?? inside;
    const host = /** @type {?HTMLElement} */ (field ?? named.closest(BLOCKS));
    if (!host) return;
    const button = moved ?? this.#button(/** @type {Term} */ (this.terms.get(place.key)));
    host.setAttribute("data-has-terms", "");
    if (field) host.prepend(button);
    else host.append(button);
    if (this.focused === button) button.focus({ preventScroll: true });
    this.sizes.observe(host);
    this.marks.set(place.id, { ...place, host, elements: [button] });
  }

  /** @param {Term} term @returns {HTMLElement} the button that explains the term */
  #button(term) {
    const button = createElement("button", { type: "button", className: "glossary-term" });
    button.setAttribute("aria-label", `Explain ${term.name}`);
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.dataset.term = term.key;
    button.onclick = (event) => {
      event.preventDefault(); // the action of a form or a label around the button
      event.stopPropagation();
      this.onPress(term, button);
    };
    return button;
  }

  /** @param {Mark} mark */
  #remove(mark) {
    for (const element of mark.elements) element.remove();
    this.marks.delete(mark.id);
    if (![...this.marks.values()].some(({ host }) => host === mark.host)) {
      mark.host.removeAttribute("data-has-terms");
      this.sizes.unobserve(mark.host);
    }
  }

  /** Measure all marks, and then move them. Alternating both would lay out the page again for each mark. */
  #placeAll() {
    const range = document.createRange();
    const measured = [...this.marks.values()].filter(({ node, end }) => node.isConnected && end <= node.length).map((mark) => {
      range.setStart(mark.node, mark.start);
      range.setEnd(mark.node, mark.end);
      return { mark, lines: [...range.getClientRects()], host: mark.host.getBoundingClientRect() };
    });
    for (const { mark, lines, host } of measured) {
      const [button, ...rest] = mark.elements;
      for (const extra of rest.slice(Math.max(0, lines.length - 1))) extra.remove();
      const elements = [button, ...rest.slice(0, Math.max(0, lines.length - 1))];
      while (elements.length < lines.length) elements.push(this.#furtherLine(mark, button));
      lines.forEach((line, number) => place(elements[number], line, mark.host, host));
      mark.elements = elements;
    }
    this.changes.takeRecords();
  }

  /** @param {Mark} mark @param {HTMLElement} button @returns {HTMLElement} the part of a term on its next line */
  #furtherLine(mark, button) {
    const line = createElement("span", { className: "glossary-term", onclick: () => button.click() });
    line.setAttribute("aria-hidden", "true");
    mark.host.append(line);
    return line;
  }
}

/** @returns {string} the path of the page on the screen, such as "train" */
function pageName() {
  return location.pathname.replace(/^.*\//, "");
}

/** @param {Mark} mark @param {Place | undefined} place @returns {boolean} whether the mark is still right */
function isSame(mark, place) {
  return Boolean(place && mark.elements[0].isConnected) && mark.node === place?.node && mark.start === place.start && mark.end === place.end;
}

/** @param {Text} node @param {Node} root @returns {boolean} whether a term in the text may be marked */
function isReadable(node, root) {
  const parent = node.parentElement;
  if (!parent || parent.closest(LEFT_OUT) || !parent.checkVisibility({ visibilityProperty: true })) return false;
  return !(root instanceof ShadowRoot) || Boolean(parent.closest(IN_COMPONENTS));
}

/**
 * Put an element over a line of text. Its position is relative to the host, so that the element moves and scrolls with the
 * text.
 * @param {HTMLElement} element the button, or its part on a further line
 * @param {DOMRect} line of the text
 * @param {HTMLElement} host the parent of the element
 * @param {DOMRect} around the box of the host
 */
function place(element, line, host, around) {
  const width = Math.max(line.width, SMALLEST);
  const height = Math.max(line.height, SMALLEST);
  const left = line.left - around.left - host.clientLeft + host.scrollLeft - (width - line.width) / 2;
  const top = line.top - around.top - host.clientTop + host.scrollTop - (height - line.height) / 2;
  const style = `left: ${left.toFixed(1)}px; top: ${top.toFixed(1)}px; width: ${width.toFixed(1)}px; height: ${height.toFixed(1)}px`;
  if (element.style.cssText !== style) element.style.cssText = style;
}
