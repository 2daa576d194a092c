/** The keyboard's focus after the focused element was removed, and for people who skip the bar above a page. */

const SETTLED = 400; // milliseconds in which Streamlit draws the replacement of a pressed control
const FOLLOWED = 30_000; // milliseconds: a busy machine may take as long to answer and change the page
const OWN_WILL = ["wheel", "touchmove", "keydown", "pointerdown"]; // events of a person who moves on
const ENTERED = ["Enter", " ", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]; // keys that change what a field holds
const MAIN = '[data-testid="stMain"]';
const FIELDS = 'input, select, textarea, [role="combobox"], [role="radio"], [role="slider"], [role="switch"]';
const SUCCESSORS = '.st-key-line button:not(:disabled), .st-key-stage-top button:not(:disabled)';

/**
 * The focused element, also within a component, whose shadow root hides the element from the page.
 * @param {Document} page
 */
function focusedIn(page) {
  let focused = page.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused;
}

/**
 * Move the focus to a page's heading, from which the Tab key then goes on.
 * @param {Document} page
 */
export function focusHeading(page) {
  const heading = page.querySelector('[data-testid="stMain"] h1');
  if (!(heading instanceof HTMLElement)) return false;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  if (heading.matches(":focus-visible")) heading.scrollIntoView({ block: "nearest" }); // for people who use keys
  return true;
}

/**
 * Let "Skip to main content" lead to the page's heading, below the bar.
 * @param {Document} page
 */
export function skipToHeading(page) {
  page.addEventListener(
    "click",
    (event) => {
      if (!(event.target instanceof Element) || !event.target.closest('[data-testid="stSkipToContent"]')) return;
      if (!focusHeading(page)) return;
      event.preventDefault();
      event.stopPropagation();
      page.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" });
    },
    true,
  );
}

/**
 * If the focused control disappears, as Train does after a press, focus its replacement, or else the page's heading.
 * @param {Document} page
 */
export function keepFocus(page) {
  /** @type {Element | null} */
  let last = null;
  let wasInBar = false;
  let timer = 0;
  page.addEventListener("focusin", (event) => {
    last = event.target instanceof Element ? event.target : null;
    wasInBar = last?.closest(".st-key-line, .st-key-stage-top, .st-key-start-button") != null;
  });
  const restore = () => {
    timer = 0;
    const lost = page.activeElement === null || page.activeElement === page.body;
    const successor = lost && wasInBar ? page.querySelector(SUCCESSORS) : null;
    if (successor instanceof HTMLElement) {
      successor.focus({ preventScroll: true });
      followFocus(page, successor);
    } else if (lost && !focusHeading(page)) {
      timer = window.setTimeout(restore, SETTLED); // on a slow machine, the next page's heading is not drawn yet
      return;
    }
    if (last && !last.isConnected) last = null;
  };
  new MutationObserver(() => {
    if (last && !last.isConnected && !timer) timer = window.setTimeout(restore, SETTLED);
  }).observe(page.body, { childList: true, subtree: true });
}

/**
 * Keep in sight the element that a person reached by the Tab key, and a field whose value was changed by a key. When Keras
 * answers or a message above disappears, the page moves, and the focused element would move below the guide.
 * @param {Document} page
 */
export function followFields(page) {
  page.addEventListener("keyup", ({ key }) => {
    const control = focusedIn(page);
    if (!(control instanceof HTMLElement) || !page.activeElement?.closest(MAIN) || control.closest(".st-key-guide")) return;
    if (key === "Tab" || (ENTERED.includes(key) && control.matches(FIELDS))) followFocus(page, control);
  });
}

/**
 * Keep a focused control in sight while the page changes above it, until a person does something. In a low window the bar at the
 * foot scrolls with the page.
 * @param {Document} page
 * @param {HTMLElement} control
 */
function followFocus(page, control) {
  const show = () => focusedIn(page) === control && control.scrollIntoView({ block: "nearest", behavior: "instant" });
  const sizes = new ResizeObserver(show);
  const main = page.querySelector('[data-testid="stMainBlockContainer"]');
  if (main) sizes.observe(main);
  const stop = () => {
    sizes.disconnect();
    for (const kind of OWN_WILL) page.removeEventListener(kind, stop, true);
  };
  for (const kind of OWN_WILL) page.addEventListener(kind, stop, { capture: true, passive: true });
  window.setTimeout(stop, FOLLOWED);
  show();
}
