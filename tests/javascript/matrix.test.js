import assert from "node:assert/strict";
import test from "node:test";
import { countsOf } from "../../pages/components/confusion_matrix/matrix.js";
import { shadesOf } from "../../pages/components/shared/colour_scale.js";
import { textColourOn } from "../../pages/components/shared/contrast.js";
import { rank } from "../../pages/components/validation_view/images.js";

test("cells are counted row by row, with sums by actual and by predicted class", () => {
  const { counts, actual, predicted } = countsOf([[0, 0, 5], [0, 2, 1], [2, 1, 4]], 3);
  assert.deepEqual([...counts], [5, 0, 1, 0, 0, 0, 0, 4, 0]);
  assert.deepEqual([actual, predicted], [[6, 0, 4], [5, 4, 1]]);
});

test("a scale has a shade for each percent, and letters that can be read on it", () => {
  const shades = shadesOf([[0, "#FFFFFF"], [0.5, "#808080"], [1, "#000000"]]);
  assert.equal(shades.length, 101);
  assert.deepEqual(shades[0], { background: "rgb(255 255 255)", text: "#000" });
  assert.deepEqual(shades[50].background, "rgb(128 128 128)");
  assert.deepEqual(shades[100], { background: "rgb(0 0 0)", text: "#fff" });
});

test("letters have a contrast of at least 4.5 on any colour", () => {
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (let red = 0; red < 256; red += 15) {
    for (let green = 0; green < 256; green += 15) {
      for (let blue = 0; blue < 256; blue += 15) {
        const [ground, letters] = [luminance([red, green, blue]), textColourOn([red, green, blue]) === "#000" ? 0 : 1];
        const contrast = (Math.max(ground, letters) + 0.05) / (Math.min(ground, letters) + 0.05);
        assert.ok(contrast >= 4.5, `${red} ${green} ${blue}: ${contrast}`);
      }
    }
  }
});

test("answers are ranked by probability; equal ones by label, what is no number last", () => {
  assert.deepEqual(rank([0.1, 0.7, 0.1, NaN, 0.1]), [1, 0, 2, 4, 3]);
});
