/** @import { StreamEvent } from "../shared/event_stream.js" */
/** @import { NetworkState } from "../../views/shared/network_bytes.js" */
/** @import { Data, View } from "./view" */
import { followRun } from "../shared/event_stream.js";

const NOTE = "training now: what links carry for this image";

/**
 * Follow the run that trains the network, as long as it is on.
 * @param {View} view the builder's
 * @param {string} url of the run's event stream; "" for none
 */
export function followTraining(view, url) {
  if (url === (view.followed ?? "")) return;
  view.unsubscribe?.();
  Object.assign(view, { followed: url, unsubscribe: null, live: null });
  if (url) followRun(view, url, receive);
}

/** @param {View} view @param {StreamEvent} event */
function receive(view, event) {
  const before = view.live;
  for (const one of event.kind === "history" ? event.events : [event]) {
    if (one.kind === "network") view.live = one;
    if (one.kind === "resumed") view.live = null;
  }
  if (view.live === before) return;
  view.data = withTraining(view.told, view.live);
  if (view.isPressed) view.isWaiting = true;
  else if (before) view.repaint();
  else view.redraw(); // the legend changes
}

/**
 * What the builder draws while a run trains its network: dots, links and answers of the run. Maps stay as Python computed them.
 * @param {Data} told by Python
 * @param {?NetworkState} live what the run has sent last
 * @returns {Data} the data to draw
 */
export function withTraining(told, live) {
  const { data, classes } = told;
  if (!live || !data?.look) return told;
  const { look } = data;
  const columns = look.columns.map((column) => (column.maps.length ? column : live.columns.find(({ id }) => id === column.id) ?? column));
  const trained = told.blocks.map(({ id }) => id);
  const shown = { ...look, columns, trained, links: live.links, weights: live.links, answers: live.answers, image: live.image, label: live.label };
  return { ...told, data: { ...data, look: shown, isTrained: true, isTraining: true, note: NOTE, label: classes[live.label] ?? "" } };
}
