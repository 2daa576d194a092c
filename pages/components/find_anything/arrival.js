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
    const isEarly = waited < NEAREST_FIRST;
    for (const target of isEarly ? targets.slice(0, 1) : targets) {
      const palette = target.startsWith("palette:");
      if (palette ? showInPalette(page, target.slice("palette:".length)) : showElement(page, target, isEarly)) return;
    }
    if (waited < PATIENCE) window.setTimeout(look, EVERY);
  };
  look();
}

/** @param {Document} page @param {string} target a key @param {boolean} isFieldAwaited Streamlit draws a field after its frame */
function showElement(page, target, isFieldAwaited) {
  const element = elementsOf(page, target).find((one) => one.getClientRects().length > 0);
  if (!(element instanceof HTMLElement)) {
    unfoldSettings(page, target);
    return false;
  }
  const field = FIELDS.map((selector) => element.querySelector(selector)).find(Boolean);
  if (!field && isFieldAwaited) return false;
  element.scrollIntoView({ block: "center", behavior: "instant" });
  if (field instanceof HTMLElement) field.focus({ preventScroll: true });
  mark(element);
  return true;
}

/** @param {Document} page @param {string} key */
function elementsOf(page, key) {
  const name = keyClass(key);
  return [...page.querySelectorAll(`.${name}, [class*="${name}-"]`)];
}

/**
 * Unfold the settings of Train if they contain a target, which the next search on the page finds.
 * @param {Document} page
 * @param {string} target a key
 */
function unfoldSettings(page, target) {
  const isFolded = elementsOf(page, target).some((element) => element.closest(".st-key-train-controls"));
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
