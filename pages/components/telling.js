const PATIENCE = 4000; // ms until what nobody answered is told again

/**
 * Tell Python what a person did; what comes while it is still busy with the last is told together afterwards, in its order.
 * All have numbers, and are told until Python says that they are done: Streamlit may drop what comes while it has not begun
 * with what came before.
 * @param {object} view with told, what was not answered yet, and send, which tells Python
 * @param {number} most at once, as Python takes them
 */
function flush(view, most) {
  clearTimeout(view.patience);
  view.patience = 0;
  if (!view.told.length) return;
  view.patience = setTimeout(() => flush(view, most), PATIENCE);
  view.send(view.told.slice(0, most));
}
