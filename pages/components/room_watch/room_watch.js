/** @import { Component } from "../shared/component" */
const EVERY = 2000, EVERY_ANSWER = 1000; // milliseconds: two hundred phones ask a hundred times a second

/**
 * Ask every two seconds; a phone that is put away asks nothing.
 * @param {Component<{address: string, state: string}>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function roomWatch({ data, setTriggerValue }) {
  let last = data.state;
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(data.address, { cache: "no-store" });
      const { state } = /** @type {{state: string}} */ (answer.ok ? await answer.json() : { state: "" }); // it has ended
      if (state !== last) setTriggerValue("changed", (last = state));
    } catch {
      // No network for a moment: the next question asks again.
    }
  };
  const timer = window.setInterval(ask, data.address.endsWith("?answers") ? EVERY_ANSWER : EVERY);
  ask();
  return () => window.clearInterval(timer);
}
