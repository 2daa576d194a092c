const PATIENCE = 4000; // ms until what nobody answered is told again

/**
 * Tell Python what a person did; what comes while it is still busy with the last is told together afterwards, in its order.
 * All have numbers, and are told until Python says that they are done: Streamlit may drop what comes while it has not begun
 * with what came before.
 * @param {object} queue with told, what was not answered yet, and send, which tells Python
 * @param {number} most at once, as Python takes them
 */
function flush(queue, most) {
  clearTimeout(queue.patience);
  queue.patience = 0;
  if (!queue.told.length) return;
  queue.patience = setTimeout(() => flush(queue, most), PATIENCE);
  queue.send(queue.told.slice(0, most));
}
