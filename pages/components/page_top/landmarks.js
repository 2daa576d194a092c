/** Where people are, for those who do not see the page: what Streamlit offers no way to say. */

/** The groups of links that lead through the pages, with their names. */
const NAVIGATION = [
  { selector: ".st-key-rail", name: () => "The five steps" },
  { selector: ".st-key-tabs-step", name: (/** @type {string} */ step) => `Pages of ${step}` },
  { selector: ".st-key-tabs-beside", name: () => "More pages" },
  { selector: ".st-key-stage-top", name: () => "Way back" },
];
const FIRST = "start"; // the page at the root of the app, to which Streamlit leaves the link empty
const LONGEST_NAME = 60; // characters of a name that is read aloud
const DRAWINGS = "svg.main-svg, #js-plotly-tester, svg.marks"; // of Plotly, and of Vega below a number
/** The states that only an icon tells; the words of a link say all others. */
const ICON_STATES = /** @type {Record<string, string>} */ ({ check_circle: "done" });

/**
 * What a link is to the page on the screen: "page" for the one that leads to it, "step" for that of its step.
 * @param {string} href the link's attribute, whose last part is the name of a page; "./" or "" leads to the first page
 * @param {string} page the name of the page on the screen, such as "train"
 * @param {boolean} isStep whether the link is that of the step to which the page belongs
 * @returns {"page" | "step" | null}
 */
export function currentState(href, page, isStep) {
  const name = href.replace(/[?#].*$/, "").replace(/^.*\//, "");
  if ((name || FIRST) === page) return "page";
  return isStep ? "step" : null;
}

/**
 * Name the groups of links as navigation, and mark the links that lead to the page on the screen. Only what differs is
 * written, so that this may run after every change of the page.
 * @param {Document} page
 * @param {{ page: string, step: string }} shown the name of the page on the screen, and the title of its step
 */
export function markLandmarks(page, shown) {
  for (const { selector, name } of NAVIGATION) {
    const group = page.querySelector(selector);
    if (!group?.querySelector("a")) continue;
    set(group, "role", "navigation");
    set(group, "aria-label", name(shown.step));
    for (const link of group.querySelectorAll("a")) {
      if (link.getAttribute("href") === "") set(link, "href", "./"); // or it would open the page on the screen in another tab
      const isStep = link.closest('[class*="st-key-rail-"][class*="-here"]') !== null;
      set(link, "aria-current", currentState(link.getAttribute("href") ?? "", shown.page, isStep));
      for (const icon of link.querySelectorAll('[data-testid="stIconMaterial"]')) {
        const state = ICON_STATES[icon.textContent ?? ""];
        set(icon, "role", state ? "img" : null);
        set(icon, "aria-label", state ?? null);
        set(icon, "aria-hidden", state ? null : "true");
      }
    }
  }
}

/**
 * Let the arrow keys scroll what is wider than its place, such as a long formula: a stop for the Tab key, only where needed.
 * @param {Document} page
 */
export function letKeysScroll(page) {
  for (const formula of page.querySelectorAll(".katex-display")) {
    set(formula, "tabindex", formula.scrollWidth > formula.clientWidth ? "0" : null);
  }
}

/**
 * Leave out of what is read aloud: icons that stand beside words, since Streamlit names them by their file ("lock icon"), and
 * the drawings within charts, whose scales would be read number by number; a sentence beside each chart says what it shows.
 * Name the helps that Streamlit calls "Help" alone by the words beside them. Say the name of a slider once, and neither its
 * ends nor its value twice; and name the tabs by their page.
 * @param {Document} page
 */
export function leaveOutNoise(page) {
  for (const drawing of page.querySelectorAll(DRAWINGS)) set(drawing, "aria-hidden", "true");
  for (const icon of page.querySelectorAll('[data-testid="stMain"] [role="img"][aria-label$=" icon"]')) {
    if (icon.closest("nav, [role=navigation]")) continue;
    const around = icon.closest('button, a, p, li, h1, h2, h3, h4, [data-testid="stAlert"], [data-testid="stMarkdown"]');
    if (around && around.textContent?.trim() !== icon.textContent?.trim()) set(icon, "aria-hidden", "true");
  }
  for (const help of page.querySelectorAll('button[aria-label="Help"]')) {
    const words = help.closest('[data-testid="stMarkdown"], [data-testid="stHeading"]')?.textContent?.trim();
    if (words) set(help, "aria-label", words.length > LONGEST_NAME ? "Help for this line" : `Help for ${words}`);
  }
  for (const tabs of page.querySelectorAll('[role="tablist"]')) set(tabs, "aria-label", `Parts of ${page.querySelector("h1")?.textContent ?? "this page"}`);
  for (const numbers of page.querySelectorAll('[data-testid="stSliderTickBar"], [data-testid="stSliderThumbValue"]')) {
    set(numbers, "aria-hidden", "true");
  }
  for (const thumb of page.querySelectorAll('[data-testid="stSlider"] input[aria-labelledby]')) {
    if (thumb.getAttribute("aria-label") === thumb.closest('[role="group"]')?.getAttribute("aria-label")) set(thumb, "aria-labelledby", null);
  }
}

/**
 * Name the buttons of the cards on Learn by their decks too: who listens hears "Begin: 6 · The loss", not "Begin" 26 times.
 * @param {Document} page
 */
export function nameCardButtons(page) {
  for (const button of page.querySelectorAll('[class*="st-key-deck-"] [class*="st-key-open-"] button')) {
    const title = button.closest('[class*="st-key-deck-"]')?.querySelector("strong")?.textContent;
    const verb = button.querySelector("p")?.textContent;
    if (title && verb) set(button, "aria-label", `${verb}: ${title}`);
  }
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value null removes the attribute
 */
function set(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
