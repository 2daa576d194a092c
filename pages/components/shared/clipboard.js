const MESSAGE_MILLISECONDS = 2000;

/**
 * Copy a text to the clipboard.
 * @param {string} text the text
 * @returns {Promise<boolean>} whether the browser copied it
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text); // over plain http there is no navigator.clipboard
  }
}

/** @param {string} text the text */
function copyFromField(text) {
  const focused = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.style.cssText = "position: fixed; top: 0; opacity: 0";
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return isCopied;
}

/** @type {WeakMap<Element, ReturnType<typeof setTimeout>>} */
const timers = new WeakMap();

/**
 * Show a message in the component's status line for two seconds.
 * @param {ParentNode} root of the component
 * @param {string} message what screen readers say too
 */
export function showMessage(root, message) {
  const status = root.querySelector("[role=status]");
  if (!status) return;
  status.textContent = message;
  clearTimeout(timers.get(status));
  timers.set(status, setTimeout(() => { status.textContent = ""; }, MESSAGE_MILLISECONDS));
}
