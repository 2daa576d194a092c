// Browsers open about six connections to a host, so all subscribers to one run in a tab share one EventSource.

/** @import { HistoryEvent, ResumedEvent, RunEvent } from "./run_events.js" */
import { HEAVY, UNDONE } from "./run_events.js";

const LINGER_MILLISECONDS = 1000; // a page change removes all subscribers: the connection waits for new subscribers
const MOST_BATCHES = 4000; // more points than the pixels of a chart only need memory

/** @typedef {{kind: "connection", open: boolean, lost: boolean}} ConnectionEvent A lost connection is not opened again. */
/** @typedef {RunEvent | HistoryEvent | ConnectionEvent} StreamEvent */

/**
 * @typedef {object} RunStream
 * @property {string} url its absolute address
 * @property {RunEvent[]} events the events that this tab has received so far
 * @property {Set<(event: StreamEvent) => void>} subscribers who receive its events
 * @property {boolean} isHeard whether an event has come
 * @property {boolean} isOpen whether the connection is open
 * @property {boolean} isLost whether the browser will not connect again
 * @property {ReturnType<typeof setTimeout> | undefined} closing the timer that closes a stream without subscribers
 * @property {EventSource} [source] its connection
 */

/** @type {Map<string, RunStream>} */
const streams = new Map();

/**
 * Receive a run's events.
 * @param {string} url absolute address of an event stream
 * @param {(event: StreamEvent) => void} callback called with each event; first with a history of what the tab has already
 *   received (if anything), and with the connection whenever it changes
 * @returns {() => void} ends the calls, and closes the connection if nobody else has subscribed
 */
export function subscribe(url, callback) {
  const stream = usableStream(url);
  clearTimeout(stream.closing);
  stream.subscribers.add(callback);
  if (stream.isHeard) callback({ kind: "history", events: stream.events.slice() });
  callback(connectionEvent(stream));
  return () => {
    if (stream.subscribers.delete(callback) && stream.subscribers.size === 0) {
      stream.closing = setTimeout(() => close(stream), LINGER_MILLISECONDS);
    }
  };
}

/** @param {string} url of the stream */
function usableStream(url) {
  const known = streams.get(url);
  if (known && !known.isLost) return known;
  /** @type {RunStream} */
  const stream = known ?? { url, events: [], subscribers: new Set(), isHeard: false, isOpen: false, isLost: false, closing: undefined };
  streams.set(url, stream);
  open(stream);
  return stream;
}

/** @param {RunStream} stream to connect */
function open(stream) {
  stream.isLost = false;
  stream.source = new EventSource(stream.url);
  stream.source.onopen = () => updateConnection(stream, true);
  stream.source.onerror = () => updateConnection(stream, false);
  stream.source.onmessage = (message) => receive(stream, JSON.parse(message.data));
}

/** @param {RunStream} stream that received it @param {RunEvent | HistoryEvent} event of the run */
function receive(stream, event) {
  stream.isHeard = true;
  stream.events = addEvent(stream.events, event);
  // A resumed run repeats steps. The charts drop their first points, so they begin again from the events that count.
  send(stream, event.kind === "resumed" ? { kind: "history", events: stream.events.slice() } : event);
  if (isOver(stream.events)) {
    stream.source?.close();
    updateConnection(stream, false);
  }
}

/**
 * The events of a run after a new event.
 * @param {RunEvent[]} events so far
 * @param {RunEvent | HistoryEvent} event the new one
 * @returns {RunEvent[]} the events that a new chart needs
 */
export function addEvent(events, event) {
  if (event.kind === "history") return thinBatches(event.events.slice());
  if (event.kind === "resumed") {
    events = events.filter((past) => !UNDONE.includes(past.kind) || /** @type {ResumedEvent} */ (past).epoch <= event.epoch);
  } else if (HEAVY.includes(event.kind)) {
    events = events.filter((past) => past.kind !== event.kind);
  }
  return thinBatches([...events, event]);
}

/**
 * Whether a run has ended: a resumed run has the end of its first part in its history, so only the last state counts.
 * @param {RunEvent[]} events of the run
 * @returns {boolean} whether no more events will come
 */
export function isOver(events) {
  return events.findLast((event) => event.kind === "state")?.over ?? false;
}

/** @param {RunEvent[]} events of a run; every second batch is dropped from too many */
function thinBatches(events) {
  const batches = events.reduce((count, event) => count + (event.kind === "batch" ? 1 : 0), 0);
  if (batches <= MOST_BATCHES) return events;
  let index = 0;
  return events.filter((event) => event.kind !== "batch" || index++ % 2 === 0);
}

/** @param {RunStream} stream whose connection changed @param {boolean} isOpen whether the connection is open now */
function updateConnection(stream, isOpen) {
  stream.isOpen = isOpen;
  stream.isLost = stream.source?.readyState === EventSource.CLOSED && !isOver(stream.events);
  send(stream, connectionEvent(stream));
}

/** @param {RunStream} stream to describe @returns {ConnectionEvent} */
function connectionEvent(stream) {
  return { kind: "connection", open: stream.isOpen, lost: stream.isLost };
}

/** @param {RunStream} stream whose subscribers receive it @param {StreamEvent} event to send */
function send(stream, event) {
  for (const subscriber of [...stream.subscribers]) {
    try {
      subscriber(event);
    } catch (error) {
      console.error(error); // after an error of a subscriber, the others still get the event
    }
  }
}

/** @param {RunStream} stream to close */
function close(stream) {
  stream.source?.close();
  streams.delete(stream.url);
}

/**
 * Let a view receive a run's events, in place of the previous run's events.
 * @template {{followed?: ?string, unsubscribe?: ?() => void}} View
 * @param {View} view which stores the path of the stream as `followed`, and the function that ends the subscription as
 *     `unsubscribe`
 * @param {string} path of the event stream
 * @param {(view: View, event: StreamEvent) => void} receive called with each event; see subscribe
 */
export function followRun(view, path, receive) {
  view.unsubscribe?.();
  view.followed = path;
  view.unsubscribe = subscribe(new URL(path, document.baseURI).href, (event) => receive(view, event));
}
