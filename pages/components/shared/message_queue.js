const RESEND_MILLISECONDS = 4000;

/**
 * @typedef {object} MessageQueue
 * Messages to Python that Python has not carried out yet. All have numbers, and the queue sends them until Python says that
 * they are done: Streamlit may drop a message that comes before the script has begun with the one before.
 * @property {number} limit how many messages Python takes at once
 * @property {any[]} messages in their order, each with its number
 * @property {number} lastNumber of the messages so far
 * @property {?number} done number of the last message that Python has carried out; null before Python has said it
 * @property {ReturnType<typeof setTimeout> | 0} resending the timer of what was sent and not acknowledged; 0 for none
 * @property {?(messages: any[]) => void} send how the queue sends messages to Python
 */

/**
 * An empty queue.
 * @param {number} limit how many messages Python takes at once
 * @returns {MessageQueue} the queue
 */
export function createQueue(limit) {
  return { limit, messages: [], lastNumber: 0, done: null, resending: 0, send: null };
}

/**
 * Drop the messages that Python has carried out, and send those that came meanwhile, in their order.
 * @param {MessageQueue} queue from createQueue
 * @param {number} done number of the last message that Python has carried out
 * @param {(messages: any[]) => void} send how to send messages to Python from now on
 */
export function acknowledge(queue, done, send) {
  const isNew = queue.done !== done;
  queue.done = done;
  queue.lastNumber = Math.max(queue.lastNumber, done);
  queue.messages = queue.messages.filter((message) => message.number > done);
  queue.send = send;
  if (isNew) flush(queue);
}

/**
 * Send a message to Python, once Python has carried out those before.
 * @param {MessageQueue} queue from createQueue
 * @param {object} message anything that JSON can hold
 */
export function enqueue(queue, message) {
  queue.messages.push({ ...message, number: ++queue.lastNumber });
  if (!queue.resending) flush(queue);
}

/** @param {MessageQueue} queue from createQueue */
function flush(queue) {
  clearTimeout(queue.resending);
  queue.resending = 0;
  if (!queue.messages.length) return;
  queue.resending = setTimeout(() => flush(queue), RESEND_MILLISECONDS);
  queue.send?.(queue.messages.slice(0, queue.limit));
}
