/** @import { Term } from "../term_links/term_finder.js" */
import { createElement } from "./dom.js";

/** The style of a card, for the popover on the page and for the glossary. */
export const CARD_STYLE = `
.term-card { display: flex; flex-direction: column; gap: 10px; font-size: max(16px, 1rem); line-height: 1.45; }
.term-card > * { margin: 0; }
.term-card h2 { font-size: 1.25em; font-weight: 600; line-height: 1.25; }
.term-card .also { color: light-dark(#49525c, #b8c1cc); }
.term-card svg { display: block; width: 100%; max-width: 320px; height: auto; margin: 0 auto; }
.term-card .example {
  padding: 10px 12px;
  border-left: 4px solid light-dark(#0b5cad, #7fb8f0);
  border-radius: 4px;
  background: light-dark(#f1f4f8, #0f141a);
  overflow-wrap: anywhere;
}
.term-card .more { display: flex; flex-wrap: wrap; gap: 4px 18px; }
.term-card a { display: inline-block; padding: 3px 0; color: light-dark(#0b5cad, #7fb8f0); font-weight: 600; }
.term-card a:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; border-radius: 3px; }
`;

/**
 * A term, explained: its name, one sentence, a drawing or an example, and where to read on.
 * @param {Term} term to explain
 * @param {(page: string) => void} openPage goes to a page of this dashboard without loading it anew
 * @param {{inPlace?: boolean}} [options] `inPlace`: on another page than the glossary, which it then leads to
 * @returns {HTMLElement} the card
 */
export function termCard(term, openPage, { inPlace = false } = {}) {
  const card = createElement("div", { className: "term-card" }, createElement("h2", {}, term.name));
  if (term.also.length && !inPlace) card.append(createElement("p", { className: "also" }, `Also: ${term.also.join(", ")}`));
  card.append(createElement("p", {}, term.sentence));
  if (term.drawing) card.append(document.importNode(new DOMParser().parseFromString(term.drawing, "image/svg+xml").documentElement, true));
  if (term.example) card.append(createElement("p", { className: "example" }, term.example));
  const more = createElement("p", { className: "more" });
  if (term.page) more.append(pageLink(`See it on “${term.link}”`, term.page, term.page, openPage));
  else more.append(createElement("a", { href: term.link, target: "_blank", rel: "noreferrer" }, `Read on at ${term.source} ↗`));
  if (inPlace) more.append(pageLink("All terms", `glossary?term=${term.key}`, "", openPage));
  card.append(more);
  return card;
}

/** @param {string} words @param {string} path @param {string} page @param {(page: string) => void} openPage */
function pageLink(words, path, page, openPage) {
  const link = createElement("a", { href: new URL(path, document.baseURI).href }, words);
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
    event.preventDefault();
    openPage(page);
  };
  return link;
}
