const SVG_NAMESPACE = "http://www.w3.org/2000/svg";
const VERDICTS = {
  right: { path: "M3 8.5L6.5 12L13 4.5", colour: "currentColor" },
  wrong: { path: "M3.5 3.5L12.5 12.5M12.5 3.5L3.5 12.5", colour: "#D55E00" },
};
const ANSWERS = 3; // of each image, the likeliest ones
const FEW_ANSWERS = 2; // where there is little room

/**
 * The watched images, drawn once; their answers change in place.
 * @param {HTMLUListElement} list an empty one
 * @param {{pictures: string[], labels: number[]}} watched the event that tells of them
 * @param {string[]} classes their names, in the order of the labels
 * @param {boolean} compact whether there is little room: two answers an image, the true one among them
 * @returns {{show: (now: number[][], before: ?number[][]) => void}} show draws the probabilities of a look, a row for
 *   each image, and marks answers that are others than in the look before
 */
export function imagesOf(list, { pictures, labels }, classes, compact) {
  const entries = pictures.map((source, index) => entryOf(source, classes[labels[index]], compact));
  list.replaceChildren(...entries.map(({ item }) => item));
  const show = (now, before) => {
    for (const [index, entry] of entries.entries()) {
      if (now[index]) showAnswers(entry, now[index], before?.[index], labels[index], classes);
    }
  };
  return { show };
}

function entryOf(source, name, compact) {
  const part = (className, ...children) => {
    const element = Object.assign(document.createElement("div"), { className });
    element.append(...children);
    return element;
  };
  const span = (className) => Object.assign(document.createElement("span"), { className });
  const image = Object.assign(document.createElement("img"), { src: source, alt: `a picture of: ${name}` });
  const actual = part("actual", name);
  actual.title = name;
  const verdict = part("verdict");
  const answers = Array.from({ length: compact ? FEW_ANSWERS : ANSWERS }, () => {
    const bar = span("bar");
    bar.style.transform = "scaleX(0)";
    return part("answer", bar, span("name"), span("percent"));
  });
  const item = document.createElement("li");
  item.append(image, actual, verdict, part("answers", ...answers));
  return { item, verdict, answers, compact };
}

function showAnswers({ item, verdict, answers, compact }, probabilities, before, label, classes) {
  const order = ranked(probabilities);
  const isRight = order[0] === label;
  item.className = isRight ? "right" : "wrong";
  showVerdict(verdict, item.className, before && ranked(before)[0] !== order[0] ? classes[ranked(before)[0]] : null);
  const shown = compact && !isRight ? [order[0], label] : order;
  for (const [place, answer] of answers.entries()) {
    const said = shown[place];
    answer.hidden = said === undefined;
    if (said === undefined) continue;
    const [bar, name, percent] = answer.children;
    answer.classList.toggle("true", said === label);
    bar.style.transform = `scaleX(${probabilities[said] || 0})`;
    if (name.textContent !== classes[said]) name.textContent = name.title = classes[said];
    percent.textContent = `${Math.round(100 * (probabilities[said] || 0))} %`;
  }
}

function showVerdict(verdict, word, was) {
  const content = `${word}, ${was}`;
  if (verdict.dataset.content === content) return;
  verdict.dataset.content = content;
  const parts = [signOf(VERDICTS[word]), word];
  if (was !== null) {
    const changed = Object.assign(document.createElement("span"), { className: "changed", textContent: "changed" });
    changed.title = `It was ${was} at the last look.`;
    parts.push(changed);
  }
  verdict.replaceChildren(...parts);
}

function ranked(probabilities) {
  return probabilities.map((_, index) => index).sort((a, b) => (probabilities[b] || 0) - (probabilities[a] || 0) || a - b);
}

function signOf({ path, colour }) {
  const sign = document.createElementNS(SVG_NAMESPACE, "svg");
  sign.setAttribute("viewBox", "0 0 16 16");
  sign.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG_NAMESPACE, "path");
  line.setAttribute("d", path);
  line.setAttribute("stroke", colour);
  sign.append(line);
  return sign;
}
