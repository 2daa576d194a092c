const HINT = "Press a cell to see the images behind it; arrow keys go from cell to cell, Enter presses.";

const matrices = new WeakMap();

/**
 * The confusion matrix of an evaluated set; a click or Enter on a cell tells Python which one.
 * @param {object} component what Streamlit passes: data as in the Python function confusion, parentElement,
 *   setTriggerValue
 */
export default function confusion({ data, parentElement, setTriggerValue }) {
  const [table, readout] = ["table", ".readout"].map((name) => parentElement.querySelector(name));
  const order = JSON.stringify(data.order);
  let drawn = matrices.get(table);
  if (drawn?.order !== order) {
    const read = (sentence) => {
      readout.textContent = sentence || HINT;
    };
    const picked = ([row, column]) => drawn.tell({ actual: drawn.labels[row], predicted: drawn.labels[column] });
    table.ariaLabel = data.label;
    drawn = { order, labels: data.order, matrix: matrixOf(table, data.order.map((label) => data.classes[label]), data.colours, { picked, read }) };
    matrices.set(table, drawn);
    read("");
  }
  drawn.tell = (cell) => setTriggerValue("cell", cell);
  const placeOf = (label) => data.order.indexOf(label);
  drawn.matrix.show(data.cells.map(([actual, predicted, count]) => [placeOf(actual), placeOf(predicted), count]), data.shows);
  drawn.matrix.select(data.selected && data.selected.map(placeOf));
  drawn.matrix.paint(); // the theme may have changed
}
