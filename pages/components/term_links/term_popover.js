/** @import { Term } from "./term_finder.js" */
/** @import { Opener } from "./term_links.js" */
import { createElement } from "../shared/dom.js";
import { CARD_STYLE, termCard } from "../shared/term_card.js";

const GAP = 8; // pixels between a term and its popover, and between the popover and the edge of the window
const STYLE = `
.glossary-popover {
  position: fixed;
  inset: auto;
  box-sizing: border-box;
  width: min(24rem, calc(100vw - ${2 * GAP}px));
  max-height: calc(100dvh - ${2 * GAP}px);
  overflow: auto;
  margin: 0;
  padding: 16px;
  border: 1px solid light-dark(#b6bec8, #4a5664);
  border-radius: 10px;
  background: light-dark(#fff, #161b22);
  color: light-dark(#1d232b, #f0f3f6);
  font-family: var(--st-font, "Source Sans", sans-serif);
  box-shadow: 0 8px 30px rgb(0 0 0 / 25%);
}
.glossary-popover:focus { outline: none; }
${CARD_STYLE}
`;

/**
 * Explains a pressed term in a popover beside the term. The browser closes the popover at Escape, and at a press elsewhere.
 */
export class TermPopover {
  /** @param {Opener} open asks for a page of this dashboard */
  constructor(open) {
    this.open = open;
    /** @type {?HTMLElement} */
    this.button = null;
    this.element = createElement("div", { className: "glossary-popover", popover: "auto", tabIndex: -1 });
    this.element.setAttribute("role", "dialog");
    this.element.addEventListener("toggle", (event) => this.#say(/** @type {ToggleEvent} */ (event).newState === "open"));
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    document.adoptedStyleSheets.push(style);
    document.body.append(this.element);
    document.addEventListener("scroll", (event) => event.target !== this.element && this.#follow(), true);
    window.addEventListener("resize", () => this.element.hidePopover());
  }

  /** @param {Term} term to explain @param {HTMLElement} button that was pressed */
  toggle(term, button) {
    const closedByThisPress = this.button === button && performance.now() - (this.closed ?? 0) < 200;
    if (closedByThisPress) return;
    this.element.hidePopover();
    this.button = button;
    this.element.setAttribute("aria-label", term.name);
    const openPage = (/** @type {string} */ page) => {
      this.element.hidePopover();
      this.open({ term: term.key, page });
    };
    this.element.replaceChildren(termCard(term, openPage, { inPlace: true }));
    this.element.showPopover();
    this.#place(button.getBoundingClientRect());
    this.element.focus({ preventScroll: true });
  }

  /**
   * Stay beside the term while the page scrolls, and close once the term is out of sight. While Streamlit draws the text of
   * the term again, the term has no mark until the page is searched again. Meanwhile the card stays in its place.
   */
  #follow() {
    if (!this.button?.isConnected || !this.element.matches(":popover-open")) return;
    const at = this.button.getBoundingClientRect();
    if (at.width && at.bottom > 0 && at.top < innerHeight) this.#place(at);
    else this.element.hidePopover();
  }

  /** @param {boolean} isOpen */
  #say(isOpen) {
    if (!isOpen) this.closed = performance.now();
    this.button?.setAttribute("aria-expanded", String(isOpen));
  }

  /** @param {DOMRect} at the box of the term */
  #place(at) {
    const { width, height } = this.element.getBoundingClientRect();
    const left = Math.min(Math.max(GAP, at.left), innerWidth - width - GAP);
    const fitsBelow = at.bottom + GAP + height <= innerHeight - GAP;
    const top = fitsBelow ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height);
    Object.assign(this.element.style, { left: `${left}px`, top: `${top}px` });
  }
}
