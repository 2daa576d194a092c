// The arithmetic of one number of a layer; `core.analysis.weighted_sums` has the same in Python.
const DIGITS = 6; // after the point, of sums: as many as float32 has
const NUMBER = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

function arrayOf(text) {
  if (!text) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** The places that one number takes: [{row, column, channel, input, weight, product}], those inside only. */
function termsAt({ inputs, weights, shape, weightShape, rows, columns }, [row, column]) {
  const found = [];
  for (const [above, weightRow] of rows[row]) {
    for (const [left, weightColumn] of columns[column]) {
      if (above < 0 || left < 0) continue;
      for (let channel = 0; channel < shape[2]; channel += 1) {
        const input = inputs[(above * shape[1] + left) * shape[2] + channel];
        const weight = weights ? weights[(weightRow * weightShape[1] + weightColumn) * shape[2] + channel] : 1;
        found.push({ row: above, column: left, channel, input, weight, product: input * weight });
      }
    }
  }
  return found;
}

/** What the products of each channel add up to, by channel. */
function sumsByChannel(terms) {
  const sums = new Map();
  for (const term of terms) sums.set(term.channel, (sums.get(term.channel) ?? 0) + term.product);
  return sums;
}

const total = (terms) => terms.reduce((sum, term) => sum + term.product, 0);
const shown = (value) => value.toFixed(DIGITS).replace("-", "−");
const short = (value) => NUMBER.format(value || 0).replace("-", "−"); // a product may be −0
const counted = (count) => count.toLocaleString("en");
const added = (value) => `${value < 0 ? "−" : "+"} ${shown(Math.abs(value))}`;
const rounded = (value) => Number(value.toFixed(DIGITS));

/** How a number comes about, in one line whose numbers add up as they stand there. */
function sentence({ kind, bias, before, outputs, activation, width, hasBias, gives }, [row, column], terms) {
  const index = row * width + column;
  const where = outputs.length > 1 ? `Row ${row + 1}, column ${column + 1}` : gives;
  const after = activation ? ` → ${activation} → ${shown(outputs[index])}` : "";
  if (!terms.length) return `${where}: nothing reaches this place${hasBias ? `, only the bias ${shown(bias)}` : ""}${after}.`;
  if (kind === "largest") {
    const best = terms.reduce((one, other) => (other.input > one.input ? other : one));
    return `${where}: the largest of ${terms.length} is ${shown(best.input)}, from row ${best.row + 1}, column ${best.column + 1}.`;
  }
  const sum = rounded(total(terms));
  if (kind === "mean") return `${where}: the mean of ${terms.length} is ${shown(sum)} ÷ ${terms.length} = ${shown(sum / terms.length)}.`;
  const whole = rounded(sum + rounded(bias));
  const biased = hasBias ? ` ${added(bias)} (bias) = ${shown(whole)}` : "";
  return `${where}: all ${counted(terms.length)} products ${shown(sum)}${biased}${after}. Keras has ${shown(before[index])}${activation ? ` before ${activation}` : ""}.`;
}

/** How one number changed from the first moment to the last, in a line: before its activation, where it has one, and after. */
function change(sides, [row, column]) {
  const [first, last] = [sides[0], sides.at(-1)];
  const told = (name) => {
    const [was, is] = [first, last].map((side) => rounded(side[name][row * side.width + column]));
    const how = is === was ? "unchanged" : `${is > was ? "up" : "down"} by ${shown(Math.abs(is - was))}`;
    return `${shown(was)} → ${shown(is)}, ${how}`;
  };
  const before = first.activation ? `${told("before")} before ${first.activation}; after it ` : "";
  return `From ${first.name} to ${last.name}: ${before}${told("outputs")}.`;
}
