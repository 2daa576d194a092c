/** The messages between the windows of a browser: the scene, and whether the projector is black. */

// A channel of the browser, not of the server, so that no other person's window can turn a lecture or make it black.
const CHANNEL = "layer-by-layer-lecture";
const COVER = "lecture-black";
/** @type {BroadcastChannel | null} */
let channel = null;
let isBlack = false;
let isPresenter = false;
/** @type {((scene: string) => void) | null} */
let follow = null;

/** @param {{scene?: string, black?: boolean}} message */
export function say(message) {
  channel?.postMessage(message);
}

/**
 * Listen to the other windows.
 * @param {boolean} presenter whether this window never becomes black
 * @param {(scene: string) => void} onScene called with the scene of another window
 * @returns {() => void} ends it
 */
export function listen(presenter, onScene) {
  isPresenter = presenter;
  follow = onScene;
  channel ??= opened();
  cover();
  return () => {
    if (follow === onScene) follow = null;
  };
}

function opened() {
  const made = new BroadcastChannel(CHANNEL);
  made.onmessage = ({ data }) => {
    if (typeof data.scene === "string") follow?.(data.scene);
    if (typeof data.black === "boolean") {
      isBlack = data.black;
      cover();
    }
  };
  return made;
}

/** The black screen of the projector. */
export const black = {
  isOn: () => isBlack,
  /** Make the projector black, or show the scene again, from any window of the lecture. */
  toggle() {
    this.set(!isBlack);
  },
  /** @param {boolean} on */
  set(on) {
    if (isBlack === on) return;
    isBlack = on;
    cover();
    say({ black: on });
  },
};

/** Cover this window if the projector is black. */
function cover() {
  const shown = document.querySelector(`.${COVER}`);
  if (!isBlack || isPresenter || !follow) return shown?.remove();
  if (shown) return;
  const made = document.createElement("div");
  made.className = COVER;
  made.setAttribute("role", "status");
  made.setAttribute("aria-label", "Black screen. B shows the lecture again.");
  made.onclick = () => black.set(false);
  document.body.append(made);
}
