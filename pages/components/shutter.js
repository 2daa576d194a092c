const MOST_TOLD = 4; // at once, as Python takes them: large ones have 150 kB, and a message at most one megabyte
const LONGEST_SIDE = 640; // pixels of a picture: data sets hold smaller ones
const QUALITY = 0.92; // of the JPEG
const FLASH = 80; // ms that a picture is seen to be taken

const views = new WeakMap();

/**
 * The browser's camera and a button; each press takes one picture, which is told until Python says that it is kept.
 * @param {object} component what Streamlit passes: data as in the Python function shutter, parentElement, setTriggerValue
 * @returns {() => void} cleanup
 */
export default function shutter({ data, parentElement, setTriggerValue }) {
  let view = views.get(parentElement);
  if (!view) {
    view = { root: parentElement.querySelector(".shutter"), queue: queueOf(MOST_TOLD), taken: 0 };
    view.video = view.root.querySelector("video");
    views.set(parentElement, view);
    view.root.querySelector(".take").onclick = () => take(view);
    view.root.querySelector(".again").onclick = () => begin(view);
    view.video.onplaying = () => draw(view);
    begin(view);
  }
  view.data = data;
  hear(view.queue, data.done, (told) => setTriggerValue("told", told));
  draw(view);
  return () => {
    // Streamlit runs the cleanup of an overtaken call too, before or after the next one: the component lives on.
    if (parentElement.isConnected) return;
    clearTimeout(view.queue.patience);
    end(view);
  };
}

async function begin(view) {
  view.problem = "";
  draw(view);
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    if (!view.root.isConnected) return stop(stream); // the page was left meanwhile
    view.video.srcObject = stream;
  } catch (error) {
    view.problem = error.name === "NotAllowedError"
      ? "The browser was not allowed to use the camera. Allow it beside the address, and try again."
      : "No camera was found, or another program uses it. Connect one or close that program, and try again.";
    draw(view);
  }
}

function end(view) {
  if (view.video.srcObject) stop(view.video.srcObject);
  view.video.srcObject = null;
}

function stop(stream) {
  stream.getTracks().forEach((track) => track.stop());
}

function draw({ root, video, data, problem, queue, taken }) {
  const sees = Boolean(video.srcObject) && video.videoWidth > 0;
  const button = root.querySelector(".take");
  const label = data?.label ?? "";
  button.disabled = !label || !sees;
  button.textContent = label ? `Take a picture of ${label}` : "Name the class first";
  root.querySelector(".again").hidden = !problem;
  root.querySelector(".dark").textContent = problem || (sees ? "" : "Starting the camera …");
  const kept = taken - queue.told.length;
  root.querySelector(".said").textContent = taken ? `${taken} taken${queue.told.length ? `, ${kept} kept` : ""}.` : "";
}

function take(view) {
  const { videoWidth: width, videoHeight: height } = view.video;
  if (!width || !view.data.label) return;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(view.video, 0, 0, canvas.width, canvas.height);
  view.taken += 1;
  addTold(view.queue, { label: view.data.label, picture: canvas.toDataURL("image/jpeg", QUALITY) });
  const box = view.root.querySelector(".view");
  box.classList.add("flash");
  setTimeout(() => box.classList.remove("flash"), FLASH);
  draw(view);
}
