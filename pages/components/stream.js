// Browsers open about six connections to a host, so all that listens to one run in a tab shares one EventSource.

const UNDONE = new Set(["batch", "sample", "epoch", "look", "alarm"]); // what is told again of steps that it does again
const HEAVY = new Set(["look", "watched"]); // kilobytes each; only the last one is of use to anybody
const LINGER_MILLISECONDS = 1000; // a page change drops all listeners and adds others: the connection outlives it
const MOST_BATCHES = 4000; // more points than a chart has pixels only cost memory

const streams = new Map();

/**
 * Follow a run's events.
 * @param {string} url absolute address of an event stream
 * @param {(event: object) => void} callback called with each event; first with {"kind": "history"} holding what the tab
 *   has already seen (if anything), and with {"kind": "connection", "open": boolean, "lost": boolean} whenever the
 *   connection changes; lost says that the browser will not try again
 * @returns {() => void} stops the calls, and closes the connection if nobody else listens
 */
export function subscribe(url, callback) {
  const stream = usableStream(url);
  clearTimeout(stream.closing);
  stream.listeners.add(callback);
  if (stream.heard) callback({ kind: "history", events: stream.events.slice() });
  callback(connectionOf(stream));
  return () => {
    if (stream.listeners.delete(callback) && stream.listeners.size === 0) {
      stream.closing = setTimeout(() => forget(stream), LINGER_MILLISECONDS);
    }
  };
}

function usableStream(url) {
  const known = streams.get(url);
  if (known && !known.lost) return known;
  if (known) {
    open(known);
    return known;
  }
  const stream = { url, events: [], listeners: new Set(), heard: false, open: false, lost: false, closing: 0 };
  streams.set(url, stream);
  open(stream);
  return stream;
}

function open(stream) {
  stream.lost = false;
  stream.source = new EventSource(stream.url);
  stream.source.onopen = () => connectionChanged(stream, true);
  stream.source.onerror = () => connectionChanged(stream, false);
  stream.source.onmessage = (message) => receive(stream, message.data);
}

function receive(stream, text) {
  const event = JSON.parse(text);
  stream.heard = true;
  if (event.kind === "history") {
    stream.events = event.events.slice();
  } else if (event.kind === "resumed") {
    stream.events = [...stream.events.filter((past) => !UNDONE.has(past.kind) || past.epoch <= event.epoch), event];
  } else {
    if (HEAVY.has(event.kind)) stream.events = stream.events.filter((past) => past.kind !== event.kind);
    stream.events.push(event);
  }
  stream.events = thinned(stream.events);
  // What is done again must leave the charts: they begin anew from what counts.
  tell(stream, event.kind === "resumed" ? { kind: "history", events: stream.events.slice() } : event);
  if (isOver(stream.events)) {
    stream.source.close();
    connectionChanged(stream, false);
  }
}

// A run that goes on has the end of its first part in the middle of its history: only the last state counts.
function isOver(events) {
  return events.findLast((event) => event.kind === "state")?.over ?? false;
}

function thinned(events) {
  const batches = events.reduce((count, event) => count + (event.kind === "batch"), 0);
  if (batches <= MOST_BATCHES) return events;
  let seen = 0;
  return events.filter((event) => event.kind !== "batch" || seen++ % 2 === 0);
}

function connectionChanged(stream, isOpen) {
  const closed = stream.source.readyState === EventSource.CLOSED;
  stream.open = isOpen;
  stream.lost = closed && !isOver(stream.events);
  tell(stream, connectionOf(stream));
}

function connectionOf(stream) {
  return { kind: "connection", open: stream.open, lost: stream.lost };
}

function tell(stream, event) {
  for (const listener of [...stream.listeners]) {
    try {
      listener(event);
    } catch (error) {
      console.error(error); // one listener's mistake must not silence the others
    }
  }
}

function forget(stream) {
  stream.source.close();
  streams.delete(stream.url);
}
