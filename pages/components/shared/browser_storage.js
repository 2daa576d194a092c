/**
 * The value that this browser stores under a key, or null. A browser that refuses to store anything still works.
 * @param {string} key name of the value
 * @param {"localStorage" | "sessionStorage"} store sessionStorage for values that end with the tab
 * @returns {any} the value, or null
 */
export function readStored(key, store = "localStorage") {
  try {
    return JSON.parse(window[store].getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Store a value, where the browser allows it.
 * @param {string} key name of the value
 * @param {unknown} value anything that JSON can hold
 * @param {"localStorage" | "sessionStorage"} store see readStored
 */
export function writeStored(key, value, store = "localStorage") {
  try {
    window[store].setItem(key, JSON.stringify(value));
  } catch {
    // see readStored
  }
}
