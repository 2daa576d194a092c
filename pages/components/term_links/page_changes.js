/** Which changes of a page can add, move or remove the mark of a term: a page that watches a run changes many times a second. */

/** @import { Found } from "./term_finder.js" */

// Where a press means something else, where texts are code, where they change all the time, and where the words are what is asked.
// The title of a page is no button: the focus goes to the title when the page opens.
// In a deck, hints and replies have the role of a status: they come once, and stay.
export const LEFT_OUT = [
  "h1, a, button, input, select, textarea, summary, option, code, pre, kbd, svg, style, script, canvas, nav, .katex",
  '[role=button], [role=link], [role=tab], [role=radio], [role=option], [role=slider], [role=combobox], [data-testid="stRadioOption"]',
  "[role=listbox], [role=grid], [role=menu], [role=status]:not(.st-key-guide *, .st-key-card-scene *), [role=progressbar], [role=timer], [aria-live], [aria-hidden=true]:not(label *)",
  '[contenteditable], [data-baseweb="select"], [data-testid="stSliderThumbValue"], [data-testid="stFileUploaderDropzone"]',
  "[data-terms-off], .js-plotly-plot, .st-key-bar, .st-key-tabs-step, .st-key-line, .st-key-settings-title, .st-key-inventory-form",
].join(", ");
export const IN_COMPONENTS = "p, figcaption, dd, dt, h2, h3, h4"; // elsewhere a component may count its elements
const CHANGING = ".js-plotly-plot, [role=progressbar], [role=timer], [aria-live]:not(.st-key-guide *, .st-key-card-scene *)";
const SEEN = ["hidden", "open", "aria-hidden", "aria-selected", "aria-expanded"]; // attributes that show or hide texts
export const OBSERVED = { subtree: true, childList: true, characterData: true, attributeOldValue: true, attributeFilter: SEEN };

/**
 * Whether marks may have to change after a change of the page.
 * @param {MutationRecord} change that was observed with OBSERVED
 * @param {(text: string) => Found[]} find finds terms in a text
 */
export function concernsTerms({ type, target, attributeName, oldValue, addedNodes }, find) {
  const element = target instanceof Element ? target : target.parentElement; // null for the root of a component
  if (element?.closest(CHANGING)) return false;
  if (type === "attributes") return element?.getAttribute(attributeName ?? "") !== oldValue;
  if (element?.closest("[data-has-terms]")) return true; // the words around a mark move it
  if (element?.closest(LEFT_OUT)) return false;
  const isInComponent = target.getRootNode() instanceof ShadowRoot;
  const isReadHere = !isInComponent || Boolean(element?.closest(IN_COMPONENTS));
  const added = type === "characterData" ? [target] : [...addedNodes];
  return added.some((node) => {
    if (!(node instanceof Element)) return isReadHere && find(node.textContent ?? "").length > 0;
    return isReadHere || node.matches(IN_COMPONENTS) || node.querySelector(IN_COMPONENTS) !== null; // of the page, it may be a component
  });
}
