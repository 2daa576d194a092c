const SAID_MILLISECONDS = 2000;

async function toClipboard(script) {
  try {
    await navigator.clipboard.writeText(script);
    return true;
  } catch {
    return copyByHand(script); // over plain http there is no navigator.clipboard
  }
}

function copyByHand(script) {
  const focused = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
  const area = document.createElement("textarea");
  area.value = script;
  area.style.cssText = "position: fixed; top: 0; opacity: 0";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}

function say(root, words) {
  const place = root.querySelector("[role=status]");
  place.textContent = words;
  clearTimeout(place.timer);
  place.timer = setTimeout(() => { place.textContent = ""; }, SAID_MILLISECONDS);
}
