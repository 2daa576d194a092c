/**
 * An address to give away, and a button that copies it.
 * @param {object} component what Streamlit passes: data.path, below this server, and parentElement
 * @returns {() => void} cleanup
 */
export default function link({ data, parentElement }) {
  const root = parentElement.querySelector(".link");
  const address = new URL(data.path, location.origin).href;
  const field = root.querySelector("input");
  field.value = address;
  field.onfocus = () => field.select();
  root.querySelector("button").onclick = async () => say(root, (await toClipboard(address)) ? "Copied" : "Select it and copy it by hand");
  return () => {};
}
