/** What the data is after a layer: as it was told, or while that is on its way, as it was before. */
function glimpseAt(view, id) {
  const { data } = view.data;
  if (!data) return null;
  const now = data.after[id];
  view.glimpses ??= {};
  if (now) view.glimpses[id] = now;
  return now ?? (view.glimpses[id] ? { ...view.glimpses[id], old: true } : { pictures: [], words: "" });
}

/** One picture's data after a layer; its room is kept while it is on its way, so that nothing jumps. */
function glimpseOf(view, id, before = "") {
  const glimpse = glimpseAt(view, id);
  if (!glimpse) return "";
  const images = glimpse.pictures.map((src) => made("img", { src, alt: "", draggable: false, onload: stretch }));
  const words = id === PICTURE ? view.data.data.note : glimpse.words;
  const row = made("span", { className: `glimpse${glimpse.old ? " old" : ""}` }, before, ...images, made("small", {}, words));
  row.title = id === PICTURE ? "The picture that goes in" : "The data after this layer: black is its smallest number, white its largest";
  return row;
}

/** A single row of numbers is drawn as a strip. */
function stretch({ target }) {
  target.classList.toggle("strip", target.naturalWidth > 4 * target.naturalHeight);
}

function turnOf(view) {
  if (!view.data.data) return "";
  const turn = (sign, label, places) => {
    const button = made("button", { type: "button", className: "icon turn", title: label, ariaLabel: label }, sign);
    button.dataset.places = places;
    return button;
  };
  return made("span", { className: "turns" }, turn("‹", "The picture before", -1), turn("›", "The next picture", 1));
}
