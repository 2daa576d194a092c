/**
 * What style sheets ask of controls, as classes of the document. Asked by a style sheet itself, with `:has` and a state, each
 * point of a chart would recalculate the styles of the whole page.
 */
const STATES = {
  "settings-open": ".st-key-show-settings input:checked",
  "popover-at-hand": '.stPopover [aria-expanded="true"]:is(:hover, :focus-visible)',
};
const CONTROLS = ".st-key-show-settings, .stPopover";
const KINDS = ["change", "click", "pointerover", "focusin"];

/**
 * Give the document the classes of the states that hold.
 * @param {Document} page
 */
export function markStates(page) {
  for (const [name, selector] of Object.entries(STATES)) page.documentElement.classList.toggle(name, page.querySelector(selector) !== null);
}

/**
 * Keep the classes true while a person uses the controls.
 * @param {Document} page
 */
export function watchStates(page) {
  const isMarked = () => Object.keys(STATES).some((name) => page.documentElement.classList.contains(name));
  const look = (/** @type {Event} */ { target }) => {
    const isControl = target instanceof Element && target.closest(CONTROLS) !== null;
    if (isControl || isMarked()) requestAnimationFrame(() => markStates(page)); // by then the control has changed
  };
  for (const kind of KINDS) page.addEventListener(kind, look, { capture: true, passive: true });
}
