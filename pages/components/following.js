/**
 * Let a component hear a run's events, in place of those of the run that it followed before.
 * @param {object} view the component's: `followed` and `unsubscribe` are kept on it; once it is `closed`, nothing is heard
 * @param {{url: string, stream: string}} data the component's: addresses of the events, and of stream.js
 * @param {(view: object, event: object) => void} receive called with each event; see subscribe in stream.js
 */
export async function followRun(view, { url, stream }, receive) {
  view.unsubscribe?.();
  Object.assign(view, { followed: url, unsubscribe: null });
  // Streamlit runs this code from a blob, which has no address that a path could be relative to.
  const { subscribe } = await import(new URL(stream, document.baseURI).href);
  if (view.closed || view.followed !== url) return; // meanwhile another one took over
  view.unsubscribe = subscribe(new URL(url, document.baseURI).href, (event) => receive(view, event));
}
