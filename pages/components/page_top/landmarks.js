/** Marks that tell people who do not see the page where they are, which Streamlit has no options for. */

/** The groups of links that lead through the pages, with their names. */
const NAVIGATION = [
  { selector: ".st-key-rail", name: () => "The five steps" },
  { selector: ".st-key-bar-tools", name: () => "Tools" },
  { selector: ".st-key-tabs-step", name: (/** @type {string} */ step) => `Pages of ${step}` },
  { selector: ".st-key-tabs-beside", name: () => "More pages" },
  { selector: ".st-key-stage-top", name: () => "Way back" },
];
const FIRST = "start"; // the page at the root of the app, whose link is empty in Streamlit
const MENU = "Light, dark, print";
const FADE = 36; // pixels at the right edge of the tabs, where they fade; see narrow.css
const LONGEST_NAME = 60; // characters of a name that is read aloud
const DRAWINGS = "svg.main-svg, #js-plotly-tester, svg.marks"; // drawings of Plotly, and of Vega in a metric
/**
 * The relation of a link to the page on the screen: "page" for the link to the page, "step" for the link of its step.
 * @param {string} href the link's attribute, whose last part is the name of a page; "./" or "" leads to the first page
 * @param {string} page the name of the page on the screen, such as "train"
 * @param {boolean} isStep whether the link belongs to the step of the page
 * @returns {"page" | "step" | null}
 */
export function currentState(href, page, isStep) {
  const name = href.replace(/[?#].*$/, "").replace(/^.*\//, "");
  if ((name || FIRST) === page) return "page";
  return isStep ? "step" : null;
}

/**
 * The state of a step whose link shows the state only by an icon, or null if the link's words name the state.
 * @param {string} classes of the container that holds the link
 * @param {string[]} done the names of the steps that are done, such as "load"
 */
export function wordlessState(classes, done) {
  return done.some((step) => classes.includes(`st-key-rail-${step}-`)) ? "done" : null;
}

/**
 * Name the groups of links as navigation, and mark the links that lead to the page on the screen. Only differences are
 * written, so that this function may run after every change of the page.
 * @param {Document} page
 * @param {{ page: string, step: string, done: string[] }} shown the name of the page on the screen, the title of its step,
 *   and the names of the steps that are done
 */
export function markLandmarks(page, shown) {
  for (const { selector, name } of NAVIGATION) {
    const group = page.querySelector(selector);
    if (!group?.querySelector("a")) continue;
    set(group, "role", "navigation");
    set(group, "aria-label", name(shown.step));
    for (const link of group.querySelectorAll("a")) {
      if (link.getAttribute("href") === "") set(link, "href", "./"); // "" would open another tab
      const isStep = link.closest('[class*="st-key-rail-"][class*="-here"]') !== null;
      set(link, "aria-current", currentState(link.getAttribute("href") ?? "", shown.page, isStep));
      const state = wordlessState(link.closest('[class*="st-key-rail-"]')?.className ?? "", shown.done);
      for (const icon of link.querySelectorAll('[data-testid="stIconMaterial"]')) {
        set(icon, "role", state ? "img" : null);
        set(icon, "aria-label", state);
        set(icon, "aria-hidden", state ? null : "true");
      }
    }
  }
}

/** @type {{tab: ?Element, page: string, widths: ?ResizeObserver}} */
const open = { tab: null, page: "", widths: null }; // the open tab, its page, and the observer of all widths

/**
 * Scroll the tabs of a step to the open tab. On a phone, the tabs are in a row that is wider than the window. A tab has its
 * final width only when its font is loaded.
 * @param {Document} page
 * @param {string} name of the page on the screen
 */
export function showOpenTab(page, name) {
  // Streamlit draws a link with a tooltip twice, and hides one of the two.
  const links = [...page.querySelectorAll('.st-key-tabs-step a[aria-current="page"]')];
  const tab = links.find((link) => link.checkVisibility());
  const tabs = tab?.closest(".st-key-tabs-step");
  const row = tabs?.parentElement;
  if (!tab || !tabs || !row || (open.tab === tab && open.page === name)) return;
  open.widths?.disconnect();
  const widths = new ResizeObserver(() => {
    row.scrollLeft += Math.max(0, tab.getBoundingClientRect().right + FADE - row.getBoundingClientRect().right);
  });
  for (const element of [row, ...tabs.querySelectorAll("a")]) widths.observe(element);
  Object.assign(open, { tab, page: name, widths });
}

/**
 * Name Streamlit's menu by its purpose, since the bar has a similar icon (three dots) for more pages.
 * @param {Document} page
 */
export function nameMenu(page) {
  const menu = page.querySelector('[data-testid="stMainMenuButton"]');
  if (!menu) return;
  set(menu, "aria-label", MENU);
  set(menu, "title", MENU);
}

/**
 * Let the arrow keys scroll elements that are wider than their place, such as long formulas. Only these become stops of the
 * Tab key.
 * @param {Document} page
 */
export function letKeysScroll(page) {
  for (const formula of page.querySelectorAll(".katex-display")) {
    set(formula, "tabindex", formula.scrollWidth > formula.clientWidth ? "0" : null);
  }
}

/**
 * Hide elements from screen readers: icons beside words, since Streamlit names icons by their file ("lock icon"), and the
 * drawings within charts, whose scales would be read number by number, although a sentence beside each chart describes the
 * chart. Name Streamlit's "Help" buttons by the words beside them. Let the name of a slider be read once, without its ends
 * and without its value twice. Name the tabs by their page.
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
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value null removes the attribute
 */
function set(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
