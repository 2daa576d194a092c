/** @import { StreamEvent } from "./event_stream.js" */
import { subscribe } from "./event_stream.js";

/**
 * Let a view receive a run's events, in place of those of the run before.
 * @template {{followed?: ?string, unsubscribe?: ?() => void}} View
 * @param {View} view keeps the path of the stream as `followed`, and how to end the subscription as `unsubscribe`
 * @param {string} path of the event stream
 * @param {(view: View, event: StreamEvent) => void} receive called with each event; see subscribe
 */
export function followRun(view, path, receive) {
  view.unsubscribe?.();
  view.followed = path;
  view.unsubscribe = subscribe(new URL(path, document.baseURI).href, (event) => receive(view, event));
}
