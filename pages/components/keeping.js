/**
 * What this browser kept under a name, or null; a browser that keeps nothing still works.
 * @param {string} key its name
 * @param {string} store localStorage, or sessionStorage for what ends with the tab
 */
function kept(key, store = "localStorage") {
  try {
    return JSON.parse(window[store].getItem(key));
  } catch {
    return null;
  }
}

/** Keep a value, where the browser keeps any; see `kept`. */
function keep(key, value, store = "localStorage") {
  try {
    window[store].setItem(key, JSON.stringify(value));
  } catch {
    // see kept
  }
}
