/** Show the chosen entry of the search on its page. */

const PATIENCE = 6_000; // the milliseconds in which a page must be drawn
const NEAREST_FIRST = 1_500; // the milliseconds of waiting for the nearest target, before a wider target is taken
const EVERY = 100;
const MARKED = 2_500; // milliseconds for which a target is marked
const MARK = "3px solid #e69f00";
const FIELDS = [
  'input:not([type="hidden"]):not(:disabled), select:not(:disabled), textarea:not(:disabled)',
  'button:not(:disabled):not([aria-label^="Help"]), a[href]',
];

/**
 * The class that Streamlit gives the element with a key.
 * @param {string} key such as "fit/epochs"
 * @returns {string} such as "st-key-fit-epochs"
 */
export function keyClass(key) {
  return `st-key-${key.trim().replace(/[^a-zA-Z0-9_-]/g, "-")}`;
}

/**
 * Show a target once it is on the page: scroll to the target, mark it, and focus its first field.
 * @param {Document} page
 * @param {string[]} targets the nearest first; see find_entries.py
 */
export function showTarget(page, targets) {
  const begin = performance.now();
  const look = () => {
    const waited = performance.now() - begin;
    const nearest = waited < NEAREST_FIRST ? targets.slice(0, 1) : targets;
    for (const target of nearest) {
      if (target.startsWith("palette:") ? showInPalette(page, target.slice("palette:".length)) : showElement(page, target)) return;
    }
    if (waited < PATIENCE) window.setTimeout(look, EVERY);
  };
  look();
}

/** @param {Document} page @param {string} target a key */
function showElement(page, target) {
  const element = elementOf(page, target);
  if (!element) {
    unfoldSettings(page, target);
    return false;
  }
  element.scrollIntoView({ block: "center", behavior: "instant" });
  const field = FIELDS.map((selector) => element.querySelector(selector)).find(Boolean);
  if (field instanceof HTMLElement) field.focus({ preventScroll: true });
  mark(element);
  return true;
}

/** @param {Document} page @param {string} key */
function elementOf(page, key) {
  const name = keyClass(key);
  const found = [...page.querySelectorAll(`.${name}, [class*="${name}-"]`)];
  return /** @type {HTMLElement | undefined} */ (found.find((one) => one.getClientRects().length > 0));
}

/**
 * Unfold the settings of Train if they contain a target, which the next search on the page finds.
 * @param {Document} page
 * @param {string} target a key
 */
function unfoldSettings(page, target) {
  const isFolded = page.querySelector(`.st-key-train-controls .${keyClass(target)}`) !== null;
  const unfold = page.querySelector(".st-key-show-settings input:not(:checked)");
  if (isFolded && unfold instanceof HTMLElement) unfold.click();
}

/** Search the palette of Define for a layer. @param {Document} page @param {string} name */
function showInPalette(page, name) {
  const hosts = [...page.querySelectorAll(".st-key-builder *")];
  const roots = hosts.flatMap((host) => (host.shadowRoot ? [host.shadowRoot] : []));
  const field = [page, ...roots].map((root) => root.querySelector(".palette input[type=search]")).find(Boolean);
  if (!(field instanceof HTMLInputElement)) return false;
  field.value = name;
  field.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  field.scrollIntoView({ block: "center", behavior: "instant" });
  const root = /** @type {ParentNode} */ (field.getRootNode());
  const selector = `.tile[data-name="${CSS.escape(name)}"]`;
  field.focus({ preventScroll: true });
  whenThere(() => root.querySelector(selector), (tile) => {
    tile.focus({ preventScroll: true });
    mark(tile);
  });
  return true;
}

/**
 * Wait a moment for an element.
 * @param {() => Element | null} find
 * @param {(element: HTMLElement) => void} then
 */
function whenThere(find, then, waited = 0) {
  const element = find();
  if (element instanceof HTMLElement) then(element);
  else if (waited < NEAREST_FIRST) window.setTimeout(() => whenThere(find, then, waited + EVERY), EVERY);
}

/** @param {HTMLElement} element */
function mark(element) {
  element.style.outline = MARK;
  element.style.outlineOffset = "2px";
  window.setTimeout(() => {
    element.style.outline = element.style.outlineOffset = "";
  }, MARKED);
}
