import assert from "node:assert/strict";
import test from "node:test";
import { withTraining } from "../../pages/components/builder/live.js";

const column = (id, values, maps = []) => ({ id, values, maps, height: 1, width: 1 });
const look = {
  image: { height: 1, width: 1, channels: 1, pixels: "old" }, label: 0, is_learned: true, answers: [1, 0], trained: [], maps: { conv: [0] },
  columns: [column("conv", "c", ["map"]), column("hidden", "h")], links: ["old"], weights: ["weights"],
};
const told = {
  classes: ["Trouser", "Bag"], blocks: [{ id: "conv" }, { id: "hidden" }],
  data: { note: "untrained", after: {}, look, isTrained: false, label: "Trouser" },
};
const live = { ...look, image: { ...look.image, pixels: "new" }, label: 1, answers: [0, 1], links: ["new"], columns: [column("conv", "C"), column("hidden", "H")] };

test("a network in training has the links, dots and answers of its run", () => {
  const { data } = withTraining(told, live);
  assert.deepEqual([data.look.links, data.look.weights, data.look.answers], [["new"], ["new"], [0, 1]]);
  assert.deepEqual([data.look.image.pixels, data.look.label, data.label], ["new", 1, "Bag"]);
  assert.deepEqual(data.look.columns.map(({ values }) => values), ["c", "H"], "maps stay as they were computed");
  assert.deepEqual([data.isTrained, data.isTraining, data.look.trained], [true, true, ["conv", "hidden"]]);
  assert.equal(data.note, "training now: what links carry for this image");
});

test("nothing changes without a run, and where no data is shown", () => {
  assert.equal(withTraining(told, null), told);
  const hidden = { ...told, data: null };
  assert.equal(withTraining(hidden, live), hidden);
});
