/** @import { Component } from "../shared/component" */
/** @import { Term } from "./term_finder.js" */
import { TermMarks } from "./term_marks.js";
import { TermPopover } from "./term_popover.js";
import { termFinder } from "./term_finder.js";

/** @typedef {(asked: {term: string, page: string}) => void} Opener Asks Python for a page. */

/** @type {{marks: ?TermMarks, open: Opener}} */
const shared = { marks: null, open: () => {} };

/**
 * Mark the terms of the glossary on all pages of this tab. There is no cleanup: this element stands on every page.
 * @param {Component<{terms: string}>} component what Streamlit passes; `terms` is the address of the glossary
 */
export default async function termLinks({ data, setTriggerValue }) {
  shared.open = (asked) => setTriggerValue("opened", asked);
  if (shared.marks) return;
  /** @type {{default: Term[]}} */
  const glossary = await import(new URL(data.terms, document.baseURI).href);
  if (shared.marks) return; // another call was waiting too
  const terms = new Map(glossary.default.map((term) => [term.key, term]));
  const popover = new TermPopover((asked) => shared.open(asked));
  shared.marks = new TermMarks(termFinder(glossary.default), terms, (term, button) => popover.toggle(term, button));
  shared.marks.watch();
}
