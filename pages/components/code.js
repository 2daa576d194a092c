const views = new WeakMap();

/**
 * A script with line numbers; the lines of the last click are marked.
 * @param {object} component what Streamlit passes: data as in the Python function code, and parentElement
 * @returns {() => void} cleanup
 */
export default function code(component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".script");
  const view = views.get(parentElement) ?? {};
  views.set(parentElement, view);
  root.dataset.theme = getComputedStyle(root).colorScheme === "dark" ? "dark" : "light";
  const box = root.querySelector(".box");
  box.style.height = data.height === null ? "" : `${data.height}px`;
  box.setAttribute("aria-label", data.title);
  root.querySelector(".name").textContent = data.title;
  root.querySelector(".copy").onclick = () => copy(root, data.script);
  root.querySelector(".download").onclick = () => download(root, data);
  const shown = JSON.stringify([data.lines, data.marked]);
  if (shown !== view.shown) {
    draw(root, data);
    const isFresh = view.shown === undefined;
    const line = isFresh && data.focus !== null ? box.querySelectorAll(".line")[data.focus] : box.querySelector(".marked");
    requestAnimationFrame(() => scrollTo(box, line, isFresh)); // once the browser lays the page out anyhow
    view.shown = shown;
  }
  return () => {};
}

// Lines that stay are left alone: a browser lays out hundreds of them more slowly than all else on the page.
function draw(root, { lines, marked }) {
  const isMarked = new Set(marked);
  const list = root.querySelector(".lines");
  list.style.setProperty("--digits", String(String(lines.length).length));
  const [before, after] = [[...list.children], lines.map((html, index) => `${isMarked.has(index)} ${html}`)];
  const least = Math.min(before.length, after.length);
  let [above, below] = [0, 0];
  while (above < least && before[above].content === after[above]) above += 1;
  while (below < least - above && before.at(-1 - below).content === after.at(-1 - below)) below += 1;
  const next = before[before.length - below] ?? null;
  before.slice(above, before.length - below).forEach((line) => line.remove());
  for (let index = above; index < lines.length - below; index += 1) {
    const line = lineOf(lines[index], isMarked.has(index));
    line.content = after[index];
    list.insertBefore(line, next);
  }
}

function lineOf(html, isMarked) {
  const line = document.createElement("div");
  line.className = isMarked ? "line marked" : "line";
  line.innerHTML = html; // Pygments has escaped the script
  line.style.setProperty("--indent", Math.max(0, line.textContent.search(/\S/)));
  if (isMarked) {
    const word = document.createElement("span");
    word.className = "unseen";
    word.textContent = "changed: ";
    line.prepend(word);
  }
  return line;
}

function scrollTo(box, line, isFresh) {
  if (!line) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || isFresh;
  const bottom = line.offsetTop + line.offsetHeight;
  const seen = line.offsetTop >= box.scrollTop && bottom <= box.scrollTop + box.clientHeight;
  // scrollIntoView would move the page too
  const above = isFresh ? 8 : box.clientHeight / 3; // a fresh page starts with its own step
  if (!seen || isFresh) box.scrollTo({ top: line.offsetTop - above, behavior: calm ? "instant" : "smooth" });
}

async function copy(root, script) {
  const copied = await toClipboard(script);
  say(root, copied ? "Copied" : "The browser does not allow copying");
}

function download(root, data) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([data.script], { type: "text/x-python" }));
  link.download = data.file_name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAID_MILLISECONDS);
  say(root, "Downloaded");
}
