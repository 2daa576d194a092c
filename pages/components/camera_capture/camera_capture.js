/** @import { Component } from "../shared/component" */
/** @import { MessageQueue } from "../shared/message_queue.js" */
import { createElement, part } from "../shared/dom.js";
import { acknowledge, createQueue, enqueue } from "../shared/message_queue.js";

const MOST_AT_ONCE = 4; // as in camera_capture.py: a large picture has 150 kB, and a message at most one megabyte
const LONGEST_SIDE = 640; // pixels of a picture: the pictures of data sets are smaller
const QUALITY = 0.92; // the quality of the JPEG, from 0 to 1
const FLASH_MILLISECONDS = 80; // the duration of the flash after a picture

/** @typedef {{label: string, done: number}} Data What Python passes; see the function camera_capture. */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {HTMLVideoElement} video
 * @property {MessageQueue} queue
 * @property {Data} data
 * @property {number} taken the number of pictures so far
 * @property {string} problem why there is no camera; "" if there is a camera
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the view of the camera, and a button. Each press takes a picture, which is sent again until Python confirms it.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function cameraCapture({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  view.data = data;
  acknowledge(view.queue, data.done, (messages) => setTriggerValue("events", messages));
  show(view);
  return () => {
    // Streamlit also cleans up after a superseded call, before or after the next call, while the component stays in use.
    if (parentElement.isConnected) return;
    clearTimeout(view.queue.resending || undefined);
    stopCamera(/** @type {?MediaStream} */ (view.video.srcObject));
    view.video.srcObject = null;
  };
}

/** @param {ShadowRoot} parent @param {Data} data */
function newView(parent, data) {
  const root = part(parent, ".shutter");
  const video = /** @type {HTMLVideoElement} */ (part(root, "video"));
  /** @type {View} */
  const view = { root, video, data, queue: createQueue(MOST_AT_ONCE), taken: 0, problem: "" };
  views.set(parent, view);
  part(root, ".take").onclick = () => takePicture(view);
  part(root, ".again").onclick = () => startCamera(view);
  video.onplaying = () => show(view);
  startCamera(view);
  return view;
}

/** @param {View} view */
async function startCamera(view) {
  view.problem = "";
  show(view);
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    if (view.root.isConnected) view.video.srcObject = stream;
    else stopCamera(stream); // the person has left the page
  } catch (error) {
    view.problem = error instanceof DOMException && error.name === "NotAllowedError"
      ? "The browser was not allowed to use the camera. Allow it beside the address, and try again."
      : "No camera was found, or another program uses it. Connect one or close that program, and try again.";
    show(view);
  }
}

/** @param {?MediaStream} stream */
function stopCamera(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}

/** @param {View} view */
function show({ root, video, data: { label }, problem, queue, taken }) {
  const isSeeing = Boolean(video.srcObject) && video.videoWidth > 0;
  const button = /** @type {HTMLButtonElement} */ (part(root, ".take"));
  button.disabled = !label || !isSeeing;
  button.textContent = label ? `Take a picture of ${label}` : "Name the class first";
  part(root, ".again").hidden = !problem;
  part(root, ".dark").textContent = problem || (isSeeing ? "" : "Starting the camera …");
  const waiting = queue.messages.length;
  part(root, ".said").textContent = taken ? `${taken} taken${waiting ? `, ${taken - waiting} kept` : ""}.` : "";
}

/** @param {View} view */
function takePicture(view) {
  const { videoWidth: width, videoHeight: height } = view.video;
  const { label } = view.data;
  if (!width || !label) return;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = createElement("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d")?.drawImage(view.video, 0, 0, canvas.width, canvas.height);
  view.taken += 1;
  enqueue(view.queue, { label, picture: canvas.toDataURL("image/jpeg", QUALITY) });
  const box = part(view.root, ".view");
  box.classList.add("flash");
  setTimeout(() => box.classList.remove("flash"), FLASH_MILLISECONDS);
  show(view);
}
