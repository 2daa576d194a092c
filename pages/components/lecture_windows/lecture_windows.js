/** @import { Component } from "../shared/component" */
import { part, setText } from "../shared/dom.js";
import { black, listen, say } from "./channel.js";
import { clockText, leftText, pace } from "./clock.js";

const STARTED = "lecture-started"; // storage key: when the first scene was left, in milliseconds since 1970
const ADDRESS = "presenter";
const TICK = 1000; // milliseconds
const OLD = 4 * 3600 * 1000; // milliseconds: an older clock belongs to another lecture

/**
 * Tell the other windows the scene of this window, follow their scenes, and draw the presenter's clock.
 * @param {Component<{scene: string, is_presenter: boolean, minutes: number, passed: number}>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function lectureWindows({ data, parentElement, setTriggerValue }) {
  const root = /** @type {ParentNode} */ (parentElement);
  const open = /** @type {HTMLButtonElement} */ (part(root, ".open"));
  open.hidden = data.is_presenter;
  open.onclick = () => window.open(new URL(ADDRESS, document.baseURI).href, "presenter", "popup,width=1200,height=800");
  const stop = listen(data.is_presenter, (scene) => scene !== data.scene && setTriggerValue("follow", scene));
  say({ scene: data.scene });
  if (data.passed > 0 && Date.now() - started() > OLD) restart();
  const timer = data.is_presenter ? followClock(root, data) : 0;
  return () => {
    stop();
    window.clearInterval(timer);
  };
}

/** @returns {number} the start of the clock, in milliseconds since 1970; 0 if the clock was never started */
function started() {
  return Number(localStorage.getItem(STARTED));
}

function restart() {
  localStorage.setItem(STARTED, String(Date.now()));
}

/**
 * Draw the clock now and every second.
 * @param {ParentNode} root
 * @param {{minutes: number, passed: number}} data
 * @returns {number} the timer
 */
function followClock(root, { minutes, passed }) {
  part(root, ".clock").hidden = false;
  const button = part(root, ".black");
  button.onclick = () => black.toggle();
  part(root, ".again").onclick = () => {
    restart();
    draw();
  };
  const draw = () => {
    const since = Date.now() - started() > OLD ? Date.now() : started();
    const seconds = Math.floor((Date.now() - since) / 1000);
    setText(part(root, ".now"), new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
    setText(part(root, ".since"), clockText(seconds));
    setText(part(root, ".left"), minutes ? leftText(60 * minutes - seconds) : "");
    const { words, isLate } = pace(seconds, passed, minutes);
    setText(part(root, ".pace"), words);
    part(root, ".pace").classList.toggle("late", isLate);
    button.setAttribute("aria-pressed", String(black.isOn()));
  };
  draw();
  return window.setInterval(draw, TICK);
}
