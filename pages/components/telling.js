const PATIENCE = 4000; // ms until what nobody answered is told again

/**
 * What a person did and Python has not carried out yet. All have numbers, and are told until Python says that they are done:
 * Streamlit may drop what comes while it has not begun with what came before.
 * @param {number} most that are told at once, as Python takes them
 */
function queueOf(most) {
  return { most, told: [], number: 0, done: null, patience: 0, send: null };
}

/**
 * Take what Python says is done, and tell it what came meanwhile, in its order.
 * @param {object} queue of queueOf
 * @param {number} done the number of the last one that was carried out
 * @param {(told: object[]) => void} send tells Python
 */
function hear(queue, done, send) {
  const isNew = queue.done !== done;
  queue.done = done;
  queue.number = Math.max(queue.number, done);
  queue.told = queue.told.filter((one) => one.number > done);
  queue.send = send;
  if (isNew) flush(queue);
}

/** Tell Python what a person did, once it is done with what it was told last. */
function addTold(queue, one) {
  queue.told.push({ ...one, number: ++queue.number });
  if (!queue.patience) flush(queue);
}

function flush(queue) {
  clearTimeout(queue.patience);
  queue.patience = 0;
  if (!queue.told.length) return;
  queue.patience = setTimeout(() => flush(queue), PATIENCE);
  queue.send(queue.told.slice(0, queue.most));
}
